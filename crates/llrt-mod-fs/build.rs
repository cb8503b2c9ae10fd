//! Compiles `js/*.js` to bytecode.

fn main() {
    llrt_build::scripts(&[
        ("internal:fs-classes", "js/classes.js"),
        ("internal:fs-dir", "js/dir.js"),
        ("internal:fs-handle", "js/handle.js"),
        ("internal:fs-streams", "js/streams.js"),
        ("internal:fs-tree", "js/tree.js"),
        ("internal:fs-utf8-stream", "js/utf8-stream.js"),
        ("internal:fs-watch", "js/watch.js"),
    ]);
}
