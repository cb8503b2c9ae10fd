//! The native half of the class `Console`: the same methods, over two functions that JavaScript gives.

use std::rc::Rc;

use llrt_inspect::InspectOptions;
use rquickjs::{Array, Class, Ctx, Function, JsLifetime, Object, Result, Value, class::Trace, function::Rest};

use crate::{
    methods::{self, METHODS, Output, State},
    sink::Level,
};

/// What one console remembers, as JavaScript holds it.
#[derive(Clone, JsLifetime, Trace)]
#[rquickjs::class]
pub(crate) struct ConsoleState {
    #[qjs(skip_trace)]
    state: Rc<State>,
}

/// Names of the methods, in the order in which [`invoke`] numbers them.
pub(crate) fn method_names<'js>(ctx: &Ctx<'js>) -> Result<Value<'js>> {
    let names = Array::new(ctx.clone())?;
    for (index, (name, _)) in METHODS.into_iter().enumerate() {
        names.set(index, name)?;
    }
    Ok(names.into_value())
}

/// `newState(groupIndentation)`.
pub(crate) fn new_state<'js>(ctx: Ctx<'js>, group_indentation: usize) -> Result<Class<'js, ConsoleState>> {
    Class::instance(ctx, ConsoleState { state: Rc::new(State::new(group_indentation)) })
}

/// `invoke(state, hooks, index, ...arguments)`: runs a method. `hooks` has `console`, `write(isError, text)`,
/// `inspectOptions(isError)` and `clear()`.
pub(crate) fn invoke<'js>(
    ctx: Ctx<'js>,
    state: Class<'js, ConsoleState>,
    hooks: Object<'js>,
    index: usize,
    arguments: Rest<Value<'js>>,
) -> Result<()> {
    let state = Rc::clone(&state.borrow().state);
    match METHODS.get(index) {
        Some(&(_, method)) => methods::run(&ctx, &state, &Hooks(hooks), method, arguments.0),
        None => Ok(()),
    }
}

struct Hooks<'js>(Object<'js>);

impl<'js> Output<'js> for Hooks<'js> {
    fn console(&self) -> Result<Object<'js>> {
        self.0.get("console")
    }

    fn options(&self, ctx: &Ctx<'js>, error: bool) -> Result<InspectOptions<'js>> {
        let mut options = llrt_inspect::function::defaults(ctx)?;
        let given: Option<Object<'js>> = self.0.get::<_, Function<'js>>("inspectOptions")?.call((error,))?;
        if let Some(given) = given {
            llrt_inspect::function::read_options(ctx, &mut options, &given)?;
        }
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
        let error = level.is_error();
        let text = match text {
            Some(text) => text,
            None => llrt_inspect::format_with_options(ctx, &self.options(ctx, error)?, arguments)?,
        };
        let text = methods::indent(&text, state.indentation.get()) + "\n";
        self.0.get::<_, Function<'js>>("write")?.call::<_, Value<'js>>((error, text)).map(drop)
    }

    fn clear(&self, _ctx: &Ctx<'js>) -> Result<()> {
        self.0.get::<_, Function<'js>>("clear")?.call::<_, Value<'js>>(()).map(drop)
    }
}
