//! Compiles `js/*.js` to bytecode.

fn main() {
    llrt_build::scripts(&[("node:vm", "js/vm.js")]);
}
