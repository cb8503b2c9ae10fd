//! Compiles `js/*.js` to bytecode.

fn main() {
    llrt_build::scripts(&[
        ("internal:fetch", "js/fetch.js"),
        ("internal:fetch-body", "js/body.js"),
        ("internal:fetch-idl", "js/idl.js"),
        ("internal:form-data", "js/form-data.js"),
        ("internal:headers", "js/headers.js"),
        ("internal:request", "js/request.js"),
        ("internal:response", "js/response.js"),
    ]);
}
