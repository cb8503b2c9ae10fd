//! Compiles `js/*.js` to bytecode.

fn main() {
    llrt_build::scripts(&[
        ("node:readline", "js/readline.js"),
        ("node:readline/promises", "js/promises.js"),
        ("internal:readline-interface", "js/interface.js"),
        ("internal:readline-keys", "js/keys.js"),
    ]);
}
