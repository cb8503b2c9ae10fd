//! Compiles `js/*.js` to bytecode.

fn main() {
    llrt_build::scripts(&[("node:querystring", "js/querystring.js")]);
}
