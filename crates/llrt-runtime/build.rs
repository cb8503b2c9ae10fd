//! Compiles `js/*.js` to bytecode.

fn main() {
    llrt_build::scripts(&[
        ("internal:cjs", "js/cjs.js"),
        ("internal:hooks", "js/hooks.js"),
        ("node:module", "js/module.js"),
    ]);
}
