//! Compiles `js/*.js` to bytecode.

fn main() {
    llrt_build::scripts(&[("node:dgram", "js/dgram.js")]);
}
