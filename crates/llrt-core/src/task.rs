//! Promises, callbacks and background tasks on the event loop.
//!
//! What should keep the process alive holds a [`LoopRef`]; `unref` drops it. The host's loop waits with [`idle`]; a program that
//! drives rquickjs itself may ignore the count.
//!
//! What is started here inherits the [`scope`] it was started in.
//!
//! JavaScript that the loop calls runs inside [`call`], which afterwards drains the `nextTick` queue and the microtasks in
//! Node's order: all ticks, then all microtasks, until both are empty.

use std::{
    cell::{Cell, RefCell},
    collections::VecDeque,
    future::{Future, poll_fn},
    pin::Pin,
    rc::Rc,
    task::{Poll, Waker},
};

use rquickjs::{
    Ctx, Error, Function, IntoJs, JsLifetime, Promise, Result, Value,
    function::{Args, IntoArgs},
};

use crate::{
    error,
    scope::{self, Captured, Scope},
    script, thrown,
};

/// Runs `future` on the event loop, and gives the promise of what it resolves to. The loop stays alive until then.
///
/// Reactions to the promise run before any other callback, as after a callback of Node's.
///
/// # Errors
/// Out of memory. Errors of `future` reject the promise.
pub fn promise<'js, F, T>(ctx: &Ctx<'js>, future: F) -> Result<Promise<'js>>
where
    F: Future<Output = Result<T>> + 'js,
    T: IntoJs<'js> + 'js,
{
    let (promise, resolve, reject) = Promise::new(ctx)?;
    let task_ctx = ctx.clone();
    // On the heap from the start: what an asynchronous block awaits, it holds twice, and futures of ten kilobytes are common.
    let future = Box::pin(future);
    spawn(ctx, async move {
        let result = future.await.and_then(|value| value.into_js(&task_ctx));
        let (settle, value) = match result {
            Ok(value) => (resolve, value),
            Err(error) => (reject, error::caught(&task_ctx, &error)),
        };
        call(&task_ctx, &settle, (value,));
    });
    Ok(promise)
}

/// A task of any kind, so that what drives tasks is compiled once.
pub(crate) type Task<'js> = Pin<Box<dyn Future<Output = ()> + 'js>>;

/// Runs `future` on the event loop; the loop stays alive until it ends. Errors are the future's own to report.
pub fn spawn<'js>(ctx: &Ctx<'js>, future: impl Future<Output = ()> + 'js) {
    spawn_held(ctx, Box::pin(future));
}

fn spawn_held<'js>(ctx: &Ctx<'js>, future: Task<'js>) {
    let guard = Pending::new(ctx);
    spawn_task(
        ctx,
        Box::pin(async move {
            future.await;
            drop(guard);
        }),
    );
}

/// Runs `future` on the event loop without keeping it alive.
pub fn spawn_unref<'js>(ctx: &Ctx<'js>, future: impl Future<Output = ()> + 'js) {
    spawn_task(ctx, Box::pin(future));
}

fn spawn_task<'js>(ctx: &Ctx<'js>, future: Task<'js>) {
    if scope::is_followed(ctx) {
        ctx.spawn(scope::scoped(ctx, future));
    } else {
        ctx.spawn(future);
    }
}

/// Calls `function` as the loop calls a callback: an error it throws is an uncaught exception, and ticks and microtasks run
/// before this returns (unless JavaScript is running already: then they run when that returns).
pub fn call<'js>(ctx: &Ctx<'js>, function: &Function<'js>, arguments: impl IntoArgs<'js>) {
    run(ctx, || function.call::<_, Value<'js>>(arguments).map(drop));
}

/// Runs `body` as the loop runs a callback; see [`call`].
pub fn run<'js>(ctx: &Ctx<'js>, body: impl FnOnce() -> Result<()>) {
    let state = state(ctx);
    // The task that calls may have a scope of its own.
    let outer = state.scopes.get().then(|| scope::replace(ctx, Scope::default()));
    enter(ctx, &state, outer, None, body);
}

