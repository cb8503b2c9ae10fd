//! Compiles `js/*.js` to bytecode.

fn main() {
    llrt_build::scripts(&[
        ("node:process", "js/process.js"),
        ("internal:process-all", "js/all.js"),
        ("internal:global-process", "js/global.js"),
        ("internal:stdio", "js/stdio.js"),
        ("internal:pipe", "js/pipe.js"),
        ("internal:process-extra", "js/extra.js"),
    ]);
}
