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
use crate::schedule::{self, Place};

/// What `setTimeout` and `setInterval` return.
///
/// The schedule holds it while it is pending, so it does not hold the schedule.
#[derive(JsLifetime)]
pub(crate) struct Timeout<'js> {
    /// `None` once cleared: nothing brings it back.
    work: RefCell<Option<Work<'js>>>,
    delay_ms: Cell<f64>,
    repeat_ms: Cell<Option<f64>>,
    start_ms: Cell<u64>,
    refed: Cell<bool>,
    /// Neither pending nor running.
    destroyed: Cell<bool>,
    place: Cell<Option<Place>>,
    /// What the callback runs in.
    captured: RefCell<Captured<'js>>,
    /// What it converts to, from the first time on.
    number: Cell<Option<u64>>,
}

impl<'js> Timeout<'js> {
    pub(crate) fn start(
        ctx: &Ctx<'js>,
        callback: Function<'js>,
        arguments: Vec<Value<'js>>,
        delay_ms: f64,
        repeat: bool,
    ) -> Result<Class<'js, Self>> {
        let timeout = Self {
            work: RefCell::new(Some(Work { callback, arguments })),
            delay_ms: Cell::new(delay_ms),
            repeat_ms: Cell::new(repeat.then_some(delay_ms)),
            start_ms: Cell::new(0),
            refed: Cell::new(true),
            destroyed: Cell::new(false),
            place: Cell::new(None),
            captured: RefCell::default(),
            number: Cell::new(None),
        };
        let object = Class::instance(ctx.clone(), timeout)?;
        object.borrow().capture(&object);
        let schedule = schedule::of(ctx);
        object.borrow().enter(&object, schedule.now_ms());
        schedule.hold();
        Ok(object)
    }

    /// `clearTimeout`. Idempotent.
    pub(crate) fn clear(&self, ctx: &Ctx<'js>) {
        let work = self.work.take();
        self.leave(ctx);
        self.destroy(ctx);
        drop(work);
    }

    /// Runs the callback of a timer that was due and is out of the schedule.
    pub(crate) fn fire(ctx: &Ctx<'js>, object: &Class<'js, Self>) {
        let captured = object.borrow().captured.borrow().clone();
        task::run_in(ctx, &captured, || {
            let timeout = object.borrow();
            timeout.place.set(None);
            let start_ms = schedule::of(ctx).now_ms();
            let call = match &*timeout.work.borrow() {
                Some(work) => work.prepare(ctx, object.as_inner().clone())?,
                None => return Ok(()),
            };
            let result = call.0.call_arg::<Value<'js>>(call.1).map(drop);
            // Before ticks and before the error is reported, as in Node.
            match timeout.repeat_ms.get() {
                Some(repeat_ms) if !timeout.destroyed.get() => {
                    timeout.delay_ms.set(repeat_ms);
                    timeout.enter(object, start_ms);
                }
                _ if timeout.place.get().is_none() => timeout.destroy(ctx),
                _ => {}
            }
            result
        });
    }

    fn capture(&self, object: &Class<'js, Self>) {
        let captured = scope::capture(object.ctx(), "Timeout", || Some(object.clone().into_value()));
        drop(self.captured.replace(captured));
    }

    /// Into the schedule, from wherever in it this was.
    fn enter(&self, object: &Class<'js, Self>, start_ms: u64) {
        let ctx = object.ctx();
        self.leave(ctx);
        self.start_ms.set(start_ms);
        // Fractions do not count: 1.9 is due with 1.
        self.place.set(Some(schedule::of(ctx).insert(object.clone(), start_ms, self.delay_ms.get() as u64)));
    }

    fn leave(&self, ctx: &Ctx<'js>) {
        if let Some(place) = self.place.take() {
            schedule::of(ctx).remove(place);
        }
    }

    fn refresh(&self, object: &Class<'js, Self>) {
        if self.work.borrow().is_none() {
            return;
        }
        let schedule = schedule::of(object.ctx());
        if self.destroyed.replace(false) {
            self.capture(object);
            if self.refed.get() {
                schedule.hold();
            }
            if let Some(number) = self.number.get() {
                schedule.remember(number, object.clone());
            }
        }
        self.enter(object, schedule.now_ms());
    }

    fn set_refed(&self, ctx: &Ctx<'js>, refed: bool) {
        if self.refed.replace(refed) == refed || self.destroyed.get() {
            return;
        }
        let schedule = schedule::of(ctx);
        if refed { schedule.hold() } else { schedule.release() }
    }

    fn number(&self, object: &Class<'js, Self>) -> u64 {
        if let Some(number) = self.number.get() {
            return number;
        }
        let schedule = schedule::of(object.ctx());
        let number = schedule.number();
        self.number.set(Some(number));
        if !self.destroyed.get() {
            schedule.remember(number, object.clone());
        }
        number
    }

    /// Nothing is pending any more.
    fn destroy(&self, ctx: &Ctx<'js>) {
        if self.destroyed.replace(true) {
            return;
        }
        let schedule = schedule::of(ctx);
        if self.refed.get() {
            schedule.release();
        }
        if let Some(number) = self.number.get() {
            schedule.forget(number);
        }
        self.captured.take().finish(ctx);
    }
}