/// [`run`], in the scope that the callback was made in.
pub fn run_in<'js>(ctx: &Ctx<'js>, captured: &Captured<'js>, body: impl FnOnce() -> Result<()>) {
    let state = state(ctx);
    let outer = state.scopes.get().then(|| scope::replace(ctx, Scope::default()));
    let inner = if state.scopes.get() { captured.scope() } else { None };
    enter(ctx, &state, outer, inner, body);
}

/// Runs `body` in `inner`, or else `outer`, and comes back to `outer`.
fn enter<'js>(
    ctx: &Ctx<'js>,
    state: &LoopState,
    outer: Option<Scope<'js>>,
    inner: Option<Scope<'js>>,
    body: impl FnOnce() -> Result<()>,
) {
    if state.depth.get() == 0 {
        // A script or job that ended just now, outside `run`, may have left ticks and microtasks: they come before any callback.
        drain(ctx);
        thrown::forget(ctx);
        state.turns.set(state.turns.get().saturating_add(1));
    }
    let depth = state.depth.get();
    let inner_id = if depth == 0 || inner.is_some() {
        inner.as_ref().or(outer.as_ref()).map_or(0.0, |scope| scope.id)
    } else {
        0.0
    };
    if let Some(scope) = inner.or_else(|| outer.clone()) {
        drop(scope::replace(ctx, scope));
        scope::emit(ctx, "before", inner_id);
    }
    state.depth.set(depth + 1);
    if let Err(error) = body() {
        report_uncaught(ctx, error::caught(ctx, &error));
    }
    state.depth.set(depth);
    scope::emit(ctx, "after", inner_id);
    if depth == 0 {
        drain(ctx);
    }
    // When `body` was the first to follow scopes, there was none to come back to.
    if state.scopes.get() {
        drop(scope::replace(ctx, outer.unwrap_or_default()));
    }
}

pub(crate) fn follow_scopes(ctx: &Ctx<'_>) {
    state(ctx).scopes.set(true);
}

pub(crate) fn follows_scopes(ctx: &Ctx<'_>) -> bool {
    state(ctx).scopes.get()
}

/// Whether what the host started the program with is running, or nothing yet, and not a callback of the loop: whether at most
/// one outermost [`run`] has begun.
pub fn in_first_turn(ctx: &Ctx<'_>) -> bool {
    state(ctx).turns.get() <= 1
}

/// How many outermost [`run`]s have begun.
pub fn turns(ctx: &Ctx<'_>) -> usize {
    state(ctx).turns.get()
}

/// Runs all ticks, then all microtasks, until there are none, then the host's hook ([`Hooks::drained`]).
pub fn drain(ctx: &Ctx<'_>) {
    let state = state(ctx);
    if state.draining.replace(true) {
        return;
    }
    let outer = state.scopes.get().then(|| scope::replace(ctx, Scope::default()));
    loop {
        if ticks(ctx).is_empty() {
            run_jobs(ctx);
        }
        if !ticks(ctx).is_empty() {
            run_ticks_and_jobs(ctx);
        }
        if ticks(ctx).is_empty() && !state.run_drained_hook(ctx) {
            break;
        }
    }
    if let Some(outer) = outer {
        drop(scope::replace(ctx, outer));
    }
    state.draining.set(false);
}

/// Runs ticks and jobs until there are none, with the frame below them in stack traces that Node's have, where there are ticks.
fn run_ticks_and_jobs(ctx: &Ctx<'_>) {
    // Apart from the call, which must find the queue free.
    let frame = ticks(ctx).frame(ctx);
    if let Err(error) = frame.and_then(|frame| frame.call::<_, ()>(())) {
        report_uncaught(ctx, error::caught(ctx, &error));
    }
}

/// Runs the engine's jobs, microtasks among them, until there are none.
pub fn run_jobs(ctx: &Ctx<'_>) {
    let state = state(ctx);
    let outer = state.in_job.replace(true);
    loop {
        if state.early_jobs.get() {
            scope::before_early_job(ctx);
        }
        if !ctx.execute_pending_job() {
            break;
        }
        thrown::forget(ctx);
        if state.scopes.get() {
            scope::after_job(ctx);
        }
    }
    state.in_job.set(outer);
}

