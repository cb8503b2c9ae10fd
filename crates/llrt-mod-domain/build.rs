//! Compiles `js/*.js` to bytecode.

fn main() {
    llrt_build::scripts(&[("node:domain", "js/domain.js")]);
}
