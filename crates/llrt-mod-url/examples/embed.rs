//! `node:url` in a plain rquickjs program.

use llrt_core::{Entry, host};
use llrt_mod_url::{Url, ops::Record};
use rquickjs::{Context, Module, Runtime};

static MODULES: &[Entry] = &[Entry::of::<Url>()];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    // The parser is of use without an engine, too.
    let record = Record::parse("../b?c", Record::parse("https://example.com/a/", None).as_ref());
    assert_eq!(record.map(|record| record.href()).as_deref(), Some("https://example.com/b?c"));

    let runtime = Runtime::new()?;
    runtime.set_loader(host::Resolver, host::Loader);
    let context = Context::full(&runtime)?;
    context
        .with(|ctx| {
            host::attach(&ctx, MODULES)?;
            let script = r#"
            import { pathToFileURL } from "node:url";
            const url = new URL("https://example.com/?q=1");
            url.searchParams.set("q", "a b");
            export const text = url.href + " " + pathToFileURL("/tmp/a b");
        "#;
            let (module, promise) = Module::declare(ctx.clone(), "/main.mjs", script)?.eval()?;
            promise.finish::<()>()?;
            let text: String = module.namespace()?.get("text")?;
            assert_eq!(text, "https://example.com/?q=a+b file:///tmp/a%20b");
            eprintln!("{text}");
            Ok(())
        })
        .map_err(|error: rquickjs::Error| error.to_string())?;
    Ok(())
}
