//! The JavaScript function `util.inspect` with its properties, one per context, made when it is first asked for.

use std::cell::RefCell;

use llrt_core::args;
use rquickjs::{
    Array, Ctx, Error, Function, JsLifetime, Object, Result, Value,
    function::{Rest, This},
    object::{Accessor, Property},
};

use crate::{
    engine::{self, Key},
    options::{self, InspectOptions},
    style::{self, COLOR_ALIASES, COLORS, Style},
    try_inspect,
};

#[derive(Default)]
struct State<'js> {
    inspect: RefCell<Option<Function<'js>>>,
    /// What `inspect.defaultOptions` gives, once it was asked for: it can be written to.
    defaults: RefCell<Option<Object<'js>>>,
    plain: RefCell<Option<Function<'js>>>,
    colored: RefCell<Option<Function<'js>>>,
}

// SAFETY: the only lifetime in the struct is `'js`.
unsafe impl<'js> JsLifetime<'js> for State<'js> {
    type Changed<'to> = State<'to>;
}

fn with_state<'js, R>(ctx: &Ctx<'js>, read: impl FnOnce(&State<'js>) -> R) -> R {
    if ctx.userdata::<State>().is_none() {
        let _ = ctx.store_userdata(State::default());
    }
    match ctx.userdata::<State>() {
        Some(state) => read(&state),
        // Only when user data is locked, which it is not while JavaScript runs.
        None => read(&State::default()),
    }
}

/// The function `util.inspect`, the same one for all of a context.
///
/// # Errors
/// Out of memory.
pub fn inspect<'js>(ctx: &Ctx<'js>) -> Result<Function<'js>> {
    if let Some(inspect) = with_state(ctx, |state| state.inspect.borrow().clone()) {
        return Ok(inspect);
    }
    let inspect = Function::new(ctx.clone(), call)?.with_name("inspect")?.with_length(2)?;
    let custom = custom_symbol(ctx);
    inspect.prop("custom", Property::from(custom).writable().enumerable().configurable())?;
    inspect.prop("defaultOptions", Accessor::new(default_options, set_default_options))?;
    define_lazily(&inspect, "colors", colors)?;
    define_lazily(&inspect, "styles", styles)?;
    with_state(ctx, |state| *state.inspect.borrow_mut() = Some(inspect.clone()));
    Ok(inspect)
}

/// `Symbol.for("nodejs.util.inspect.custom")`.
pub fn custom_symbol<'js>(ctx: &Ctx<'js>) -> Value<'js> {
    Key::global_symbol(ctx, c"nodejs.util.inspect.custom").value()
}

pub(crate) fn is_inspect<'js>(ctx: &Ctx<'js>, value: &Value<'js>) -> bool {
    with_state(ctx, |state| {
        state.inspect.borrow().as_ref().is_some_and(|inspect| engine::same_object(inspect.as_value(), value))
    })
}

/// The options that hold when none are given: Node's defaults, or what a program made of `inspect.defaultOptions`.
///
/// # Errors
/// What reading them threw.
pub fn defaults<'js>(ctx: &Ctx<'js>) -> Result<InspectOptions<'js>> {
    let mut options = InspectOptions::default();
    let changed = ctx.userdata::<State>().and_then(|state| state.defaults.borrow().clone());
    if let Some(changed) = changed {
        options.read(&changed)?;
    }
    Ok(options)
}

/// `inspect(value, options)`, or in the older form `inspect(value, showHidden, depth, colors)`.
fn call<'js>(ctx: Ctx<'js>, value: Value<'js>, rest: Rest<Value<'js>>) -> Result<String> {
    let mut options = defaults(&ctx)?;
    if let Some(given) = rest.first() {
        if let Some(depth) = rest.get(1).filter(|depth| !depth.is_undefined()) {
            let object = Object::new(ctx.clone())?;
            object.set("depth", depth.clone())?;
            options.read(&object)?;
        }
        if let Some(colors) = rest.get(2).filter(|colors| !colors.is_undefined()) {
            let object = Object::new(ctx.clone())?;
            object.set("colors", colors.clone())?;
            options.read(&object)?;
        }
        match (given.as_bool(), given.as_object()) {
            (Some(show_hidden), _) => options.show_hidden = show_hidden,
            (None, Some(object)) => read_options(&ctx, &mut options, object)?,
            (None, None) => {}
        }
    }
    try_inspect(&ctx, &value, &options)
}

