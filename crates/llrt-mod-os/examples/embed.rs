//! `node:os` in a plain rquickjs program.

use llrt_core::{Entry, host};
use llrt_mod_os::Os;
use rquickjs::{Context, Module, Runtime};

static MODULES: &[Entry] = &[Entry::of::<Os>()];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let runtime = Runtime::new()?;
    runtime.set_loader(host::Resolver, host::Loader);
    let context = Context::full(&runtime)?;
    context
        .with(|ctx| {
            host::attach(&ctx, MODULES)?;
            let script = r#"
            import { EOL } from "node:os";
            export const text = EOL;
        "#;
            let (module, promise) = Module::declare(ctx.clone(), "/main.mjs", script)?.eval()?;
            promise.finish::<()>()?;
            let text: String = module.namespace()?.get("text")?;
            assert_eq!(text, "\n");
            eprintln!("{text}");
            Ok(())
        })
        .map_err(|error: rquickjs::Error| error.to_string())?;
    Ok(())
}
