//! What asynchronous work inherits from the place where it was started: the values of Node's `AsyncLocalStorage`, and its async ids.
//!
//! Nothing is followed until a module asks for it: until then [`capture`] is one test, and promises are the engine's alone. What keeps
//! a callback for later takes a [`Captured`] and runs it through [`task::run_in`]; work that is started by
//! [`task`] functions needs nothing.
//!
//! Node: <https://nodejs.org/api/async_context.html>, <https://nodejs.org/api/async_hooks.html>.

mod promises;

use std::{
    cell::{Cell, RefCell},
    future::Future,
    pin::Pin,
    rc::Rc,
    task::{Context, Poll},
};

use rquickjs::{
    Ctx, Function, IntoJs, JsLifetime, Object, Result, Value,
    class::{Trace, Tracer},
};

use crate::{
    error,
    task::{self, Task},
};

/// The surroundings of the JavaScript that is running.
#[derive(Clone, Default)]
pub struct Scope<'js> {
    /// What the module that follows values keeps here: an immutable map of them, or nothing.
    pub frame: Option<Value<'js>>,
    /// Node's async id; 0 when there is none.
    pub id: f64,
    /// The id of what caused it.
    pub trigger: f64,
    /// The object that stands for it.
    pub resource: Option<Value<'js>>,
}

// SAFETY: the only lifetime in the struct is `'js`.
unsafe impl<'js> JsLifetime<'js> for Scope<'js> {
    type Changed<'to> = Scope<'to>;
}

impl Scope<'_> {
    fn is_default(&self) -> bool {
        self.frame.is_none() && self.id == 0.0
    }
}

/// The scope that a callback was made in, to run it in.
#[derive(Clone, Default)]
pub struct Captured<'js>(Option<Box<Scope<'js>>>);

// SAFETY: the only lifetime in the struct is `'js`.
unsafe impl<'js> JsLifetime<'js> for Captured<'js> {
    type Changed<'to> = Captured<'to>;
}

impl<'js> Trace<'js> for Captured<'js> {
    fn trace<'a>(&self, tracer: Tracer<'a, 'js>) {
        if let Some(scope) = &self.0 {
            scope.frame.trace(tracer);
            scope.resource.trace(tracer);
        }
    }
}

impl<'js> Captured<'js> {
    /// Whether there is nothing to run in: nothing is followed.
    pub fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    /// The async id, when ids are followed.
    pub fn id(&self) -> f64 {
        self.0.as_ref().map_or(0.0, |scope| scope.id)
    }

    /// The id of what caused it.
    pub fn trigger(&self) -> f64 {
        self.0.as_ref().map_or(0.0, |scope| scope.trigger)
    }

    /// The callback will not run again.
    pub fn finish(&mut self, ctx: &Ctx<'js>) {
        if let Some(scope) = self.0.take() {
            emit(ctx, "destroy", scope.id);
        }
    }

    pub(crate) fn scope(&self) -> Option<Scope<'js>> {
        self.0.as_deref().cloned()
    }
}

/// Bits of what is followed.
const FRAMES: u8 = 1;
const IDS: u8 = 2;
const EVENTS: u8 = 4;
const PROMISE_EVENTS: u8 = 8;

/// What a context's scopes are.
#[derive(Default)]
struct Scopes<'js> {
    followed: Cell<u8>,
    current: RefCell<Scope<'js>>,
    last_id: Cell<f64>,
    /// Node's `init`, `before`, `after`, `destroy`, `resolve`, by name; and `promise`, which numbers promises.
    observer: RefCell<Option<Object<'js>>>,
    /// The job that ran last restored a scope for the next one.
    armed: Cell<bool>,
    /// `before` was emitted for the job that runs now.
    entered_job: Cell<f64>,
    promises: promises::State<'js>,
}

struct Handle<'js>(Rc<Scopes<'js>>);

// SAFETY: the only lifetime in the struct is `'js`.
unsafe impl<'js> JsLifetime<'js> for Handle<'js> {
    type Changed<'to> = Handle<'to>;
}

fn find<'js>(ctx: &Ctx<'js>) -> Option<Rc<Scopes<'js>>> {
    ctx.userdata::<Handle<'js>>().map(|handle| Rc::clone(&handle.0))
}

fn scopes<'js>(ctx: &Ctx<'js>) -> Rc<Scopes<'js>> {
    find(ctx).unwrap_or_else(|| {
        let scopes = Rc::new(Scopes { last_id: Cell::new(1.0), ..Scopes::default() });
        let _ = ctx.store_userdata(Handle(Rc::clone(&scopes)));
        task::follow_scopes(ctx);
        scopes
    })
}

/// Whether anything is followed.
pub fn is_followed(ctx: &Ctx<'_>) -> bool {
    task::follows_scopes(ctx)
}

/// The scope of the JavaScript that is running.
pub fn current<'js>(ctx: &Ctx<'js>) -> Scope<'js> {
    find(ctx).map(|scopes| scopes.current.borrow().clone()).unwrap_or_default()
}

