use std::cell::{Cell, RefCell};

use llrt_core::{
    scope::{self, Captured},
    task,
};
use rquickjs::{
    Class, Constructor, Ctx, Function, JsLifetime, Object, Result, Value,
    class::{JsClass, Readable, Trace, Tracer},
    function::This,
};

use super::{Key, Nullable, Prototype, Work, receiver};
use crate::schedule;

/// What `setImmediate` returns.
#[derive(JsLifetime)]
pub(crate) struct Immediate<'js> {
    /// `None` once it ran or was cleared.
    work: RefCell<Option<Work<'js>>>,
    refed: Cell<bool>,
    /// What the callback runs in.
    captured: RefCell<Captured<'js>>,
}

impl<'js> Immediate<'js> {
    pub(crate) fn start(
        ctx: &Ctx<'js>,
        callback: Function<'js>,
        arguments: Vec<Value<'js>>,
    ) -> Result<Class<'js, Self>> {
        let work = RefCell::new(Some(Work { callback, arguments }));
        let immediate = Self { work, refed: Cell::new(true), captured: RefCell::default() };
        let object = Class::instance(ctx.clone(), immediate)?;
        let captured = scope::capture(ctx, "Immediate", || Some(object.clone().into_value()));
        drop(object.borrow().captured.replace(captured));
        let schedule = schedule::of(ctx);
        schedule.hold();
        schedule.push_immediate(object.clone());
        Ok(object)
    }

    /// `clearImmediate`. Idempotent. The queue passes over it.
    pub(crate) fn clear(&self, ctx: &Ctx<'js>) {
        if self.take(ctx).is_some() {
            self.captured.take().finish(ctx);
        }
    }

    /// Runs the callback, if it was not cleared.
    pub(crate) fn fire(ctx: &Ctx<'js>, object: &Class<'js, Self>) {
        let Some(work) = object.borrow().take(ctx) else { return };
        let mut captured = object.borrow().captured.take();
        task::run_in(ctx, &captured, || {
            let (callback, arguments) = work.prepare(ctx, object.as_inner().clone())?;
            callback.call_arg::<Value<'js>>(arguments).map(drop)
        });
        captured.finish(ctx);
    }

    /// Whether it is pending and keeps the loop alive.
    pub(crate) fn is_held(&self) -> bool {
        self.refed.get() && self.work.borrow().is_some()
    }

    fn take(&self, ctx: &Ctx<'js>) -> Option<Work<'js>> {
        let work = self.work.take()?;
        if self.refed.replace(false) {
            schedule::of(ctx).release();
        }
        Some(work)
    }

    fn set_refed(&self, ctx: &Ctx<'js>, refed: bool) {
        if self.work.borrow().is_none() || self.refed.replace(refed) == refed {
            return;
        }
        let schedule = schedule::of(ctx);
        if refed { schedule.hold() } else { schedule.release() }
    }
}

impl<'js> Trace<'js> for Immediate<'js> {
    fn trace<'a>(&self, tracer: Tracer<'a, 'js>) {
        if let Ok(work) = self.work.try_borrow()
            && let Some(work) = &*work
        {
            work.trace(tracer);
        }
        if let Ok(captured) = self.captured.try_borrow() {
            captured.trace(tracer);
        }
    }
}

impl<'js> JsClass<'js> for Immediate<'js> {
    const NAME: &'static str = "Immediate";
    type Mutable = Readable;

    fn constructor(_ctx: &Ctx<'js>) -> Result<Option<Constructor<'js>>> {
        Ok(None)
    }

    fn prototype(ctx: &Ctx<'js>) -> Result<Option<Object<'js>>> {
        fn of<'a, 'js>(this: &'a This<Value<'js>>) -> Option<&'a Class<'js, Immediate<'js>>> {
            receiver(this)
        }
        let prototype = Prototype::new(ctx, Self::NAME)?
            .method("ref", |ctx: Ctx<'js>, this: This<Value<'js>>| {
                if let Some(object) = of(&this) {
                    object.borrow().set_refed(&ctx, true);
                }
                this.0
            })?
            .method("unref", |ctx: Ctx<'js>, this: This<Value<'js>>| {
                if let Some(object) = of(&this) {
                    object.borrow().set_refed(&ctx, false);
                }
                this.0
            })?
            .method("hasRef", |this: This<Value<'js>>| of(&this).is_some_and(|object| object.borrow().refed.get()))?
            .method(Key::Dispose, |ctx: Ctx<'js>, this: This<Value<'js>>| {
                if let Some(object) = of(&this) {
                    object.borrow().clear(&ctx);
                }
            })?
            .getter("_onImmediate", |this: This<Value<'js>>| {
                Nullable(of(&this).and_then(|object| Some(object.borrow().work.borrow().as_ref()?.callback.clone())))
            })?
            .getter("_destroyed", |this: This<Value<'js>>| {
                of(&this).map(|object| object.borrow().work.borrow().is_none())
            })?;
        Ok(Some(prototype.finish()))
    }
}
