//! Compiles `js/*.js` to bytecode.

fn main() {
    llrt_build::scripts(&[("internal:url-pattern", "js/url-pattern.js")]);
}
