//! Scopes through promises and `await`.
//!
//! The engine tells when a promise is made, and nothing about reactions: they are found where it looks up the `constructor` of the promise
//! that `then` or `await` is about. A reaction of ours goes before theirs, so that the job before each of theirs restores the scope in which
//! it was added; [`super::after_job`] ends it. Reactions stay in the engine's order.
//!
//! A promise that `await` makes for a thenable is not looked up. So every new promise, too, has such a first reaction; and as a reaction
//! marks its promise as handled, which would hide unhandled rejections, that mark is put back.

use std::{cell::Cell, cell::RefCell, os::raw::c_int, ptr::NonNull, rc::Rc};

use rquickjs::{Ctx, Error, Function, IntoJs, Object, Result, Value, qjs};

use crate::task;

use super::{EVENTS, PROMISE_EVENTS, Scope, Scopes, find, new_id, observer_function, report, to_value};

#[derive(Default)]
pub(super) struct State<'js> {
    installed: Cell<bool>,
    /// The promise whose `constructor` was looked up last: a reaction is being added to it. With the id that the reaction has.
    looked_up: RefCell<Option<(Value<'js>, f64)>>,
    /// A reaction of ours is being added.
    busy: Cell<bool>,
    /// Where a promise keeps whether it is handled, or `None` when that was not found.
    handled_offset: Cell<Option<usize>>,
    /// A `WeakMap` of scopes by promise, for jobs that call `then` of a thenable: its `get` and `set`, and itself.
    scopes: RefCell<Option<[Value<'js>; 3]>>,
}

impl State<'_> {
    /// Looks away from promises, or at them again; gives what it did before.
    pub(super) fn set_busy(&self, busy: bool) -> bool {
        self.busy.replace(busy)
    }
}

/// Begins to follow scopes through promises; `false` when that was done before.
pub(super) fn follow<'js>(ctx: &Ctx<'js>, scopes: &Rc<Scopes<'js>>) -> Result<bool> {
    let state = &scopes.promises;
    if state.installed.replace(true) {
        return Ok(false);
    }
    state.handled_offset.set(find_handled_offset(ctx)?);
    let map: Object<'js> = ctx.eval("new WeakMap()")?;
    *state.scopes.borrow_mut() = Some([map.get("get")?, map.get("set")?, map.into_value()]);
    let promise: Object<'js> = ctx.globals().get("Promise")?;
    let prototype: Object<'js> = promise.get("prototype")?;
    let raw = ctx.as_raw().as_ptr();
    let mut data = [promise.as_value().as_raw()];
    // SAFETY: live context and objects; the engine duplicates `data` and takes ownership of the function; the atom is freed after its use.
    let defined = unsafe {
        let getter = qjs::JS_NewCFunctionData(raw, Some(look_up), 0, 0, 1, data.as_mut_ptr());
        let setter = qjs::JS_NewCFunctionData(raw, Some(set_constructor), 1, 0, 0, std::ptr::null_mut());
        let atom = qjs::JS_NewAtomLen(raw, c"constructor".as_ptr(), 11);
        let flags = qjs::JS_PROP_CONFIGURABLE as c_int;
        let defined = qjs::JS_DefinePropertyGetSet(raw, prototype.as_value().as_raw(), atom, getter, setter, flags);
        qjs::JS_FreeAtom(raw, atom);
        qjs::JS_SetPromiseHook(qjs::JS_GetRuntime(raw), Some(hook), std::ptr::null_mut());
        defined
    };
    if defined < 0 { Err(Error::Exception) } else { Ok(true) }
}

/// Whether the engine has a job to do.
pub(super) fn is_job_waiting(ctx: &Ctx<'_>) -> bool {
    // SAFETY: live context.
    unsafe { qjs::JS_IsJobPending(qjs::JS_GetRuntime(ctx.as_raw().as_ptr())) }
}

/// Jobs that wait now are from before anybody listened, up to one that is queued here.
pub(super) fn mark_early_jobs(ctx: &Ctx<'_>) {
    if !is_job_waiting(ctx) {
        return;
    }
    task::set_early_jobs(ctx, true);
    // SAFETY: live context; the job has no arguments.
    unsafe { qjs::JS_EnqueueJob(ctx.as_raw().as_ptr(), Some(end_early_jobs), 0, std::ptr::null_mut()) };
}

