//! Compiles `js/*.js` to bytecode.

fn main() {
    llrt_build::scripts(&[("node:worker_threads", "js/worker_threads.js"), ("internal:messaging", "js/messaging.js")]);
}
