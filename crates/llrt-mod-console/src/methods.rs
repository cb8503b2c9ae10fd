//! The methods of a console, for the global one and for those of the class alike.

use std::{
    cell::{Cell, RefCell},
    collections::HashMap,
    sync::LazyLock,
    time::Instant,
};

use llrt_core::{
    args, error,
    error::{JsClass, NodeError},
    host,
};
use llrt_inspect::InspectOptions;
use rquickjs::{
    Coerced, Ctx, Function, Object, Result, Value,
    function::{Constructor, Rest, This},
};

use crate::{format_time::format_time, publisher, sink::Level, table};

/// The methods, in the order of Node's properties.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Method {
    Log,
    Info,
    Debug,
    Warn,
    Error,
    Dir,
    Time,
    TimeEnd,
    TimeLog,
    Trace,
    Assert,
    Clear,
    Count,
    CountReset,
    Group,
    GroupEnd,
    Table,
    Dirxml,
    GroupCollapsed,
    /// Not Node's: see [`Level::Fatal`].
    Fatal,
}

/// Names of the methods; the position is the discriminant.
pub(crate) const METHODS: [(&str, Method); 19] = [
    ("log", Method::Log),
    ("info", Method::Info),
    ("debug", Method::Debug),
    ("warn", Method::Warn),
    ("error", Method::Error),
    ("dir", Method::Dir),
    ("time", Method::Time),
    ("timeEnd", Method::TimeEnd),
    ("timeLog", Method::TimeLog),
    ("trace", Method::Trace),
    ("assert", Method::Assert),
    ("clear", Method::Clear),
    ("count", Method::Count),
    ("countReset", Method::CountReset),
    ("group", Method::Group),
    ("groupEnd", Method::GroupEnd),
    ("table", Method::Table),
    ("dirxml", Method::Dirxml),
    ("groupCollapsed", Method::GroupCollapsed),
];

/// What a console remembers between calls.
#[derive(Debug)]
pub(crate) struct State {
    counts: RefCell<HashMap<String, u64>>,
    timers: RefCell<HashMap<String, Instant>>,
    pub(crate) indentation: Cell<usize>,
    group_width: usize,
}

impl State {
    pub(crate) fn new(group_width: usize) -> Self {
        Self { counts: RefCell::default(), timers: RefCell::default(), indentation: Cell::new(0), group_width }
    }

    /// A `Map` of the timers that run and the milliseconds, on a common clock, at which they were started.
    pub(crate) fn times<'js>(&self, ctx: &Ctx<'js>) -> Result<Object<'js>> {
        static CLOCK: LazyLock<Instant> = LazyLock::new(Instant::now);
        let clock = *CLOCK;
        let map: Object<'js> = ctx.globals().get::<_, Constructor<'js>>("Map")?.construct(())?;
        let set: Function<'js> = map.get("set")?;
        for (label, started) in &*self.timers.borrow() {
            let ms = started.saturating_duration_since(clock).as_secs_f64()
                - clock.saturating_duration_since(*started).as_secs_f64();
            set.call::<_, Value<'js>>((This(map.clone()), label.as_str(), ms * 1000.0))?;
        }
        Ok(map)
    }
}

