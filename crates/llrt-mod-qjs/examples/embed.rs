//! `llrt:qjs` in a plain rquickjs program.

use llrt_core::{Entry, host};
use llrt_mod_qjs::Qjs;
use rquickjs::{Context, Module, Runtime};

static MODULES: &[Entry] = &[Entry::of::<Qjs>()];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let runtime = Runtime::new()?;
    runtime.set_loader(host::Resolver, host::Loader);
    let context = Context::full(&runtime)?;
    context
        .with(|ctx| {
            host::attach(&ctx, MODULES)?;
            let script = r#"
            import { computeMemoryUsage } from "llrt:qjs";
            export const text = String(computeMemoryUsage().memory_used_size > 0);
        "#;
            let (module, promise) = Module::declare(ctx.clone(), "/main.mjs", script)?.eval()?;
            promise.finish::<()>()?;
            let text: String = module.namespace()?.get("text")?;
            assert_eq!(text, "true");
            eprintln!("{text}");
            Ok(())
        })
        .map_err(|error: rquickjs::Error| error.to_string())?;
    Ok(())
}
