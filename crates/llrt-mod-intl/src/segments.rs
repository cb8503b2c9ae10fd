//! Where text can be cut: Unicode Standard Annex 29, <https://www.unicode.org/reports/tr29/>.

use rquickjs::{Array, Ctx, Result};
use unicode_segmentation::UnicodeSegmentation;

/// `boundaries(text, granularity)`: where each segment begins, in UTF-16 units. For words a negative number, less one, begins one that is
/// no word: spaces, punctuation.
pub(crate) fn boundaries<'js>(ctx: Ctx<'js>, text: rquickjs::String<'js>, granularity: String) -> Result<Array<'js>> {
    // A surrogate without its other half becomes one unit of something else, so that positions stay.
    let text = llrt_core::args::lossy_string(&text)?;
    let starts = Array::new(ctx)?;
    let mut at = 0_i32;
    let mut add = |index: usize, segment: &str, counts: bool| {
        let start = if counts { at } else { -at - 1 };
        at += segment.chars().map(|character| character.len_utf16() as i32).sum::<i32>();
        starts.set(index, start)
    };
    match granularity.as_str() {
        "word" => {
            for (index, word) in text.split_word_bounds().enumerate() {
                add(index, word, word.chars().any(char::is_alphanumeric))?;
            }
        }
        "sentence" => {
            for (index, sentence) in text.split_sentence_bounds().enumerate() {
                add(index, sentence, true)?;
            }
        }
        _ => {
            for (index, grapheme) in text.graphemes(true).enumerate() {
                add(index, grapheme, true)?;
            }
        }
    }
    Ok(starts)
}
