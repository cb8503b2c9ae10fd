//! `URLPattern` through JavaScript.

use llrt_core::Entry;
use llrt_mod_url::{Url, UrlPattern};

static MODULES: &[Entry] = &[Entry::of::<Url>(), Entry::of::<UrlPattern>()];

fn check(script: &str) {
    llrt_test::check(MODULES, &format!("import {{ URLPattern }} from 'node:url';\n{script}"));
}

#[test]
fn a_route_matches_and_names_its_parts() {
    check(
        r#"
        assert.ok(globalThis.URLPattern === URLPattern);
        const route = new URLPattern({ pathname: "/books/:id(\\d+)/:page?" });
        assert.ok(route.test("https://example.com/books/12"));
        assert.ok(!route.test("https://example.com/books/x") && !route.test("no URL"));
        const { pathname, hostname, inputs } = route.exec("https://example.com/books/12/3#x");
        assert.equal(JSON.stringify(pathname), '{"groups":{"id":"12","page":"3"},"input":"/books/12/3"}');
        assert.equal(hostname.groups[0], "example.com");
        assert.equal(inputs[0], "https://example.com/books/12/3#x");
        assert.equal(route.exec("https://example.com/"), null);
        assert.ok(route.hasRegExpGroups && !new URLPattern({ pathname: "/:a/*" }).hasRegExpGroups);
        "#,
    );
}

#[test]
fn parts_are_those_of_the_text_or_of_the_base() {
    check(
        r#"
        const parts = (...given) => {
          const pattern = new URLPattern(...given);
          return ["protocol", "username", "password", "hostname", "port", "pathname", "search", "hash"].map((name) => pattern[name]).join(" ");
        };
        assert.equal(parts(), "* * * * * * * *");
        assert.equal(parts("https://*.example.com:8*/:a/b?q=*#h"), "https * * *.example.com 8* /:a/b q=* h");
        assert.equal(parts("https://user\\:pw@h/"), "https user pw h  / * *");
        assert.equal(parts("../c", "https://h:1/a/b?q#f"), "https * * h 1 /c * *");
        assert.equal(parts({ pathname: "c", baseURL: "https://h/a/b?q" }), "https * * h  /a/c * *");
        assert.equal(parts({ hostname: "CAFÉ.com", pathname: "/é" }), "* * * xn--caf-dma.com * /%C3%A9 * *");
        assert.equal(parts("data\\:foo*"), "data * *   foo* * *");
        assert.equal(parts({ protocol: "https", port: "443" }), "https * * *  * * *");
        assert.equal(parts("http://[\\:\\:AB]/"), "http * * [\\:\\:ab]  / * *");
        "#,
    );
}

#[test]
fn groups_modifiers_and_case() {
    check(
        r#"
        const groups = (pathname, path, options) => {
          const found = new URLPattern({ pathname }, options).exec({ pathname: path });
          return found && JSON.stringify(found.pathname.groups);
        };
        assert.equal(groups("/a/:x*", "/a/b/c"), '{"x":"b/c"}');
        assert.equal(groups("/a/:x+", "/a"), null);
        assert.equal(groups("{/a}?/b", "/b"), "{}");
        assert.equal(groups("/(foo-bar|b:z)/*", "/foo-bar/q"), '{"0":"foo-bar","1":"q"}');
        assert.equal(groups("/a-b,c", "/a-b,c"), "{}");
        assert.equal(groups("/([[a-z]--a])", "/b"), '{"0":"b"}');
        assert.equal(groups("/([[a-z]--a])", "/a"), null);
        assert.equal(groups("/ABC", "/abc"), null);
        assert.equal(groups("/ABC", "/abc", { ignoreCase: true }), "{}");
        assert.equal(new URLPattern({ pathname: "/{:a}b/(.*)/x{y}?" }).pathname, "/{:a}b/*/x{y}?");
        "#,
    );
}

#[test]
fn what_is_no_pattern_throws() {
    check(
        r#"
        const failed = { name: "TypeError", code: "ERR_INVALID_URL_PATTERN", message: "Failed to construct URLPattern" };
        for (const given of [[{ pathname: "/(" }], ["/relative"], [{ pathname: "/:a/:a" }], [{}, "https://h"], ["/a", "no URL"], [{ hostname: "a b" }],
          [{ pathname: "/(é)" }], [{ pathname: "/{a" }], [{ port: "x" }], [{ pathname: "/(?<n>a)" }]])
          assert.throws(() => new URLPattern(...given), failed);
        assert.throws(() => URLPattern(), { code: "ERR_CONSTRUCT_CALL_REQUIRED" });
        assert.throws(() => new URLPattern(1), { code: "ERR_INVALID_ARG_TYPE", message: "Input must be an object or a string" });
        const pattern = new URLPattern();
        assert.throws(() => pattern.exec(1), { code: "ERR_INVALID_ARG_TYPE" });
        assert.throws(() => pattern.test({}, "https://h"), { code: "ERR_OPERATION_FAILED", message: "Failed to test URLPattern" });
        assert.throws(() => pattern.test.call({}), { message: "Illegal invocation" });
        assert.throws(() => new URLPattern({ get hash() { throw new Error("own"); } }), { message: "own" });
        "#,
    );
}
