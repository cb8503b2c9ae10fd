//! Evaluates a script that may call `inspect`, `format`, `formatWithOptions` and `print`:
//! `cargo run --example evaluate -- script.js`.

use llrt_inspect::function;
use rquickjs::{CatchResultExt, Context, Function, Runtime};

const DEMO: &str =
    "print(inspect({ a: [1, 'x'], m: new Map([[{}, null]]), f() {} })); print(format('%s is %d', 'x', 1));";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let script = match std::env::args().nth(1) {
        Some(path) => std::fs::read_to_string(path)?,
        None => DEMO.to_owned(),
    };
    let runtime = Runtime::new()?;
    runtime.set_max_stack_size(1024 * 1024);
    let context = Context::full(&runtime)?;
    context
        .with(|ctx| {
            let globals = ctx.globals();
            globals.set("inspect", function::inspect(&ctx)?)?;
            globals.set("format", function::format(&ctx)?)?;
            globals.set("formatWithOptions", function::format_with_options(&ctx)?)?;
            globals.set("print", Function::new(ctx.clone(), |text: String| eprintln!("{text}"))?)?;
            ctx.eval::<(), _>(script).catch(&ctx).map_err(|error| error.to_string())?;
            while ctx.execute_pending_job() {}
            Ok(())
        })
        .map_err(|error: Box<dyn std::error::Error>| error)
}
