//! Headers, Request, Response and FormData. The scripts pass in Node as well.

mod support;

use llrt_core::Entry;
use llrt_test::check;
use support::{MODULES, WITHOUT_STREAMS};

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
fn a_whole_body_needs_no_streams() {
    static MODULES: &[Entry] = &WITHOUT_STREAMS;
    check(
        MODULES,
        r#"
        assert.equal(await new Response("x").clone().text(), "x");
        await new Request("data:,x", { method: "POST", body: new Uint8Array(1) }).arrayBuffer();
        assert.equal(await (await fetch("data:,x")).text(), "x");
        assert.throws(() => new Response("x").body, { code: "ERR_UNKNOWN_BUILTIN_MODULE" });
        "#,
    );
}