/// Reads options of a caller. The `stylize` that inspection itself gave a custom function is no caller's.
pub fn read_options<'js>(ctx: &Ctx<'js>, options: &mut InspectOptions<'js>, object: &Object<'js>) -> Result<()> {
    options.read(object)?;
    if let Some(stylize) = &options.stylize {
        let own = with_state(ctx, |state| {
            state.plain.borrow().as_ref().is_some_and(|plain| engine::same_object(plain.as_value(), stylize.as_value()))
        });
        if own {
            options.stylize = None;
        }
    }
    Ok(())
}

/// The options as a custom inspection function gets them.
pub(crate) fn options_object<'js>(ctx: &Ctx<'js>, options: &InspectOptions<'js>) -> Result<Object<'js>> {
    let object = Object::new(ctx.clone())?;
    object.set("stylize", stylize(ctx, options)?)?;
    options.write(ctx, &object)?;
    if let Some(user) = &options.user {
        for key in user.keys::<String>() {
            let key = key?;
            if !options::NAMES.contains(&key.as_str()) && key != "stylize" {
                object.set(key.as_str(), user.get::<_, Value<'js>>(key.as_str())?)?;
            }
        }
    }
    Ok(object)
}

fn stylize<'js>(ctx: &Ctx<'js>, options: &InspectOptions<'js>) -> Result<Function<'js>> {
    if let Some(stylize) = options.stylize.as_ref().filter(|_| !options.colors) {
        return Ok(stylize.clone());
    }
    let known =
        with_state(
            ctx,
            |state| if options.colors { state.colored.borrow().clone() } else { state.plain.borrow().clone() },
        );
    if let Some(function) = known {
        return Ok(function);
    }
    let function = if options.colors {
        let paint = |ctx: Ctx<'js>, text: Value<'js>, style: Value<'js>| -> Result<Value<'js>> {
            let style = style.as_string().map(engine::text).unwrap_or_default();
            let Some(codes) = Palette::code(&ctx, &style) else { return Ok(text) };
            let text = text.get::<rquickjs::Coerced<String>>()?.0;
            rquickjs::String::from_str(ctx, &style::paint(&text, codes)).map(rquickjs::String::into_value)
        };
        Function::new(ctx.clone(), paint)?.with_name("stylizeWithColor")?
    } else {
        Function::new(ctx.clone(), |text: Value<'js>| text)?.with_name("stylizeNoColor")?
    };
    with_state(ctx, |state| {
        let place = if options.colors { &state.colored } else { &state.plain };
        *place.borrow_mut() = Some(function.clone());
    });
    Ok(function)
}

fn default_options<'js>(ctx: Ctx<'js>) -> Result<Object<'js>> {
    if let Some(defaults) = with_state(&ctx, |state| state.defaults.borrow().clone()) {
        return Ok(defaults);
    }
    let object = Object::new(ctx.clone())?;
    InspectOptions::default().write(&ctx, &object)?;
    with_state(&ctx, |state| *state.defaults.borrow_mut() = Some(object.clone()));
    Ok(object)
}

fn set_default_options<'js>(ctx: Ctx<'js>, value: Value<'js>) -> Result<()> {
    let Some(given) = value.as_object().filter(|_| !value.is_array() && !value.is_function()) else {
        return Err(args::invalid_arg_type(&ctx, "options", &["Object"], &value));
    };
    let defaults = default_options(ctx)?;
    for key in given.keys::<String>() {
        let key = key?;
        defaults.set(key.as_str(), given.get::<_, Value<'js>>(key.as_str())?)?;
    }
    Ok(())
}

type Build = for<'js> fn(&Ctx<'js>) -> Result<Object<'js>>;

/// Defines a property that is made when it is first read, and is then plain.
fn define_lazily<'js>(object: &Object<'js>, name: &'static str, build: Build) -> Result<()> {
    let get = move |this: This<Object<'js>>, ctx: Ctx<'js>| {
        let object = build(&ctx)?;
        this.0.prop(name, Property::from(object.clone()).writable().enumerable().configurable())?;
        Ok::<_, Error>(object)
    };
    let set = move |this: This<Object<'js>>, value: Value<'js>| {
        this.0.prop(name, Property::from(value).writable().enumerable().configurable())
    };
    object.prop(name, Accessor::new(get, set).enumerable().configurable())
}

