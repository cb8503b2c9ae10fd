//! Compiles `js/*.js` to bytecode.

fn main() {
    llrt_build::scripts(&[("node:diagnostics_channel", "js/diagnostics_channel.js")]);
}
