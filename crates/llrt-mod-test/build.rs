//! Compiles `js/*.js` to bytecode.

fn main() {
    llrt_build::scripts(&[("node:test", "js/test.js"), ("internal:test-mock", "js/mock.js")]);
}
