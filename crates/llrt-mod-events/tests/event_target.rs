//! `Event`, `EventTarget` and their subclasses as JavaScript sees them.

use llrt_core::{Entry, Export, Module, ModuleInfo, host};
use llrt_mod_abort::Abort;
use llrt_mod_events::{ErrorEvent, EventTarget};
use llrt_test::{Probe, check};

static MODULES: &[Entry] = &[
    Entry::of::<EventTarget>(),
    Entry::of::<ErrorEvent>(),
    Entry::of::<Abort>(),
    Entry::of::<Probe>(),
    Entry::of::<Internals>(),
];

/// What other modules import from `internal:event-target`.
struct Internals;

impl Module for Internals {
    const INFO: &'static ModuleInfo = &ModuleInfo {
        exports: &[Export {
            name: "internals",
            build: |ctx| Ok(host::import(ctx, "internal:event-target")?.into_value()),
        }],
        ..ModuleInfo::new("test:internals")
    };
}

#[test]
fn an_event_has_what_its_dictionary_says() {
    check(
        MODULES,
        r#"
        const event = new Event("x", { bubbles: 1, cancelable: true, composed: "yes" });
        assert.deepEqual([event.type, event.bubbles, event.cancelable, event.composed], ["x", true, true, true]);
        assert.deepEqual([event.target, event.srcElement, event.currentTarget, event.eventPhase], [null, null, null, 0]);
        assert.deepEqual([event.isTrusted, event.defaultPrevented, event.returnValue, event.cancelBubble], [false, false, true, false]);
        assert.deepEqual(event.composedPath(), []);
        const plain = new Event({ toString: () => "text" }, null);
        assert.deepEqual([plain.type, plain.bubbles, plain.cancelable, plain.composed], ["text", false, false, false]);
        plain.preventDefault();
        assert.equal(plain.defaultPrevented, false);
        event.returnValue = false;
        assert.equal(event.defaultPrevented, true);
        event.initEvent("y", false, true);
        assert.deepEqual([event.type, event.bubbles, event.cancelable, event.defaultPrevented], ["y", false, true, false]);
        assert.deepEqual([Event.NONE, Event.CAPTURING_PHASE, Event.AT_TARGET, event.BUBBLING_PHASE], [0, 1, 2, 3]);
        assert.equal(String(event), "[object Event]");
        assert.deepEqual(Object.keys(event), ["isTrusted"]);
        assert.ok(Object.keys(Event.prototype).includes("type"));

        assert.throws(() => new Event(), { code: "ERR_MISSING_ARGS", message: 'The "type" argument must be specified' });
        assert.throws(() => new Event("x", 5), { message: 'The "options" argument must be of type object. Received type number (5)' });
        assert.throws(() => Event("x"), { name: "TypeError" });
        const { get } = Object.getOwnPropertyDescriptor(Event.prototype, "type");
        for (const other of [{}, null, undefined, 5, "x"]) {
          assert.throws(() => get.call(other), { code: "ERR_INVALID_THIS", message: 'Value of "this" must be of type Event' });
        }
        "#,
    );
}

#[test]
fn an_events_time_is_on_the_clock_of_performance_now() {
    check(
        MODULES,
        r#"
        const before = performance.now();
        const event = new Event("x");
        const after = performance.now();
        for (const start = Date.now(); Date.now() - start < 3; );
        const { timeStamp } = event;
        assert.ok(timeStamp >= before - 0.5 && timeStamp <= after + 0.5, `${before} ${timeStamp} ${after}`);
        assert.equal(event.timeStamp, timeStamp);
        "#,
    );
}

#[test]
fn listeners_see_the_event_at_its_target() {
    check(
        MODULES,
        r#"
        const target = new EventTarget();
        const event = new Event("x", { cancelable: true });
        const seen = [];
        target.addEventListener("x", function (event) {
          seen.push(this === target, event.target === target, event.currentTarget === target, event.eventPhase, event.composedPath().length);
        });
        target.addEventListener("x", { handleEvent(event) { seen.push(this.name, event.type); }, name: "object" });
        assert.equal(target.dispatchEvent(event), true);
        assert.deepEqual(seen, [true, true, true, 2, 1, "object", "x"]);
        assert.deepEqual([event.currentTarget, event.eventPhase, event.target === target], [null, 0, true]);
        target.addEventListener("x", (event) => event.preventDefault());
        assert.equal(target.dispatchEvent(event), false);

        assert.throws(() => target.dispatchEvent({}), { message: 'The "event" argument must be an instance of Event. Received an instance of Object' });
        assert.throws(() => target.dispatchEvent(), { code: "ERR_MISSING_ARGS" });
        assert.throws(() => target.dispatchEvent.call({}, event), { code: "ERR_INVALID_THIS" });
        let recursion;
        target.addEventListener("y", (event) => { recursion = assert.throws(() => target.dispatchEvent(event)); });
        target.dispatchEvent(new Event("y"));
        assert.matches(recursion, { code: "ERR_EVENT_RECURSION", message: 'The event "y" is already being dispatched' });
        "#,
    );
}

