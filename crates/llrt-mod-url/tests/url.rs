//! `node:url` as JavaScript sees it. The tables in `node24/` are what Node.js 24 answers.

use llrt_core::Entry;
use llrt_mod_buffer::{Blob, Buffer};
use llrt_mod_url::Url;
use llrt_test::{check, eval, table};

static MODULES: &[Entry] = &[Entry::of::<Url>(), Entry::of::<Buffer>(), Entry::of::<Blob>()];

const SCOPE: &str = r#"
import * as url from "node:url";
import * as buffer from "node:buffer";
const { URL, URLSearchParams } = url;
const P = (init) => new URLSearchParams(init);
const err = (body) => { try { body() } catch (e) { return [e.code, e.input, e.base, Object.keys(e).join()] } };
"#;

#[test]
fn url_and_search_params_are_as_in_node() {
    table(MODULES, SCOPE, include_str!("node24/url.txt"));
}

#[test]
fn legacy_parsing_is_as_in_node() {
    table(MODULES, SCOPE, include_str!("node24/parse.txt"));
}

#[test]
fn legacy_resolution_is_as_in_node() {
    table(MODULES, SCOPE, include_str!("node24/resolve.txt"));
}

#[test]
fn relative_paths_stand_on_the_current_directory() {
    let seen = eval(
        MODULES,
        r#"
        import { pathToFileURL, fileURLToPath } from "node:url";
        export default [fileURLToPath(pathToFileURL("a/../b/")), fileURLToPath(pathToFileURL(""))];
        "#,
    );
    let current = std::env::current_dir().unwrap();
    assert_eq!(seen, format!(r#"["{0}/b/","{0}"]"#, current.display()));
}

#[test]
fn globals_are_those_of_the_module() {
    let seen = eval(
        MODULES,
        r#"
        import * as all from "url";
        export default ["URL", "URLSearchParams"].map((name) => {
          const { enumerable } = Object.getOwnPropertyDescriptor(globalThis, name);
          return [globalThis[name] === all[name], enumerable];
        });
        "#,
    );
    assert_eq!(seen, "[[true,false],[true,false]]");
}

#[test]
fn search_params_and_url_follow_each_other_and_survive_collection() {
    check(
        MODULES,
        r#"
        let url = new URL("http://h/?a=1");
        const params = url.searchParams;
        assert.ok(url.searchParams === params);
        params.append("b", "x y");
        assert.equal(url.href, "http://h/?a=1&b=x+y");
        url.search = "?c=3";
        assert.equal(params.toString(), "c=3");
        url.href = "http://h2/?d=4";
        assert.equal(params.get("d"), "4");
        params.delete("d");
        assert.equal(url.href, "http://h2/");
        url = undefined;
        params.set("e", "5");
        assert.equal(params.toString(), "e=5");
        "#,
    );
}

#[test]
fn inspection_shows_the_parts() {
    let seen = eval(
        MODULES,
        r#"
        const custom = Symbol.for("nodejs.util.inspect.custom");
        const inspect = (value) => typeof value === "string" ? `'${value}'` : Array.isArray(value) ? `[ ${value} ]` : Object.keys(value).join();
        const url = new URL("http://h/?a=1&b=2");
        const iterator = url.searchParams.entries();
        iterator.next();
        export default [
          url[custom](2, {}, inspect),
          new (class Sub extends URL {})("http://h")[custom](2, {}, inspect).slice(0, 8),
          url[custom](-1, {}, inspect) === url,
          url.searchParams[custom](2, {}, inspect),
          url.searchParams[custom](2, { breakLength: 5 }, inspect),
          url.searchParams[custom](-1, {}, inspect),
          new URLSearchParams()[custom](2, {}, inspect),
          iterator[custom](2, {}, inspect),
        ].join("\n");
        "#,
    );
    assert_eq!(
        seen,
        "URL href,origin,protocol,username,password,host,hostname,port,pathname,search,searchParams,hash\n\
         Sub href\n\
         true\n\
         URLSearchParams { 'a' => '1', 'b' => '2' }\n\
         URLSearchParams {\n  'a' => '1',\n  'b' => '2' }\n\
         [Object]\n\
         URLSearchParams {}\n\
         URLSearchParams Iterator { [ b,2 ] }"
    );
}

#[test]
fn an_invalid_url_tells_what_it_was_given() {
    check(
        MODULES,
        r#"
        const error = assert.throws(() => new URL("/x", "y"), { name: "TypeError", code: "ERR_INVALID_URL", message: "Invalid URL" });
        assert.deepEqual({ ...error }, { code: "ERR_INVALID_URL", input: "/x", base: "y" });
        assert.throws(() => new URLSearchParams({ get a() { throw new Error("own") } }), { message: "own" });
        assert.throws(() => new URLSearchParams((function* () { yield ["a", "b"]; throw new Error("own") })()), { message: "own" });
        "#,
    );
}
