//! `node:timers` and the globals as JavaScript sees them.

use llrt_core::{Entry, Export, Module, ModuleInfo};
use llrt_mod_timers::{TimerGlobals, Timers, TimersPromises};
use llrt_test::{Probe, check, eval};

static MODULES: &[Entry] = &[
    Entry::of::<TimerGlobals>(),
    Entry::of::<Timers>(),
    Entry::of::<TimersPromises>(),
    Entry::of::<Probe>(),
    Entry::of::<Process>(),
];

/// A `process` that keeps the warnings in the global `warnings`.
struct Process;

impl Module for Process {
    const INFO: &'static ModuleInfo = &ModuleInfo {
        exports: &[Export {
            name: "default",
            build: |ctx| {
                ctx.eval("({ emitWarning(text, name) { (globalThis.warnings ??= []).push(`${name}: ${text}`) } })")
            },
        }],
        ..ModuleInfo::new("node:process")
    };
}

#[test]
fn callbacks_get_their_arguments_and_the_timer_as_this() {
    check(
        MODULES,
        r#"
        for (const start of [(f, ...args) => setTimeout(f, 0, ...args), (f, ...args) => setInterval(f, 1, ...args), setImmediate]) {
          for (const args of [[], [1], [1, undefined, 3, 4, 5]]) {
            const [self, timer, seen] = await new Promise((resolve) => {
              const callback = function (...seen) { clearInterval(timer); resolve([this, timer, seen]); };
              // Only the function itself counts, not what hides its methods.
              callback.call = callback.apply = "no function";
              const timer = start(callback, ...args);
            });
            assert.equal(self, timer);
            assert.equal(seen.length, args.length);
            assert.deepEqual(seen, args);
          }
        }
        "#,
    );
}

#[test]
fn what_is_no_function_throws_as_in_node() {
    check(
        MODULES,
        r#"
        const received = [[undefined, "undefined"], [null, "null"], ["code()", "type string ('code()')"], [{}, "an instance of Object"]];
        for (const start of [setTimeout, setInterval, setImmediate, queueMicrotask]) {
          for (const [callback, text] of received) {
            assert.throws(() => start(callback), {
              name: "TypeError",
              code: "ERR_INVALID_ARG_TYPE",
              message: `The "callback" argument must be of type function. Received ${text}`,
            });
          }
          assert.throws(() => start(), { code: "ERR_INVALID_ARG_TYPE" });
        }
        assert.throws(() => setTimeout(() => {}, Symbol()), { name: "TypeError" });
        "#,
    );
}

#[test]
fn names_and_lengths_are_nodes() {
    let seen = eval(
        MODULES,
        r#"
        import timers, * as all from "timers";
        export default [
          Object.keys(all).sort(),
          Object.keys(timers),
          timers.setTimeout === setTimeout,
          [setTimeout, clearTimeout, setInterval, clearInterval, setImmediate, clearImmediate, queueMicrotask].map((f) => [f.name, f.length]),
          setTimeout(() => {}).constructor.name,
          setImmediate(() => {}).constructor.name,
          Object.keys(globalThis).includes("setTimeout"),
        ];
        "#,
    );
    assert_eq!(
        seen,
        concat!(
            r#"[["clearImmediate","clearInterval","clearTimeout","default","promises","setImmediate","setInterval","setTimeout"],"#,
            r#"["setTimeout","clearTimeout","setImmediate","clearImmediate","setInterval","clearInterval","promises"],true,"#,
            r#"[["setTimeout",2],["clearTimeout",1],["setInterval",2],["clearInterval",1],["setImmediate",1],["clearImmediate",1],"#,
            r#"["queueMicrotask",1]],"Timeout","Immediate",true]"#
        )
    );
}

#[test]
fn cleared_timers_do_not_fire_however_they_are_named() {
    check(
        MODULES,
        r#"
        const fail = () => { throw new Error("fired"); };
        import { uncaught } from "llrt:test";
        clearTimeout(setTimeout(fail, 1));
        clearInterval(setTimeout(fail, 1));
        clearTimeout(setInterval(fail, 1));
        clearTimeout(+setTimeout(fail, 1));
        clearTimeout(`${setTimeout(fail, 1)}`);
        setTimeout(fail, 1).close();
        setTimeout(fail, 1)[Symbol.dispose]();
        clearImmediate(setImmediate(fail));
        setImmediate(fail)[Symbol.dispose]();
        const late = setTimeout(fail, 2);
        const lateImmediate = new Promise((resolve) => setImmediate(() => { clearImmediate(next); setImmediate(resolve); }));
        const next = setImmediate(fail);
        setTimeout(() => clearTimeout(late), 1);
        // None of these is a timer.
        for (const other of [undefined, null, {}, "x", "", 1e9, -1, NaN, true, Symbol(), () => {}]) {
          clearTimeout(other);
          clearInterval(other);
          clearImmediate(other);
        }
        clearTimeout(setImmediate(() => {}));
        await lateImmediate;
        await new Promise((resolve) => setTimeout(resolve, 10));
        assert.deepEqual(uncaught, []);
        "#,
    );
}

#[test]
fn a_number_names_its_timer_until_that_is_gone() {
    check(
        MODULES,
        r#"
        const a = setTimeout(() => {}, 1);
        const b = setTimeout(() => {}, 1);
        assert.equal(typeof +a, "number");
        assert.equal(+a, +a);
        assert.ok(+a !== +b);
        const number = +a;
        await new Promise((resolve) => setTimeout(resolve, 5));
        clearTimeout(number);
        assert.equal(+a, number);
        "#,
    );
}