#[test]
fn the_same_callback_is_added_once_for_each_phase() {
    check(
        MODULES,
        r#"
        const target = new EventTarget();
        let count = 0;
        const listener = () => count++;
        target.addEventListener("x", listener);
        target.addEventListener("x", listener, { passive: true, once: true });
        target.addEventListener("x", listener, true);
        target.dispatchEvent(new Event("x"));
        assert.equal(count, 2);
        target.removeEventListener("x", listener);
        target.dispatchEvent(new Event("x"));
        assert.equal(count, 3);
        target.removeEventListener("x", listener, { capture: true });
        target.dispatchEvent(new Event("x"));
        assert.equal(count, 3);
        target.addEventListener("x", null);
        target.removeEventListener("x", null);
        assert.throws(() => target.addEventListener("x", 5), {
          message: 'The "listener" argument must be an instance of EventListener. Received type number (5)',
        });
        assert.throws(() => target.addEventListener("x"), { message: 'The "type" and "listener" arguments must be specified' });
        assert.throws(() => target.removeEventListener("x"), { code: "ERR_MISSING_ARGS" });
        "#,
    );
}

#[test]
fn capturing_listeners_come_first_and_stopping_has_its_places() {
    check(
        MODULES,
        r#"
        const run = (prepare, event = new Event("x")) => {
          const target = new EventTarget();
          const seen = [];
          const add = (name, capture, also = () => {}) => target.addEventListener("x", (event) => { seen.push(name); also(event); }, capture);
          prepare(add, event);
          target.dispatchEvent(event);
          return seen.join();
        };
        assert.equal(run((add) => { add("a", false); add("b", true); add("c", false); add("d", true); }), "b,d,a,c");
        assert.equal(run((add) => { add("a", false); add("b", true, (e) => e.stopPropagation()); add("c", true); }), "b,c");
        assert.equal(run((add) => { add("a", false, (e) => { e.cancelBubble = true; }); add("b", false); }), "a,b");
        assert.equal(run((add) => { add("a", true, (e) => e.stopImmediatePropagation()); add("b", true); add("c", false); }), "a");
        assert.equal(run((add, event) => { add("a", false); event.stopPropagation(); }), "");
        // The flags are gone after the dispatch.
        const event = new Event("x");
        run((add) => add("a", false, (e) => e.stopImmediatePropagation()), event);
        assert.equal(event.cancelBubble, false);
        assert.equal(run((add) => { add("a", false); add("b", false); }, event), "a,b");
        "#,
    );
}

#[test]
fn changes_during_a_dispatch_are_seen_as_the_standard_says() {
    check(
        MODULES,
        r#"
        const target = new EventTarget();
        const seen = [];
        const b = () => seen.push("b");
        target.addEventListener("x", () => {
          seen.push("a");
          target.removeEventListener("x", b);
          target.addEventListener("x", () => seen.push("c"), { once: true });
        });
        target.addEventListener("x", b);
        target.dispatchEvent(new Event("x"));
        assert.equal(seen.join(), "a");
        target.dispatchEvent(new Event("x"));
        assert.equal(seen.join(), "a,a,c");

        // A `once` listener is gone before it runs.
        let count = 0;
        target.addEventListener("y", () => { count++; target.dispatchEvent(new Event("y")); }, { once: true });
        target.dispatchEvent(new Event("y"));
        assert.equal(count, 1);
        "#,
    );
}

#[test]
fn passive_listeners_cannot_cancel() {
    check(
        MODULES,
        r#"
        const target = new EventTarget();
        target.addEventListener("x", (event) => { event.preventDefault(); event.returnValue = false; }, { passive: true });
        assert.equal(target.dispatchEvent(new Event("x", { cancelable: true })), true);
        target.addEventListener("x", (event) => event.preventDefault());
        assert.equal(target.dispatchEvent(new Event("x", { cancelable: true })), false);
        "#,
    );
}

#[test]
fn errors_of_listeners_are_uncaught_in_the_next_tick() {
    check(
        MODULES,
        r#"
        import { nextTick, uncaught } from "llrt:test";
        const target = new EventTarget();
        const seen = [];
        target.addEventListener("x", () => { throw "thrown"; });
        target.addEventListener("x", { handleEvent: 5 });
        target.addEventListener("x", async () => { throw "rejected"; });
        target.addEventListener("x", () => seen.push("last"));
        assert.equal(target.dispatchEvent(new Event("x")), true);
        assert.deepEqual([seen, uncaught.length], [["last"], 0]);
        for (let i = 0; i < 3; i++) await new Promise((resolve) => nextTick(resolve));
        assert.deepEqual([uncaught.length, uncaught[0], uncaught[1].name, uncaught[2]], [3, "thrown", "TypeError", "rejected"]);
        "#,
    );
}

