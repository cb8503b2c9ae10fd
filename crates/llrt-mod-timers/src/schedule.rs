//! What is due when, and the task that waits for it.
//!
//! The task goes round as Node's loop does: timers, then I/O (the tasks of other modules), then immediates. Node:
//! <https://nodejs.org/en/learn/asynchronous-work/event-loop-timers-and-nexttick>.

use std::{
    cell::{Cell, RefCell},
    collections::{BTreeMap, HashMap, VecDeque},
    future::{Future, poll_fn},
    pin::{Pin, pin},
    rc::Rc,
    task::{Poll, Waker},
    time::Duration,
};

use llrt_core::task::{self, LoopRef};
use rquickjs::{Class, Ctx, JsLifetime};
use tokio::time::{Instant, Sleep};

use crate::classes::{Immediate, Timeout};

/// A timer's place: by deadline, and among equal ones in the order in which they were started.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, JsLifetime)]
pub(crate) struct Place {
    deadline_ms: u64,
    turn: u64,
}

/// The timers and immediates of a context.
#[derive(JsLifetime)]
pub(crate) struct Schedule<'js> {
    /// Milliseconds are counted from here.
    epoch: Instant,
    timers: RefCell<BTreeMap<Place, Class<'js, Timeout<'js>>>>,
    immediates: RefCell<VecDeque<Class<'js, Immediate<'js>>>>,
    /// Timers that were converted to a number, which may come back to `clearTimeout`.
    numbered: RefCell<HashMap<u64, Class<'js, Timeout<'js>>>>,
    next_turn: Cell<u64>,
    next_number: Cell<u64>,
    /// How many pending timers and immediates keep the loop alive; `guard` holds while there are any.
    refs: Cell<usize>,
    guard: LoopRef,
    /// What the waiting task waits for, and how to wake it when something earlier arrives.
    armed_ms: Cell<Option<u64>>,
    waker: Cell<Option<Waker>>,
    pub(crate) warned_negative: Cell<bool>,
    pub(crate) warned_nan: Cell<bool>,
}

#[derive(JsLifetime)]
struct Handle<'js>(Rc<Schedule<'js>>);

/// The schedule of the context. The first call makes it and starts its task.
pub(crate) fn of<'js>(ctx: &Ctx<'js>) -> Rc<Schedule<'js>> {
    if let Some(handle) = ctx.userdata::<Handle<'js>>() {
        return Rc::clone(&handle.0);
    }
    let schedule = Rc::new(Schedule {
        epoch: Instant::now(),
        timers: RefCell::default(),
        immediates: RefCell::default(),
        numbered: RefCell::default(),
        next_turn: Cell::new(0),
        next_number: Cell::new(1),
        refs: Cell::new(0),
        guard: LoopRef::unheld(ctx),
        armed_ms: Cell::new(None),
        waker: Cell::new(None),
        warned_negative: Cell::new(false),
        warned_nan: Cell::new(false),
    });
    let _ = ctx.store_userdata(Handle(Rc::clone(&schedule)));
    // When a callback of the loop makes the schedule, the round is under way: immediates are next.
    let timers_next = task::in_first_turn(ctx);
    // The engine's own way: the task belongs to nobody, whatever is followed where the first timer was made.
    ctx.spawn(run(ctx.clone(), Rc::clone(&schedule), timers_next));
    schedule
}

async fn run<'js>(ctx: Ctx<'js>, schedule: Rc<Schedule<'js>>, mut timers_next: bool) {
    let mut sleep = pin!(tokio::time::sleep_until(schedule.epoch));
    loop {
        if std::mem::replace(&mut timers_next, true) {
            schedule.run_timers(&ctx);
        }
        if schedule.immediates.borrow().is_empty() {
            schedule.wait(sleep.as_mut()).await;
        } else {
            // Returns once the driver was asked for I/O that is ready: its callbacks come before the immediates.
            tokio::task::yield_now().await;
        }
        schedule.run_immediates(&ctx);
    }
}

