//! `node:process` in a plain rquickjs program, which tells it its arguments.

use llrt_core::{
    Entry, host,
    process::{Info, set_info},
};
use llrt_mod_events::Events;
use llrt_mod_process::{GlobalProcess, Process};
use rquickjs::{Context, Module, Runtime};

static MODULES: &[Entry] = &[Entry::of::<Process>(), Entry::of::<GlobalProcess>(), Entry::of::<Events>()];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let runtime = Runtime::new()?;
    runtime.set_loader(host::Resolver, host::Loader);
    let context = Context::full(&runtime)?;
    context
        .with(|ctx| {
            host::attach(&ctx, MODULES)?;
            set_info(&ctx, Info { argv: vec!["program".into(), "argument".into()], ..Info::default() });
            let script = r#"
                import process from "node:process";
                export const text = process.argv[1];
            "#;
            let (module, promise) = Module::declare(ctx.clone(), "/main.mjs", script)?.eval()?;
            promise.finish::<()>()?;
            let text: String = module.namespace()?.get("text")?;
            assert_eq!(text, "argument");
            eprintln!("{text}");
            Ok(())
        })
        .map_err(|error: rquickjs::Error| error.to_string())?;
    Ok(())
}
