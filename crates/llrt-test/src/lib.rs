//! Evaluates JavaScript against one module crate in a Rust test.
//!
//! ```ignore
//! static MODULES: &[Entry] = &[Entry::of::<Hex>()];
//!
//! #[test]
//! fn encode_gives_lower_case() {
//!     let seen = llrt_test::eval(MODULES, r#"
//!         import { encode } from "llrt:hex";
//!         export default encode(new Uint8Array([0xab]));
//!     "#);
//!     assert_eq!(seen, "ab");
//! }
//! ```

mod probe;

pub use probe::Probe;

use llrt_core::{Entry, host, task};
use rquickjs::{AsyncContext, AsyncRuntime, CatchResultExt, Coerced, Ctx, Module, Value};

/// Evaluates `script` as a module that sees `modules` only, waits until nothing is pending, and gives its default export: a
/// string as it is, anything else as JSON. A promise is awaited.
///
/// # Panics
/// When the script throws, with message and stack, or runs for more than a minute: that fails the test.
pub fn eval(modules: &'static [Entry], script: &str) -> String {
    match try_eval(modules, script) {
        Ok(seen) => seen,
        Err(error) => panic!("{error}"),
    }
}

/// Runs a file of checks: a module that throws where one fails. It sees `modules` and a global `assert` with `equal`, `deepEqual`
/// (by JSON), `throws`, `rejects` and `ok`.
///
/// # Panics
/// As [`eval`].
pub fn check(modules: &'static [Entry], script: &str) {
    let script = format!("{ASSERT}\n{script}");
    if let Err(error) = try_eval(modules, &script) {
        panic!("{error}");
    }
}

/// Checks a table of expressions against what Node.js gives for them: each line is an expression, two blanks, `=>`, two blanks
/// and the result as text. `scope` is script that comes before: imports and helpers.
///
/// Strings are shown in JSON's quotes, bytes in hexadecimal (`<Buffer 61>`) or decimal digits (`Uint8Array(97)`), an exception as
/// `throws Class[code]: message`. Lines that are empty or start with `//` are passed over.
///
/// # Panics
/// With every line that does not hold; and as [`eval`].
pub fn table(modules: &'static [Entry], scope: &str, table: &str) {
    let mut script = format!("{scope}\n{SHOW}\n");
    for line in table.lines().filter(|line| !line.is_empty() && !line.starts_with("//")) {
        let (expression, expected) = line.split_once("  =>  ").unwrap_or_else(|| panic!("no `=>` in {line}"));
        script += &format!("__check({}, () => ({expression}), {});\n", quote(expression), quote(expected));
    }
    let failed = eval(modules, &(script + "export default __failed.join('\\n');"));
    assert!(failed.is_empty(), "not as in Node.js:\n{failed}");
}

/// A JavaScript string literal.
fn quote(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            c => quoted.push(c),
        }
    }
    quoted + "\""
}

/// [`eval`], with what the script threw (`Class [code]: message` and its stack) as the error.
///
/// # Errors
/// The exception's text.
///
/// # Panics
/// When the script runs for more than a minute.
pub fn try_eval(modules: &'static [Entry], script: &str) -> Result<String, String> {
    let loop_ = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("the loop starts");
    loop_.block_on(async {
        let runtime = AsyncRuntime::new().expect("the engine starts");
        runtime.set_max_stack_size(1024 * 1024).await;
        runtime.set_loader(host::Resolver, host::Loader).await;
        let context = AsyncContext::full(&runtime).await.expect("the context is made");
        let script = script.to_owned();
        let run = context.async_with(async move |ctx| {
            host::attach(&ctx, modules).catch(&ctx).map_err(|error| error.to_string())?;
            evaluate(&ctx, script).await.catch(&ctx).map_err(|error| error.to_string())
        });
        let seen = tokio::time::timeout(std::time::Duration::from_secs(60), run).await;
        seen.expect("the script ended within a minute")
    })
}

async fn evaluate(ctx: &Ctx<'_>, script: String) -> rquickjs::Result<String> {
    let mut evaluated = None;
    task::run(ctx, || {
        evaluated = Some(Module::declare(ctx.clone(), "/test.mjs", script).and_then(Module::eval));
        Ok(())
    });
    let (module, done) = evaluated.expect("`run` has run it")?;
    done.into_future::<()>().await?;
    task::idle(ctx).await;
    let value: Value<'_> = module.namespace()?.get("default")?;
    let value = match value.clone().into_promise() {
        Some(promise) => promise.into_future::<Value<'_>>().await?,
        None => value,
    };
    if let Some(string) = value.as_string() {
        return string.to_string();
    }
    match ctx.json_stringify(value.clone())? {
        Some(json) => json.to_string(),
        None => value.get::<Coerced<String>>().map(|text| text.0),
    }
}

const ASSERT: &str = r#"
const assert = {
  ok(value, text = "not truthy") { if (!value) throw new Error(`assertion: ${text}`); },
  equal(actual, expected, text = "") {
    if (!Object.is(actual, expected)) throw new Error(`assertion: ${text} ${String(actual)} is not ${String(expected)}`);
  },
  deepEqual(actual, expected, text = "") { assert.equal(JSON.stringify(actual), JSON.stringify(expected), text); },
  throws(body, expected = {}) {
    let thrown;
    try { body(); } catch (error) { thrown = error; assert.matches(error, expected); return error; }
    throw new Error("assertion: did not throw");
  },
  async rejects(promise, expected = {}) {
    let value;
    try { value = await (typeof promise === "function" ? promise() : promise); }
    catch (error) { assert.matches(error, expected); return error; }
    throw new Error(`assertion: did not reject, but gave ${String(value)}`);
  },
  matches(error, expected) {
    for (const [key, value] of Object.entries(expected)) {
      const actual = error?.[key];
      if (value instanceof RegExp ? !value.test(actual) : !Object.is(actual, value))
        throw new Error(`assertion: ${key} of the error is ${String(actual)}, not ${String(value)}\n${error?.stack}`);
    }
  },
};
"#;

const SHOW: &str = r#"
const __failed = [];
const __hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16)).join(" ");
const __show = (value, depth = 0) => {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "bigint") return `${value}n`;
  if (Object.is(value, -0)) return "-0";
  if (typeof value === "symbol") return String(value);
  if (typeof value === "function") return `[fn ${value.name}]`;
  if (value === null || typeof value !== "object") return String(value);
  if (value instanceof Error) return `${value.name}[${value.code}]: ${value.message}`;
  if (value.constructor?.name === "Buffer") return `<Buffer ${__hex(value)}>`;
  if (ArrayBuffer.isView(value))
    return `${value.constructor.name}(${Array.from(new Uint8Array(value.buffer, value.byteOffset, value.byteLength))})`;
  if (value instanceof ArrayBuffer) return `AB(${Array.from(new Uint8Array(value))})`;
  if (Array.isArray(value)) return `[${value.map((item) => __show(item, depth + 1)).join(", ")}]`;
  if (depth > 3) return "...";
  const members = Object.keys(value).map((key) => `${key}: ${__show(value[key], depth + 1)}`);
  return `${value.constructor?.name ?? "null"}{${members.join(", ")}}`;
};
const __check = (text, expression, expected) => {
  let seen;
  try { seen = __show(expression()); } catch (error) { seen = `throws ${__show(error)}`; }
  if (seen !== expected) __failed.push(`${text}
   gives  ${seen}
  not as  ${expected}`);
};
"#;
