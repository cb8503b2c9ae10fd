//! Compiles `js/*.js` to bytecode.

fn main() {
    llrt_build::scripts(&[
        ("node:tls", "js/tls.js"),
        ("internal:tls-context", "js/context.js"),
        ("internal:tls-handles", "js/handles.js"),
        ("internal:x509", "js/x509.js"),
    ]);
}
