//! `AbortController` and `AbortSignal` as JavaScript sees them.

use llrt_core::Entry;
use llrt_mod_abort::Abort;
use llrt_mod_events::EventTarget;
use llrt_mod_timers::TimerGlobals;
use llrt_test::{Probe, check, eval};

static MODULES: &[Entry] =
    &[Entry::of::<Abort>(), Entry::of::<EventTarget>(), Entry::of::<TimerGlobals>(), Entry::of::<Probe>()];

#[test]
fn a_controller_aborts_its_signal_once() {
    check(
        MODULES,
        r#"
        const controller = new AbortController();
        const { signal } = controller;
        assert.ok(controller.signal === signal && signal instanceof AbortSignal && signal instanceof EventTarget);
        assert.deepEqual([signal.aborted, signal.reason], [false, undefined]);
        signal.throwIfAborted();
        const seen = [];
        signal.onabort = function (event) {
          seen.push(this === signal, event.target === signal, event.type, event.isTrusted, event.bubbles, event.cancelable, signal.aborted);
        };
        signal.addEventListener("abort", () => seen.push("listener"));
        controller.abort("why");
        controller.abort("again");
        assert.deepEqual(seen, [true, true, "abort", true, false, false, true, "listener"]);
        assert.deepEqual([signal.aborted, signal.reason], [true, "why"]);
        assert.equal(assert.throws(() => signal.throwIfAborted()), "why");
        signal.addEventListener("abort", () => { throw new Error("too late"); });
        assert.deepEqual([String(controller), String(signal)], ["[object AbortController]", "[object AbortSignal]"]);
        assert.deepEqual(Object.keys(AbortSignal).sort(), ["abort", "any", "timeout"]);
        assert.deepEqual(Object.keys(AbortSignal.prototype).sort(), ["aborted", "onabort", "reason", "throwIfAborted"]);
        "#,
    );
}

#[test]
fn the_reason_is_an_abort_error_unless_one_is_given() {
    check(
        MODULES,
        r#"
        const expected = { name: "AbortError", code: 20, message: "This operation was aborted" };
        const controller = new AbortController();
        controller.abort();
        assert.ok(controller.signal.reason instanceof DOMException);
        assert.matches(controller.signal.reason, expected);
        assert.equal(controller.signal.reason, controller.signal.reason);
        assert.matches(AbortSignal.abort().reason, expected);
        assert.matches(AbortSignal.abort(undefined).reason, expected);
        for (const reason of [null, 0, "", false]) {
          const controller = new AbortController();
          controller.abort(reason);
          assert.equal(controller.signal.reason, reason);
          assert.ok(controller.signal.aborted);
          assert.equal(AbortSignal.abort(reason).reason, reason);
        }
        "#,
    );
}

#[test]
fn what_cannot_be_throws_as_in_node() {
    check(
        MODULES,
        r#"
        assert.throws(() => new AbortSignal(), { name: "TypeError", code: "ERR_ILLEGAL_CONSTRUCTOR", message: "Illegal constructor" });
        assert.throws(() => AbortController(), { name: "TypeError" });
        const get = (Class, name) => Object.getOwnPropertyDescriptor(Class.prototype, name).get;
        assert.throws(() => get(AbortSignal, "aborted").call({}), { code: "ERR_INVALID_THIS", message: 'Value of "this" must be of type AbortSignal' });
        assert.throws(() => get(AbortController, "signal").call(undefined), { name: "TypeError" });
        assert.throws(() => AbortSignal.timeout(), { message: 'The "delay" argument must be of type number. Received undefined' });
        assert.throws(() => AbortSignal.timeout(-1), {
          name: "RangeError",
          code: "ERR_OUT_OF_RANGE",
          message: 'The value of "delay" is out of range. It must be >= 0 && <= 4294967295. Received -1',
        });
        for (const signals of [undefined, null, 5, {}]) {
          assert.throws(() => AbortSignal.any(signals), { code: "ERR_INVALID_ARG_TYPE", message: "signals cannot be converted to sequence." });
        }
        assert.throws(() => AbortSignal.any([AbortSignal.abort(), 5]), { code: "ERR_INVALID_ARG_TYPE", message: "signals[1] is not of type AbortSignal." });
        "#,
    );
}

#[test]
fn a_timeout_aborts_with_a_timeout_error() {
    check(
        MODULES,
        r#"
        const timeouts = [AbortSignal.timeout(0), AbortSignal.timeout(2 ** 32 - 1)];
        const signal = AbortSignal.timeout(2);
        assert.equal(signal.aborted, false);
        await new Promise((resolve) => {
          signal.onabort = resolve;
        });
        assert.equal(signal.aborted, true);
        assert.matches(signal.reason, { name: "TimeoutError", code: 23, message: "The operation was aborted due to timeout" });
        assert.deepEqual(timeouts.map((signal) => signal.aborted), [true, false]);
        "#,
    );
}