/// Whether jobs are waiting that were queued before anybody listened to scopes.
pub(crate) fn set_early_jobs(ctx: &Ctx<'_>, waiting: bool) {
    state(ctx).early_jobs.set(waiting);
}

/// Whether one of the engine's jobs is running.
pub(crate) fn in_job(ctx: &Ctx<'_>) -> bool {
    state(ctx).in_job.get()
}

/// Queues a `process.nextTick` callback. It runs after the JavaScript that is running now and before any microtask; when it is
/// queued by a microtask, after the microtasks that are queued already.
///
/// # Errors
/// Out of memory.
pub fn next_tick<'js>(ctx: &Ctx<'js>, function: Function<'js>, arguments: Vec<Value<'js>>) -> Result<()> {
    let captured = scope::capture(ctx, "TickObject", || tick_object(ctx, &function, &arguments));
    ticks(ctx).push((function, arguments, captured));
    let state = state(ctx);
    // Outside `run` nobody drains: a job that the engine's own driver runs does.
    if state.depth.get() == 0 && !state.draining.get() && !state.job_queued.replace(true) {
        let job = Function::new(ctx.clone(), |ctx: Ctx<'js>| {
            self::state(&ctx).job_queued.set(false);
            drain(&ctx);
        })?;
        queue_job(&job)?;
    }
    Ok(())
}

/// What stands for a tick.
fn tick_object<'js>(ctx: &Ctx<'js>, function: &Function<'js>, arguments: &[Value<'js>]) -> Option<Value<'js>> {
    let object = rquickjs::Object::new(ctx.clone()).ok()?;
    object.set("callback", function.clone()).ok()?;
    object.set("args", arguments.to_vec()).ok()?;
    Some(object.into_value())
}

/// Queues `function` as a microtask; an error it throws is an uncaught exception.
///
/// # Errors
/// Out of memory.
pub fn queue_microtask<'js>(ctx: &Ctx<'js>, function: Function<'js>) -> Result<()> {
    let queued = ticks(ctx).run_microtask(ctx)?;
    scope::restore_for_next_job(ctx, "Microtask");
    queued.defer((function,)).map_err(|_| Error::Exception)
}

/// Hands an uncaught exception to the host ([`Hooks::uncaught`]). Without a host it goes to standard error.
pub fn report_uncaught<'js>(ctx: &Ctx<'js>, value: Value<'js>) {
    let hook = state(ctx).hooks.borrow().as_ref().map(|hooks| hooks.uncaught);
    match hook {
        Some(hook) => hook(ctx, value),
        None => {
            let stack = value.as_object().and_then(|error| error.get::<_, Option<String>>("stack").ok().flatten());
            let text = value.get::<rquickjs::Coerced<String>>().map(|text| text.0).unwrap_or_default();
            eprintln!("Uncaught {text}\n{}", stack.unwrap_or_default());
        }
    }
}

/// What the host does at certain points of the loop.
#[derive(Clone, Copy)]
pub struct Hooks {
    /// An exception that nothing caught.
    pub uncaught: for<'js> fn(&Ctx<'js>, Value<'js>),
    /// Ticks and microtasks are done (the point where Node looks at unhandled rejections). `true` when it ran JavaScript, so
    /// that there may be more of them.
    pub drained: for<'js> fn(&Ctx<'js>) -> bool,
}

/// Sets the host's hooks. The last call wins.
pub fn set_hooks(ctx: &Ctx<'_>, hooks: Hooks) {
    *state(ctx).hooks.borrow_mut() = Some(hooks);
}

/// Waits until nothing keeps the loop alive.
pub async fn idle(ctx: &Ctx<'_>) {
    let state = state(ctx);
    poll_fn(|cx| {
        if state.refs.get() == 0 {
            return Poll::Ready(());
        }
        *state.idle_waker.borrow_mut() = Some(cx.waker().clone());
        Poll::Pending
    })
    .await;
}

