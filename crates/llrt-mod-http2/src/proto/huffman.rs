//! The Huffman code of HPACK. RFC 7541, appendix B.
//!
//! The code is canonical: the lengths alone say what each symbol's bits are.

use std::sync::LazyLock;

/// Bits of each octet's code; the last is the end of a string.
const LENGTHS: [u8; 257] = [
    13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 30, 28, 28, 28, 28, 28, 28,
    28, 28, 28, 6, 10, 10, 12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6, 5, 5, 5, 6, 6, 6, 6, 6, 6, 6, 7, 8, 15, 6, 12,
    10, 13, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 8, 7, 8, 13, 19, 13, 14, 6, 15, 5, 6,
    5, 6, 5, 6, 6, 6, 5, 7, 7, 6, 6, 6, 5, 6, 7, 6, 5, 5, 6, 7, 7, 7, 7, 7, 15, 11, 14, 13, 28, 20, 22, 20, 20, 22, 22,
    22, 23, 22, 23, 23, 23, 23, 23, 24, 23, 24, 24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23, 22, 23, 23, 24, 22, 21, 20,
    22, 22, 23, 23, 21, 23, 22, 22, 24, 21, 22, 23, 23, 21, 21, 22, 21, 23, 22, 23, 23, 20, 22, 22, 22, 23, 22, 22, 23,
    26, 26, 20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25, 19, 21, 26, 27, 27, 26, 27, 24, 21, 21, 26, 26, 28,
    27, 27, 27, 20, 24, 20, 21, 22, 21, 21, 23, 22, 22, 25, 25, 24, 24, 26, 23, 26, 27, 26, 26, 27, 27, 27, 27, 27, 28,
    27, 27, 27, 27, 27, 26, 30,
];
const END: usize = 256;
const MAX_LENGTH: usize = 30;

struct Tables {
    codes: [u32; 257],
    /// Symbols by length, then by number.
    order: [u16; 257],
    /// For each length: the first code, and where its symbols start in `order`.
    first: [(u32, u32); MAX_LENGTH + 2],
}

static TABLES: LazyLock<Tables> = LazyLock::new(|| {
    let mut tables = Tables { codes: [0; 257], order: [0; 257], first: [(0, 0); MAX_LENGTH + 2] };
    let (mut code, mut place) = (0, 0);
    for length in 1..=MAX_LENGTH + 1 {
        tables.first[length] = (code, place);
        for (symbol, _) in LENGTHS.iter().enumerate().filter(|(_, bits)| usize::from(**bits) == length) {
            tables.codes[symbol] = code;
            tables.order[place as usize] = symbol as u16;
            code += 1;
            place += 1;
        }
        code <<= 1;
    }
    tables
});

/// How many bytes `text` takes when it is coded.
pub(super) fn encoded_len(text: &[u8]) -> usize {
    text.iter().map(|byte| usize::from(LENGTHS[usize::from(*byte)])).sum::<usize>().div_ceil(8)
}

/// Appends `text`, coded.
pub(super) fn encode(text: &[u8], out: &mut Vec<u8>) {
    let tables = &*TABLES;
    let (mut bits, mut count) = (0_u64, 0);
    for byte in text {
        let symbol = usize::from(*byte);
        bits = bits << LENGTHS[symbol] | u64::from(tables.codes[symbol]);
        count += u32::from(LENGTHS[symbol]);
        while count >= 8 {
            count -= 8;
            out.push((bits >> count) as u8);
        }
    }
    if count > 0 {
        // The rest is the beginning of the end: ones.
        out.push((bits << (8 - count)) as u8 | (0xff >> count));
    }
}

/// Appends what `coded` stands for. `None` when it is no such code, or its padding is wrong.
pub(super) fn decode(coded: &[u8], out: &mut Vec<u8>) -> Option<()> {
    let tables = &*TABLES;
    let (mut code, mut length) = (0_u32, 0_usize);
    for bit in coded.iter().flat_map(|byte| (0..8).rev().map(move |place| byte >> place & 1)) {
        code = code << 1 | u32::from(bit);
        length += 1;
        let (first, place) = tables.first[length];
        let (_, next_place) = tables.first[length + 1];
        if code >= first && code - first < next_place - place {
            let symbol = usize::from(tables.order[(place + code - first) as usize]);
            if symbol == END {
                return None;
            }
            out.push(symbol as u8);
            (code, length) = (0, 0);
        } else if length == MAX_LENGTH {
            return None;
        }
    }
    (length < 8 && code == (1 << length) - 1).then_some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_those_of_the_rfc() {
        let mut out = Vec::new();
        encode(b"www.example.com", &mut out);
        assert_eq!(out, [0xf1, 0xe3, 0xc2, 0xe5, 0xf2, 0x3a, 0x6b, 0xa0, 0xab, 0x90, 0xf4, 0xff]);
        assert_eq!(encoded_len(b"www.example.com"), out.len());
    }

    #[test]
    fn every_octet_comes_back() {
        let text: Vec<u8> = (0..=255).chain((0..=255).rev()).collect();
        let (mut coded, mut back) = (Vec::new(), Vec::new());
        encode(&text, &mut coded);
        assert_eq!(decode(&coded, &mut back), Some(()));
        assert_eq!(back, text);
    }

    #[test]
    fn padding_that_is_not_ones_or_too_long_is_refused() {
        assert_eq!(decode(&[0b0001_1000], &mut Vec::new()), None);
        assert_eq!(decode(&[0xff, 0xff], &mut Vec::new()), None);
        assert_eq!(decode(&[0xff, 0xff, 0xff, 0xff], &mut Vec::new()), None);
    }
}
