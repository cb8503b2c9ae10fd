//! Compiles `js/*.js` to bytecode.

fn main() {
    llrt_build::scripts(&[
        ("internal:awslambda", "js/awslambda.js"),
        ("internal:concurrency", "js/concurrency.js"),
        ("internal:response-stream", "js/response-stream.js"),
    ]);
}
