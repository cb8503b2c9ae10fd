//! The three faces of an operation: at once, with a callback, with a promise.
//!
//! Each operation is written once: a function reads the arguments and gives [`Work`]; the number in its row of the table says how the
//! work is done and answered.

use std::{
    cell::Cell,
    rc::Rc,
    time::{Duration, Instant},
};

use llrt_core::{JsClass, NodeError, args, error, host, table::Call, task};
use rquickjs::{
    Constructor, Ctx, Function, JsLifetime, Object, Promise, Result, Value,
    function::{Args as CallArgs, This},
};

use crate::{
    args::{Args, truthy},
    error::FsError,
    ops,
    output::Output,
};

/// Done before the function returns.
pub(crate) const SYNC: i16 = 0;
/// The callback that is the last argument gets the answer.
pub(crate) const CALLBACK: i16 = 1;
/// The function gives a promise.
pub(crate) const PROMISE: i16 = 2;

/// Where a job runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// On the event loop, which it must not block: a job that would declines.
    Loop,
    /// Where it may take its time.
    Anywhere,
}

type Job = Box<dyn FnMut(Place) -> Option<ops::Result<Output>> + Send>;
type Finish<'js> = Box<dyn FnOnce(&Ctx<'js>, Output) -> Result<Value<'js>> + 'js>;

/// An operation whose arguments are read.
pub(crate) struct Work<'js> {
    job: Job,
    finish: Option<Finish<'js>>,
    signal: Option<Object<'js>>,
    /// What a callback gets as its third argument, and under which names a promise gives both.
    beside: Option<(&'static str, &'static str, Value<'js>)>,
    /// The callback gets the value alone.
    bare: bool,
}

impl<'js> Work<'js> {
    /// A single system call about names or metadata. It runs on the event loop: it takes a few microseconds, a thread's wake-up many.
    /// Where that does not hold (network file systems), [`Pace`] finds out.
    pub(crate) fn quick(job: impl FnOnce() -> ops::Result<Output> + Send + 'static) -> Self {
        let mut job = Some(job);
        Self::of(move |_| job.take().map(|job| job()))
    }

    /// What may take long or wait for another process.
    pub(crate) fn slow(job: impl FnOnce() -> ops::Result<Output> + Send + 'static) -> Self {
        let mut job = Some(job);
        Self::of(move |place| if place == Place::Loop { None } else { job.take().map(|job| job()) })
    }

    /// What decides itself.
    pub(crate) fn of(job: impl FnMut(Place) -> Option<ops::Result<Output>> + Send + 'static) -> Self {
        Self { job: Box::new(job), finish: None, signal: None, beside: None, bare: false }
    }

    /// With something to do to the result.
    pub(crate) fn finish(mut self, finish: impl FnOnce(&Ctx<'js>, Output) -> Result<Value<'js>> + 'js) -> Self {
        self.finish = Some(Box::new(finish));
        self
    }

    /// Aborted by an `AbortSignal`.
    pub(crate) fn signal(mut self, signal: Option<Object<'js>>) -> Self {
        self.signal = signal;
        self
    }

    /// With a second result: `beside("bytesRead", "buffer", buffer)`.
    pub(crate) fn beside(mut self, name: &'static str, second: &'static str, value: Value<'js>) -> Self {
        self.beside = Some((name, second, value));
        self
    }

    /// With a callback that gets no error.
    pub(crate) fn bare(mut self) -> Self {
        self.bare = true;
        self
    }
}

/// Reads the arguments with `parse`, does the work and answers in the way of the table's row. A callback stands at one of the
/// positions `first..=last`.
pub(crate) fn answer<'js>(
    call: &Call<'_, 'js>,
    (first, last): (usize, usize),
    parse: fn(&Args<'js>) -> Result<Work<'js>>,
) -> Result<Value<'js>> {
    let ctx = call.ctx().clone();
    match call.magic() as i16 {
        SYNC => {
            let args = Args { ctx: ctx.clone(), values: call.rest(0), is_promise: false };
            now(&ctx, parse(&args)?)
        }
        CALLBACK => {
            let mut values = call.rest(0);
            let callback = take_callback(&mut values, first, last);
            let args = Args { ctx: ctx.clone(), values, is_promise: false };
            let work = parse(&args)?;
            let missing = || args::invalid_arg_type(&ctx, "cb", &["function"], &call.arg(last));
            later(&ctx, callback.ok_or_else(missing)?, work);
            Ok(Value::new_undefined(ctx))
        }
        _ => {
            let args = Args { ctx: ctx.clone(), values: call.rest(0), is_promise: true };
            promise(&ctx, parse(&args))
        }
    }
}

