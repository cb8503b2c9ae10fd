//! Compiles the scripts.

fn main() {
    llrt_build::scripts(&[
        ("internal:web-streams/common", "js/web/common.js"),
        ("internal:web-streams/pipe", "js/web/pipe.js"),
        ("internal:web-streams/readable", "js/web/readable.js"),
        ("internal:web-streams/tee", "js/web/tee.js"),
        ("internal:web-streams/text", "js/web/text.js"),
        ("internal:web-streams/transform", "js/web/transform.js"),
        ("internal:web-streams/writable", "js/web/writable.js"),
        ("node:stream/web", "js/web/web.js"),
    ]);
}
