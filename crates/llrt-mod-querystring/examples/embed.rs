//! `node:querystring` in a plain rquickjs program.

use llrt_core::{Entry, host};
use llrt_mod_buffer::Buffer;
use llrt_mod_querystring::Querystring;
use rquickjs::{Context, Module, Runtime};

static MODULES: &[Entry] = &[Entry::of::<Querystring>(), Entry::of::<Buffer>()];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let runtime = Runtime::new()?;
    runtime.set_loader(host::Resolver, host::Loader);
    let context = Context::full(&runtime)?;
    let seen: String = context
        .with(|ctx| {
            host::attach(&ctx, MODULES)?;
            let script = r#"
            import { parse, stringify } from "node:querystring";
            export const seen = stringify({ ...parse("a=1&b=x+y"), c: [2, 3] });
        "#;
            let (module, promise) = Module::declare(ctx.clone(), "/main.mjs", script)?.eval()?;
            promise.finish::<()>()?;
            module.namespace()?.get("seen")
        })
        .map_err(|error| error.to_string())?;
    assert_eq!(seen, "a=1&b=x%20y&c=2&c=3");
    eprintln!("{seen}");
    Ok(())
}
