//! Compiles `js/*.js` to bytecode.

fn main() {
    llrt_build::scripts(&[
        ("node:http2", "js/http2.js"),
        ("internal:http2/compat", "js/compat.js"),
        ("internal:http2/shared", "js/shared.js"),
    ]);
}
