//! Compiles `js/*.js` to bytecode.

fn main() {
    llrt_build::scripts(&[
        ("node:child_process", "js/child_process.js"),
        ("internal:ipc", "js/ipc.js"),
        ("internal:ipc-handles", "js/handles.js"),
    ]);
}