unsafe extern "C" fn end_early_jobs(ctx: *mut qjs::JSContext, _argc: c_int, _argv: *mut qjs::JSValue) -> qjs::JSValue {
    // SAFETY: the engine calls with a live context.
    task::set_early_jobs(&unsafe { context(ctx) }, false);
    qjs::JS_UNDEFINED
}

/// A promise whose `constructor` was looked up got no derived promise: it was for `await`. Its `init` is emitted now.
pub(super) fn settle_pending<'js>(ctx: &Ctx<'js>, scopes: &Rc<Scopes<'js>>) {
    let looked_up = scopes.promises.looked_up.take();
    let Some((promise, id)) = looked_up else { return };
    if id != 0.0 && scopes.followed.get() & PROMISE_EVENTS != 0 {
        let Ok(stand_in) = Object::new(ctx.clone()) else { return };
        number(ctx, scopes, stand_in.into_value(), promise, id);
    }
}

/// Queues a job that restores `scope` for the next one.
pub(super) fn queue_restore<'js>(ctx: &Ctx<'js>, scope: Scope<'js>, announce: bool) {
    let values = data(ctx, scope, announce);
    let mut raw = values.each_ref().map(Value::as_raw);
    // SAFETY: live context; the engine duplicates the arguments.
    unsafe { qjs::JS_EnqueueJob(ctx.as_raw().as_ptr(), Some(restore_job), raw.len() as c_int, raw.as_mut_ptr()) };
}

/// Tells the observer of a promise, which numbers it.
fn number<'js>(ctx: &Ctx<'js>, scopes: &Scopes<'js>, promise: Value<'js>, parent: Value<'js>, id: f64) {
    if let Some(function) = observer_function(scopes, "promise") {
        report(ctx, function.call::<_, Value<'js>>((promise, parent, id)));
    }
}

/// The scope of a reaction to `parent`: the values of now, and the id `id` of its own.
fn reaction_scope<'js>(scopes: &Scopes<'js>, id: f64, parent: &Value<'js>) -> Scope<'js> {
    let mut trigger = 0.0;
    if id != 0.0
        && let Some(id_of) = observer_function(scopes, "idOf")
    {
        trigger = id_of.call::<_, f64>((parent.clone(),)).unwrap_or_default();
    }
    let frame = scopes.current.borrow().frame.clone();
    Scope { frame, id, trigger, resource: None }
}

fn data<'js>(ctx: &Ctx<'js>, scope: Scope<'js>, announce: bool) -> [Value<'js>; 5] {
    [
        to_value(ctx, scope.frame),
        Value::new_float(ctx.clone(), scope.id),
        Value::new_float(ctx.clone(), scope.trigger),
        to_value(ctx, scope.resource),
        Value::new_bool(ctx.clone(), announce),
    ]
}

/// Puts a reaction before the next one of `promise`: it restores `scope`.
fn arm<'js>(ctx: &Ctx<'js>, scopes: &Rc<Scopes<'js>>, promise: &Value<'js>, scope: Scope<'js>, announce: bool) {
    let raw = ctx.as_raw().as_ptr();
    // SAFETY: live context; the state of anything that is not a promise is a negative number.
    let state = unsafe { qjs::JS_PromiseState(raw, promise.as_raw()) };
    if state == qjs::JSPromiseStateEnum_JS_PROMISE_PENDING {
        let handled = Handled::of(scopes, promise);
        let values = data(ctx, scope, announce);
        let mut raw_values = values.each_ref().map(Value::as_raw);
        scopes.promises.busy.set(true);
        // SAFETY: live context and promise; the engine duplicates the data and the function, and the value takes the result.
        let derived = unsafe {
            let length = raw_values.len() as c_int;
            let restore = qjs::JS_NewCFunctionData(raw, Some(restore), 1, 0, length, raw_values.as_mut_ptr());
            let derived = qjs::JS_PromiseThen(raw, promise.as_raw(), restore, restore);
            qjs::JS_FreeValue(raw, restore);
            Value::from_raw(ctx.clone(), derived)
        };
        scopes.promises.busy.set(false);
        if derived.is_exception() {
            // The stack is full: the program runs into it next.
            drop(ctx.catch());
            return;
        }
        if scopes.followed.get() & PROMISE_EVENTS != 0 {
            keep(ctx, scopes, &derived, Value::new_bool(ctx.clone(), true));
        }
        handled.put_back();
    } else {
        queue_restore(ctx, scope, announce);
    }
}

