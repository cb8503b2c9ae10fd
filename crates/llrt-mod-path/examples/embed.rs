//! `node:path` in a plain rquickjs program.

use llrt_core::{Entry, host};
use llrt_mod_path::Path;
use rquickjs::{Context, Module, Runtime};

static MODULES: &[Entry] = &[Entry::of::<Path>()];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let runtime = Runtime::new()?;
    runtime.set_loader(host::Resolver, host::Loader);
    let context = Context::full(&runtime)?;
    context
        .with(|ctx| {
            host::attach(&ctx, MODULES)?;
            let script = r#"
            import { join } from "node:path";
            export const text = join("/a", "..", "b");
        "#;
            let (module, promise) = Module::declare(ctx.clone(), "/main.mjs", script)?.eval()?;
            promise.finish::<()>()?;
            let text: String = module.namespace()?.get("text")?;
            assert_eq!(text, "/b");
            eprintln!("{text}");
            Ok(())
        })
        .map_err(|error: rquickjs::Error| error.to_string())?;
    Ok(())
}
