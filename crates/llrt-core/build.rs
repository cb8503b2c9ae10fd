//! Compiles `js/*.js` to bytecode.

fn main() {
    llrt_build::scripts(&[("internal:errors", "js/errors.js"), ("internal:validators", "js/validators.js")]);
}
