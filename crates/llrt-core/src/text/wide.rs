//! Blocks of 64 bytes, on processors that can close up the gaps in one.

use std::arch::x86_64::{
    _mm256_loadu_si256, _mm512_add_epi8, _mm512_and_si512, _mm512_castsi512_si256, _mm512_cmpeq_epi8_mask,
    _mm512_cmpeq_epi32_mask, _mm512_cmpge_epu8_mask, _mm512_cmpge_epu16_mask, _mm512_cmpge_epu32_mask,
    _mm512_cvtepu8_epi16, _mm512_cvtepu16_epi32, _mm512_loadu_si512, _mm512_mask_add_epi8, _mm512_mask_mov_epi16,
    _mm512_mask_mov_epi32, _mm512_mask_storeu_epi8, _mm512_maskz_compress_epi8, _mm512_movepi8_mask, _mm512_or_si512,
    _mm512_permutexvar_epi8, _mm512_set1_epi8, _mm512_set1_epi16, _mm512_set1_epi32, _mm512_slli_epi16,
    _mm512_slli_epi32, _mm512_srli_epi32, _mm512_storeu_si512,
};

/// Bytes of a block.
const BYTES: usize = 64;
/// Units that are made at a time.
const UNITS: usize = 32;

/// Whether this processor has what the functions below need.
#[inline]
pub(crate) fn is_here() -> bool {
    is_x86_feature_detected!("avx512vbmi2")
        && is_x86_feature_detected!("avx512vbmi")
        && is_x86_feature_detected!("avx512bw")
}

/// Writes the units of characters from the start of UTF-8, as long as there are blocks and no characters of two units in them, and tells how many
/// bytes and units that was: no more units than bytes.
///
/// # Safety
/// [`is_here`]; there is room for as many units as there are bytes.
#[target_feature(enable = "avx512f,avx512bw,avx512vbmi,avx512vbmi2,popcnt")]
pub(crate) unsafe fn utf16(text: &[u8], target: *mut u16) -> (usize, usize) {
    const NUMBERS: [u8; BYTES] = {
        let mut numbers = [0; BYTES];
        let mut index = 0;
        while index < BYTES {
            numbers[index] = index as u8;
            index += 1;
        }
        numbers
    };
    let (mut from, mut to) = (0, 0);
    // SAFETY: the caller's. Blocks are read within the text; 64 units behind `to`, which is at most `from`, are within the room.
    unsafe {
        let numbers = _mm512_loadu_si512(NUMBERS.as_ptr().cast());
        while text.len() - from >= BYTES {
            let bytes = _mm512_loadu_si512(text.as_ptr().add(from).cast());
            let at_least = |value: u8| _mm512_cmpge_epu8_mask(bytes, _mm512_set1_epi8(value as i8));
            if at_least(0xf0) != 0 {
                break;
            }
            let high = at_least(0x80);
            let (leads, long_leads) = (at_least(0xc0), at_least(0xe0));
            // What begins at the end of the block and is cut there is taken with the next.
            let cut = leads & 1 << 63 | long_leads & 1 << 62;
            let size = (cut | 1 << 63).trailing_zeros() as usize + usize::from(cut == 0);
            let starts = (!high | leads) & (u64::MAX >> (BYTES - size));
            let count = starts.count_ones() as usize;
            let mut places = _mm512_maskz_compress_epi8(starts, numbers);
            let mut done = 0;
            while done < count {
                // What follows the first byte of a character, in the lower half.
                let part =
                    |places| _mm512_cvtepu8_epi16(_mm512_castsi512_si256(_mm512_permutexvar_epi8(places, bytes)));
                let unit = |value: u16| _mm512_set1_epi16(value as i16);
                let low = |part| _mm512_and_si512(part, unit(0x3f));
                let mut units = part(places);
                if high != 0 {
                    let first = units;
                    let second = low(part(_mm512_add_epi8(places, _mm512_set1_epi8(1))));
                    let third = low(part(_mm512_add_epi8(places, _mm512_set1_epi8(2))));
                    let two = _mm512_or_si512(_mm512_slli_epi16::<6>(_mm512_and_si512(first, unit(0x1f))), second);
                    let three = _mm512_or_si512(
                        _mm512_slli_epi16::<12>(first),
                        _mm512_or_si512(_mm512_slli_epi16::<6>(second), third),
                    );
                    units = _mm512_mask_mov_epi16(units, _mm512_cmpge_epu16_mask(first, unit(0xc0)), two);
                    units = _mm512_mask_mov_epi16(units, _mm512_cmpge_epu16_mask(first, unit(0xe0)), three);
                }
                _mm512_storeu_si512(target.add(to + done).cast(), units);
                places = _mm512_permutexvar_epi8(_mm512_add_epi8(numbers, _mm512_set1_epi8(UNITS as i8)), places);
                done += UNITS;
            }
            (from, to) = (from + size, to + count);
        }
    }
    (from, to)
}