#[test]
fn delays_out_of_range_become_one_millisecond_with_nodes_warning() {
    check(
        MODULES,
        r#"
        globalThis.warnings = [];
        const timers = [2 ** 31, Infinity, -1, -2, NaN, "x", 0, null, undefined, "7", 1.9].map((delay) => setTimeout(() => {}, delay));
        assert.deepEqual(timers.map((timer) => timer._idleTimeout), [1, 1, 1, 1, 1, 1, 1, 1, 1, 7, 1.9]);
        timers.forEach(clearTimeout);
        assert.deepEqual(warnings, [
          "TimeoutOverflowWarning: 2147483648 does not fit into a 32-bit signed integer.\nTimeout duration was set to 1.",
          "TimeoutOverflowWarning: Infinity does not fit into a 32-bit signed integer.\nTimeout duration was set to 1.",
          "TimeoutNegativeWarning: -1 is a negative number.\nTimeout duration was set to 1.",
          "TimeoutNaNWarning: NaN is not a number.\nTimeout duration was set to 1.",
        ]);
        "#,
    );
}

#[test]
fn an_interval_goes_on_until_it_is_cleared() {
    check(
        MODULES,
        r#"
        let rounds = 0;
        let interval;
        await new Promise((resolve) => {
          interval = setInterval(() => { if (++rounds === 3) { clearInterval(interval); resolve(); } }, 1);
        });
        await new Promise((resolve) => setTimeout(resolve, 10));
        assert.equal(rounds, 3);
        assert.equal(interval._destroyed, true);
        "#,
    );
}

#[test]
fn a_timer_that_is_not_referenced_lets_the_loop_end() {
    // An hour is more than the harness waits.
    let seen = eval(
        MODULES,
        r#"
        const hour = 3600_000;
        const seen = [];
        setTimeout(() => seen.push("hour"), hour).unref();
        setInterval(() => seen.push("interval"), hour).unref();
        const cleared = setTimeout(() => {}, hour);
        clearTimeout(cleared);
        cleared.ref();
        const back = setTimeout(() => seen.push("referenced again"), 5).unref();
        back.ref();
        seen.push(back.hasRef(), setTimeout(() => {}, hour).unref().hasRef());
        const immediate = setImmediate(() => {});
        seen.push(immediate.hasRef(), immediate.unref().hasRef(), immediate.ref() === immediate);
        export default seen;
        "#,
    );
    assert_eq!(seen, r#"[true,false,true,false,true,"referenced again"]"#);
}

#[test]
fn an_immediate_that_is_not_referenced_does_not_keep_the_loop_alive() {
    let seen = eval(
        MODULES,
        r#"
        const seen = [];
        const again = () => { seen.push("round"); setImmediate(again).unref(); };
        setImmediate(again);
        export default seen;
        "#,
    );
    assert_eq!(seen, r#"["round"]"#);
}

#[test]
fn refresh_starts_anew_and_brings_back_what_fired_but_not_what_was_cleared() {
    check(
        MODULES,
        r#"
        const seen = [];
        const first = setTimeout(() => seen.push("first"), 1);
        setTimeout(() => seen.push("second"), 1);
        assert.equal(first.refresh(), first);
        await new Promise((resolve) => setTimeout(resolve, 10));
        assert.equal(seen.join(), "second,first");
        assert.equal(first._destroyed, true);

        first.refresh();
        assert.equal(first._destroyed, false);
        const cleared = setTimeout(() => seen.push("cleared"), 1);
        clearTimeout(cleared);
        cleared.refresh();
        await new Promise((resolve) => setTimeout(resolve, 10));
        assert.equal(seen.join(), "second,first,first");

        let rounds = 0;
        await new Promise((resolve) => {
          const own = setTimeout(() => { if (++rounds < 3) own.refresh(); else resolve(); }, 1);
        });
        "#,
    );
}

#[test]
fn properties_that_packages_look_at_are_there() {
    check(
        MODULES,
        r#"
        const callback = () => {};
        const timeout = setTimeout(callback, 50);
        assert.deepEqual([timeout._idleTimeout, timeout._repeat, timeout._destroyed], [50, null, false]);
        assert.equal(timeout._onTimeout, callback);
        clearTimeout(timeout);
        assert.deepEqual([timeout._idleTimeout, timeout._onTimeout, timeout._destroyed], [-1, null, true]);
        const immediate = setImmediate(callback);
        assert.equal(immediate._onImmediate, callback);
        clearImmediate(immediate);
        assert.deepEqual([immediate._onImmediate, immediate._destroyed, immediate.hasRef()], [null, true, false]);

        // A timeout may become an interval, and an interval may stop by losing its callback.
        let rounds = 0;
        await new Promise((resolve) => {
          const timer = setTimeout(() => {
            timer._repeat = 1;
            if (++rounds < 3) return;
            timer._onTimeout = null;
            resolve();
          }, 1);
        });
        await new Promise((resolve) => setTimeout(resolve, 10));
        assert.equal(rounds, 3);

        // Methods that lost their object do nothing.
        const { ref, unref, hasRef, close, refresh } = Object.getPrototypeOf(timeout);
        for (const method of [ref, unref, close, refresh]) method.call({});
        assert.equal(hasRef.call(undefined), false);
        assert.throws(() => new timeout.constructor(callback, 1), { code: "ERR_ILLEGAL_CONSTRUCTOR" });
        "#,
    );
}

#[test]
fn pending_timers_do_not_get_in_the_way_of_the_end() {
    // The engine aborts when it is torn down with objects that something still holds.
    let seen = eval(
        MODULES,
        r#"
        const timer = setTimeout(() => timer, 3600_000).unref();
        const interval = setInterval(() => interval, 3600_000, { interval: () => interval }).unref();
        `${interval}`;
        setImmediate(() => timer).unref();
        export default "end";
        "#,
    );
    assert_eq!(seen, "end");
}
