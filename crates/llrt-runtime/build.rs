//! Compiles `js/*.js` to bytecode.

fn main() {
    llrt_build::scripts(&[
        ("internal:cjs", "js/cjs.js"),
        ("internal:hooks", "js/hooks.js"),
        ("internal:hooks-thread", "js/hooks_thread.js"),
        ("internal:source-map", "js/source_map.js"),
        ("llrt:util", "js/llrt-util.js"),
        ("node:module", "js/module.js"),
    ]);
}
