//! Functions which FreeBSD computes otherwise than the [library that it comes from](https://www.netlib.org/fdlibm/) and V8 do: by that library's formulas.

use core::f64::consts::{LN_2, LOG10_E};

use libm::{expm1, fabs, log, log1p, sqrt};

/// The decimal logarithm of two in two parts.
const LOG10_2_HIGH: f64 = 0.301_029_995_663_611_77;
const LOG10_2_LOW: f64 = 3.694_239_077_158_931e-13;
const TWO_TO_54: f64 = 18_014_398_509_481_984.0;

pub(crate) fn acosh(x: f64) -> f64 {
    if x.is_nan() || x < 1.0 {
        f64::NAN
    } else if x >= 268_435_456.0 {
        log(x) + LN_2
    } else if x > 2.0 {
        log(2.0 * x - 1.0 / (x + sqrt(x * x - 1.0)))
    } else {
        let beyond = x - 1.0;
        log1p(beyond + sqrt(2.0 * beyond + beyond * beyond))
    }
}

pub(crate) fn log10(mut x: f64) -> f64 {
    if x.is_nan() || x < 0.0 {
        return f64::NAN;
    }
    if x == 0.0 {
        return f64::NEG_INFINITY;
    }
    if x.is_infinite() {
        return x;
    }
    let mut exponent = 0;
    if x < f64::MIN_POSITIVE {
        x *= TWO_TO_54;
        exponent = -54;
    }
    exponent += i32::from((x.to_bits() >> 52) as u16) - 1023;
    let below_one = exponent < 0;
    // A power of two, in whole numbers towards zero, times what is left.
    let power = f64::from(exponent + i32::from(below_one));
    let mantissa = x.to_bits() & ((1 << 52) - 1);
    let rest = f64::from_bits(mantissa | (1023 - u64::from(below_one)) << 52);
    power * LOG10_2_LOW + LOG10_E * log(rest) + power * LOG10_2_HIGH
}

pub(crate) fn tanh(x: f64) -> f64 {
    if x.is_nan() {
        return x;
    }
    let size = fabs(x);
    if size < 1.0 / (1_u64 << 55) as f64 {
        return x;
    }
    let of_size = if size >= 22.0 {
        1.0
    } else if size >= 1.0 {
        1.0 - 2.0 / (expm1(2.0 * size) + 2.0)
    } else {
        let below = expm1(-2.0 * size);
        -below / (below + 2.0)
    };
    of_size.copysign(x)
}
