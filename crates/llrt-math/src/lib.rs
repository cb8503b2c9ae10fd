#![doc = include_str!("../README.md")]
// Elsewhere the functions are in the one library that every program has.
#![cfg(target_os = "linux")]

mod fdlibm;
mod system;

use core::ffi::{c_int, c_long};

/// Defines C functions of one number.
macro_rules! of_one {
    ($($name:ident: $implementation:path)*) => { $(
        #[doc = concat!("C's `", stringify!($name), "`.")]
        // SAFETY: it is what the C standard says of this name, and calls nothing of this name.
        #[unsafe(no_mangle)]
        pub extern "C" fn $name(x: f64) -> f64 {
            $implementation(x)
        }
    )* };
}

/// Defines C functions of two numbers.
macro_rules! of_two {
    ($($name:ident: $implementation:path)*) => { $(
        #[doc = concat!("C's `", stringify!($name), "`.")]
        // SAFETY: as above.
        #[unsafe(no_mangle)]
        pub extern "C" fn $name(x: f64, y: f64) -> f64 {
            $implementation(x, y)
        }
    )* };
}

of_one! {
    acos: libm::acos
    acosh: fdlibm::acosh
    asin: libm::asin
    asinh: libm::asinh
    atan: libm::atan
    atanh: libm::atanh
    cbrt: libm::cbrt
    cos: libm::cos
    cosh: libm::cosh
    exp: libm::exp
    expm1: libm::expm1
    log: libm::log
    log10: fdlibm::log10
    log1p: libm::log1p
    log2: libm::log2
    sin: libm::sin
    sinh: libm::sinh
    tan: libm::tan
    tanh: fdlibm::tanh
}
of_two! {
    atan2: libm::atan2
    hypot: libm::hypot
    pow: system::pow
}

/// C's `scalbn`: `x` times two to the power of `n`.
// SAFETY: as above.
#[unsafe(no_mangle)]
pub extern "C" fn scalbn(x: f64, n: c_int) -> f64 {
    libm::scalbn(x, n)
}

/// C's `frexp`: a number from one half to one, and through `exponent` the power of two that it is multiplied with.
///
/// # Safety
/// `exponent` is a place for a number.
// SAFETY: as above.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn frexp(x: f64, exponent: *mut c_int) -> f64 {
    let (fraction, power) = libm::frexp(x);
    // SAFETY: the caller's promise.
    unsafe { exponent.write(power) };
    fraction
}

/// C's `modf`: what is behind the point, and through `whole` what is before it.
///
/// # Safety
/// `whole` is a place for a number.
// SAFETY: as above.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn modf(x: f64, whole: *mut f64) -> f64 {
    let (fraction, before) = libm::modf(x);
    // SAFETY: the caller's promise.
    unsafe { whole.write(before) };
    fraction
}

/// C's `lrint` in its default mode: the nearest whole number, the even one of two.
// SAFETY: as above.
#[unsafe(no_mangle)]
#[expect(clippy::cast_possible_truncation, reason = "what does not fit is unspecified in C")]
pub extern "C" fn lrint(x: f64) -> c_long {
    libm::rint(x) as c_long
}

#[cfg(test)]
mod tests {
    use super::*;

    type One = extern "C" fn(f64) -> f64;
    type Two = extern "C" fn(f64, f64) -> f64;

