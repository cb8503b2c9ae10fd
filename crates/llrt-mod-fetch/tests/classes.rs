//! Headers, Request, Response and FormData. The scripts pass in Node as well.

mod support;

use llrt_test::check;
use support::MODULES;

#[test]
fn headers_behave_as_in_node() {
    check(MODULES, include_str!("js/headers.mjs"));
}

#[test]
fn responses_behave_as_in_node() {
    check(MODULES, include_str!("js/response.mjs"));
}

#[test]
fn requests_behave_as_in_node() {
    check(MODULES, include_str!("js/request.mjs"));
}

#[test]
fn forms_behave_as_in_node() {
    check(MODULES, include_str!("js/form-data.mjs"));
}

#[test]
fn a_whole_body_loads_no_streams() {
    check(
        MODULES,
        r#"
        await new Response("x").clone().text();
        await new Request("data:,x", { method: "POST", body: new Uint8Array(1) }).arrayBuffer();
        assert.equal("__ReadableStream" in globalThis, false);
        new Response("x").body;
        assert.equal("__ReadableStream" in globalThis, true);
        "#,
    );
}
