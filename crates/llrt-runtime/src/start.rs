//! The start of the process, without Rust's own.
//!
//! Rust's start-up reads the bounds of the main thread's stack from `/proc/self/maps` and sets up a signal stack, to turn a stack
//! overflow into a message: a tenth of this runtime's whole start. The engine counts its stack itself and throws `RangeError`.

/// Defines the C `main` of a binary: `llrt_runtime::main!(command)` with `fn command() -> i32`, in a crate with `#![no_main]`. The C
/// function `fmod` comes with it: see [`remainder`](crate::remainder()).
#[macro_export]
macro_rules! main {
    ($body:path) => {
        /// The entry point that the C library calls.
        #[unsafe(no_mangle)]
        extern "C" fn main() -> std::ffi::c_int {
            $crate::prepare_process();
            $body()
        }

        /// What the engine calls for `%`.
        #[unsafe(no_mangle)]
        extern "C" fn fmod(dividend: f64, divisor: f64) -> f64 {
            $crate::remainder(dividend, divisor)
        }
    };
}

/// What Rust's start-up does that is needed: writing to a closed pipe or past the limit of a file's size is an error instead of a
/// signal, and the three standard descriptors are open, so that no file gets their numbers. A panic prints its message before the process aborts.
pub fn prepare_process() {
    // SAFETY: plain system calls on constants, before any other thread exists.
    unsafe {
        libc::signal(libc::SIGPIPE, libc::SIG_IGN);
        libc::signal(libc::SIGXFSZ, libc::SIG_IGN);
        for descriptor in 0..3 {
            if libc::fcntl(descriptor, libc::F_GETFD) == -1 {
                libc::open(c"/dev/null".as_ptr(), libc::O_RDWR);
            }
        }
    }
}
