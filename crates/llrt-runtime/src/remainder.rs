//! The C function `fmod`: JavaScript's `%`.
//!
//! In a release binary the engine's calls end in that of Rust's `compiler_builtins`, which subtracts the divisor once for every bit that
//! the exponents differ in: a quarter of the time of a script that makes random numbers in the usual way. This one divides.

const SIGN: u64 = 1 << 63;
const FRACTION_BITS: u32 = 52;
const IMPLICIT: u64 = 1 << FRACTION_BITS;
const INFINITE: u64 = 0x7ff << FRACTION_BITS;

/// `dividend % divisor`, with the sign of `dividend`; exact, as the C standard has it.
pub fn remainder(dividend: f64, divisor: f64) -> f64 {
    let sign = dividend.to_bits() & SIGN;
    let (dividend_bits, divisor_bits) = (dividend.to_bits() & !SIGN, divisor.to_bits() & !SIGN);
    if dividend_bits >= INFINITE || divisor_bits > INFINITE || divisor_bits == 0 {
        return f64::NAN;
    }
    if dividend_bits < divisor_bits {
        return dividend;
    }
    let ((mut rest, high), (mut by, mut low)) = (parts(dividend_bits), parts(divisor_bits));
    // Of a small whole number most bits are zeros, which need no division.
    let zeros = by.trailing_zeros().min(high - low);
    by >>= zeros;
    low += zeros;
    let mut room = rest.leading_zeros();
    let mut shift = high - low;
    loop {
        let step = shift.min(room);
        rest = (rest << step) % by;
        shift -= step;
        if shift == 0 || rest == 0 {
            break;
        }
        // What is left is smaller than the divisor.
        room = by.leading_zeros();
    }
    // Exact: below 2^53, times a power of two that the divisor has.
    let unit = if low < FRACTION_BITS { 1 << low } else { u64::from(low - FRACTION_BITS + 1) << FRACTION_BITS };
    f64::from_bits((rest as f64 * f64::from_bits(unit)).to_bits() | sign)
}

/// A finite number as a whole one, and how often that is to be doubled, beginning with the smallest number there is.
fn parts(bits: u64) -> (u64, u32) {
    let exponent = (bits >> FRACTION_BITS) as u32;
    let fraction = bits & (IMPLICIT - 1);
    if exponent == 0 { (fraction, 0) } else { (fraction | IMPLICIT, exponent - 1) }
}

#[cfg(test)]
mod tests {
    use super::remainder;

    /// As the C library has it.
    fn check(dividend: f64, divisor: f64) {
        let (found, wanted) = (remainder(dividend, divisor), dividend % divisor);
        assert!(
            found.to_bits() == wanted.to_bits() || found.is_nan() && wanted.is_nan(),
            "{dividend:e} % {divisor:e}: {found:e}, not {wanted:e}"
        );
    }

    #[test]
    fn edges_are_the_c_librarys() {
        let edges = [
            0.0,
            5e-324,
            1e-323,
            2.225_073_858_507_201e-308,
            f64::MIN_POSITIVE,
            4.5e-308,
            0.1,
            0.5,
            1.0,
            1.5,
            2.0,
            3.0,
            10.0,
            2147483647.0,
            9007199254740991.0,
            9007199254740992.0,
            1e22,
            1e300,
            f64::MAX,
            f64::INFINITY,
            f64::NAN,
        ];
        for dividend in edges {
            for divisor in edges {
                for (dividend, divisor) in
                    [(dividend, divisor), (-dividend, divisor), (dividend, -divisor), (-dividend, -divisor)]
                {
                    check(dividend, divisor);
                }
            }
        }
    }

    #[test]
    fn numbers_of_every_size_are_the_c_librarys() {
        let mut state = 0x9e37_79b9_7f4a_7c15_u64;
        let mut random = || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state
        };
        for _ in 0..20_000 {
            let (one, other) = (random(), random());
            check(f64::from_bits(one), f64::from_bits(other));
            check((one >> 11) as f64, (other >> (11 + other % 50)) as f64);
            check((one >> 40) as f64 / 1000.0, (other >> 50) as f64 / 100.0);
        }
    }
}
