//! `node:assert` in a plain rquickjs program.

use llrt_core::{Entry, host};
use llrt_mod_assert::{Assert, AssertSource, AssertionError};
use llrt_mod_util::Comparisons;
use rquickjs::{Context, Module, Runtime};

// It compares with `internal:comparisons`.
static MODULES: &[Entry] =
    &[Entry::of::<Assert>(), Entry::of::<AssertionError>(), Entry::of::<AssertSource>(), Entry::of::<Comparisons>()];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let runtime = Runtime::new()?;
    runtime.set_loader(host::Resolver, host::Loader);
    let context = Context::full(&runtime)?;
    let message: String = context
        .with(|ctx| {
            host::attach(&ctx, MODULES)?;
            let script = r#"
            import assert from "node:assert";
            export let message;
            try {
                assert.deepStrictEqual({ a: 1 }, { a: 2 });
            } catch (error) {
                message = error.message;
            }
        "#;
            let (module, promise) = Module::declare(ctx.clone(), "/main.mjs", script)?.eval()?;
            promise.finish::<()>()?;
            module.namespace()?.get("message")
        })
        .map_err(|error| error.to_string())?;
    let expected = "Expected values to be strictly deep-equal:\n+ actual - expected\n\n  {\n+   a: 1\n-   a: 2\n  }\n";
    assert_eq!(message, expected);
    eprintln!("{message}");
    Ok(())
}