/// Where a console's output goes, and how it is formatted.
pub(crate) trait Output<'js> {
    /// The console object, whose `log`, `warn` and `error` the other methods go through, so that a program can replace them.
    fn console(&self) -> Result<Object<'js>>;
    /// InspectOptions for inspecting values that go to standard error, or to standard output.
    fn options(&self, ctx: &Ctx<'js>, error: bool) -> Result<InspectOptions<'js>>;
    /// One record of the arguments; `text` is what they become where that is not plain formatting.
    fn record(
        &self,
        ctx: &Ctx<'js>,
        state: &State,
        level: Level,
        arguments: &[Value<'js>],
        text: Option<String>,
    ) -> Result<()>;
    /// Clears the screen, if there is one.
    fn clear(&self, ctx: &Ctx<'js>) -> Result<()>;
}

/// Runs a method.
pub(crate) fn run<'js>(
    ctx: &Ctx<'js>,
    state: &State,
    output: &impl Output<'js>,
    method: Method,
    arguments: Vec<Value<'js>>,
) -> Result<()> {
    let level = match method {
        Method::Log => Level::Log,
        Method::Info => Level::Info,
        Method::Debug => Level::Debug,
        Method::Warn => Level::Warn,
        Method::Error => Level::Error,
        Method::Dirxml => Level::Dir,
        Method::Fatal => Level::Fatal,
        _ => return run_other(ctx, state, output, method, arguments),
    };
    if matches!(method, Method::Log | Method::Info | Method::Debug | Method::Warn | Method::Error) {
        publisher::publish(ctx, METHODS[method as usize].0, &arguments)?;
    }
    output.record(ctx, state, level, &arguments, None)
}

fn run_other<'js>(
    ctx: &Ctx<'js>,
    state: &State,
    output: &impl Output<'js>,
    method: Method,
    mut arguments: Vec<Value<'js>>,
) -> Result<()> {
    match method {
        Method::Dir => dir(ctx, state, output, &arguments),
        Method::Table => table(ctx, output, arguments),
        Method::Group | Method::GroupCollapsed => {
            if !arguments.is_empty() {
                call(output, "log", arguments)?;
            }
            state.indentation.set(state.indentation.get() + state.group_width);
            Ok(())
        }
        Method::GroupEnd => {
            state.indentation.set(state.indentation.get().saturating_sub(state.group_width));
            Ok(())
        }
        Method::Count => {
            let label = label(&arguments)?;
            let count = {
                let mut counts = state.counts.borrow_mut();
                let count = counts.entry(label.clone()).or_default();
                *count += 1;
                *count
            };
            call(output, "log", vec![text_value(ctx, &format!("{label}: {count}"))?])
        }
        Method::CountReset => {
            let label = label(&arguments)?;
            if state.counts.borrow_mut().remove(&label).is_none() {
                warn(ctx, &format!("Count for '{label}' does not exist"))?;
            }
            Ok(())
        }
        Method::Time => {
            let label = label(&arguments)?;
            if state.timers.borrow().contains_key(&label) {
                return warn(ctx, &format!("Label '{label}' already exists for console.time()"));
            }
            state.timers.borrow_mut().insert(label, Instant::now());
            Ok(())
        }
        Method::TimeEnd | Method::TimeLog => {
            let end = method == Method::TimeEnd;
            let label = label(&arguments)?;
            let started = state.timers.borrow().get(&label).copied();
            let Some(started) = started else {
                let name = if end { "timeEnd" } else { "timeLog" };
                return warn(ctx, &format!("No such label '{label}' for console.{name}()"));
            };
            let elapsed = format_time(started.elapsed());
            if end {
                state.timers.borrow_mut().remove(&label);
            }
            let mut values = vec![text_value(ctx, "%s: %s")?, text_value(ctx, &label)?, text_value(ctx, &elapsed)?];
            if !end {
                values.extend(arguments.drain(1.min(arguments.len())..));
            }
            call(output, "log", values)
        }
        Method::Trace => trace(ctx, state, output, &arguments),
        Method::Assert => {
            let failed = match arguments.first() {
                Some(value) => !value.get::<Coerced<bool>>()?.0,
                None => true,
            };
            if !failed {
                return Ok(());
            }
            let mut values: Vec<_> = arguments.into_iter().skip(1).collect();
            match values.first().and_then(Value::as_string) {
                Some(text) => values[0] = text_value(ctx, &format!("Assertion failed: {}", args::lossy_string(text)?))?,
                None => values.insert(0, text_value(ctx, "Assertion failed")?),
            }
            call(output, "warn", values)
        }
        Method::Clear => output.clear(ctx),
        Method::Log | Method::Info | Method::Debug | Method::Warn | Method::Error | Method::Dirxml | Method::Fatal => {
            Ok(())
        }
    }
}

fn dir<'js>(ctx: &Ctx<'js>, state: &State, output: &impl Output<'js>, arguments: &[Value<'js>]) -> Result<()> {
    let mut options = output.options(ctx, false)?;
    options.custom_inspect = false;
    if let Some(given) = arguments.get(1).and_then(Value::as_object) {
        llrt_inspect::function::read_options(ctx, &mut options, given)?;
    }
    let undefined = Value::new_undefined(ctx.clone());
    let value = arguments.first().unwrap_or(&undefined);
    let text = llrt_inspect::try_inspect(ctx, value, &options)?;
    output.record(ctx, state, Level::Dir, &arguments[..arguments.len().min(1)], Some(text))
}

