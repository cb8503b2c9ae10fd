//! Compiles `js/*.js` to bytecode.

fn main() {
    llrt_build::scripts(&[("node:crypto", "js/crypto.js"), ("internal:crypto-keys", "js/keys.js")]);
}
