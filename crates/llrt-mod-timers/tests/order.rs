//! What runs when.

use llrt_core::Entry;
use llrt_mod_timers::{TimerGlobals, Timers, TimersPromises};
use llrt_test::{Probe, check};

static MODULES: &[Entry] =
    &[Entry::of::<TimerGlobals>(), Entry::of::<Timers>(), Entry::of::<TimersPromises>(), Entry::of::<Probe>()];

#[test]
fn timers_fire_by_deadline_and_equal_ones_in_the_order_of_their_start() {
    check(
        MODULES,
        r#"
        const seen = [];
        const done = new Promise((resolve) => setTimeout(resolve, 40));
        setTimeout(() => seen.push("20"), 20);
        setTimeout(() => seen.push("first 0"), 0);
        setTimeout(() => seen.push("1"), 1);
        setTimeout(() => seen.push("second 0"), 0);
        setTimeout(() => seen.push("10"), 10);
        await done;
        assert.equal(seen.join(), "first 0,1,second 0,10,20");
        "#,
    );
}

#[test]
fn ticks_and_microtasks_run_between_timers_and_between_immediates() {
    check(
        MODULES,
        r#"
        import { nextTick } from "llrt:test";
        for (const start of [(f) => setTimeout(f, 1), setImmediate]) {
          const seen = [];
          const callback = (name) => () => {
            queueMicrotask(() => seen.push(`${name} microtask`));
            nextTick(() => seen.push(`${name} tick`));
            seen.push(name);
          };
          await new Promise((resolve) => {
            start(callback("a"));
            start(callback("b"));
            start(resolve);
          });
          assert.equal(seen.join(), "a,a tick,a microtask,b,b tick,b microtask");
        }
        "#,
    );
}

#[test]
fn the_rest_of_the_script_and_its_microtasks_come_first() {
    check(
        MODULES,
        r#"
        const seen = [];
        setTimeout(() => seen.push("timeout"), 0);
        const done = new Promise((resolve) => setImmediate(() => { seen.push("immediate"); resolve(); }));
        queueMicrotask(() => seen.push("microtask"));
        for (const start = Date.now(); Date.now() - start < 3; );
        seen.push("script");
        await done;
        // The deadline passed while the script ran, and timers come before immediates.
        assert.equal(seen.join(), "script,microtask,timeout,immediate");
        "#,
    );
}

#[test]
fn after_io_immediates_come_before_timers() {
    check(
        MODULES,
        r#"
        import { io } from "llrt:test";
        for (let round = 0; round < 5; round++) {
          const seen = [];
          await new Promise((resolve) => io(() => {
            setTimeout(() => { seen.push("timeout"); resolve(); }, 0);
            setImmediate(() => seen.push("immediate"));
            for (const start = Date.now(); Date.now() - start < 3; );
          }));
          assert.equal(seen.join(), "immediate,timeout");
        }
        "#,
    );
}

#[test]
fn io_that_is_ready_comes_before_immediates() {
    check(
        MODULES,
        r#"
        import { io } from "llrt:test";
        for (const starts of [[setImmediate, io], [io, setImmediate]]) {
          const seen = [];
          await new Promise((resolve) => {
            for (const start of starts) start(() => { seen.push(start.name); if (seen.length === 2) resolve(); });
          });
          assert.equal(seen.join(), "io,setImmediate");
        }
        "#,
    );
}

#[test]
fn what_a_callback_starts_waits_for_the_next_round() {
    check(
        MODULES,
        r#"
        const seen = [];
        await new Promise((resolve) => {
          setImmediate(() => {
            seen.push("a");
            setImmediate(() => { seen.push("c"); resolve(); });
          });
          setImmediate(() => seen.push("b"));
        });
        assert.equal(seen.join(), "a,b,c");

        // The nested timer is due before its parent returns, and still not part of this round.
        seen.length = 0;
        await new Promise((resolve) => {
          setTimeout(() => {
            setTimeout(() => { seen.push("nested"); resolve(); }, 0);
            setImmediate(() => seen.push("immediate"));
            for (const start = Date.now(); Date.now() - start < 3; );
          }, 0);
        });
        assert.equal(seen.join(), "immediate,nested");
        "#,
    );
}

#[test]
fn an_error_is_uncaught_and_the_others_go_on() {
    check(
        MODULES,
        r#"
        import { uncaught } from "llrt:test";
        const seen = [];
        let rounds = 0;
        await new Promise((resolve) => {
          setTimeout(() => { throw new Error("timeout"); }, 1);
          setTimeout(() => seen.push("timeout"), 1);
          setImmediate(() => { throw new Error("immediate"); });
          setImmediate(() => seen.push("immediate"));
          queueMicrotask(() => { throw new Error("microtask"); });
          const interval = setInterval(() => {
            if (++rounds < 2) throw new Error("interval");
            clearInterval(interval);
            resolve();
          }, 2);
        });
        assert.equal(seen.sort().join(), "immediate,timeout");
        assert.equal(uncaught.map((error) => error.message).sort().join(), "immediate,interval,microtask,timeout");
        "#,
    );
}
