//! Compiles `js/*.js` to bytecode.

fn main() {
    llrt_build::scripts(&[
        ("internal:fs-classes", "js/classes.js"),
    ]);
}
