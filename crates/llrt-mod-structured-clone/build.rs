//! Compiles `js/*.js` to bytecode.

fn main() {
    llrt_build::scripts(&[("internal:structured-clone", "js/structured-clone.js")]);
}
