//! Compiles `js/*.js` to bytecode.

fn main() {
    llrt_build::scripts(&[
        ("node:events", "js/events.js"),
        ("internal:event-target", "js/event-target.js"),
        ("internal:error-event", "js/error-event.js"),
    ]);
}