    /// Results of Node.js 24 in bits; those of glibc differ in the last for most of them.
    const OF_ONE: &[(One, f64, u64)] = &[
        (acos, -0.4508474071013764, 0x4000_4ede_c0fb_e944),
        (acos, 0.3733866635488958, 0x3ff3_029e_5522_d6d2),
        (acos, -0.1003134973623101, 0x3ffa_bd8e_debd_d1aa),
        (acos, -0.7808427880290107, 0x4003_bc06_e95f_c145),
        (acosh, 4.7252027284550575, 0x4001_e099_877b_36c4),
        (acosh, 112.48791146748138, 0x4015_a9f4_dfe4_7988),
        (acosh, 86.54850320097363, 0x4014_9d82_ac59_7cb4),
        (acosh, 7.047540076811796, 0x4005_2043_99a5_7371),
        (asin, -0.5835772658026741, 0xbfe3_f0a7_e92d_418e),
        (asin, -0.8772485635770368, 0xbff1_1f21_4a22_1894),
        (asin, -0.797598483607252, 0xbfed_8bb3_5eaf_069e),
        (asin, 0.9354933382959347, 0x3ff3_5abc_c7b2_b1d4),
        (asinh, 305.9936876497212, 0x4019_aab7_28e0_8cec),
        (asinh, -88533.859375, 0xc028_2b27_bc33_906e),
        (asinh, 377.23693463080053, 0x401a_810c_042e_6f66),
        (asinh, 0.7923140291266952, 0x3fe7_40c2_8a53_701a),
        (atan, -0.4384621077400457, 0xbfda_7228_a26e_63bc),
        (atan, 1.801943693865696, 0x3ff1_06c8_4c47_e684),
        (atan, 1.337796529939557, 0x3fed_b989_6a55_b55c),
        (atan, -0.374242747860803, 0xbfd6_eb37_ff91_ca7b),
        (atanh, -0.6400426018055585, 0xbfe8_438c_ead4_b865),
        (atanh, -0.22926857581448878, 0xbfcd_e09e_72eb_c687),
        (atanh, 0.7095410542400216, 0x3fec_5c3b_d05e_87c5),
        (atanh, 0.30819990285713494, 0x3fd4_6335_2b82_077a),
        (cos, 2.2369322031750833, 0xbfe3_c644_7a54_056c),
        (cos, 253.0085851904832, 0xbfbc_32f5_dae6_84da),
        (cos, -0.8702281635268401, 0x3fe4_a0fd_8580_f7c4),
        (cos, 0.12230598830374673, 0x3fef_c2ce_26de_85f5),
        (cosh, 1.6347955553285307, 0x4005_4b29_cd17_ce72),
        (cosh, 0.7684006050260197, 0x3ff4_f5e6_ae90_7f22),
        (cosh, 530.0433877833441, 0x6fa9_d470_a3c7_ef18),
        (cosh, -0.23278102297890424, 0x3ff0_6f7a_1d38_ccd8),
        (exp, -2.3997698450986693, 0x3fb7_3aa9_0842_b556),
        (exp, 462.7411024648476, 0x69a8_27de_2262_2ac6),
        (exp, 0.990367380286757, 0x4005_89ac_66b6_498e),
        (exp, 0.9416267858917666, 0x4004_8360_bbe8_0707),
        (expm1, 0.3307990166351189, 0x3fd9_17d6_a018_e39c),
        (expm1, -0.1467612046696367, 0xbfc1_78d3_b63d_7bae),
        (expm1, -0.2406306969831269, 0xbfcb_6007_b52d_ec3e),
        (expm1, -2.689067194877204, 0xbfed_d366_7fd0_3975),
        (log, 1.6756433058833387, 0x3fe0_84af_e53f_1a94),
        (log, 842.2140706786226, 0x401a_f1b2_f48b_e52e),
        (log, 2.913423625050367, 0x3ff1_1bf8_9d08_782c),
        (log, 7.903895948247349, 0x4000_89f1_d5e5_429c),
        (log10, 9.842272485057958, 0x3fef_c76f_f8b7_a33b),
        (log10, 1.147049408506294, 0x3fae_818c_5f20_c6b1),
        (log10, 1.8551600587739294, 0x3fd1_2d29_1e59_2703),
        (log10, 0.3958336381655967, 0xbfd9_c25a_19c1_7d59),
        (log1p, 0.30393228157494634, 0x3fd0_fc0f_6636_ee63),
        (log1p, 3.8386622360180773, 0x3ff9_39e9_10fb_9c43),
        (log1p, 548.281937751048, 0x4019_3c04_bf2c_919d),
        (log1p, 1.3148699805932618, 0x3fea_dbfb_eae2_62c4),
        (log2, 0.7739582635639102, 0xbfd7_a8b6_1ca9_0db8),
        (log2, 1.1393970478175, 0x3fc8_1940_098e_272a),
        (log2, 1.3002077010173205, 0x3fd8_3d4f_85d7_4c22),
        (log2, 0.748089939765672, 0xbfda_cc3f_b993_98cb),
        (sin, 357211.15625, 0xbfde_6485_9c56_deee),
        (sin, 1.157131591311643, 0x3fed_4d09_5820_b0ae),
        (sin, -0.9429568635493315, 0xbfe9_e5c5_f294_5e8e),
        (sin, -0.07300757822417014, 0xbfb2_ac60_171c_6b82),
        (sinh, 416.8804164724181, 0x6575_9347_9e7b_77a0),
        (sinh, 190.15053498089384, 0x5104_19fe_4349_64ac),
        (sinh, 258.7922140464884, 0x5734_8284_66fd_01de),
        (sinh, -0.7372446673098789, 0xbfe9_c9ad_eb45_2084),
        (tan, 4.392400291237967, 0x4008_2446_576f_0303),
        (tan, 1.0291367605697537, 0x3ffa_9784_89d9_7ed1),
        (tan, 28.891262345603575, 0x3fe6_b270_770d_79cc),
        (tan, 0.9300613253229881, 0x3ff5_74ec_0cea_c8eb),
        (tanh, -0.12905653365201553, 0xbfc0_6d99_f911_16ea),
        (tanh, 1.5414938621529717, 0x3fed_3224_c614_2fae),
        (tanh, 0.5535175123434162, 0x3fe0_19d1_f39b_272f),
        (tanh, 9.152098002010053, 0x3fef_ffff_f3ef_a2c4),
    ];
    const OF_TWO: &[(Two, f64, f64, u64)] = &[
        (atan2, 4.926271497200707, -2.0616392380633033, 0x3fff_796f_cae7_5551),
        (atan2, 0.6112816026968184, 3.639679888332471, 0x3fc5_4c79_d9b0_b6a0),
        (atan2, 13.92574665687235, -1.9666444120645785, 0x3ffb_60a2_2e72_02a1),
        (atan2, 1.0589297093022698, -1.5946330586894288, 0x4004_7174_6d1d_90f5),
        (pow, 2.633206884003401, -0.005216454837842721, 0x3fef_d6ba_dc03_f366),
        (pow, 56.81544177890834, 6.350008709894558, 0x4240_1a2e_154f_1565),
        (pow, 2.4731416798515573, 0.6695279768493034, 0x3ffd_5631_a71a_6599),
        (pow, 93.48051627561829, -0.5381109144068603, 0x3fb6_45d1_8faa_33d8),
    ];