/// Writes the characters from the start of UTF-8 in which all are below U+0100, one byte each, as long as there are blocks, and tells how many
/// bytes were read and written.
///
/// # Safety
/// [`is_here`].
#[target_feature(enable = "avx512f,avx512bw,avx512vbmi,avx512vbmi2,popcnt")]
pub(crate) unsafe fn latin1(text: &[u8], target: &mut [u8]) -> (usize, usize) {
    let (mut from, mut to) = (0, 0);
    // Whether the last byte of the block before was the first of the upper half of the characters that have two.
    let mut carry = 0;
    // SAFETY: the caller's. Blocks are read within the text, and no more written than there is room for.
    unsafe {
        while text.len() - from >= BYTES && target.len() - to >= BYTES {
            let bytes = _mm512_loadu_si512(text.as_ptr().add(from).cast());
            let upper = _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8(0xc3_u8 as i8));
            let characters = _mm512_mask_add_epi8(bytes, upper << 1 | carry, bytes, _mm512_set1_epi8(0x40));
            let is_last = !_mm512_cmpge_epu8_mask(bytes, _mm512_set1_epi8(0xc0_u8 as i8));
            let count = is_last.count_ones();
            let characters = _mm512_maskz_compress_epi8(is_last, characters);
            let room = u64::MAX.checked_shr(BYTES as u32 - count).unwrap_or(0);
            _mm512_mask_storeu_epi8(target.as_mut_ptr().add(to).cast(), room, characters);
            carry = upper >> 63;
            (from, to) = (from + BYTES, to + count as usize);
        }
    }
    (from - carry as usize, to)
}

/// Writes the UTF-8 of units from the start, as long as there are blocks of them and no surrogates in those, and tells how many units and bytes
/// that was.
///
/// # Safety
/// [`is_here`]; there is room for three times as many bytes as there are units.
#[target_feature(enable = "avx512f,avx512bw,avx512vbmi,avx512vbmi2,popcnt")]
pub(crate) unsafe fn utf8(units: &[u16], target: *mut u8) -> (usize, usize) {
    /// Units of a block.
    const UNITS: usize = 16;
    let (mut from, mut to) = (0, 0);
    // SAFETY: the caller's. Blocks are read within the units, and three bytes for each are the most that are written.
    unsafe {
        let all = |value: u32| _mm512_set1_epi32(value as i32);
        while units.len() - from >= UNITS {
            let codes = _mm512_cvtepu16_epi32(_mm256_loadu_si256(units.as_ptr().add(from).cast()));
            if _mm512_cmpeq_epi32_mask(_mm512_and_si512(codes, all(0xf800)), all(0xd800)) != 0 {
                break;
            }
            let (has_two, has_three) =
                (_mm512_cmpge_epu32_mask(codes, all(0x80)), _mm512_cmpge_epu32_mask(codes, all(0x800)));
            let low = |codes| _mm512_or_si512(_mm512_and_si512(codes, all(0x3f)), all(0x80));
            let (middle, last) = (low(_mm512_srli_epi32::<6>(codes)), low(codes));
            let two = _mm512_or_si512(
                _mm512_or_si512(_mm512_srli_epi32::<6>(codes), all(0xc0)),
                _mm512_slli_epi32::<8>(last),
            );
            let rest = _mm512_or_si512(_mm512_slli_epi32::<8>(middle), _mm512_slli_epi32::<16>(last));
            let three = _mm512_or_si512(_mm512_or_si512(_mm512_srli_epi32::<12>(codes), all(0xe0)), rest);
            let pick =
                |one, two, three| _mm512_mask_mov_epi32(_mm512_mask_mov_epi32(one, has_two, two), has_three, three);
            let is_byte = _mm512_movepi8_mask(pick(all(0xff), all(0xffff), all(0xff_ffff)));
            let bytes = _mm512_maskz_compress_epi8(is_byte, pick(codes, two, three));
            let count = is_byte.count_ones();
            _mm512_mask_storeu_epi8(target.add(to).cast(), u64::MAX >> (BYTES as u32 - count), bytes);
            (from, to) = (from + UNITS, to + count as usize);
        }
    }
    (from, to)
}
