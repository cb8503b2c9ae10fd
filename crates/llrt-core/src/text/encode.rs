//! To UTF-8.

use std::mem::MaybeUninit;

use super::block;

/// The UTF-8 of UTF-16 units. A surrogate that stands alone is three bytes, which are no UTF-8.
pub fn wtf8(units: &[u16]) -> Vec<u8> {
    let mut text: Vec<u8> = Vec::with_capacity(units.len() + block::UNITS);
    let mut from = 0;
    #[cfg(target_arch = "x86_64")]
    let is_wide = units.len() >= 32 && super::wide::is_here();
    #[cfg(target_arch = "x86_64")]
    let mut wide_from = 0;
    while from < units.len() {
        #[cfg(target_arch = "x86_64")]
        if is_wide && from >= wide_from {
            /// So that what is not needed is not asked for.
            const PART: usize = 1024;
            let part = &units[from..units.len().min(from + PART)];
            text.reserve(part.len() * 3);
            let done = text.len();
            // SAFETY: this processor has it, and there is room.
            let (read, written) = unsafe { super::wide::utf8(part, text.as_mut_ptr().add(done)) };
            // SAFETY: so many bytes are written.
            unsafe { text.set_len(done + written) };
            from += read;
            if read + 16 <= part.len() || part.len() < PART {
                // There is a surrogate, or the end.
                wide_from = from + 16;
            }
            continue;
        }
        // Three bytes a unit are the most, but for a pair of which the second is not counted.
        const MOST: usize = 3 * block::UNITS + 1;
        if text.capacity() - text.len() < MOST {
            text.reserve((units.len() - from).max(MOST));
        }
        let (done, target) = (text.len(), text.spare_capacity_mut());
        if let Some(block) = units[from..].first_chunk() {
            // SAFETY: there is room for more than so many bytes.
            let place = unsafe { &mut *target.as_mut_ptr().cast::<[MaybeUninit<u8>; block::UNITS]>() };
            if block::narrow(block, place) {
                from += block::UNITS;
                // SAFETY: so many bytes are written.
                unsafe { text.set_len(done + block::UNITS) };
                continue;
            }
        }
        let mut to = 0;
        let mut put = |byte: u32| {
            target[to].write(byte as u8);
            to += 1;
        };
        let end = units.len().min(from + block::UNITS);
        while from < end {
            let unit = u32::from(units[from]);
            from += 1;
            match unit {
                0..0x80 => put(unit),
                0x80..0x800 => {
                    put(0xc0 | unit >> 6);
                    put(0x80 | unit & 0x3f);
                }
                0xd800..0xdc00 if units.get(from).is_some_and(|next| (0xdc00..0xe000).contains(next)) => {
                    let code = 0x10000 + ((unit - 0xd800) << 10) + (u32::from(units[from]) - 0xdc00);
                    from += 1;
                    put(0xf0 | code >> 18);
                    put(0x80 | code >> 12 & 0x3f);
                    put(0x80 | code >> 6 & 0x3f);
                    put(0x80 | code & 0x3f);
                }
                _ => {
                    put(0xe0 | unit >> 12);
                    put(0x80 | unit >> 6 & 0x3f);
                    put(0x80 | unit & 0x3f);
                }
            }
        }
        // SAFETY: so many bytes are written.
        unsafe { text.set_len(done + to) };
    }
    text
}

/// How many bytes [`wtf8`] gives.
pub fn wtf8_len(units: &[u16]) -> usize {
    let mut len = 0;
    let mut from = 0;
    while from < units.len() {
        if let Some(block) = units[from..].first_chunk()
            && block::narrow(block, &mut [const { MaybeUninit::uninit() }; block::UNITS])
        {
            from += block::UNITS;
            len += block::UNITS;
            continue;
        }
        let end = units.len().min(from + block::UNITS);
        for index in from..end {
            let unit = units[index];
            len += 1 + usize::from(unit >= 0x80) + usize::from(unit >= 0x800);
            // Of a pair, each half counts as two.
            let is_second =
                (0xdc00..0xe000).contains(&unit) && index > 0 && (0xd800..0xdc00).contains(&units[index - 1]);
            len -= 2 * usize::from(is_second);
        }
        from = end;
    }
    len
}

/// The UTF-8 of Latin-1.
pub fn wtf8_of_latin1(bytes: &[u8]) -> Vec<u8> {
    let mut text = Vec::with_capacity(bytes.len() + bytes.len() / 4);
    let mut rest = bytes;
    while !rest.is_empty() {
        let run = match rest.first_chunk() {
            Some(block) => (block::high_bits(block) | 1 << block::BYTES).trailing_zeros() as usize,
            None => rest.iter().position(|byte| *byte >= 0x80).unwrap_or(rest.len()),
        };
        let (ascii, after) = rest.split_at(run);
        text.extend_from_slice(ascii);
        rest = after;
        while let Some((&byte, after)) = rest.split_first().filter(|(byte, _)| **byte >= 0x80) {
            text.extend([0xc0 | byte >> 6, 0x80 | byte & 0x3f]);
            rest = after;
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_that_of_the_units() {
        for part in [
            "",
            "abcdefgh",
            "abc\u{e9}",
            "\u{2603}",
            "snow \u{2603} and \u{1f600}!",
            "\u{10ffff}\u{800}\u{7ff}\u{80}\u{7f}",
        ] {
            for extra in 0..20 {
                let text = "x".repeat(extra) + &part.repeat(7);
                let units: Vec<u16> = text.encode_utf16().collect();
                assert_eq!(wtf8(&units), text.as_bytes());
                assert_eq!(wtf8_len(&units), text.len());
            }
        }
    }

    #[test]
    fn surrogates_that_stand_alone_are_three_bytes() {
        for units in [&[0xd800][..], &[0xdc00, 0xd800], &[0x61, 0xd800, 0x62], &[0xd800, 0xd800, 0xdc00]] {
            let mut long = units.to_vec();
            long.extend([0x61; 20]);
            long.extend(units);
            let expected: Vec<u8> = char::decode_utf16(long.iter().copied())
                .flat_map(|unit| match unit {
                    Ok(char) => char.to_string().into_bytes(),
                    Err(alone) => {
                        let unit = alone.unpaired_surrogate();
                        vec![0xed, 0x80 | (unit >> 6 & 0x3f) as u8, 0x80 | (unit & 0x3f) as u8]
                    }
                })
                .collect();
            assert_eq!(wtf8(&long), expected);
            assert_eq!(wtf8_len(&long), expected.len());
        }
    }

    #[test]
    fn latin1_is_encoded() {
        for extra in 0..40 {
            let bytes: Vec<u8> = (0..=255).chain(std::iter::repeat_n(b'x', extra)).chain([0xe9]).collect();
            let text: String = bytes.iter().map(|&byte| char::from(byte)).collect();
            assert_eq!(wtf8_of_latin1(&bytes), text.as_bytes());
        }
    }
}
