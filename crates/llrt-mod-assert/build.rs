//! Compiles `js/*.js` to bytecode.

fn main() {
    llrt_build::scripts(&[
        ("node:assert", "js/assert.js"),
        ("node:assert/strict", "js/strict.js"),
        ("internal:assertion-error", "js/assertion-error.js"),
        ("internal:assert-source", "js/source.js"),
    ]);
}
