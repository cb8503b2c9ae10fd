//! Sixteen bytes, eight units at once.
//!
//! By hand: where a program is optimized for size when it is linked, nothing is vectorized.

pub(crate) use here::{count_high, high_bits, narrow, top, widen};

/// Bytes of a block.
pub(crate) const BYTES: usize = 16;
/// Units of a block.
pub(crate) const UNITS: usize = 8;

#[cfg(target_arch = "x86_64")]
mod here {
    use std::arch::x86_64::{
        __m128i, _mm_cmpeq_epi16, _mm_loadu_si128, _mm_max_epu8, _mm_movemask_epi8, _mm_packus_epi16,
        _mm_setzero_si128, _mm_srli_epi16, _mm_storel_epi64, _mm_storeu_si128, _mm_unpackhi_epi8, _mm_unpacklo_epi8,
    };

    use super::{BYTES, UNITS};

    // SAFETY of each: every x86-64 processor has SSE2; what is read and written lies in the arrays, and need not be aligned.

    /// A bit for each byte that is not ASCII, and the block's units in `target`.
    #[inline(always)]
    pub(crate) fn widen(block: &[u8; BYTES], target: &mut [std::mem::MaybeUninit<u16>; BYTES]) -> u32 {
        // SAFETY: above.
        unsafe {
            let (bytes, zeros) = (_mm_loadu_si128(block.as_ptr().cast()), _mm_setzero_si128());
            let target: *mut __m128i = target.as_mut_ptr().cast();
            _mm_storeu_si128(target, _mm_unpacklo_epi8(bytes, zeros));
            _mm_storeu_si128(target.add(1), _mm_unpackhi_epi8(bytes, zeros));
            _mm_movemask_epi8(bytes) as u32
        }
    }

    /// A bit for each byte that is not ASCII.
    #[inline(always)]
    pub(crate) fn high_bits(block: &[u8; BYTES]) -> u32 {
        // SAFETY: above.
        unsafe { _mm_movemask_epi8(_mm_loadu_si128(block.as_ptr().cast())) as u32 }
    }

    /// How many bytes are not ASCII.
    #[inline(always)]
    pub(crate) fn count_high(block: &[u8; BYTES]) -> u32 {
        use std::arch::x86_64::{
            _mm_and_si128, _mm_cvtsi128_si32, _mm_sad_epu8, _mm_set1_epi8, _mm_srli_epi16, _mm_srli_si128,
        };
        // SAFETY: above.
        unsafe {
            let bits = _mm_srli_epi16::<7>(_mm_loadu_si128(block.as_ptr().cast()));
            let sums = _mm_sad_epu8(_mm_and_si128(bits, _mm_set1_epi8(1)), _mm_setzero_si128());
            (_mm_cvtsi128_si32(sums) + _mm_cvtsi128_si32(_mm_srli_si128::<8>(sums))) as u32
        }
    }

    /// The largest byte of a block, or one that is smaller than `at_least`.
    #[inline(always)]
    pub(crate) fn top(block: &[u8; BYTES], at_least: u8) -> u8 {
        use std::arch::x86_64::{_mm_cmpeq_epi8, _mm_set1_epi8};
        // SAFETY: above.
        unsafe {
            let bytes = _mm_loadu_si128(block.as_ptr().cast());
            let limit = _mm_set1_epi8(at_least as i8);
            if _mm_movemask_epi8(_mm_cmpeq_epi8(_mm_max_epu8(bytes, limit), bytes)) != 0 { at_least } else { 0 }
        }
    }

    /// Whether all units are ASCII; their bytes are in `target` then.
    #[inline(always)]
    pub(crate) fn narrow(block: &[u16; UNITS], target: &mut [std::mem::MaybeUninit<u8>; UNITS]) -> bool {
        // SAFETY: above.
        unsafe {
            let units = _mm_loadu_si128(block.as_ptr().cast());
            let is_low = _mm_cmpeq_epi16(_mm_srli_epi16::<7>(units), _mm_setzero_si128());
            _mm_storel_epi64(target.as_mut_ptr().cast(), _mm_packus_epi16(units, units));
            _mm_movemask_epi8(is_low) == 0xffff
        }
    }
}

#[cfg(not(target_arch = "x86_64"))]
mod here {
    use std::mem::MaybeUninit;

    use super::{BYTES, UNITS};

    pub(crate) fn widen(block: &[u8; BYTES], target: &mut [MaybeUninit<u16>; BYTES]) -> u32 {
        for (unit, &byte) in target.iter_mut().zip(block) {
            unit.write(byte.into());
        }
        high_bits(block)
    }

    pub(crate) fn high_bits(block: &[u8; BYTES]) -> u32 {
        const HIGH: u128 = u128::from_ne_bytes([0x80; BYTES]);
        // Those who ask want to know the first, or whether there are any.
        let high = u128::from_le_bytes(*block) & HIGH;
        if high == 0 { 0 } else { u32::MAX << (high.trailing_zeros() / 8) & 0xffff }
    }

    pub(crate) fn count_high(block: &[u8; BYTES]) -> u32 {
        block.iter().map(|byte| u32::from(byte >> 7)).sum()
    }

    pub(crate) fn top(block: &[u8; BYTES], at_least: u8) -> u8 {
        if block.iter().any(|&byte| byte >= at_least) { at_least } else { 0 }
    }

    pub(crate) fn narrow(block: &[u16; UNITS], target: &mut [MaybeUninit<u8>; UNITS]) -> bool {
        let all = block.iter().fold(0, |all, unit| all | unit);
        for (byte, &unit) in target.iter_mut().zip(block) {
            byte.write(unit as u8);
        }
        all < 0x80
    }
}
