//! The global `console`: to the process's standard streams, or to a host's sink.

use std::{cell::OnceCell, rc::Rc};

use llrt_core::host;
use llrt_inspect::InspectOptions;
use rquickjs::{
    Coerced, Ctx, Function, JsLifetime, Object, Result, Value,
    atom::PredefinedAtom,
    function::{Rest, This},
    object::{Accessor, Property},
};

use crate::{
    methods::{self, METHODS, Method, Output, State},
    sink::{self, Level, Record},
    stdio,
};

/// The object, and what it remembers; one per context.
#[derive(Clone, JsLifetime)]
struct Global<'js> {
    console: Object<'js>,
    shared: Rc<Shared>,
}

/// The properties of the console that stand for its streams, and the streams' names on `process`.
const STREAMS: [(&str, &str); 2] = [("_stdout", "stdout"), ("_stderr", "stderr")];

struct Shared {
    state: State,
    colors: [OnceCell<bool>; 2],
}

impl Shared {
    fn colors(&self, error: bool) -> bool {
        *self.colors[usize::from(error)].get_or_init(|| stdio::has_colors(error))
    }
}

/// The global object, made when it is first asked for.
pub(crate) fn console<'js>(ctx: &Ctx<'js>) -> Result<Object<'js>> {
    if let Some(global) = ctx.userdata::<Global>() {
        return Ok(global.console.clone());
    }
    let prototype = Object::new(ctx.clone())?;
    let console = Object::new_proto(ctx.clone(), Some(&prototype))?;
    for (name, method) in METHODS {
        let call = move |ctx: Ctx<'js>, arguments: Rest<Value<'js>>| run(&ctx, method, arguments.0);
        let function = Function::new(ctx.clone(), call)?.with_name(name)?.with_length(0)?;
        console.set(name, function)?;
    }
    let class = |ctx: Ctx<'js>| host::import(&ctx, "node:console")?.get::<_, Value<'js>>("Console");
    let replace = |this: This<Object<'js>>, value: Value<'js>| {
        this.0.prop("Console", Property::from(value).writable().enumerable().configurable())
    };
    for (name, stream) in STREAMS {
        let get = move |ctx: Ctx<'js>| {
            let process: Object<'js> = host::import(&ctx, "node:process")?.get("default")?;
            process.get::<_, Value<'js>>(stream)
        };
        let set = move |this: This<Object<'js>>, value: Value<'js>| {
            this.0.prop(name, Property::from(value).writable().configurable())
        };
        console.prop(name, Accessor::new(get, set).configurable())?;
    }
    let times = |ctx: Ctx<'js>| {
        let global = ctx.userdata::<Global>().map(|global| global.clone());
        global.map(|global| global.shared.state.times(&ctx)).transpose()
    };
    console.prop("_times", Accessor::new_get(times).configurable())?;
    console.prop("Console", Accessor::new(class, replace).enumerable().configurable())?;
    for name in ["profile", "profileEnd", "timeStamp"] {
        // They speak to an attached inspector only, in Node too.
        console.set(name, Function::new(ctx.clone(), || ())?.with_name(name)?)?;
    }
    if sink::current(ctx).is_some() {
        let fatal = |ctx: Ctx<'js>, arguments: Rest<Value<'js>>| run(&ctx, Method::Fatal, arguments.0);
        console.set("fatal", Function::new(ctx.clone(), fatal)?.with_name("fatal")?.with_length(0)?)?;
    }
    let tag = rquickjs::String::from_str(ctx.clone(), "console")?;
    console.prop(PredefinedAtom::SymbolToStringTag, Property::from(tag).configurable())?;
    let shared = Rc::new(Shared { state: State::new(2), colors: [const { OnceCell::new() }; 2] });
    let _ = ctx.store_userdata(Global { console: console.clone(), shared });
    Ok(console)
}

fn run<'js>(ctx: &Ctx<'js>, method: Method, arguments: Vec<Value<'js>>) -> Result<()> {
    // The guard must not be held while JavaScript runs.
    let global = ctx.userdata::<Global>().map(|global| global.clone());
    let Some(global) = global else { return Ok(()) };
    methods::run(ctx, &global.shared.state, &global, method, arguments)
}

impl<'js> Global<'js> {
    /// To the stream that the program put in place of its own, or to the descriptor.
    fn write(&self, ctx: &Ctx<'js>, error: bool, text: &str) -> Result<()> {
        if let Some(stream) = self.own_stream(error) {
            let write: Function<'js> = stream.get("write")?;
            return stdio::call_write(stream, &write, text);
        }
        match stdio::replaced_write(ctx, error) {
            Some((stream, write)) => stdio::call_write(stream, &write, text),
            None => {
                stdio::write(error, text.as_bytes());
                Ok(())
            }
        }
    }

    /// What was assigned to `console._stdout` or `console._stderr`.
    fn own_stream(&self, error: bool) -> Option<Object<'js>> {
        llrt_inspect::own_value(&self.console, STREAMS[usize::from(error)].0)?.into_object()
    }
}

impl<'js> Output<'js> for Global<'js> {
    fn console(&self) -> Result<Object<'js>> {
        Ok(self.console.clone())
    }

    fn options(&self, ctx: &Ctx<'js>, error: bool) -> Result<InspectOptions<'js>> {
        let mut options = llrt_inspect::function::defaults(ctx)?;
        options.colors |= sink::current(ctx).is_none() && self.shared.colors(error);
        Ok(options)
    }

    fn record(
        &self,
        ctx: &Ctx<'js>,
        state: &State,
        level: Level,
        arguments: &[Value<'js>],
        text: Option<String>,
    ) -> Result<()> {
        let indentation = state.indentation.get();
        if let Some(sink) = sink::current(ctx) {
            let record = Record::new(ctx, level, arguments, indentation);
            let taken = sink(&match &text {
                Some(text) => record.with_text(text.clone()),
                None => record,
            })?;
            if taken {
                return Ok(());
            }
        }
        let error = level.is_error();
        let mut text = match (text, arguments) {
            (Some(text), _) => text,
            // Nothing to inspect: no need to know about colours.
            (None, [only]) if only.is_string() => {
                llrt_inspect::format_with_options(ctx, &InspectOptions::default(), arguments)?
            }
            (None, _) => llrt_inspect::format_with_options(ctx, &self.options(ctx, error)?, arguments)?,
        };
        if indentation > 0 {
            text = methods::indent(&text, indentation);
        }
        text.push('\n');
        self.write(ctx, error, &text)
    }

    fn clear(&self, ctx: &Ctx<'js>) -> Result<()> {
        const CLEAR: &str = "\x1b[1;1H\x1b[0J";
        // What the program says of its stream counts.
        let terminal = match stdio::stream(ctx, false) {
            Some(stream) => stream.get::<_, Coerced<bool>>("isTTY")?.0,
            None => stdio::is_terminal(false),
        };
        if !terminal || std::env::var_os("TERM").is_some_and(|term| term == "dumb") {
            return Ok(());
        }
        self.write(ctx, false, CLEAR)
    }
}
