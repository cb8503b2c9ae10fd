//! `node:test` in a plain rquickjs program: mocks alone, which need no event loop.

use llrt_core::{Entry, host};
use llrt_mod_test::{Test, TestMock};
use rquickjs::{Context, Module, Runtime};

static MODULES: &[Entry] = &[Entry::of::<Test>(), Entry::of::<TestMock>()];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let runtime = Runtime::new()?;
    runtime.set_loader(host::Resolver, host::Loader);
    let context = Context::full(&runtime)?;
    let calls: i32 = context
        .with(|ctx| {
            host::attach(&ctx, MODULES)?;
            let script = r#"
            import { mock } from "node:test";
            const add = mock.fn((a, b) => a + b);
            add(1, 2);
            add(3, 4);
            export const calls = add.mock.callCount();
        "#;
            let (module, promise) = Module::declare(ctx.clone(), "/main.mjs", script)?.eval()?;
            promise.finish::<()>()?;
            module.namespace()?.get("calls")
        })
        .map_err(|error| error.to_string())?;
    assert_eq!(calls, 2);
    eprintln!("{calls} calls");
    Ok(())
}