impl<'js> Schedule<'js> {
    /// Milliseconds since the epoch. Fractions are cut off, as in Node: a timer may be early by less than one.
    pub(crate) fn now_ms(&self) -> u64 {
        u64::try_from(self.epoch.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    /// Puts `timeout` where it is due `delay_ms` after `start_ms`.
    pub(crate) fn insert(&self, timeout: Class<'js, Timeout<'js>>, start_ms: u64, delay_ms: u64) -> Place {
        let place = Place { deadline_ms: start_ms.saturating_add(delay_ms), turn: self.next_turn.get() };
        self.next_turn.set(place.turn + 1);
        self.timers.borrow_mut().insert(place, timeout);
        if self.armed_ms.get().is_none_or(|armed_ms| place.deadline_ms < armed_ms) {
            self.wake();
        }
        place
    }

    pub(crate) fn remove(&self, place: Place) {
        let removed = self.timers.borrow_mut().remove(&place);
        // The timer may be freed here, and take other values with it.
        drop(removed);
    }

    pub(crate) fn push_immediate(&self, immediate: Class<'js, Immediate<'js>>) {
        self.immediates.borrow_mut().push_back(immediate);
        self.wake();
    }

    /// Counts one more that keeps the loop alive.
    pub(crate) fn hold(&self) {
        self.refs.set(self.refs.get() + 1);
        self.guard.hold();
    }

    /// Counts one less.
    pub(crate) fn release(&self) {
        self.refs.set(self.refs.get() - 1);
        if self.refs.get() == 0 {
            self.guard.unref();
        }
    }

    /// Timers and immediates that keep the loop alive. A timer whose callback runs is one of them.
    pub(crate) fn active(&self) -> [usize; 2] {
        let immediates = self.immediates.borrow().iter().filter(|immediate| immediate.borrow().is_held()).count();
        [self.refs.get().saturating_sub(immediates), immediates]
    }

    /// A new number for `timeout`, by which it is found until [`forget`](Self::forget).
    pub(crate) fn number(&self) -> u64 {
        let number = self.next_number.get();
        self.next_number.set(number + 1);
        number
    }

    pub(crate) fn remember(&self, number: u64, timeout: Class<'js, Timeout<'js>>) {
        self.numbered.borrow_mut().insert(number, timeout);
    }

    pub(crate) fn forget(&self, number: u64) {
        let forgotten = self.numbered.borrow_mut().remove(&number);
        drop(forgotten);
    }

    pub(crate) fn by_number(&self, number: f64) -> Option<Class<'js, Timeout<'js>>> {
        if number.fract() != 0.0 || number < 0.0 {
            return None;
        }
        self.numbered.borrow().get(&(number as u64)).cloned()
    }

    /// Runs what is due now. What callbacks start is at least a millisecond away, so this ends.
    fn run_timers(&self, ctx: &Ctx<'js>) {
        let now_ms = self.now_ms();
        while let Some(timeout) = self.pop_due(now_ms) {
            Timeout::fire(ctx, &timeout);
        }
    }

    fn pop_due(&self, now_ms: u64) -> Option<Class<'js, Timeout<'js>>> {
        let mut timers = self.timers.borrow_mut();
        let first = timers.first_entry()?;
        (first.key().deadline_ms <= now_ms).then(|| first.remove())
    }

    /// Runs the immediates that there are now; those that they start wait for the next round.
    fn run_immediates(&self, ctx: &Ctx<'js>) {
        let queue = self.immediates.take();
        for immediate in queue {
            Immediate::fire(ctx, &immediate);
        }
    }

    /// Waits for the first deadline, or until something earlier arrives.
    async fn wait(&self, mut sleep: Pin<&mut Sleep>) {
        let deadline_ms = self.timers.borrow().first_key_value().map(|(place, _)| place.deadline_ms);
        if let Some(deadline_ms) = deadline_ms {
            sleep.as_mut().reset(self.epoch + Duration::from_millis(deadline_ms));
        }
        // Without a deadline anything is earlier.
        self.armed_ms.set(Some(deadline_ms.unwrap_or(u64::MAX)));
        poll_fn(|cx| {
            if self.armed_ms.get().is_none() {
                return Poll::Ready(());
            }
            if deadline_ms.is_some() && sleep.as_mut().poll(cx).is_ready() {
                return Poll::Ready(());
            }
            self.waker.set(Some(cx.waker().clone()));
            Poll::Pending
        })
        .await;
        self.armed_ms.set(None);
    }

    /// Ends [`wait`](Self::wait), if the task is in it.
    fn wake(&self) {
        self.armed_ms.set(None);
        if let Some(waker) = self.waker.take() {
            waker.wake();
        }
    }
}
