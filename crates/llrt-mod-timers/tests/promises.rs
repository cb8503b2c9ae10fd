//! `node:timers/promises`.

use llrt_core::Entry;
use llrt_mod_abort::Abort;
use llrt_mod_events::EventTarget;
use llrt_mod_timers::{TimerGlobals, Timers, TimersPromises};
use llrt_test::{check, eval};

static MODULES: &[Entry] = &[
    Entry::of::<TimerGlobals>(),
    Entry::of::<Timers>(),
    Entry::of::<TimersPromises>(),
    Entry::of::<EventTarget>(),
    Entry::of::<Abort>(),
];

#[test]
fn each_resolves_with_its_value() {
    check(
        MODULES,
        r#"
        import { setTimeout, setImmediate, scheduler } from "timers/promises";
        import { promises } from "timers";
        assert.equal(promises.setTimeout, setTimeout);
        assert.equal(await setTimeout(1, "value"), "value");
        assert.equal(await setTimeout(), undefined);
        assert.equal(await setImmediate("value"), "value");
        assert.equal(await scheduler.wait(1), undefined);
        assert.equal(await scheduler.yield(), undefined);
        const custom = Symbol.for("nodejs.util.promisify.custom");
        assert.equal(globalThis.setTimeout[custom], setTimeout);
        assert.equal(globalThis.setImmediate[custom], setImmediate);
        "#,
    );
}

#[test]
fn bad_arguments_reject_as_in_node() {
    check(
        MODULES,
        r#"
        import { setTimeout, setImmediate, setInterval, scheduler } from "timers/promises";
        const type = (message) => ({ name: "TypeError", code: "ERR_INVALID_ARG_TYPE", message });
        const signal = 'The "options.signal" property must be an instance of AbortSignal. Received type number (3)';
        const ref = 'The "options.ref" property must be of type boolean. Received type number (3)';
        const options = 'The "options" argument must be of type object. Received type number (3)';
        const delay = `The "delay" argument must be of type number. Received type string ('a')`;
        await assert.rejects(setTimeout("a"), type(delay));
        await assert.rejects(setTimeout(1, 2, 3), type(options));
        await assert.rejects(setTimeout(1, 2, { signal: 3 }), type(signal));
        await assert.rejects(setTimeout(1, 2, { ref: 3 }), type(ref));
        await assert.rejects(setImmediate(1, 3), type(options));
        await assert.rejects(setImmediate(1, { signal: 3 }), type(signal));
        await assert.rejects(setInterval("a").next(), type(delay));
        await assert.rejects(setInterval(1, 2, { ref: 3 }).next(), type(ref));
        await assert.rejects(scheduler.wait("a"), type(delay));
        assert.throws(() => scheduler.wait.call({}, 1), { code: "ERR_INVALID_THIS" });
        assert.throws(() => new scheduler.constructor(), { code: "ERR_ILLEGAL_CONSTRUCTOR" });
        "#,
    );
}

#[test]
fn an_abort_rejects_with_its_reason_as_cause() {
    check(
        MODULES,
        r#"
        import { setTimeout, setImmediate, setInterval, scheduler } from "timers/promises";
        const hour = 3600_000;
        const expected = { name: "AbortError", code: "ABORT_ERR", message: "The operation was aborted", cause: "why" };
        const signal = AbortSignal.abort("why");
        await assert.rejects(setTimeout(hour, 1, { signal }), expected);
        await assert.rejects(setImmediate(1, { signal }), expected);
        await assert.rejects(setInterval(hour, 1, { signal }).next(), expected);

        for (const start of [
          (signal) => setTimeout(hour, 1, { signal }),
          (signal) => setImmediate(1, { signal }),
          (signal) => setInterval(hour, 1, { signal }).next(),
          (signal) => scheduler.wait(hour, { signal }),
        ]) {
          const controller = new AbortController();
          // Stopping the event is not to stop the timer.
          controller.signal.addEventListener("abort", (event) => event.stopImmediatePropagation());
          const promise = start(controller.signal);
          controller.abort("why");
          await assert.rejects(promise, expected);
        }
        "#,
    );
}

#[test]
fn an_interval_yields_what_passed_and_ends_with_the_loop_that_reads_it() {
    check(
        MODULES,
        r#"
        import { setInterval, setTimeout } from "timers/promises";
        let rounds = 0;
        for await (const value of setInterval(1, "value")) {
          assert.equal(value, "value");
          if (++rounds === 3) break;
        }
        assert.equal(rounds, 3);

        // Intervals that passed while the reader was busy are not lost.
        const interval = setInterval(1, "value");
        const first = interval.next();
        // Each wait is longer than what is left of the interval.
        for (let i = 0; i < 3; i++) await setTimeout(2);
        await first;
        const late = new Promise((resolve) => globalThis.setImmediate(resolve, "late"));
        for (let i = 0; i < 2; i++) assert.equal((await Promise.race([interval.next(), late])).value, "value");
        await interval.return();

        const controller = new AbortController();
        await assert.rejects(async () => {
          for await (const _ of setInterval(1, undefined, { signal: controller.signal })) controller.abort("why");
        }, { name: "AbortError", cause: "why" });
        "#,
    );
}

#[test]
fn what_is_not_referenced_lets_the_loop_end() {
    let seen = eval(
        MODULES,
        r#"
        import { setTimeout, setInterval } from "timers/promises";
        setTimeout(3600_000, 1, { ref: false });
        setInterval(3600_000, 1, { ref: false }).next();
        export default "end";
        "#,
    );
    assert_eq!(seen, "end");
}