impl<'js> Trace<'js> for Timeout<'js> {
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

impl<'js> JsClass<'js> for Timeout<'js> {
    const NAME: &'static str = "Timeout";
    type Mutable = Readable;

    fn constructor(_ctx: &Ctx<'js>) -> Result<Option<Constructor<'js>>> {
        Ok(None)
    }

    fn prototype(ctx: &Ctx<'js>) -> Result<Option<Object<'js>>> {
        fn of<'a, 'js>(this: &'a This<Value<'js>>) -> Option<&'a Class<'js, Timeout<'js>>> {
            receiver(this)
        }
        let prototype = Prototype::new(ctx, Self::NAME)?
            .method("refresh", |this: This<Value<'js>>| {
                if let Some(object) = of(&this) {
                    object.borrow().refresh(object);
                }
                this.0
            })?
            .method("unref", |ctx: Ctx<'js>, this: This<Value<'js>>| {
                if let Some(object) = of(&this) {
                    object.borrow().set_refed(&ctx, false);
                }
                this.0
            })?
            .method("ref", |ctx: Ctx<'js>, this: This<Value<'js>>| {
                if let Some(object) = of(&this) {
                    object.borrow().set_refed(&ctx, true);
                }
                this.0
            })?
            .method("hasRef", |this: This<Value<'js>>| of(&this).is_some_and(|object| object.borrow().refed.get()))?
            .method("close", |ctx: Ctx<'js>, this: This<Value<'js>>| {
                if let Some(object) = of(&this) {
                    object.borrow().clear(&ctx);
                }
                this.0
            })?
            .method(Key::Dispose, |ctx: Ctx<'js>, this: This<Value<'js>>| {
                if let Some(object) = of(&this) {
                    object.borrow().clear(&ctx);
                }
            })?
            .method(Key::ToPrimitive, |this: This<Value<'js>>| {
                of(&this).map(|object| object.borrow().number(object) as f64)
            })?
            .getter("_destroyed", |this: This<Value<'js>>| of(&this).map(|object| object.borrow().destroyed.get()))?
            .getter("_idleStart", |this: This<Value<'js>>| {
                of(&this).map(|object| object.borrow().start_ms.get() as f64)
            })?
            .accessor(
                "_idleTimeout",
                |this: This<Value<'js>>| {
                    of(&this).map(|object| {
                        let timeout = object.borrow();
                        if timeout.work.borrow().is_some() { timeout.delay_ms.get() } else { -1.0 }
                    })
                },
                |ctx: Ctx<'js>, this: This<Value<'js>>, value: Value<'js>| {
                    if let (Some(object), Some(delay_ms)) = (of(&this), value.as_number()) {
                        if delay_ms < 0.0 {
                            object.borrow().clear(&ctx);
                        } else {
                            object.borrow().delay_ms.set(delay_ms);
                        }
                    }
                },
            )?
            .accessor(
                "_onTimeout",
                |this: This<Value<'js>>| {
                    Nullable(
                        of(&this).and_then(|object| Some(object.borrow().work.borrow().as_ref()?.callback.clone())),
                    )
                },
                |ctx: Ctx<'js>, this: This<Value<'js>>, value: Value<'js>| {
                    let Some(object) = of(&this) else { return };
                    let timeout = object.borrow();
                    match value.into_function() {
                        Some(callback) => {
                            let mut work = timeout.work.borrow_mut();
                            let before = work.as_mut().map(|work| std::mem::replace(&mut work.callback, callback));
                            drop(work);
                            drop(before);
                        }
                        None => timeout.clear(&ctx),
                    }
                },
            )?
            .accessor(
                "_repeat",
                |this: This<Value<'js>>| Nullable(of(&this).and_then(|object| object.borrow().repeat_ms.get())),
                |this: This<Value<'js>>, value: Value<'js>| {
                    if let Some(object) = of(&this) {
                        object.borrow().repeat_ms.set(value.as_number().filter(|&repeat_ms| repeat_ms >= 1.0));
                    }
                },
            )?;
        Ok(Some(prototype.finish()))
    }
}