#[test]
fn a_timeout_lets_the_loop_end() {
    let seen = eval(
        MODULES,
        r#"
        AbortSignal.timeout(3600_000).onabort = () => {};
        AbortSignal.any([AbortSignal.timeout(3600_000)]).onabort = () => {};
        const kept = AbortSignal.timeout(3600_000);
        export default String(kept.aborted);
        "#,
    );
    assert_eq!(seen, "false");
}

#[test]
fn any_follows_its_sources() {
    check(
        MODULES,
        r#"
        const [a, b, c] = [new AbortController(), new AbortController(), new AbortController()];
        const any = AbortSignal.any(new Set([a.signal, b.signal, a.signal]));
        const nested = AbortSignal.any([any, c.signal]);
        const seen = [];
        any.onabort = (event) => seen.push("any", event.target === any);
        nested.onabort = () => seen.push("nested");
        b.abort("b");
        a.abort("a");
        c.abort("c");
        assert.deepEqual(seen, ["any", true, "nested"]);
        assert.deepEqual([any.reason, nested.reason], ["b", "b"]);
        assert.equal(AbortSignal.any([]).aborted, false);
        const first = AbortSignal.any([new AbortController().signal, b.signal, a.signal]);
        assert.deepEqual([first.aborted, first.reason], [true, "b"]);

        // Events fire in the order in which the signals were made, after all are aborted.
        const controller = new AbortController();
        const signals = [controller.signal];
        for (const index of [0, 0, 0, 1]) signals.push(AbortSignal.any([signals[index]]));
        const order = [];
        signals.forEach((signal, index) => signal.addEventListener("abort", () => order.push(index, signals.every((one) => one.aborted))));
        controller.abort();
        assert.deepEqual(order, [0, true, 1, true, 2, true, 3, true, 4, true]);
        assert.ok(signals.every((signal) => signal.reason === controller.signal.reason));
        "#,
    );
}

#[test]
fn an_abort_within_an_abort_does_not_fire_twice() {
    check(
        MODULES,
        r#"
        const [a, b] = [new AbortController(), new AbortController()];
        const any = AbortSignal.any([a.signal, b.signal]);
        let count = 0;
        a.signal.onabort = () => b.abort("b");
        any.onabort = () => count++;
        a.abort("a");
        assert.deepEqual([count, any.reason, b.signal.reason], [1, "a", "b"]);
        "#,
    );
}

#[test]
fn signals_that_nobody_has_are_freed_unless_somebody_listens() {
    check(
        MODULES,
        r#"
        import { collectGarbage } from "llrt:test";
        const controller = new AbortController();
        const seen = [];
        const weak = (make) => new WeakRef(make());
        const lost = [
          weak(() => AbortSignal.timeout(3600_000)),
          weak(() => AbortSignal.any([controller.signal])),
          weak(() => AbortSignal.any([AbortSignal.any([controller.signal])])),
          weak(() => AbortSignal.any([AbortSignal.timeout(3600_000)])),
          weak(() => new AbortController().signal),
        ];
        const listening = (signal, name) => { signal.addEventListener("abort", () => seen.push(name)); return signal; };
        const heard = [
          weak(() => listening(AbortSignal.any([controller.signal]), "any")),
          weak(() => listening(AbortSignal.timeout(200), "timeout")),
          weak(() => listening(AbortSignal.any([AbortSignal.timeout(200)]), "any of timeout")),
        ];
        const silenced = weak(() => {
          const signal = AbortSignal.any([controller.signal]);
          const listener = () => {};
          signal.addEventListener("abort", listener);
          signal.removeEventListener("abort", listener);
          return signal;
        });
        await new Promise(setImmediate);
        collectGarbage();
        assert.deepEqual(lost.map((ref) => ref.deref() === undefined), [true, true, true, true, true]);
        assert.equal(silenced.deref(), undefined);
        assert.deepEqual(heard.map((ref) => ref.deref() === undefined), [false, false, false]);
        await new Promise((resolve) => setTimeout(resolve, 201));
        controller.abort();
        assert.deepEqual(seen.sort(), ["any", "any of timeout", "timeout"]);
        await new Promise(setImmediate);
        collectGarbage();
        assert.deepEqual(heard.map((ref) => ref.deref() === undefined), [true, true, true]);
        "#,
    );
}

#[test]
fn a_signal_that_only_its_dependent_knows_still_aborts_it() {
    check(
        MODULES,
        r#"
        const any = AbortSignal.any([AbortSignal.timeout(2)]);
        await new Promise((resolve) => setTimeout(resolve, 10));
        assert.matches(any.reason, { name: "TimeoutError" });
        "#,
    );
}

#[test]
fn an_error_of_a_listener_does_not_stop_the_others() {
    check(
        MODULES,
        r#"
        import { nextTick, uncaught } from "llrt:test";
        const controller = new AbortController();
        const any = AbortSignal.any([controller.signal]);
        const seen = [];
        controller.signal.onabort = () => { throw "thrown"; };
        controller.signal.addEventListener("abort", () => seen.push("second"));
        any.onabort = () => seen.push("any");
        controller.abort();
        assert.deepEqual(seen, ["second", "any"]);
        await new Promise((resolve) => nextTick(resolve));
        assert.deepEqual(uncaught, ["thrown"]);
        "#,
    );
}
