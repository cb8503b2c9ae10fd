//! Compiles `js/*.js` to bytecode.

fn main() {
    llrt_build::scripts(&[("node:perf_hooks", "js/perf_hooks.js"), ("internal:histogram", "js/histogram.js")]);
}