/// The getter of `Promise.prototype.constructor`, `this` being the promise: `then` or `await` is about to add a reaction.
unsafe extern "C" fn look_up(
    ctx: *mut qjs::JSContext,
    this: qjs::JSValue,
    _argc: c_int,
    _argv: *mut qjs::JSValue,
    _magic: c_int,
    data: *mut qjs::JSValue,
) -> qjs::JSValue {
    // SAFETY: the engine calls with a live context, `this` is borrowed, and `data` is what the function was made with.
    let (ctx, promise, constructor) = unsafe {
        let ctx = context(ctx);
        let promise = borrowed(&ctx, this);
        let constructor = qjs::JS_DupValue(ctx.as_raw().as_ptr(), *data);
        (ctx, promise, constructor)
    };
    let Some(scopes) = find(&ctx) else { return constructor };
    if promise.is_promise() && !scopes.promises.busy.get() {
        settle_pending(&ctx, &scopes);
        let announce = scopes.followed.get() & PROMISE_EVENTS != 0;
        if announce && kept(&scopes, &promise).is_some_and(|kept| kept.is_undefined()) {
            keep(&ctx, &scopes, &promise, Value::new_bool(ctx.clone(), false));
        }
        let id = if announce { new_id(&ctx) } else { 0.0 };
        arm(&ctx, &scopes, &promise, reaction_scope(&scopes, id, &promise), announce);
        let before = scopes.promises.looked_up.replace(Some((promise, id)));
        drop(before);
    }
    constructor
}

/// Assigning to `constructor` of a promise makes a property of its own, as it does without the accessor.
unsafe extern "C" fn set_constructor(
    ctx: *mut qjs::JSContext,
    this: qjs::JSValue,
    argc: c_int,
    argv: *mut qjs::JSValue,
    _magic: c_int,
    _data: *mut qjs::JSValue,
) -> qjs::JSValue {
    if argc < 1 {
        return qjs::JS_UNDEFINED;
    }
    let flags = (qjs::JS_PROP_CONFIGURABLE | qjs::JS_PROP_WRITABLE | qjs::JS_PROP_ENUMERABLE) as c_int;
    // SAFETY: live context; `argv` holds a borrowed value, and the engine takes the reference that `dup` adds; the atom is freed.
    let defined = unsafe {
        let atom = qjs::JS_NewAtomLen(ctx, c"constructor".as_ptr(), 11);
        let defined = qjs::JS_DefinePropertyValue(ctx, this, atom, qjs::JS_DupValue(ctx, *argv), flags);
        qjs::JS_FreeAtom(ctx, atom);
        defined
    };
    if defined < 0 { qjs::JS_EXCEPTION } else { qjs::JS_UNDEFINED }
}

/// The engine's promise hook.
unsafe extern "C" fn hook(
    ctx: *mut qjs::JSContext,
    kind: qjs::JSPromiseHookType,
    promise: qjs::JSValue,
    parent: qjs::JSValue,
    _opaque: *mut std::ffi::c_void,
) {
    // SAFETY: the engine calls with a live context and borrowed values.
    let (ctx, promise, parent) = unsafe {
        let ctx = context(ctx);
        let promise = borrowed(&ctx, promise);
        let parent = borrowed(&ctx, parent);
        (ctx, promise, parent)
    };
    let Some(scopes) = find(&ctx) else { return };
    if scopes.promises.busy.get() {
        return;
    }
    match kind {
        qjs::JSPromiseHookType_JS_PROMISE_HOOK_INIT => made(&ctx, &scopes, promise, parent),
        qjs::JSPromiseHookType_JS_PROMISE_HOOK_BEFORE => {
            settle_pending(&ctx, &scopes);
            if let Some(scope) = recall(&scopes, &promise) {
                let id = scope.id;
                let before = scopes.current.replace(scope);
                drop(before);
                if id != 0.0 && scopes.entered_job.get() == 0.0 {
                    scopes.entered_job.set(id);
                    super::emit(&ctx, "before", id);
                }
            }
        }
        qjs::JSPromiseHookType_JS_PROMISE_HOOK_RESOLVE if scopes.followed.get() & EVENTS != 0 => {
            settle_pending(&ctx, &scopes);
            announce_early_reaction(&ctx, &scopes, &promise);
            if let Some(resolve) = observer_function(&scopes, "resolve")
                && kept(&scopes, &promise).is_none_or(|kept| kept.as_bool() != Some(true))
            {
                report(&ctx, resolve.call::<_, Value<'_>>((promise,)));
            }
        }
        _ => {}
    }
}

/// A promise that nobody heard of is resolved, and has reactions from before somebody listened: the first of them gets an id.
fn announce_early_reaction<'js>(ctx: &Ctx<'js>, scopes: &Rc<Scopes<'js>>, promise: &Value<'js>) {
    let is_early = scopes.followed.get() & PROMISE_EVENTS != 0 && Handled::of(scopes, promise).is_set();
    if is_early && kept(scopes, promise).is_some_and(|kept| kept.is_undefined()) {
        let id = new_id(ctx);
        let scope = Scope { frame: None, ..reaction_scope(scopes, id, promise) };
        queue_restore(ctx, scope, true);
    }
}

