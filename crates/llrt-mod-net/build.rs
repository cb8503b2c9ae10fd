//! Compiles `js/*.js` to bytecode.

fn main() {
    llrt_build::scripts(&[("node:net", "js/net.js"), ("internal:net-addresses", "js/addresses.js")]);
}
