//! Compiles `js/*.js` to bytecode.

fn main() {
    llrt_build::scripts(&[("internal:fetch", "js/fetch.js")]);
}
