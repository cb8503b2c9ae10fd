//! `node:vm` in a plain rquickjs program.

use llrt_core::{Entry, host};
use llrt_mod_vm::Vm;
use rquickjs::{Context, Module, Runtime};

static MODULES: &[Entry] = &[Entry::of::<Vm>()];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let runtime = Runtime::new()?;
    runtime.set_loader(host::Resolver, host::Loader);
    let context = Context::full(&runtime)?;
    let total = context.with(|ctx| {
        host::attach(&ctx, MODULES)?;
        let script = r#"
            import { runInNewContext } from "node:vm";
            const order = { prices: [1, 2, 3] };
            runInNewContext("total = prices.reduce((sum, price) => sum + price)", order);
            export const { total } = order;
        "#;
        let (module, promise) = Module::declare(ctx.clone(), "/main.mjs", script)?.eval()?;
        promise.finish::<()>()?;
        module.namespace()?.get::<_, i32>("total")
    })?;
    assert_eq!(total, 6);
    eprintln!("{total}");
    Ok(())
}