/// How many operations keep the loop alive now.
pub fn active(ctx: &Ctx<'_>) -> usize {
    state(ctx).refs.get()
}

/// How many futures of [`promise`] and [`spawn`] have not ended.
pub fn pending(ctx: &Ctx<'_>) -> usize {
    state(ctx).pending.get()
}

/// What a future holds until it ends.
struct Pending(LoopRef);

impl Pending {
    fn new(ctx: &Ctx<'_>) -> Self {
        let held = LoopRef::new(ctx);
        held.state.pending.set(held.state.pending.get() + 1);
        Self(held)
    }
}

impl Drop for Pending {
    fn drop(&mut self) {
        self.0.state.pending.set(self.0.state.pending.get() - 1);
    }
}

/// Keeps the event loop alive until it is dropped or [`unref`](Self::unref)ed.
#[derive(Debug)]
pub struct LoopRef {
    state: Rc<LoopState>,
    held: Cell<bool>,
}

impl LoopRef {
    /// A reference that holds.
    pub fn new(ctx: &Ctx<'_>) -> Self {
        let guard = Self::unheld(ctx);
        guard.hold();
        guard
    }

    /// A reference that does not hold yet.
    pub fn unheld(ctx: &Ctx<'_>) -> Self {
        Self { state: state(ctx), held: Cell::new(false) }
    }

    /// Holds (`ref()` in JavaScript). Idempotent.
    pub fn hold(&self) {
        if !self.held.replace(true) {
            self.state.refs.set(self.state.refs.get() + 1);
        }
    }

    /// Lets go (`unref()` in JavaScript). Idempotent.
    pub fn unref(&self) {
        if self.held.replace(false) {
            self.state.refs.set(self.state.refs.get() - 1);
            if self.state.refs.get() == 0
                && let Some(waker) = self.state.idle_waker.take()
            {
                waker.wake();
            }
        }
    }

    /// Whether it holds (`hasRef()` in JavaScript).
    pub fn is_held(&self) -> bool {
        self.held.get()
    }
}

impl Drop for LoopRef {
    fn drop(&mut self) {
        self.unref();
    }
}

// SAFETY: no JavaScript lifetime in it.
unsafe impl<'js> JsLifetime<'js> for LoopRef {
    type Changed<'to> = LoopRef;
}

#[derive(Default)]
struct LoopState {
    refs: Cell<usize>,
    pending: Cell<usize>,
    depth: Cell<usize>,
    turns: Cell<usize>,
    draining: Cell<bool>,
    in_job: Cell<bool>,
    early_jobs: Cell<bool>,
    /// Scopes are followed.
    scopes: Cell<bool>,
    job_queued: Cell<bool>,
    idle_waker: RefCell<Option<Waker>>,
    hooks: RefCell<Option<Hooks>>,
}

impl std::fmt::Debug for LoopState {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LoopState").field("refs", &self.refs).finish_non_exhaustive()
    }
}

impl LoopState {
    fn run_drained_hook(&self, ctx: &Ctx<'_>) -> bool {
        let hook = self.hooks.borrow().as_ref().map(|hooks| hooks.drained);
        hook.is_some_and(|hook| hook(ctx))
    }
}

struct StateHandle(Rc<LoopState>);

// SAFETY: no JavaScript lifetime in it.
unsafe impl<'js> JsLifetime<'js> for StateHandle {
    type Changed<'to> = StateHandle;
}

/// Gives the function that stands below ticks in stack traces, by the name that it has in Node's.
const FRAME: &str =
    "(run) => ({ 'process.processTicksAndRejections'() { run(); } })['process.processTicksAndRejections']";

type Tick<'js> = (Function<'js>, Vec<Value<'js>>, Captured<'js>);

#[derive(Default)]
struct Ticks<'js> {
    queue: RefCell<VecDeque<Tick<'js>>>,
    /// What a microtask of [`queue_microtask`] runs: made once, so that queueing one makes no closure.
    run_microtask: RefCell<Option<Function<'js>>>,
    /// What [`run_ticks_and_jobs`] calls.
    frame: RefCell<Option<Function<'js>>>,
}

