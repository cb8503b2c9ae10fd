//! What the C library is asked for after all, when it is first needed.

use core::{
    ffi::c_void,
    mem::transmute,
    ptr::null_mut,
    sync::atomic::{AtomicPtr, Ordering},
};

/// glibc's `pow` is right to the last digit for nearly all numbers, as V8's; FreeBSD's is for nine of ten.
static POW: AtomicPtr<c_void> = AtomicPtr::new(null_mut());

/// `x` to the power of `y`.
pub(crate) fn pow(x: f64, y: f64) -> f64 {
    if let Some(power) = whole(x, y) {
        return power;
    }
    let mut function = POW.load(Ordering::Relaxed);
    if function.is_null() {
        function = find();
        POW.store(function, Ordering::Relaxed);
    }
    // SAFETY: both that `find` gives are C functions of this type.
    let function: extern "C" fn(f64, f64) -> f64 = unsafe { transmute(function) };
    function(x, y)
}

/// A power that is a product of whole numbers without a rounding, as those are that constants are written with: `2 ** 53`.
fn whole(x: f64, y: f64) -> Option<f64> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    // Squares of any number are rounded once, as the power is.
    if y == 2.0 {
        return Some(x * x);
    }
    if !(0.0..=64.0).contains(&y) || libm::trunc(y) != y || libm::trunc(x) != x {
        return None;
    }
    let mut power = 1.0;
    let mut left = y;
    while left > 0.0 {
        power *= x;
        if libm::fabs(power) > EXACT {
            return None;
        }
        left -= 1.0;
    }
    Some(power)
}

/// The C library's function, or FreeBSD's where there is no library to be loaded.
fn find() -> *mut c_void {
    extern "C" fn instead(x: f64, y: f64) -> f64 {
        libm::pow(x, y)
    }
    // SAFETY: names that end in zero. The library stays loaded.
    let found = unsafe {
        let library = libc::dlopen(c"libm.so.6".as_ptr(), libc::RTLD_LAZY);
        if library.is_null() { null_mut() } else { libc::dlsym(library, c"pow".as_ptr()) }
    };
    if found.is_null() { instead as *mut c_void } else { found }
}
