//! The one bridge from typed Rust errors to JavaScript errors.
//!
//! rquickjs's own throw helpers carry no `code` and cut messages at 255 bytes; modules use [`OrThrow::or_throw`] and
//! [`NodeError`] instead.

use std::{borrow::Cow, error::Error as StdError, fmt};

use rquickjs::{
    Coerced, Constructor, Ctx, Error, Function, IntoJs, JsLifetime, Object, Result, Value, atom::PredefinedAtom,
};

use crate::thrown;

/// The JavaScript class of an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum JsClass {
    /// `Error`
    Error,
    /// `TypeError`
    TypeError,
    /// `RangeError`
    RangeError,
    /// `SyntaxError`
    SyntaxError,
    /// `ReferenceError`
    ReferenceError,
    /// `DOMException` with this `name` (`AbortError`, `InvalidCharacterError`, ...); its numeric `code` follows from the name.
    DomException(&'static str),
}

/// A Rust error's JavaScript face.
pub trait JsError: StdError {
    /// The class of the JavaScript error.
    fn class(&self) -> JsClass {
        JsClass::Error
    }

    /// Node's `code` property (`ERR_INVALID_ARG_TYPE`, `ENOENT`), if it has one. `DOMException` ignores it.
    fn code(&self) -> Option<&str> {
        None
    }

    /// Whether the stack's first line names the code in brackets, as Node does for its own `ERR_` codes but not for those
    /// of the system.
    fn code_in_stack(&self) -> bool {
        self.code().is_some_and(|code| code.starts_with("ERR_"))
    }

    /// Sets further properties (`syscall`, `path`, `cause`).
    ///
    /// # Errors
    /// What setting a property threw.
    fn decorate<'js>(&self, _error: &Object<'js>) -> Result<()> {
        Ok(())
    }
}

/// Turns a Rust result into one that throws in JavaScript.
pub trait OrThrow<T> {
    /// The value, or the error thrown in `ctx`.
    ///
    /// # Errors
    /// `Error::Exception`, with the JavaScript error pending in `ctx`.
    fn or_throw(self, ctx: &Ctx<'_>) -> Result<T>;
}

impl<T, E: JsError> OrThrow<T> for std::result::Result<T, E> {
    fn or_throw(self, ctx: &Ctx<'_>) -> Result<T> {
        self.map_err(|error| throw(ctx, &error))
    }
}

/// Throws `error` in `ctx`; the result is what a native function returns as its `Err`.
pub fn throw(ctx: &Ctx<'_>, error: &(impl JsError + ?Sized)) -> Error {
    match into_value(ctx, error) {
        Ok(value) => ctx.throw(value),
        Err(error) => error,
    }
}

/// Makes the JavaScript error without throwing it, to reject a promise or pass to a callback.
///
/// # Errors
/// Out of memory, or a constructor that a program replaced threw.
pub fn into_value<'js>(ctx: &Ctx<'js>, error: &(impl JsError + ?Sized)) -> Result<Value<'js>> {
    let message = error.to_string();
    let class = error.class();
    if let JsClass::DomException(name) = class {
        let constructor: Constructor<'js> = ctx.globals().get("DOMException")?;
        let object: Object<'js> = constructor.construct((message, name))?;
        error.decorate(&object)?;
        return Ok(object.into_value());
    }
    let object: Object<'js> = constructor(ctx, class)?.construct((message,))?;
    // First the error's own properties, because a system error puts `errno` before `code`, and inspection shows the order.
    error.decorate(&object)?;
    if let Some(code) = error.code() {
        object.set("code", code)?;
        if error.code_in_stack() {
            name_code_in_stack(&object, class, code)?;
            let text = to_string_function(ctx)?;
            object.prop("toString", rquickjs::object::Property::from(text).writable().configurable())?;
        }
    }
    Ok(object.into_value())
}

/// The value of a failed native call: the pending exception, or the JavaScript face of rquickjs's own error.
///
/// Use it where an `rquickjs::Error` must become a rejection or a callback's argument.
pub fn caught<'js>(ctx: &Ctx<'js>, error: &Error) -> Value<'js> {
    if matches!(error, Error::Exception) {
        let value = ctx.catch();
        thrown::note(ctx, &value);
        return value;
    }
    into_value(ctx, &NodeError::from_engine(error)).unwrap_or_else(|_| ctx.catch())
}

/// An error with a class, a code and a message: for what needs no type of its own.
#[derive(Clone, Debug)]
pub struct NodeError {
    class: JsClass,
    code: Option<Cow<'static, str>>,
    message: String,
}

impl NodeError {
    /// An error with Node's `code`.
    pub fn new(class: JsClass, code: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        Self { class, code: Some(code.into()), message: message.into() }
    }