fn made<'js>(ctx: &Ctx<'js>, scopes: &Rc<Scopes<'js>>, promise: Value<'js>, parent: Value<'js>) {
    let events = scopes.followed.get() & PROMISE_EVENTS != 0;
    let mut id = 0.0;
    if parent.is_object() {
        let looked_up = scopes.promises.looked_up.take();
        match looked_up {
            Some((looked_up, reaction)) if looked_up == parent => id = reaction,
            // A subclass, whose `constructor` is its own.
            other => {
                *scopes.promises.looked_up.borrow_mut() = other;
                settle_pending(ctx, scopes);
                id = if events { new_id(ctx) } else { 0.0 };
                arm(ctx, scopes, &parent, reaction_scope(scopes, id, &parent), events);
            }
        }
    } else {
        settle_pending(ctx, scopes);
        if events {
            id = new_id(ctx);
        }
    }
    if events {
        number(ctx, scopes, promise.clone(), parent.clone(), id);
    }
    let (frame, trigger) = {
        let current = scopes.current.borrow();
        (current.frame.clone(), current.id)
    };
    // Without the promise as the resource, which would hold itself.
    let scope = Scope { frame, id, trigger, resource: None };
    if !scope.is_default() {
        keep(ctx, scopes, &promise, scope.clone());
    }
    if !parent.is_object() && scopes.promises.handled_offset.get().is_some() {
        arm(ctx, scopes, &promise, scope, false);
    }
}

/// Keeps something about `promise`, for as long as it lives: the scope in which it was made; `true` for one that a reaction of ours made;
/// `false` for one from before somebody listened that has been used since.
fn keep<'js>(ctx: &Ctx<'js>, scopes: &Scopes<'js>, promise: &Value<'js>, value: impl IntoJs<'js>) {
    let map = scopes.promises.scopes.borrow().clone();
    let Some([_, set, map]) = map else { return };
    let Some(set) = set.as_function() else { return };
    report(ctx, set.call::<_, Value<'js>>((rquickjs::function::This(map), promise.clone(), value)));
}

fn kept<'js>(scopes: &Scopes<'js>, promise: &Value<'js>) -> Option<Value<'js>> {
    let [get, _, map] = scopes.promises.scopes.borrow().clone()?;
    let get: &Function<'js> = get.as_function()?;
    get.call((rquickjs::function::This(map), promise.clone())).ok()
}

fn recall<'js>(scopes: &Scopes<'js>, promise: &Value<'js>) -> Option<Scope<'js>> {
    let found = kept(scopes, promise)?;
    let parts = found.as_array()?;
    let frame = parts.get::<Value<'js>>(0).ok().filter(|frame| !frame.is_undefined());
    Some(Scope { frame, id: parts.get(1).ok()?, trigger: parts.get(2).ok()?, resource: Some(promise.clone()) })
}

/// The reaction that restores a scope.
unsafe extern "C" fn restore(
    ctx: *mut qjs::JSContext,
    _this: qjs::JSValue,
    _argc: c_int,
    _argv: *mut qjs::JSValue,
    _magic: c_int,
    data: *mut qjs::JSValue,
) -> qjs::JSValue {
    // SAFETY: the engine calls with a live context and the five values the function was made with.
    unsafe { restore_from(ctx, data) };
    qjs::JS_UNDEFINED
}

/// The same as a job.
unsafe extern "C" fn restore_job(ctx: *mut qjs::JSContext, _argc: c_int, argv: *mut qjs::JSValue) -> qjs::JSValue {
    // SAFETY: the engine calls with a live context and the five arguments the job was queued with.
    unsafe { restore_from(ctx, argv) };
    qjs::JS_UNDEFINED
}

