//! Compiles `js/*.js` to bytecode.

fn main() {
    llrt_build::scripts(&[("node:zlib", "js/zlib.js"), ("internal:compression-streams", "js/compression-streams.js")]);
}
