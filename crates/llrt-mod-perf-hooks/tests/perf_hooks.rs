//! `node:perf_hooks` as JavaScript sees it.

use llrt_core::Entry;
use llrt_mod_perf_hooks::{Histogram, PerfHooks};
use llrt_test::{check, table};

static MODULES: &[Entry] = &[
    Entry::of::<PerfHooks>(),
    Entry::of::<Histogram>(),
    Entry::of::<llrt_mod_abort::Abort>(),
    Entry::of::<llrt_mod_events::Events>(),
    Entry::of::<llrt_mod_events::EventTarget>(),
    Entry::of::<llrt_mod_structured_clone::StructuredClone>(),
    Entry::of::<llrt_mod_timers::TimerGlobals>(),
    Entry::of::<llrt_mod_timers::Timers>(),
    Entry::of::<llrt_mod_timers::TimersPromises>(),
];

#[test]
fn the_clock_starts_with_the_process() {
    check(
        MODULES,
        r#"
        import hooks, { performance as own } from "perf_hooks";
        assert.equal(performance, own);
        const now = performance.now();
        assert.ok(now > 0 && performance.now() >= now);
        assert.ok(Math.abs(performance.timeOrigin + now - Date.now()) < 50);
        assert.throws(() => performance.now.call({}), { code: "ERR_INVALID_THIS" });
        assert.equal(Object.prototype.toString.call(performance), "[object Performance]");
        const { nodeTiming } = performance;
        assert.ok(nodeTiming.duration >= now && nodeTiming.nodeStart > 0 && nodeTiming.bootstrapComplete > nodeTiming.v8Start);
        assert.equal(hooks.constants.NODE_PERFORMANCE_GC_MAJOR, 4);
        "#,
    );
}

#[test]
fn marks_and_measures_make_a_timeline() {
    check(
        MODULES,
        r#"
        const a = performance.mark("a", { startTime: 5, detail: { x: 1 } });
        performance.mark("b", { startTime: 8 });
        assert.deepEqual([a.name, a.entryType, a.startTime, a.duration, a.detail], ["a", "mark", 5, 0, { x: 1 }]);
        const m = performance.measure("m", "a", "b");
        assert.deepEqual([m.startTime, m.duration, m.detail], [5, 3, null]);
        assert.equal(performance.measure("n", { start: 1, duration: 2 }).duration, 2);
        assert.equal(performance.measure("n", { end: 9, duration: 2 }).startTime, 7);
        assert.deepEqual(performance.getEntries().map((entry) => entry.name), ["n", "a", "m", "n", "b"]);
        assert.equal(performance.getEntriesByName("n", "measure").length, 2);
        performance.clearMarks("a");
        assert.throws(() => performance.clearMarks(Symbol("a")), { message: "Cannot convert a Symbol value to a string" });
        assert.deepEqual(performance.getEntriesByType("mark").map((entry) => entry.name), ["b"]);
        for (const [body, expected] of [
          [() => performance.mark(), { code: "ERR_MISSING_ARGS" }], [() => performance.mark("nodeStart"), { code: "ERR_INVALID_ARG_VALUE" }],
          [() => performance.mark("x", { startTime: -1 }), { code: "ERR_PERFORMANCE_INVALID_TIMESTAMP" }], [() => performance.measure("x", "gone"), { name: "SyntaxError" }],
          [() => performance.measure("x", { start: 1, end: 2, duration: 1 }), { code: "ERR_PERFORMANCE_MEASURE_INVALID_OPTIONS" }],
          [() => new PerformanceEntry(), { code: "ERR_ILLEGAL_CONSTRUCTOR" }], [() => new Performance(), { code: "ERR_ILLEGAL_CONSTRUCTOR" }],
        ]) assert.throws(body, expected);
        "#,
    );
}