    /// An error without a code.
    pub fn plain(class: JsClass, message: impl Into<String>) -> Self {
        Self { class, code: None, message: message.into() }
    }

    /// The face of an error that rquickjs itself raised (a failed conversion, a missing argument).
    pub fn from_engine(error: &Error) -> Self {
        let class = if error.is_from_js() || error.is_num_args() { JsClass::TypeError } else { JsClass::Error };
        Self::plain(class, error.to_string())
    }

    /// Throws it in `ctx`.
    pub fn throw(&self, ctx: &Ctx<'_>) -> Error {
        throw(ctx, self)
    }
}

impl fmt::Display for NodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl StdError for NodeError {}

impl JsError for NodeError {
    fn class(&self) -> JsClass {
        self.class
    }

    fn code(&self) -> Option<&str> {
        self.code.as_deref()
    }
}

/// Keeps the error constructors that the engine made, before a program can replace them.
pub(crate) fn capture(ctx: &Ctx<'_>) -> Result<()> {
    let globals = ctx.globals();
    let constructors = Constructors {
        error: globals.get(PredefinedAtom::Error)?,
        type_error: globals.get(PredefinedAtom::TypeError)?,
        range_error: globals.get(PredefinedAtom::RangeError)?,
        syntax_error: globals.get(PredefinedAtom::SyntaxError)?,
        reference_error: globals.get(PredefinedAtom::ReferenceError)?,
    };
    let _ = ctx.store_userdata(constructors);
    Ok(())
}

struct Constructors<'js> {
    error: Constructor<'js>,
    type_error: Constructor<'js>,
    range_error: Constructor<'js>,
    syntax_error: Constructor<'js>,
    reference_error: Constructor<'js>,
}

// SAFETY: the only lifetime in the struct is `'js`.
unsafe impl<'js> JsLifetime<'js> for Constructors<'js> {
    type Changed<'to> = Constructors<'to>;
}

fn constructor<'js>(ctx: &Ctx<'js>, class: JsClass) -> Result<Constructor<'js>> {
    if ctx.userdata::<Constructors>().is_none() {
        capture(ctx)?;
    }
    let all = ctx.userdata::<Constructors>().ok_or(Error::Unknown)?;
    Ok(match class {
        JsClass::TypeError => &all.type_error,
        JsClass::RangeError => &all.range_error,
        JsClass::SyntaxError => &all.syntax_error,
        JsClass::ReferenceError => &all.reference_error,
        JsClass::Error | JsClass::DomException(_) => &all.error,
    }
    .clone())
}

/// The `toString` of errors with a code, one for all of a context: `TypeError [ERR_X]: text`.
fn to_string_function<'js>(ctx: &Ctx<'js>) -> Result<Function<'js>> {
    if let Some(known) = ctx.userdata::<ToString<'js>>() {
        return Ok(known.0.clone());
    }
    let function = Function::new(ctx.clone(), |this: rquickjs::function::This<Object<'js>>| -> Result<String> {
        let text = |key: &str| this.0.get::<_, Coerced<String>>(key).map(|text| text.0);
        Ok(format!("{} [{}]: {}", text("name")?, text("code")?, text("message")?))
    })?
    .with_name("toString")?;
    let _ = ctx.store_userdata(ToString(function.clone()));
    Ok(function)
}

struct ToString<'js>(Function<'js>);

// SAFETY: the only lifetime in the struct is `'js`.
unsafe impl<'js> JsLifetime<'js> for ToString<'js> {
    type Changed<'to> = ToString<'to>;
}

/// `TypeError: text` becomes `TypeError [ERR_X]: text` in the first line of `stack`, where the host gives stacks a first line.
fn name_code_in_stack(error: &Object<'_>, class: JsClass, code: &str) -> Result<()> {
    let name = match class {
        JsClass::TypeError => "TypeError",
        JsClass::RangeError => "RangeError",
        JsClass::SyntaxError => "SyntaxError",
        JsClass::ReferenceError => "ReferenceError",
        JsClass::Error | JsClass::DomException(_) => "Error",
    };
    let stack: Option<String> = error.get("stack")?;
    if let Some(rest) = stack.as_deref().and_then(|stack| stack.strip_prefix(name)?.strip_prefix(':')) {
        error.prop(
            "stack",
            rquickjs::object::Property::from(format!("{name} [{code}]:{rest}")).writable().configurable(),
        )?;
    }
    Ok(())
}

/// Calls `function` with what `error` is in JavaScript as its only argument.
///
/// # Errors
/// What `function` threw.
pub fn call_with_error<'js>(ctx: &Ctx<'js>, function: &Function<'js>, error: &(impl JsError + ?Sized)) -> Result<()> {
    function.call((into_value(ctx, error)?.into_js(ctx)?,))
}
