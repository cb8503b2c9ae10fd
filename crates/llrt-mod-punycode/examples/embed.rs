//! `node:punycode` in a plain rquickjs program.

use llrt_core::{Entry, host};
use llrt_mod_punycode::Punycode;
use rquickjs::{Context, Module, Runtime};

static MODULES: &[Entry] = &[Entry::of::<Punycode>()];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let runtime = Runtime::new()?;
    runtime.set_loader(host::Resolver, host::Loader);
    let context = Context::full(&runtime)?;
    let seen: String = context
        .with(|ctx| {
            host::attach(&ctx, MODULES)?;
            let script = r#"
            import { toASCII } from "node:punycode";
            export const seen = toASCII("mañana.com");
        "#;
            let (module, promise) = Module::declare(ctx.clone(), "/main.mjs", script)?.eval()?;
            promise.finish::<()>()?;
            module.namespace()?.get("seen")
        })
        .map_err(|error| error.to_string())?;
    assert_eq!(seen, "xn--maana-pta.com");
    eprintln!("{seen}");
    Ok(())
}
