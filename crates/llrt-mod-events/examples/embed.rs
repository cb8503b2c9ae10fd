//! `node:events` and `EventTarget` in a plain rquickjs program.

use llrt_core::{Entry, host};
use llrt_mod_events::{EventTarget, Events};
use rquickjs::{Context, Module, Runtime};

static MODULES: &[Entry] = &[Entry::of::<Events>(), Entry::of::<EventTarget>()];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let runtime = Runtime::new()?;
    runtime.set_loader(host::Resolver, host::Loader);
    let context = Context::full(&runtime)?;
    let seen = context
        .with(|ctx| {
            host::attach(&ctx, MODULES)?;
            let script = r#"
            import EventEmitter from "node:events";
            export const seen = [];
            const emitter = new EventEmitter();
            emitter.once("order", (...items) => seen.push(`emitter ${items.join(" ")}`));
            emitter.emit("order", "tea", "cake");
            const target = new EventTarget();
            target.addEventListener("order", ({ detail }) => seen.push(`target ${detail}`));
            target.dispatchEvent(new CustomEvent("order", { detail: "coffee" }));
        "#;
            let (module, promise) = Module::declare(ctx.clone(), "/main.mjs", script)?.eval()?;
            promise.finish::<()>()?;
            module.namespace()?.get::<_, Vec<String>>("seen")
        })
        .map_err(|error| error.to_string())?;
    assert_eq!(seen, ["emitter tea cake", "target coffee"]);
    eprintln!("{seen:?}");
    Ok(())
}