/// Makes `scope` the current one, and gives the one before.
pub fn replace<'js>(ctx: &Ctx<'js>, scope: Scope<'js>) -> Scope<'js> {
    match find(ctx) {
        Some(scopes) => scopes.current.replace(scope),
        None => Scope::default(),
    }
}

/// Sets the current scope's frame. From the first call on frames are followed through callbacks and promises.
///
/// # Errors
/// Out of memory.
pub fn set_frame<'js>(ctx: &Ctx<'js>, frame: Option<Value<'js>>) -> Result<()> {
    let scopes = scopes(ctx);
    if scopes.followed.get() & FRAMES == 0 && frame.is_some() {
        scopes.followed.set(scopes.followed.get() | FRAMES);
        let _ = promises::follow(ctx, &scopes)?;
    }
    let before = std::mem::replace(&mut scopes.current.borrow_mut().frame, frame);
    drop(before);
    Ok(())
}

/// Runs `body`; the promises that it makes are not followed.
pub(crate) fn unfollowed<'js, T>(ctx: &Ctx<'js>, body: impl FnOnce() -> T) -> T {
    let Some(scopes) = is_followed(ctx).then(|| find(ctx)).flatten() else { return body() };
    let before = scopes.promises.set_busy(true);
    let result = body();
    scopes.promises.set_busy(before);
    result
}

/// Gives ids to what is captured from now on.
pub fn follow_ids(ctx: &Ctx<'_>) {
    let scopes = scopes(ctx);
    if scopes.followed.get() & IDS == 0 {
        scopes.followed.set(scopes.followed.get() | IDS);
        if task::in_first_turn(ctx) {
            scopes.current.borrow_mut().id = 1.0;
        }
    }
}

/// Tells `observer` about what is captured: it has some of the functions `init(id, type, trigger, resource)`, `before(id)`, `after(id)`,
/// `destroy(id)`, `resolve(promise)`, and with `promises` also `promise(promise, parent, id)`. `None` ends it.
///
/// # Errors
/// Out of memory.
pub fn observe<'js>(ctx: &Ctx<'js>, observer: Option<Object<'js>>, promises: bool) -> Result<()> {
    follow_ids(ctx);
    let scopes = scopes(ctx);
    let mut followed = scopes.followed.get() & !(EVENTS | PROMISE_EVENTS);
    if observer.is_some() {
        followed |= EVENTS;
        if promises {
            followed |= PROMISE_EVENTS;
        }
    }
    scopes.followed.set(followed);
    let before = scopes.observer.replace(observer);
    drop(before);
    if followed & PROMISE_EVENTS != 0 {
        if promises::follow(ctx, &scopes)? {
            promises::mark_early_jobs(ctx);
        }
        // A promise's callback that makes somebody listen is left like any other, though nobody heard of its beginning.
        if task::in_job(ctx) && scopes.entered_job.get() == 0.0 {
            let current = scopes.current.borrow().id;
            scopes.entered_job.set(if current == 0.0 { new_id(ctx) } else { current });
        }
    }
    Ok(())
}

/// A new async id.
pub fn new_id(ctx: &Ctx<'_>) -> f64 {
    let scopes = scopes(ctx);
    scopes.last_id.set(scopes.last_id.get() + 1.0);
    scopes.last_id.get()
}

/// Takes the current scope for a callback of the given Node type (`Timeout`, `TickObject`). `resource` makes the object that stands for it.
pub fn capture<'js>(ctx: &Ctx<'js>, kind: &str, resource: impl FnOnce() -> Option<Value<'js>>) -> Captured<'js> {
    capture_for(ctx, kind, None, resource)
}

/// [`capture`], for what another thing than the JavaScript that is running causes: the one with the id `trigger`.
pub fn capture_for<'js>(
    ctx: &Ctx<'js>,
    kind: &str,
    trigger: Option<f64>,
    resource: impl FnOnce() -> Option<Value<'js>>,
) -> Captured<'js> {
    if !is_followed(ctx) {
        return Captured(None);
    }
    let scopes = scopes(ctx);
    if scopes.followed.get() & IDS == 0 {
        let frame = scopes.current.borrow().frame.clone();
        return Captured(frame.map(|frame| Box::new(Scope { frame: Some(frame), ..Scope::default() })));
    }
    promises::settle_pending(ctx, &scopes);
    let id = new_id(ctx);
    let (frame, trigger) = {
        let current = scopes.current.borrow();
        (current.frame.clone(), trigger.unwrap_or(current.id))
    };
    let resource = resource();
    if let Some(init) = observer_function(&scopes, "init") {
        let resource = resource.clone().or_else(|| Some(Object::new(ctx.clone()).ok()?.into_value()));
        report(ctx, init.call::<_, Value<'js>>((id, kind, trigger, resource.clone())));
        return Captured(Some(Box::new(Scope { frame, id, trigger, resource })));
    }
    Captured(Some(Box::new(Scope { frame, id, trigger, resource })))
}