/// # Safety
/// `data` points to the five values of [`data`].
unsafe fn restore_from(ctx: *mut qjs::JSContext, data: *mut qjs::JSValue) {
    // SAFETY: the caller's.
    let (ctx, values) = unsafe {
        let ctx = context(ctx);
        let values: [Value<'_>; 5] = std::array::from_fn(|index| borrowed(&ctx, *data.add(index)));
        (ctx, values)
    };
    let Some(scopes) = find(&ctx) else { return };
    settle_pending(&ctx, &scopes);
    let [frame, id, trigger, resource, announce] = values;
    let defined = |value: Value<'_>| !value.is_undefined();
    let id = id.as_number().unwrap_or_default();
    let scope = Scope {
        frame: defined(frame.clone()).then_some(frame),
        id,
        trigger: trigger.as_number().unwrap_or_default(),
        resource: defined(resource.clone()).then_some(resource),
    };
    // Two in a row: the first was for a promise without further reactions.
    let stale = scopes.entered_job.replace(0.0);
    if stale != 0.0 {
        super::emit(&ctx, "after", stale);
    }
    let before = scopes.current.replace(scope);
    drop(before);
    scopes.armed.set(true);
    if announce.as_bool() == Some(true) && id != 0.0 {
        scopes.entered_job.set(id);
        super::emit(&ctx, "before", id);
    }
}

/// Whether a promise counted as handled, to put it back.
struct Handled(Option<(*mut u8, u8)>);

impl Handled {
    fn of<'js>(scopes: &Scopes<'js>, promise: &Value<'js>) -> Self {
        let place = scopes.promises.handled_offset.get().and_then(|offset| place(promise, offset));
        // SAFETY: `place` points into the promise, which the caller holds.
        Self(place.map(|place| unsafe { (place, *place) }))
    }

    fn is_set(&self) -> bool {
        self.0.is_some_and(|(_, handled)| handled != 0)
    }

    fn put_back(self) {
        if let Self(Some((place, handled))) = self {
            // SAFETY: as in `of`; the promise is still held and does not move.
            unsafe { *place = handled };
        }
    }
}

/// The byte at `offset` in the engine's record of a promise.
fn place(promise: &Value<'_>, offset: usize) -> Option<*mut u8> {
    // SAFETY: the record of an object of that class, or null.
    let record = unsafe { qjs::JS_GetOpaque(promise.as_raw(), qjs::JS_GetClassID(promise.as_raw())) };
    // SAFETY: the offset lies in the record: see `find_handled_offset`.
    NonNull::new(record.cast::<u8>()).map(|record| unsafe { record.as_ptr().add(offset) })
}

/// Finds where promises keep whether they are handled: after their state and two lists of reactions, in this version of the engine. A
/// promise that gets a handler proves it; `None` when it does not.
fn find_handled_offset(ctx: &Ctx<'_>) -> Result<Option<usize>> {
    let offset = 5 * size_of::<usize>();
    let (promise, ..) = rquickjs::Promise::new(ctx)?;
    let Some(place) = place(promise.as_value(), offset) else { return Ok(None) };
    let raw = ctx.as_raw().as_ptr();
    // SAFETY: the record holds at least the state, four pointers of the lists, the mark and a value; the derived promise is freed.
    let (before, after) = unsafe {
        let before = *place;
        let derived = qjs::JS_PromiseThen(raw, promise.as_value().as_raw(), qjs::JS_UNDEFINED, qjs::JS_UNDEFINED);
        qjs::JS_FreeValue(raw, derived);
        (before, *place)
    };
    Ok((before == 0 && after == 1).then_some(offset))
}

/// # Safety
/// `ctx` is not null and lives as long as the values made from it.
unsafe fn context<'js>(ctx: *mut qjs::JSContext) -> Ctx<'js> {
    let ctx = NonNull::new(ctx).expect("the engine never calls with a null context");
    // SAFETY: the caller's.
    unsafe { Ctx::from_raw(ctx) }
}

/// # Safety
/// `value` is live and belongs to the runtime of `ctx`.
unsafe fn borrowed<'js>(ctx: &Ctx<'js>, value: qjs::JSValue) -> Value<'js> {
    // SAFETY: the caller's; `from_raw` takes the reference that `dup` adds.
    unsafe { Value::from_raw(ctx.clone(), qjs::JS_DupValue(ctx.as_raw().as_ptr(), value)) }
}