/// Does the work before it returns.
fn now<'js>(ctx: &Ctx<'js>, mut work: Work<'js>) -> Result<Value<'js>> {
    check_signal(ctx, work.signal.as_ref())?;
    let result = (work.job)(Place::Anywhere).unwrap_or_else(|| Err(unfinished()));
    settle(ctx, result, work.finish)
}

/// The callback among the arguments; it goes, and what follows it.
fn take_callback<'js>(values: &mut Vec<Value<'js>>, first: usize, last: usize) -> Option<Function<'js>> {
    // The last position counts most, as an options argument may be a function, too.
    let is_function = |index: &usize| values.get(*index).is_some_and(Value::is_function);
    let index = Some(last).filter(is_function).or_else(|| (first..last).find(is_function))?;
    let callback = values[index].as_function().cloned();
    values.truncate(index);
    callback
}

/// Does the work on the loop and calls `callback`.
fn later<'js>(ctx: &Ctx<'js>, callback: Function<'js>, mut work: Work<'js>) {
    let task_ctx = ctx.clone();
    task::spawn(ctx, async move {
        let ctx = task_ctx;
        let beside = work.beside.take();
        let bare = work.bare;
        let result = perform(&ctx, work).await;
        task::run(&ctx, || {
            let mut arguments = CallArgs::new(ctx.clone(), 3);
            match result {
                Ok(value) => {
                    if !bare {
                        arguments.push_arg(Value::new_null(ctx.clone()))?;
                    }
                    if !value.is_undefined() || beside.is_some() {
                        arguments.push_arg(value)?;
                    }
                    if let Some((.., second)) = beside {
                        arguments.push_arg(second)?;
                    }
                }
                Err(error) => arguments.push_arg(error::caught(&ctx, &error))?,
            }
            callback.call_arg::<Value<'js>>(arguments).map(drop)
        });
    });
}

/// Does the work on the loop and gives its promise. What is wrong with the arguments rejects it.
pub(crate) fn promise<'js>(ctx: &Ctx<'js>, work: Result<Work<'js>>) -> Result<Value<'js>> {
    let mut work = match work {
        Ok(work) => work,
        Err(error) => {
            let (promise, _, reject) = Promise::new(ctx)?;
            reject.call::<_, ()>((error::caught(ctx, &error),))?;
            return Ok(promise.into_value());
        }
    };
    let task_ctx = ctx.clone();
    let promise = task::promise(ctx, async move {
        let ctx = task_ctx;
        let beside = work.beside.take();
        let value = perform(&ctx, work).await?;
        match beside {
            Some((name, second, other)) => {
                let object = Object::new(ctx)?;
                object.set(name, value)?;
                object.set(second, other)?;
                Ok(object.into_value())
            }
            None => Ok(value),
        }
    })?;
    Ok(promise.into_value())
}

async fn perform<'js>(ctx: &Ctx<'js>, work: Work<'js>) -> Result<Value<'js>> {
    check_signal(ctx, work.signal.as_ref())?;
    let result = run(ctx, work.job).await;
    check_signal(ctx, work.signal.as_ref())?;
    settle(ctx, result, work.finish)
}

fn settle<'js>(ctx: &Ctx<'js>, result: ops::Result<Output>, finish: Option<Finish<'js>>) -> Result<Value<'js>> {
    match (result, finish) {
        (Ok(output), Some(finish)) => finish(ctx, output),
        (Ok(output), None) => output.into_value(ctx),
        (Err(error), _) => Err(error::throw(ctx, &error)),
    }
}

/// Runs the job on the event loop if it takes it there, else in the pool of threads that tokio starts when it is first needed.
async fn run(ctx: &Ctx<'_>, mut job: Job) -> ops::Result<Output> {
    let has_pool = tokio::runtime::Handle::try_current().is_ok();
    if !has_pool {
        return job(Place::Anywhere).unwrap_or_else(|| Err(unfinished()));
    }
    let pace = Pace::of(ctx);
    if !pace.is_slow() {
        let start = Instant::now();
        if let Some(result) = job(Place::Loop) {
            pace.note(start.elapsed());
            return result;
        }
    }
    let result = tokio::task::spawn_blocking(move || job(Place::Anywhere)).await;
    result.ok().flatten().unwrap_or_else(|| Err(unfinished()))
}

