//! Compiles `js/*.js` to bytecode.

fn main() {
    llrt_build::scripts(&[("node:tty", "js/tty.js"), ("internal:tty-actions", "js/actions.js")]);
}
