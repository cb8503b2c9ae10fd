//! Compiles `js/*.js` to bytecode.

fn main() {
    llrt_build::scripts(&[("node:timers", "js/timers.js"), ("node:timers/promises", "js/promises.js")]);
}