/// The loop ended, or the job panicked.
fn unfinished() -> FsError {
    FsError::Node(NodeError::new(
        JsClass::Error,
        "ERR_OPERATION_FAILED",
        "Operation failed: the thread that did it ended",
    ))
}

/// Watches how long the loop waits for the file system. A local one answers in microseconds; where most jobs take long (a network, a
/// slow disk), they go to the pool from then on. One that takes long now and then tells of a busy processor only.
#[derive(Clone, Default, JsLifetime)]
struct Pace(Rc<Counts>);

#[derive(Default)]
struct Counts {
    all: Cell<u32>,
    slow: Cell<u32>,
}

impl Pace {
    const LONG: Duration = Duration::from_millis(1);
    const MIN_SLOW: u32 = 8;

    fn of(ctx: &Ctx<'_>) -> Self {
        if let Some(pace) = ctx.userdata::<Self>() {
            return pace.clone();
        }
        let pace = Self::default();
        let _ = ctx.store_userdata(pace.clone());
        pace
    }

    fn is_slow(&self) -> bool {
        let slow = self.0.slow.get();
        slow >= Self::MIN_SLOW && slow >= self.0.all.get() / 2
    }

    fn note(&self, time: Duration) {
        self.0.all.set(self.0.all.get().saturating_add(1));
        if time >= Self::LONG {
            self.0.slow.set(self.0.slow.get().saturating_add(1));
        }
    }
}

/// Throws Node's `AbortError` if the signal says so.
pub(crate) fn check_signal<'js>(ctx: &Ctx<'js>, signal: Option<&Object<'js>>) -> Result<()> {
    let Some(signal) = signal else { return Ok(()) };
    if !truthy(&signal.get("aborted")?) {
        return Ok(());
    }
    let class: Constructor<'js> = host::import(ctx, "internal:errors")?.get("AbortError")?;
    let options = Object::new(ctx.clone())?;
    options.set("cause", signal.get::<_, Value<'js>>("reason")?)?;
    let error: Value<'js> = class.construct((Value::new_undefined(ctx.clone()), options))?;
    Err(ctx.throw(error))
}

/// `process.emitWarning`, where there is a `process`. What it was about goes on whatever comes of it.
pub(crate) fn warn(ctx: &Ctx<'_>, text: &str, kind: &str, code: Option<&str>) {
    let emit = || -> Result<()> {
        let process: Object<'_> = host::import(ctx, "node:process")?.get("default")?;
        process.get::<_, Function<'_>>("emitWarning")?.call((This(process), text, kind, code))
    };
    if host::is_builtin(ctx, "node:process") && emit().is_err() {
        ctx.catch();
    }
}

/// Whether this is the first time in the context that `flag` is asked about.
pub(crate) fn is_first(ctx: &Ctx<'_>, flag: Warned) -> bool {
    let known = match ctx.userdata::<WarnedOf>() {
        Some(known) => Rc::clone(&known.0),
        None => {
            let known = Rc::default();
            let _ = ctx.store_userdata(WarnedOf(Rc::clone(&known)));
            known
        }
    };
    known.replace(known.get() | flag as u8) & flag as u8 == 0
}

/// Warnings that are given once.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Warned {
    /// `existsSync` of what is no path.
    Exists = 1,
    /// The constructor `Stats`.
    Stats = 2,
    /// A template of `mkdtemp` that ends with X.
    Template = 4,
}

#[derive(Clone, JsLifetime)]
struct WarnedOf(Rc<Cell<u8>>);

/// Calls the export `name` of the internal module `module`, which is loaded now if it was not.
pub(crate) fn forward<'js>(call: &Call<'_, 'js>, module: &str, name: &str) -> Result<Value<'js>> {
    let function: Function<'js> = host::import(call.ctx(), module)?.get(name)?;
    let mut arguments = CallArgs::new(call.ctx().clone(), call.len());
    arguments.this(call.this())?;
    arguments.push_args(call.rest(0))?;
    function.call_arg(arguments)
}
