//! Compiles `js/*.js` to bytecode.

fn main() {
    llrt_build::scripts(&[("node:async_hooks", "js/async_hooks.js"), ("internal:async-hooks", "js/hooks.js")]);
}