/// Runs `body` within the JavaScript that is running, but in the scope that was taken: as an event of what it stands for.
///
/// # Errors
/// Those of `body`.
pub fn run_in<'js, T>(ctx: &Ctx<'js>, captured: &Captured<'js>, body: impl FnOnce() -> Result<T>) -> Result<T> {
    let Some(scope) = captured.scope() else { return body() };
    let id = scope.id;
    emit(ctx, "before", id);
    let outer = replace(ctx, scope);
    let result = body();
    drop(replace(ctx, outer));
    emit(ctx, "after", id);
    result
}

/// Emits an event of the observer for `id`, if it wants it.
pub(crate) fn emit<'js>(ctx: &Ctx<'js>, event: &str, id: f64) {
    if id == 0.0 || !is_followed(ctx) {
        return;
    }
    let Some(scopes) = find(ctx) else { return };
    if let Some(function) = observer_function(&scopes, event) {
        report(ctx, function.call::<_, Value<'js>>((id,)));
    }
}

fn observer_function<'js>(scopes: &Scopes<'js>, event: &str) -> Option<Function<'js>> {
    if scopes.followed.get() & EVENTS == 0 {
        return None;
    }
    let observer = scopes.observer.borrow().clone()?;
    observer.get::<_, Option<Function<'js>>>(event).ok().flatten()
}

fn report<'js>(ctx: &Ctx<'js>, result: Result<Value<'js>>) {
    let Err(failed) = result else { return };
    let thrown = error::caught(ctx, &failed);
    // A stack that is full is the program's error, not the observer's: the program runs into it next.
    let text = thrown.as_object().and_then(|thrown| thrown.get::<_, String>("message").ok());
    if text.is_some_and(|text| text.starts_with("Maximum call stack")) {
        return;
    }
    task::report_uncaught(ctx, thrown);
}

/// Before a job that was queued before anybody listened: promises' callbacks, most likely.
pub(crate) fn before_early_job(ctx: &Ctx<'_>) {
    let Some(scopes) = find(ctx) else { return };
    let is_followed = scopes.followed.get() & PROMISE_EVENTS != 0;
    if !is_followed || scopes.armed.get() || scopes.entered_job.get() != 0.0 || !promises::is_job_waiting(ctx) {
        return;
    }
    let id = new_id(ctx);
    drop(scopes.current.replace(Scope { id, ..Scope::default() }));
    scopes.entered_job.set(id);
    emit(ctx, "before", id);
}

/// After each job of the engine: a scope that was restored for it is over.
pub(crate) fn after_job<'js>(ctx: &Ctx<'js>) {
    let Some(scopes) = find(ctx) else { return };
    if scopes.armed.replace(false) {
        return;
    }
    promises::settle_pending(ctx, &scopes);
    let entered = scopes.entered_job.replace(0.0);
    if entered != 0.0 {
        emit(ctx, "after", entered);
    }
    let over = scopes.current.take();
    drop(over);
}

/// `future`, polled in the scope that is current now.
pub(crate) fn scoped<'js>(ctx: &Ctx<'js>, future: Task<'js>) -> Scoped<'js> {
    let captured = capture(ctx, "NATIVETASK", || None);
    Scoped { ctx: ctx.clone(), captured, future }
}

pub(crate) struct Scoped<'js> {
    ctx: Ctx<'js>,
    captured: Captured<'js>,
    future: Task<'js>,
}

impl Future for Scoped<'_> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let this = &mut *self;
        let Some(scope) = this.captured.scope() else { return this.future.as_mut().poll(cx) };
        let before = replace(&this.ctx, scope);
        let polled = this.future.as_mut().poll(cx);
        let over = replace(&this.ctx, before);
        drop(over);
        if polled.is_ready() {
            this.captured.finish(&this.ctx);
        }
        polled
    }
}

/// `undefined` for `None`.
fn to_value<'js>(ctx: &Ctx<'js>, value: Option<Value<'js>>) -> Value<'js> {
    value.unwrap_or_else(|| Value::new_undefined(ctx.clone()))
}

/// The current frame as JavaScript sees it.
pub fn frame<'js>(ctx: &Ctx<'js>) -> Value<'js> {
    to_value(ctx, find(ctx).and_then(|scopes| scopes.current.borrow().frame.clone()))
}

/// Queues a job that restores the current scope for the one that is queued next: for work that goes into the engine's own queue.
pub(crate) fn restore_for_next_job<'js>(ctx: &Ctx<'js>, kind: &str) {
    if !is_followed(ctx) {
        return;
    }
    let captured = capture(ctx, kind, || None);
    promises::queue_restore(ctx, captured.scope().unwrap_or_default(), kind == "Microtask");
}

impl<'js> IntoJs<'js> for Scope<'js> {
    /// `[frame, id, trigger, resource]`
    fn into_js(self, ctx: &Ctx<'js>) -> Result<Value<'js>> {
        let parts = rquickjs::Array::new(ctx.clone())?;
        parts.set(0, self.frame)?;
        parts.set(1, self.id)?;
        parts.set(2, self.trigger)?;
        parts.set(3, self.resource)?;
        Ok(parts.into_value())
    }
}
