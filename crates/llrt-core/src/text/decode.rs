//! From UTF-8.

use std::mem::MaybeUninit;

use super::block;

/// The UTF-16 units of UTF-8, in which surrogates may stand alone as three bytes each.
pub fn utf16(text: &[u8]) -> Vec<u16> {
    // No character has more units than bytes. What is not written takes no memory.
    let mut units: Vec<u16> = Vec::with_capacity(text.len() + block::BYTES);
    let target = units.spare_capacity_mut();
    let (mut from, mut to) = (0, 0);
    #[cfg(target_arch = "x86_64")]
    let is_wide = text.len() >= 64 && super::wide::is_here();
    #[cfg(target_arch = "x86_64")]
    let mut wide_from = 0;
    while let Some(bytes) = text.get(from..).and_then(<[u8]>::first_chunk) {
        #[cfg(target_arch = "x86_64")]
        if is_wide && from >= wide_from {
            // SAFETY: this processor has it; no more than `from` units are written so far, behind which there is room for a unit for each byte.
            let (bytes, units) = unsafe { super::wide::utf16(&text[from..], target.as_mut_ptr().add(to).cast()) };
            (from, to) = (from + bytes, to + units);
            // It has stopped at something within a block.
            wide_from = from + 64;
            continue;
        }
        // SAFETY: no more than `from` units are written so far, behind which there is room for a block.
        let place = unsafe { &mut *target.as_mut_ptr().add(to).cast::<[MaybeUninit<u16>; block::BYTES]>() };
        // What is not ASCII of it is written over by what follows.
        let high = block::widen(bytes, place);
        if high == 0 {
            (from, to) = (from + block::BYTES, to + block::BYTES);
            continue;
        }
        let run = high.trailing_zeros() as usize;
        (from, to) = (from + run, to + run);
        loop {
            // SAFETY: as above: a character is no shorter than its units.
            let size = unsafe { one(&text[from..], target.as_mut_ptr().add(to).cast(), &mut to) };
            from += size;
            if text.get(from).is_none_or(|byte| *byte < 0x80) {
                break;
            }
        }
    }
    while from < text.len() {
        // SAFETY: as above.
        from += unsafe { one(&text[from..], target.as_mut_ptr().add(to).cast(), &mut to) };
    }
    // SAFETY: so many units are written.
    unsafe { units.set_len(to) };
    units
}

/// Writes the first character, which is there, and tells its size in bytes: never more than there are, nor fewer than it has units.
///
/// # Safety
/// There is room for two units.
#[inline(always)]
unsafe fn one(text: &[u8], target: *mut u16, count: &mut usize) -> usize {
    let low = |byte: u8| u32::from(byte & 0x3f);
    // SAFETY: the caller's.
    unsafe {
        *count += 1;
        match *text {
            [lead @ 0..=0x7f, ..] => {
                target.write(lead.into());
                1
            }
            [lead @ 0xe0..=0xef, b, c, ..] => {
                target.write((u32::from(lead) << 12 | low(b) << 6 | low(c)) as u16);
                3
            }
            [lead @ 0xc0..=0xdf, b, ..] => {
                target.write((u32::from(lead & 0x1f) << 6 | low(b)) as u16);
                2
            }
            [lead @ 0xf0..=0xff, b, c, d, ..] => {
                let code = u32::from(lead & 7) << 18 | low(b) << 12 | low(c) << 6 | low(d);
                let pair = code.wrapping_sub(0x10000);
                target.write((0xd800 | pair >> 10 & 0x3ff) as u16);
                target.add(1).write((0xdc00 | pair & 0x3ff) as u16);
                *count += 1;
                4
            }
            // It is no UTF-8.
            _ => {
                target.write(0xfffd);
                1
            }
        }
    }
}

/// How many characters UTF-8 has, all below U+0100; `None` when others are among them.
pub fn latin1_len(text: &[u8]) -> Option<usize> {
    /// The first that begins a larger character.
    const LARGE: u8 = 0xc4;
    let (blocks, rest) = text.as_chunks::<{ block::BYTES }>();
    if blocks.iter().any(|bytes| block::top(bytes, LARGE) == LARGE) || rest.iter().any(|&byte| byte >= LARGE) {
        return None;
    }
    // Each has two bytes that are not ASCII.
    let high: u32 = blocks.iter().map(block::count_high).sum();
    let high = high as usize + rest.iter().filter(|&&byte| byte >= 0x80).count();
    Some(text.len() - high / 2)
}

/// Puts UTF-8 into as many bytes as [`latin1_len`] says, one for each character.
pub fn latin1_into(text: &[u8], target: &mut [u8]) {
    let (mut from, mut to) = (0, 0);
    #[cfg(target_arch = "x86_64")]
    if super::wide::is_here() {
        // SAFETY: this processor has it.
        (from, to) = unsafe { super::wide::latin1(text, target) };
    }
    while from < text.len() {
        if let (Some(bytes), Some(place)) =
            (text[from..].first_chunk(), target.get_mut(to..).and_then(<[u8]>::first_chunk_mut::<{ block::BYTES }>))
        {
            *place = *bytes;
            let run = (block::high_bits(bytes) | 1 << block::BYTES).trailing_zeros() as usize;
            (from, to) = (from + run, to + run);
            if run == block::BYTES {
                continue;
            }
        }
        let Some(place) = target.get_mut(to) else { return };
        (from, *place) = match text[from..] {
            [lead @ 0xc0..=0xff, second, ..] => (from + 2, lead << 6 | second & 0x3f),
            [byte, ..] => (from + 1, byte),
            [] => return,
        };
        to += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PARTS: [&str; 9] = [
        "",
        "abc\u{e9}",
        "plain text of more than sixteen bytes, \u{2603} and \u{1f600}!",
        "\u{e9}\u{ff}",
        "\u{7ff}\u{800}\u{ffff}\u{10ffff}",
        "\u{65e5}\u{672c}\u{8a9e}",
        "x",
        "\u{1f600}\u{1f601}\u{1f602}\u{1f603}\u{1f604}",
        "sixteen bytes...",
    ];

    #[test]
    fn units_are_those_of_the_text() {
        for part in PARTS {
            for other in PARTS {
                for extra in 0..20 {
                    let text = "x".repeat(extra) + &(part.to_owned() + other).repeat(9) + &"y".repeat(extra / 3);
                    assert_eq!(utf16(text.as_bytes()), text.encode_utf16().collect::<Vec<_>>());
                }
            }
        }
        assert_eq!(utf16(b"a\xed\xa0\x80"), [0x61, 0xd800]);
    }

    #[test]
    fn what_is_no_utf8_ends_somewhere() {
        for lead in 0..=255 {
            for size in 0..20 {
                let mut text = vec![b'a'; size];
                text.extend([lead, lead, 0x80]);
                assert!(utf16(&text).len() <= text.len());
                let mut target = [0; 8];
                latin1_into(&text, &mut target);
            }
        }
    }

    #[test]
    fn small_characters_fit_into_a_byte() {
        for part in PARTS {
            for extra in 0..40 {
                let text = "x".repeat(extra) + &part.repeat(5);
                let chars: Option<Vec<u8>> = text.chars().map(|char| u8::try_from(char).ok()).collect();
                assert_eq!(latin1_len(text.as_bytes()), chars.as_ref().map(Vec::len));
                if let Some(chars) = chars {
                    let mut target = vec![0; chars.len()];
                    latin1_into(text.as_bytes(), &mut target);
                    assert_eq!(target, chars);
                }
            }
        }
    }
}
