//! `TextEncoder` and `TextDecoder` in a plain rquickjs program.

use llrt_core::{Entry, host};
use llrt_mod_encoding::Encoding;
use rquickjs::{Context, Runtime};

static MODULES: &[Entry] = &[Entry::of::<Encoding>()];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let runtime = Runtime::new()?;
    runtime.set_loader(host::Resolver, host::Loader);
    let context = Context::full(&runtime)?;
    context
        .with(|ctx| {
            host::attach(&ctx, MODULES)?;
            let text: String = ctx.eval(
                r#"
                const bytes = new TextEncoder().encode("caf\u00e9");
                new TextDecoder("utf-8", { fatal: true }).decode(bytes) + new TextDecoder("koi8-r").decode(Uint8Array.of(0xc1));
                "#,
            )?;
            assert_eq!(text, "caf\u{e9}\u{430}");
            eprintln!("{text}");
            Ok(())
        })
        .map_err(|error: rquickjs::Error| error.to_string())?;
    Ok(())
}