#[test]
fn a_signal_removes_listeners() {
    check(
        MODULES,
        r#"
        const controller = new AbortController();
        const { signal } = controller;
        const target = new EventTarget();
        let count = 0;
        target.addEventListener("x", () => count++, { signal });
        target.addEventListener("x", () => count++, { signal, once: true, capture: true });
        target.dispatchEvent(new Event("x"));
        assert.equal(count, 2);
        controller.abort();
        target.dispatchEvent(new Event("x"));
        target.addEventListener("x", () => count++, { signal });
        target.dispatchEvent(new Event("x"));
        assert.equal(count, 2);
        for (const [signal, text] of [[null, "null"], [5, "type number (5)"]]) {
          assert.throws(() => target.addEventListener("x", null, { signal }), {
            message: `The "options.signal" property must be an instance of AbortSignal. Received ${text}`,
          });
        }
        "#,
    );
}

#[test]
fn a_signal_does_not_keep_targets_alive() {
    check(
        MODULES,
        r#"
        import { collectGarbage, nextTick } from "llrt:test";
        const { signal } = new AbortController();
        const make = () => {
          const target = new EventTarget();
          target.addEventListener("x", () => target, { signal });
          return new WeakRef(target);
        };
        const refs = Array.from({ length: 10 }, make);
        await new Promise((resolve) => nextTick(resolve));
        collectGarbage();
        assert.equal(refs.filter((ref) => ref.deref()).length, 0);
        "#,
    );
}

#[test]
fn handler_attributes_keep_their_place() {
    check(
        MODULES,
        r#"
        import { internals } from "test:internals";
        class Target extends EventTarget {}
        internals.defineEventHandler(Target.prototype, "x");
        const target = new Target();
        assert.equal(target.onx, null);
        const seen = [];
        target.onx = () => seen.push("first");
        target.addEventListener("x", () => seen.push("listener"));
        const second = function (event) { seen.push(this === target, event.type); return false; };
        target.onx = second;
        assert.equal(target.onx, second);
        assert.equal(target.dispatchEvent(new Event("x", { cancelable: true })), false);
        assert.deepEqual(seen, [true, "x", "listener"]);
        assert.equal(internals.listenersOf(target, "x")[0], second);

        seen.length = 0;
        target.onx = null;
        target.onx = () => seen.push("third");
        target.dispatchEvent(new Event("x"));
        assert.deepEqual(seen, ["listener", "third"]);
        // An object is kept and does nothing; anything else is none.
        const object = {};
        target.onx = object;
        assert.equal(target.onx, object);
        target.dispatchEvent(new Event("x"));
        target.onx = 5;
        assert.equal(target.onx, null);
        assert.ok(Object.getOwnPropertyDescriptor(Target.prototype, "onx").enumerable);
        "#,
    );
}

#[test]
fn what_the_runtime_fires_is_trusted() {
    check(
        MODULES,
        r#"
        import { internals } from "test:internals";
        const target = new EventTarget();
        const event = new Event("x");
        const seen = [];
        assert.equal(internals.hasListeners(target, "x"), false);
        target.addEventListener("x", (event) => seen.push(event.isTrusted));
        assert.equal(internals.hasListeners(target, "x"), true);
        internals.fire(target, event);
        target.dispatchEvent(event);
        assert.deepEqual(seen, [true, false]);
        "#,
    );
}

#[test]
fn subclasses_of_event_hold_what_is_theirs() {
    check(
        MODULES,
        r#"
        const detail = {};
        const custom = new CustomEvent("x", { detail, cancelable: true });
        assert.ok(custom.detail === detail && custom.cancelable && custom instanceof Event);
        assert.equal(new CustomEvent("x").detail, null);
        custom.initCustomEvent("y", true, false, 5);
        assert.deepEqual([custom.type, custom.bubbles, custom.detail, String(custom)], ["y", true, 5, "[object CustomEvent]"]);
        assert.throws(() => new CustomEvent(), { code: "ERR_MISSING_ARGS" });

        const error = new ErrorEvent("error", { message: "text", filename: "file", lineno: 3, colno: 4, error: detail });
        assert.deepEqual([error.message, error.filename, error.lineno, error.colno, error.error === detail], ["text", "file", 3, 4, true]);
        const empty = new ErrorEvent("error");
        assert.deepEqual([empty.message, empty.filename, empty.lineno, empty.colno, empty.error], ["", "", 0, 0, undefined]);

        const promise = Promise.resolve();
        const rejection = new PromiseRejectionEvent("unhandledrejection", { promise, reason: "why", cancelable: true });
        assert.ok(rejection.promise === promise && rejection.reason === "why" && rejection.cancelable);
        assert.throws(() => new PromiseRejectionEvent("x"), { name: "TypeError" });
        assert.throws(() => new PromiseRejectionEvent("x", {}), { name: "TypeError" });
        "#,
    );
}
