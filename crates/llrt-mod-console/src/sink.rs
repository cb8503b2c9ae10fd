//! A host's own place for records.

use std::{cell::OnceCell, rc::Rc};

use rquickjs::{Ctx, JsLifetime, Result, Value};

use crate::methods;

/// Which method a record came through.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// `trace`
    Trace,
    /// `debug`
    Debug,
    /// `log`, and what prints through it: `table`, `count`, `timeEnd`, `group`
    Log,
    /// `dir` and `dirxml`, which do not print through `log`
    Dir,
    /// `info`
    Info,
    /// `warn`, and a failed `assert`
    Warn,
    /// `error`
    Error,
    /// `fatal`, a method that the console has while there is a sink
    Fatal,
}

impl Level {
    /// Whether Node writes it to standard error.
    pub fn is_error(self) -> bool {
        matches!(self, Level::Trace | Level::Warn | Level::Error | Level::Fatal)
    }
}

/// One call of a method that prints.
pub struct Record<'a, 'js> {
    /// The method.
    pub level: Level,
    /// Its arguments, as the program passed them. Of methods that make their text themselves (`table`, `count`): that text.
    pub arguments: &'a [Value<'js>],
    /// Spaces that `console.group` has each line begin with.
    pub indentation: usize,
    ctx: &'a Ctx<'js>,
    text: OnceCell<String>,
}

impl<'a, 'js> Record<'a, 'js> {
    pub(crate) fn new(ctx: &'a Ctx<'js>, level: Level, arguments: &'a [Value<'js>], indentation: usize) -> Self {
        Self { level, arguments, indentation, ctx, text: OnceCell::new() }
    }

    pub(crate) fn with_text(self, text: String) -> Self {
        let _ = self.text.set(text);
        self
    }

    /// The context, to look into [`arguments`](Self::arguments) with.
    pub fn ctx(&self) -> &'a Ctx<'js> {
        self.ctx
    }

    /// The text as `util.format` makes it of the arguments: no line break at the end, no indentation, no colours. It is made when
    /// this is first called.
    ///
    /// # Errors
    /// What a custom inspection function of the program threw.
    pub fn text(&self) -> Result<&str> {
        if let Some(text) = self.text.get() {
            return Ok(text);
        }
        let text = llrt_inspect::format(self.ctx, self.arguments)?;
        Ok(self.text.get_or_init(|| text))
    }

    /// [`text`](Self::text), indented as `console.group` wants it.
    ///
    /// # Errors
    /// As [`text`](Self::text).
    pub fn indented_text(&self) -> Result<String> {
        self.text().map(|text| methods::indent(text, self.indentation))
    }
}

/// What takes the records of the global `console` instead of standard output and error. `false`: it does not want this one, which
/// is printed as if there were no sink.
///
/// An error it returns is thrown by the method that was called.
pub type Sink = Rc<dyn for<'js> Fn(&Record<'_, 'js>) -> Result<bool>>;

/// Sends every record of the context's global `console` to `sink`, from now on; `None` brings the standard streams back. A console
/// that is first read later has a method `fatal`.
///
/// ```
/// use std::{cell::RefCell, rc::Rc};
/// use llrt_core::{Entry, host};
/// use llrt_mod_console::{ConsoleGlobal, Record, set_sink};
/// static MODULES: &[Entry] = &[Entry::of::<ConsoleGlobal>()];
///
/// let runtime = rquickjs::Runtime::new()?;
/// let context = rquickjs::Context::full(&runtime)?;
/// let seen = Rc::new(RefCell::new(Vec::new()));
/// context.with(|ctx| {
///     host::attach(&ctx, MODULES)?;
///     let log = Rc::clone(&seen);
///     set_sink(&ctx, Some(Rc::new(move |record: &Record<'_, '_>| {
///         log.borrow_mut().push((record.level, record.text()?.to_owned(), record.arguments.len()));
///         Ok(true)
///     })));
///     ctx.eval::<(), _>("console.warn('%s is', 'x', { a: 1 })")
/// })?;
/// assert_eq!(*seen.borrow(), [(llrt_mod_console::Level::Warn, "x is { a: 1 }".to_owned(), 3)]);
/// # Ok::<_, rquickjs::Error>(())
/// ```
pub fn set_sink(ctx: &Ctx<'_>, sink: Option<Sink>) {
    let _ = ctx.store_userdata(Installed(sink));
}

pub(crate) fn current(ctx: &Ctx<'_>) -> Option<Sink> {
    ctx.userdata::<Installed>()?.0.clone()
}

#[derive(JsLifetime)]
struct Installed(Option<Sink>);
