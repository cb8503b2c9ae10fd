//! Compiles `js/*.js` to bytecode.

fn main() {
    llrt_build::scripts(&[
        ("node:dns", "js/dns.js"),
        ("node:dns/promises", "js/promises.js"),
        ("internal:dns", "js/common.js"),
    ]);
}
