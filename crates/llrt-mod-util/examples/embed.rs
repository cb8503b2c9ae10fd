//! `node:util` in a plain rquickjs program.

use llrt_core::{Entry, host};
use llrt_mod_util::{Comparisons, Mime, ParseArgs, Util, UtilTypes};
use rquickjs::{Context, Module, Runtime};

static MODULES: &[Entry] = &[
    Entry::of::<Util>(),
    Entry::of::<UtilTypes>(),
    Entry::of::<Comparisons>(),
    Entry::of::<Mime>(),
    Entry::of::<ParseArgs>(),
];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let runtime = Runtime::new()?;
    runtime.set_loader(host::Resolver, host::Loader);
    let context = Context::full(&runtime)?;
    context
        .with(|ctx| {
            host::attach(&ctx, MODULES)?;
            let script = r#"
            import { inspect, parseArgs } from "node:util";
            const { values } = parseArgs({ args: ["--size", "3"], options: { size: { type: "string" } } });
            export const text = inspect(values);
        "#;
            let (module, promise) = Module::declare(ctx.clone(), "/main.mjs", script)?.eval()?;
            promise.finish::<()>()?;
            let text: String = module.namespace()?.get("text")?;
            assert_eq!(text, "[Object: null prototype] { size: '3' }");
            eprintln!("{text}");
            Ok(())
        })
        .map_err(|error: rquickjs::Error| error.to_string())?;
    Ok(())
}