    #[test]
    fn results_are_those_of_v8() {
        for (index, &(function, x, bits)) in OF_ONE.iter().enumerate() {
            assert_eq!(function(x).to_bits(), bits, "row {index}: of {x:?}");
        }
        for (index, &(function, x, y, bits)) in OF_TWO.iter().enumerate() {
            assert_eq!(function(x, y).to_bits(), bits, "row {index}: of {x:?} and {y:?}");
        }
    }

    #[test]
    fn limits() {
        assert_eq!(log10(0.0), f64::NEG_INFINITY);
        assert_eq!(log10(f64::INFINITY), f64::INFINITY);
        assert_eq!(log10(1000.0), 3.0);
        assert!(log10(-1.0).is_nan() && log10(f64::NAN).is_nan());
        assert_eq!(log10(5e-324), -323.306_215_343_115_8);
        assert!(acosh(0.5).is_nan() && acosh(f64::NAN).is_nan());
        assert_eq!((acosh(1.0), acosh(f64::INFINITY)), (0.0, f64::INFINITY));
        assert_eq!((tanh(50.0), tanh(-50.0), tanh(f64::NEG_INFINITY)), (1.0, -1.0, -1.0));
        assert!(tanh(f64::NAN).is_nan() && tanh(-0.0).is_sign_negative());
        assert_eq!(
            (pow(2.0, 53.0), pow(-10.0, 15.0), pow(7.0, 0.0), pow(-0.0, 3.0)),
            (9_007_199_254_740_992.0, -1e15, 1.0, 0.0)
        );
        assert!(pow(-0.0, 3.0).is_sign_negative() && pow(f64::NAN, 3.0).is_nan());
        assert_eq!(
            (pow(2.0, 54.0), pow(3.0, 40.0), pow(1.5, 3.0)),
            (18_014_398_509_481_984.0, 12_157_665_459_056_928_801.0, 3.375)
        );
        assert_eq!((pow(10.0, 308.0), pow(2.0, 0.5), pow(3.0, 2.0)), (1e308, core::f64::consts::SQRT_2, 9.0));
        let (mut exponent, mut whole) = (0, 0.0);
        // SAFETY: both have a place.
        let (half, rest) = unsafe { (frexp(-12.0, &raw mut exponent), modf(-3.25, &raw mut whole)) };
        assert_eq!((half, exponent, rest, whole), (-0.75, 4, -0.25, -3.0));
        assert_eq!((lrint(2.5), lrint(-3.5), scalbn(1.5, 4)), (2, -4, 24.0));
    }
}