fn table<'js>(ctx: &Ctx<'js>, output: &impl Output<'js>, arguments: Vec<Value<'js>>) -> Result<()> {
    let properties = match arguments.get(1) {
        Some(value) if !value.is_undefined() => {
            let Some(list) = value.as_array() else {
                return Err(args::invalid_arg_type(ctx, "properties", &["Array"], value));
            };
            Some(list.iter::<Coerced<String>>().map(|name| name.map(|name| name.0)).collect::<Result<Vec<_>>>()?)
        }
        _ => None,
    };
    let data = arguments.first().cloned().unwrap_or_else(|| Value::new_undefined(ctx.clone()));
    match data.as_object().filter(|_| !data.is_function()) {
        None => call(output, "log", vec![data]),
        Some(object) => {
            let text = table::table(ctx, object, properties.as_deref(), &output.options(ctx, false)?)?;
            call(output, "log", vec![text_value(ctx, &text)?])
        }
    }
}

fn trace<'js>(ctx: &Ctx<'js>, state: &State, output: &impl Output<'js>, arguments: &[Value<'js>]) -> Result<()> {
    let message = llrt_inspect::format_with_options(ctx, &output.options(ctx, true)?, arguments)?;
    let marker = error::into_value(ctx, &NodeError::plain(JsClass::Error, ""))?;
    let stack: Option<String> = marker.as_object().and_then(|marker| marker.get("stack").ok());
    let title = if message.is_empty() { "Trace".to_owned() } else { format!("Trace: {message}") };
    let frames = stack.iter().flat_map(|stack| stack.lines()).filter(|line| line.starts_with("    at "));
    // The first frames are those of the native functions that make the trace.
    let frames = frames.skip_while(|line| line.ends_with("(native)") || line.ends_with("(<anonymous>)"));
    let text = std::iter::once(title.as_str()).chain(frames).collect::<Vec<_>>().join("\n");
    output.record(ctx, state, Level::Trace, arguments, Some(text))
}

/// Calls a method of the console as the program sees it.
fn call<'js>(output: &impl Output<'js>, name: &str, arguments: Vec<Value<'js>>) -> Result<()> {
    let console = output.console()?;
    let method: Function<'js> = console.get(name)?;
    method.call::<_, Value<'js>>((This(console), Rest(arguments))).map(drop)
}

fn label(arguments: &[Value<'_>]) -> Result<String> {
    match arguments.first() {
        Some(label) if !label.is_undefined() => label.get::<Coerced<String>>().map(|label| label.0),
        _ => Ok("default".to_owned()),
    }
}

fn text_value<'js>(ctx: &Ctx<'js>, text: &str) -> Result<Value<'js>> {
    rquickjs::String::from_str(ctx.clone(), text).map(rquickjs::String::into_value)
}

/// A warning of the process, as `process.emitWarning` gives; without `node:process`, straight to standard error.
fn warn(ctx: &Ctx<'_>, text: &str) -> Result<()> {
    if host::is_builtin(ctx, "node:process") {
        let process: Object<'_> = host::import(ctx, "node:process")?.get("default")?;
        let emit: Option<Function<'_>> = process.get("emitWarning")?;
        if let Some(emit) = emit {
            return emit.call::<_, Value<'_>>((This(process), text)).map(drop);
        }
    }
    crate::stdio::write(true, format!("(node:{}) Warning: {text}\n", std::process::id()).as_bytes());
    Ok(())
}

/// The text with every line indented.
pub(crate) fn indent(text: &str, by: usize) -> String {
    if by == 0 {
        return text.to_owned();
    }
    let spaces = " ".repeat(by);
    format!("{spaces}{}", text.replace('\n', &format!("\n{spaces}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn methods_stand_at_their_discriminant() {
        assert!(METHODS.iter().enumerate().all(|(index, (_, method))| *method as usize == index));
    }

    #[test]
    fn every_line_is_indented() {
        assert_eq!(indent("a\nb", 2), "  a\n  b");
        assert_eq!(indent("a", 0), "a");
    }
}
