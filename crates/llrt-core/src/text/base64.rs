//! Base64 in blocks of 64 characters, on processors that look all of them up at once.

/// Decodes blocks from the start of `text`, in the standard alphabet and without padding, as long as they are right, and tells how many characters
/// that were: four for every three bytes. None on processors that have no AVX-512 for it.
pub fn decode_base64(text: &[u8], bytes: &mut Vec<u8>) -> usize {
    #[cfg(target_arch = "x86_64")]
    if is_x86_feature_detected!("avx512vbmi") && is_x86_feature_detected!("avx512bw") {
        // SAFETY: the processor has it.
        return unsafe { blocks(text, bytes) };
    }
    let _ = (text, bytes);
    0
}

#[cfg(target_arch = "x86_64")]
const CHARACTERS: usize = 64;
#[cfg(target_arch = "x86_64")]
const BYTES: usize = 48;

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512bw,avx512vbmi")]
fn blocks(text: &[u8], bytes: &mut Vec<u8>) -> usize {
    use std::arch::x86_64::{
        _mm512_loadu_si512, _mm512_madd_epi16, _mm512_maddubs_epi16, _mm512_mask_storeu_epi8, _mm512_movepi8_mask,
        _mm512_or_si512, _mm512_permutex2var_epi8, _mm512_permutexvar_epi8, _mm512_set1_epi16, _mm512_set1_epi32,
    };

    /// What a character stands for; of one that stands for nothing, the highest bit is set.
    const DIGITS: [u8; 128] = {
        let mut digits = [0x80; 128];
        let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        let mut index = 0;
        while index < alphabet.len() {
            digits[alphabet[index] as usize] = index as u8;
            index += 1;
        }
        digits
    };
    /// Three bytes of every four, the other way round.
    const ORDER: [u8; 64] = {
        let mut order = [0; 64];
        let mut index = 0;
        while index < BYTES {
            order[index] = (index / 3 * 4 + 2 - index % 3) as u8;
            index += 1;
        }
        order
    };
    let count = text.len() / CHARACTERS;
    bytes.reserve(count * BYTES);
    let mut done = 0;
    // By pointers, as iterators' functions, which are made for every processor, are not copied into one that is made for some.
    // SAFETY: 64 bytes each are read from constants and from the text, of which there are `count` times as many, and 48 written, for which room
    // was made; what is added to the length was written.
    unsafe {
        let (source, target) = (text.as_ptr(), bytes.as_mut_ptr().add(bytes.len()));
        let low = _mm512_loadu_si512(DIGITS.as_ptr().cast());
        let high = _mm512_loadu_si512(DIGITS.as_ptr().add(64).cast());
        let order = _mm512_loadu_si512(ORDER.as_ptr().cast());
        while done < count {
            let characters = _mm512_loadu_si512(source.add(done * CHARACTERS).cast());
            let digits = _mm512_permutex2var_epi8(low, characters, high);
            if _mm512_movepi8_mask(_mm512_or_si512(digits, characters)) != 0 {
                break;
            }
            let pairs = _mm512_maddubs_epi16(digits, _mm512_set1_epi16(0x0140));
            let fours = _mm512_madd_epi16(pairs, _mm512_set1_epi32(0x0001_1000));
            let three = _mm512_permutexvar_epi8(order, fours);
            _mm512_mask_storeu_epi8(target.add(done * BYTES).cast(), (1 << BYTES) - 1, three);
            done += 1;
        }
        bytes.set_len(bytes.len() + done * BYTES);
    }
    done * CHARACTERS
}

#[cfg(test)]
mod tests {
    use super::decode_base64;

    #[test]
    fn blocks_are_decoded_up_to_what_is_wrong() {
        let text = "TWFuIGlzIGRpc3Rpbmd1aXNoZWQsIG5vdCBvbmx5IGJ5IGhpcyByZWFzb24+Pz8/".repeat(3);
        let mut bytes = b"before".to_vec();
        let done = decode_base64(text.as_bytes(), &mut bytes);
        if done == 0 {
            // This processor has no blocks.
            return;
        }
        assert_eq!(done, 192);
        assert_eq!(
            bytes,
            b"before"
                .iter()
                .copied()
                .chain(b"Man is distinguished, not only by his reason>???".repeat(3))
                .collect::<Vec<_>>()
        );
        for wrong in ["=", "-", "\n", "\u{e9}"] {
            let mut text = text.clone();
            text.replace_range(100..100 + wrong.len(), wrong);
            bytes.clear();
            assert_eq!((decode_base64(text.as_bytes(), &mut bytes), bytes.len()), (64, 48), "{wrong}");
        }
        assert_eq!(decode_base64(&text.as_bytes()[..63], &mut bytes), 0);
    }
}