fn colors<'js>(ctx: &Ctx<'js>) -> Result<Object<'js>> {
    let colors = Object::new_proto(ctx.clone(), None)?;
    for &(name, begin, end) in COLORS {
        let pair = Array::new(ctx.clone())?;
        pair.set(0, begin)?;
        pair.set(1, end)?;
        colors.set(name, pair)?;
    }
    for &(alias, name) in COLOR_ALIASES {
        let get = move |this: This<Object<'js>>| this.0.get::<_, Value<'js>>(name);
        let set = move |this: This<Object<'js>>, value: Value<'js>| this.0.set(name, value);
        colors.prop(alias, Accessor::new(get, set).configurable())?;
    }
    Ok(colors)
}

fn styles<'js>(ctx: &Ctx<'js>) -> Result<Object<'js>> {
    let styles = Object::new_proto(ctx.clone(), None)?;
    for style in Style::ALL {
        if let Some(color) = style.color() {
            styles.set(style.name(), color)?;
        }
    }
    Ok(styles)
}

/// The escape codes of each style, as `inspect.styles` and `inspect.colors` have them now.
pub(crate) struct Palette([Option<(String, String)>; Style::ALL.len()]);

impl Palette {
    pub(crate) fn of(ctx: &Ctx<'_>) -> Self {
        let customized = ctx.userdata::<State>().is_some_and(|state| state.inspect.borrow().is_some());
        Self(Style::ALL.map(|style| {
            if customized {
                return Self::code(ctx, style.name());
            }
            style.color().and_then(style::color).map(|(begin, end)| (begin.to_string(), end.to_string()))
        }))
    }

    pub(crate) fn paint(&self, text: &str, style: Style) -> String {
        match &self.0[style as usize] {
            Some((begin, end)) => style::paint(text, (begin, end)),
            None => text.to_owned(),
        }
    }

    fn code(ctx: &Ctx<'_>, style: &str) -> Option<(String, String)> {
        Self::read_code(ctx, style).unwrap_or_else(|error| {
            if matches!(error, Error::Exception) {
                engine::drop_exception(ctx);
            }
            None
        })
    }

    fn read_code(ctx: &Ctx<'_>, style: &str) -> Result<Option<(String, String)>> {
        let inspect = inspect(ctx)?;
        let color: Value<'_> = inspect.get::<_, Object<'_>>("styles")?.get(style)?;
        let Some(color) = color.as_string().map(engine::text) else { return Ok(None) };
        let codes: Value<'_> = inspect.get::<_, Object<'_>>("colors")?.get(color)?;
        let Some(codes) = codes.as_object() else { return Ok(None) };
        let code = |index: u32| codes.get::<_, rquickjs::Coerced<String>>(index).map(|code| code.0);
        Ok(Some((code(0)?, code(1)?)))
    }
}

/// `util.format(...)` and `util.formatWithOptions(options, ...)` as JavaScript functions.
///
/// # Errors
/// Out of memory.
pub fn format<'js>(ctx: &Ctx<'js>) -> Result<Function<'js>> {
    let call =
        |ctx: Ctx<'js>, arguments: Rest<Value<'js>>| crate::format_with_options(&ctx, &defaults(&ctx)?, &arguments.0);
    Function::new(ctx.clone(), call)?.with_name("format")?.with_length(0)
}

/// See [`format()`].
///
/// # Errors
/// Out of memory.
pub fn format_with_options<'js>(ctx: &Ctx<'js>) -> Result<Function<'js>> {
    let call = |ctx: Ctx<'js>, arguments: Rest<Value<'js>>| {
        let undefined = Value::new_undefined(ctx.clone());
        let (given, values) = arguments.0.split_first().unwrap_or((&undefined, &[]));
        let Some(object) = given.as_object().filter(|_| !given.is_array() && !given.is_function()) else {
            return Err(args::invalid_arg_type(&ctx, "inspectOptions", &["object"], given));
        };
        let mut options = defaults(&ctx)?;
        read_options(&ctx, &mut options, object)?;
        crate::format_with_options(&ctx, &options, values)
    };
    Function::new(ctx.clone(), call)?.with_name("formatWithOptions")?.with_length(1)
}
