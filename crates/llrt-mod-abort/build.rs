//! Compiles `js/*.js` to bytecode.

fn main() {
    llrt_build::scripts(&[("internal:abort", "js/abort.js")]);
}
