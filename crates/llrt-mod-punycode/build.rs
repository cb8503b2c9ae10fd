//! Compiles `js/*.js` to bytecode.

fn main() {
    llrt_build::scripts(&[("node:punycode", "js/punycode.js")]);
}
