//! Compiles the JavaScript side to bytecode.

fn main() {
    llrt_build::scripts(&[("node:string_decoder", "js/string_decoder.js")]);
}
