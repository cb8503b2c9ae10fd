//! Compiles `js/*.js` to bytecode.

fn main() {
    llrt_build::scripts(&[("node:constants", "js/constants.js")]);
}
