//! Compiles `js/*.js` to bytecode.

fn main() {
    llrt_build::scripts(&[("node:console", "js/console.js")]);
}
