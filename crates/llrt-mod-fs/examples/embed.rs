//! `node:fs` in a plain rquickjs program.

use llrt_core::{Entry, host};
use llrt_mod_fs::{Fs, FsClasses};
use rquickjs::{Context, Module, Runtime};

static MODULES: &[Entry] = &[Entry::of::<Fs>(), Entry::of::<FsClasses>()];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let runtime = Runtime::new()?;
    runtime.set_loader(host::Resolver, host::Loader);
    let context = Context::full(&runtime)?;
    context
        .with(|ctx| {
            host::attach(&ctx, MODULES)?;
            let script = r#"
            import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
            const directory = mkdtempSync("/tmp/embed-fs-");
            writeFileSync(`${directory}/greeting`, "hello");
            export const text = readFileSync(`${directory}/greeting`, "utf8");
            rmSync(directory, { recursive: true });
        "#;
            let (module, promise) = Module::declare(ctx.clone(), "/main.mjs", script)?.eval()?;
            promise.finish::<()>()?;
            let text: String = module.namespace()?.get("text")?;
            assert_eq!(text, "hello");
            eprintln!("{text}");
            Ok(())
        })
        .map_err(|error: rquickjs::Error| error.to_string())?;
    Ok(())
}
