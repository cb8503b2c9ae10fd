//! Compiles `js/*.js` to bytecode.

fn main() {
    llrt_build::scripts(&[
        ("node:util", "js/util.js"),
        ("internal:comparisons", "js/comparisons.js"),
        ("internal:mime", "js/mime.js"),
        ("internal:parse-args", "js/parse-args.js"),
    ]);
}