// SAFETY: the only lifetime in the struct is `'js`.
unsafe impl<'js> JsLifetime<'js> for Ticks<'js> {
    type Changed<'to> = Ticks<'to>;
}

struct TickQueue<'a, 'js>(rquickjs::runtime::UserDataGuard<'a, Ticks<'js>>);

impl<'js> TickQueue<'_, 'js> {
    fn push(&self, tick: Tick<'js>) {
        self.0.queue.borrow_mut().push_back(tick);
    }

    fn pop(&self) -> Option<Tick<'js>> {
        self.0.queue.borrow_mut().pop_front()
    }

    fn is_empty(&self) -> bool {
        self.0.queue.borrow().is_empty()
    }

    fn frame(&self, ctx: &Ctx<'js>) -> Result<Function<'js>> {
        let mut slot = self.0.frame.borrow_mut();
        if let Some(function) = &*slot {
            return Ok(function.clone());
        }
        let run = Function::new(ctx.clone(), |ctx: Ctx<'js>| {
            while !ticks(&ctx).is_empty() {
                run_ticks(&ctx);
                run_jobs(&ctx);
            }
        })?;
        // Native functions have no frames.
        let frame = script::evaluate(ctx, FRAME.to_owned(), "node:internal/process/task_queues", 1)?;
        let frame: Function<'js> = frame.get::<Function<'js>>()?.call((run,))?;
        Ok(slot.insert(frame).clone())
    }

    fn run_microtask(&self, ctx: &Ctx<'js>) -> Result<Function<'js>> {
        let mut slot = self.0.run_microtask.borrow_mut();
        if let Some(function) = &*slot {
            return Ok(function.clone());
        }
        let function = Function::new(ctx.clone(), |ctx: Ctx<'js>, function: Function<'js>| {
            if let Err(error) = function.call::<_, Value<'js>>(()) {
                report_uncaught(&ctx, error::caught(&ctx, &error));
            }
        })?;
        Ok(slot.insert(function).clone())
    }
}

fn state(ctx: &Ctx<'_>) -> Rc<LoopState> {
    if let Some(handle) = ctx.userdata::<StateHandle>() {
        return Rc::clone(&handle.0);
    }
    let state = Rc::new(LoopState::default());
    let _ = ctx.store_userdata(StateHandle(Rc::clone(&state)));
    let _ = ctx.store_userdata(Ticks::default());
    state
}

fn ticks<'a, 'js>(ctx: &'a Ctx<'js>) -> TickQueue<'a, 'js> {
    state(ctx);
    TickQueue(ctx.userdata().expect("`state` has stored it"))
}

fn run_ticks(ctx: &Ctx<'_>) {
    loop {
        let Some((function, arguments, mut captured)) = ticks(ctx).pop() else { return };
        let scope = captured.scope();
        let id = captured.id();
        if let Some(scope) = scope {
            drop(scope::replace(ctx, scope));
            scope::emit(ctx, "before", id);
        }
        if let Err(error) = call_with(ctx, &function, arguments) {
            report_uncaught(ctx, error::caught(ctx, &error));
        }
        if state(ctx).scopes.get() {
            scope::emit(ctx, "after", id);
            drop(scope::replace(ctx, Scope::default()));
            captured.finish(ctx);
        }
    }
}

fn call_with<'js>(ctx: &Ctx<'js>, function: &Function<'js>, arguments: Vec<Value<'js>>) -> Result<()> {
    let mut args = Args::new(ctx.clone(), arguments.len());
    args.push_args(arguments)?;
    function.call_arg::<Value<'js>>(args).map(drop)
}

/// Puts `job` into the engine's job queue, by a reaction to a promise that is resolved already.
fn queue_job(job: &Function<'_>) -> Result<()> {
    job.defer::<()>(()).map_err(|_| Error::Exception)
}

#[cfg(test)]
mod tests {
    use rquickjs::{AsyncContext, AsyncRuntime, Object, prelude::Func};