#[test]
fn observers_hear_of_what_they_asked_for() {
    check(
        MODULES,
        r#"
        import { PerformanceObserver, timerify } from "perf_hooks";
        performance.mark("before");
        const seen = await new Promise((resolve) => {
          const observer = new PerformanceObserver((list, self) => {
            self.disconnect();
            resolve([self === observer, ...list.getEntries().map((entry) => entry.name)]);
          });
          observer.observe({ type: "mark", buffered: true });
          performance.mark("after");
          performance.measure("other");
        });
        assert.deepEqual(seen, [true, "before", "after"]);
        const double = timerify(function double(x) { return 2 * x; });
        const called = new Promise((resolve) => new PerformanceObserver((list, self) => { self.disconnect(); resolve(list.getEntries()[0]); }).observe({ entryTypes: ["function"] }));
        assert.deepEqual([double(4), double.name, double.length], [8, "timerified double", 1]);
        const entry = await called;
        assert.deepEqual([entry.name, entry.entryType, entry.detail, entry[0]], ["double", "function", [4], 4]);
        for (const [options, code] of [[{}, "ERR_MISSING_ARGS"], [{ entryTypes: 1 }, "ERR_INVALID_ARG_TYPE"], [{ type: "mark", entryTypes: ["mark"] }, "ERR_INVALID_ARG_VALUE"]])
          assert.throws(() => new PerformanceObserver(() => {}).observe(options), { code });
        assert.throws(() => timerify(1), { code: "ERR_INVALID_ARG_TYPE" });
        "#,
    );
}

#[test]
fn histograms_give_what_nodes_give() {
    table(
        MODULES,
        r#"
        import { createHistogram, monitorEventLoopDelay } from "perf_hooks";
        const of = (...values) => { const h = createHistogram(); for (const value of values) h.record(value); return h; };
        const some = of(5, 10n, 1000);
        "#,
        "\
of().min  =>  9223372036854776000
of().minBigInt  =>  9223372036854775807n
of().mean  =>  NaN
[...of().percentiles].join(\";\")  =>  \"100,0\"
[...some.percentiles].join(\";\")  =>  \"0,5;50,10;75,1000;100,1000\"
[...of(1).percentiles].join(\";\")  =>  \"0,1;100,1\"
some.mean  =>  338.3333333333333
some.stddev  =>  467.8734396773935
some.percentile(50)  =>  10
some.maxBigInt  =>  1000n
of(1234567).max  =>  1234943
some.count  =>  3
createHistogram({ highest: 10 }).record(11)  =>  undefined
of(0)  =>  throws RangeError[ERR_OUT_OF_RANGE]: The value of \"val\" is out of range. It must be >= 1 && <= 9007199254740991. Received 0
of(\"a\")  =>  throws TypeError[ERR_INVALID_ARG_TYPE]: The \"val\" argument must be of type number. Received type string ('a')
some.percentile(0)  =>  throws RangeError[ERR_OUT_OF_RANGE]: The value of \"percentile\" is out of range. It must be > 0 && <= 100. Received 0
createHistogram({ figures: 9 })  =>  throws RangeError[ERR_OUT_OF_RANGE]: The value of \"options.figures\" is out of range. It must be >= 1 && <= 5. Received 9
monitorEventLoopDelay({ resolution: 0 })  =>  throws RangeError[ERR_OUT_OF_RANGE]: The value of \"options.resolution\" is out of range. It must be >= 1 && <= 9007199254740991. Received 0
structuredClone(some).count  =>  3
",
    );
}

#[test]
fn the_loops_delay_and_idle_time_are_measured() {
    check(
        MODULES,
        r#"
        import { eventLoopUtilization, monitorEventLoopDelay } from "perf_hooks";
        const delay = monitorEventLoopDelay({ resolution: 1 });
        assert.equal(delay.enable(), true);
        assert.equal(delay.enable(), false);
        eventLoopUtilization();
        await new Promise((resolve) => setTimeout(resolve, 30));
        assert.equal(delay.disable(), true);
        assert.ok(delay.count > 0 && delay.min > 0);
        const first = eventLoopUtilization();
        await new Promise((resolve) => setTimeout(resolve, 20));
        const { idle, active, utilization } = eventLoopUtilization(first);
        assert.ok(idle > 5 && active >= 0 && utilization < 1, [idle, active, utilization].join());
        "#,
    );
}
