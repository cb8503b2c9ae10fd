//! Compiles `js/*.js` to bytecode.

fn main() {
    llrt_build::scripts(&[
        ("node:v8", "js/v8.js"),
        ("internal:serdes", "js/serdes.js"),
        ("internal:v8-ipc", "js/ipc.js"),
    ]);
}