    use super::*;

    /// Evaluates `script`, which finds `seen`, `later(callback)` (a callback of the loop that is due at once) and
    /// `microtask(callback)`, and gives what it put into `seen` once nothing keeps the loop alive.
    async fn run_script(script: &'static str) -> Vec<String> {
        let runtime = AsyncRuntime::new().unwrap();
        let context = AsyncContext::full(&runtime).await.unwrap();
        context
            .async_with(async move |ctx| {
                let globals = ctx.globals();
                globals.set("later", Func::from(later)).unwrap();
                globals.set("tick", Func::from(|ctx, callback| next_tick(&ctx, callback, Vec::new()))).unwrap();
                globals.set("microtask", Func::from(|ctx, callback| queue_microtask(&ctx, callback))).unwrap();
                globals.set("firstTurn", Func::from(|ctx| in_first_turn(&ctx))).unwrap();
                set_hooks(&ctx, Hooks { uncaught: note_uncaught, drained: |_| false });
                ctx.eval::<(), _>(script).unwrap();
                idle(&ctx).await;
                globals.get("seen").unwrap()
            })
            .await
    }

    fn later<'js>(ctx: Ctx<'js>, callback: Function<'js>) {
        let caller = ctx.clone();
        spawn(&ctx, async move { call(&caller, &callback, ()) });
    }

    fn note_uncaught<'js>(ctx: &Ctx<'js>, error: Value<'js>) {
        let seen: Object<'js> = ctx.globals().get("seen").unwrap();
        let text = format!("uncaught {}", error.get::<rquickjs::Coerced<String>>().unwrap().0);
        seen.get::<_, Function<'js>>("push").unwrap().call::<_, ()>((rquickjs::prelude::This(seen), text)).unwrap();
    }

    #[tokio::test]
    async fn what_a_script_left_comes_before_callbacks_of_the_loop() {
        let seen = run_script(
            "globalThis.seen = [];
             later(() => seen.push('callback'));
             Promise.resolve().then(() => seen.push('reaction'));
             microtask(() => { seen.push('microtask'); tick(() => seen.push('late tick')); });
             tick(() => seen.push('tick'));",
        );
        assert_eq!(seen.await, ["tick", "reaction", "microtask", "late tick", "callback"]);
    }

    #[tokio::test]
    async fn ticks_and_microtasks_run_between_two_callbacks() {
        let seen = run_script(
            "globalThis.seen = [];
             for (const name of ['a', 'b']) later(() => {
               microtask(() => seen.push(`${name} microtask`));
               tick(() => seen.push(`${name} tick`));
               seen.push(name);
             });",
        );
        assert_eq!(seen.await, ["a", "a tick", "a microtask", "b", "b tick", "b microtask"]);
    }

    #[tokio::test]
    async fn the_first_turn_ends_with_the_second_outermost_callback() {
        let seen = run_script(
            "globalThis.seen = [`script ${firstTurn()}`];
             later(() => { seen.push(`one ${firstTurn()}`); later(() => seen.push(`two ${firstTurn()}`)); });",
        );
        assert_eq!(seen.await, ["script true", "one true", "two false"]);
    }

    #[tokio::test]
    async fn ticks_and_what_follows_them_have_the_frame_of_nodes_queue() {
        let seen = run_script(
            "globalThis.seen = [];
             const below = () => seen.push(String(/^ *at process.processTicksAndRejections \\(node:internal/m.test(new Error().stack)));
             tick(() => { below(); microtask(below); });
             later(below);",
        );
        assert_eq!(seen.await, ["true", "true", "false"]);
    }

    #[tokio::test]
    async fn an_error_in_a_microtask_is_uncaught_and_the_next_one_runs() {
        let seen = run_script(
            "globalThis.seen = [];
             microtask(() => { throw new Error('boom'); });
             microtask(() => seen.push('next'));
             later(() => {});",
        );
        assert_eq!(seen.await, ["uncaught Error: boom", "next"]);
    }
}
