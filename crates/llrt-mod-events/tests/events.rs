//! `node:events` as JavaScript sees it.

use llrt_core::{Entry, Export, Module, ModuleInfo};
use llrt_mod_abort::Abort;
use llrt_mod_events::{EventTarget, Events};
use llrt_test::{Probe, check, eval};

static MODULES: &[Entry] = &[
    Entry::of::<Events>(),
    Entry::of::<EventTarget>(),
    Entry::of::<Abort>(),
    Entry::of::<Probe>(),
    Entry::of::<Process>(),
];

/// A `process` that keeps the warnings in the global `warnings`.
struct Process;

impl Module for Process {
    const INFO: &'static ModuleInfo = &ModuleInfo {
        exports: &[Export {
            name: "default",
            build: |ctx| ctx.eval("({ emitWarning(warning) { (globalThis.warnings ??= []).push(warning) } })"),
        }],
        ..ModuleInfo::new("node:process")
    };
}

#[test]
fn the_module_is_the_class_with_everything_on_it() {
    check(
        MODULES,
        r#"
        import EventEmitter, * as all from "events";
        const exports = ["EventEmitter", "EventEmitterAsyncResource", "addAbortListener", "captureRejectionSymbol",
          "captureRejections", "default", "defaultMaxListeners", "errorMonitor", "getEventListeners", "getMaxListeners", "init",
          "listenerCount", "on", "once", "setMaxListeners", "usingDomains"];
        assert.deepEqual(Object.keys(all).sort(), exports);
        assert.deepEqual(Object.keys(EventEmitter).sort(), exports.filter((name) => name !== "default"));
        assert.ok(all.EventEmitter === EventEmitter && EventEmitter.EventEmitter === EventEmitter);
        assert.deepEqual([EventEmitter.name, EventEmitter.length], ["EventEmitter", 1]);
        assert.deepEqual(Object.keys(new EventEmitter()), ["_events", "_eventsCount", "_maxListeners"]);
        assert.equal(all.errorMonitor.toString(), "Symbol(events.errorMonitor)");
        assert.equal(all.captureRejectionSymbol, Symbol.for("nodejs.rejection"));
        "#,
    );
}

#[test]
fn listeners_get_the_arguments_and_the_emitter_as_this() {
    check(
        MODULES,
        r#"
        import EventEmitter from "events";
        const emitter = new EventEmitter();
        for (const args of [[], [1], [undefined], [1, 2], [1, 2, 3], [1, 2, 3, 4]]) {
          for (const type of ["one", "two", Symbol("s")]) {
            const seen = [];
            const listener = function (...args) { seen.push([this === emitter, args.length, args]); };
            listener.call = listener.apply = "no function";
            emitter.on(type, listener);
            if (type === "two") emitter.on(type, listener);
            assert.equal(emitter.emit(type, ...args), true);
            assert.deepEqual(seen, Array(type === "two" ? 2 : 1).fill([true, args.length, args]));
            emitter.removeAllListeners();
          }
        }
        assert.equal(emitter.emit("nobody"), false);
        "#,
    );
}

#[test]
fn old_style_classes_inherit() {
    check(
        MODULES,
        r#"
        import EventEmitter from "events";
        function Old() { EventEmitter.call(this); }
        Object.setPrototypeOf(Old.prototype, EventEmitter.prototype);
        function Forgetful() {}
        Forgetful.prototype = Object.create(EventEmitter.prototype);
        for (const Class of [Old, Forgetful]) {
          const [a, b] = [new Class(), new Class()];
          let count = 0;
          assert.equal(a.emit("x"), false);
          assert.equal(a.off("x", () => {}), a);
          assert.equal(a.removeAllListeners(), a);
          assert.equal(a.on("x", () => count++), a);
          assert.equal(a.emit("x"), true);
          assert.equal(b.emit("x"), false);
          assert.equal(count, 1);
          assert.ok(a instanceof EventEmitter);
        }
        // Mixed into a function, as web frameworks do.
        const app = Object.assign(() => {}, EventEmitter.prototype);
        let seen;
        app.on("x", (value) => { seen = value; });
        app.emit("x", 5);
        assert.equal(seen, 5);
        "#,
    );
}

#[test]
fn a_lone_listener_is_kept_bare_and_several_in_an_array() {
    check(
        MODULES,
        r#"
        import EventEmitter from "events";
        const emitter = new EventEmitter();
        const [a, b] = [() => {}, () => {}];
        emitter.on("x", a);
        assert.equal(emitter._events.x, a);
        emitter.prependListener("x", b);
        assert.ok(emitter._events.x[0] === b && emitter._events.x[1] === a);
        emitter.off("x", b);
        assert.equal(emitter._events.x, a);
        emitter.off("x", a);
        assert.deepEqual([emitter._eventsCount, Reflect.ownKeys(emitter._events)], [0, []]);
        // Names that objects have already.
        for (const name of ["__proto__", "toString", "constructor"]) {
          assert.equal(emitter.listenerCount(name), 0);
          emitter.on(name, a);
          assert.deepEqual(emitter.eventNames(), [name]);
          emitter.off(name, a);
        }
        "#,
    );
}

#[test]
fn the_order_is_that_of_registration_with_prepended_ones_first() {
    check(
        MODULES,
        r#"
        import EventEmitter from "events";
        const emitter = new EventEmitter();
        const seen = [];
        emitter.on("x", () => seen.push(1)).once("x", () => seen.push(2));
        emitter.prependListener("x", () => seen.push(0)).prependOnceListener("x", () => seen.push(-1));
        emitter.emit("x");
        emitter.emit("x");
        assert.equal(seen.join(), "-1,0,1,2,0,1");
        "#,
    );
}

#[test]
fn changes_during_an_emit_count_from_the_next_one() {
    check(
        MODULES,
        r#"
        import EventEmitter from "events";
        const emitter = new EventEmitter();
        const seen = [];
        const b = () => seen.push("b");
        emitter.on("x", () => { seen.push("a"); emitter.off("x", b); emitter.once("x", () => seen.push("c")); });
        emitter.on("x", b);
        emitter.emit("x");
        assert.equal(seen.join(), "a,b");
        seen.length = 0;
        emitter.emit("x");
        assert.equal(seen.join(), "a,c");
        "#,
    );
}

#[test]
fn once_listeners_fire_once_even_when_they_emit_again() {
    check(
        MODULES,
        r#"
        import EventEmitter from "events";
        const emitter = new EventEmitter();
        let count = 0;
        const listener = () => { count++; emitter.emit("x"); };
        emitter.once("x", listener);
        const [wrapper] = emitter.rawListeners("x");
        assert.equal(wrapper.listener, listener);
        assert.equal(emitter.listeners("x")[0], listener);
        emitter.emit("x");
        assert.equal(count, 1);
        wrapper();
        assert.equal(count, 1);
        emitter.once("x", listener).off("x", listener);
        assert.equal(emitter.listenerCount("x"), 0);
        "#,
    );
}

#[test]
fn the_listener_added_last_is_removed_first() {
    check(
        MODULES,
        r#"
        import EventEmitter from "events";
        const emitter = new EventEmitter();
        const a = () => {};
        const b = () => {};
        emitter.on("x", a).on("x", b).on("x", a);
        emitter.off("x", a);
        assert.deepEqual(emitter.listeners("x").map((one) => one === a), [true, false]);
        assert.equal(emitter.listenerCount("x"), 2);
        assert.equal(emitter.listenerCount("x", a), 1);
        assert.equal(emitter.listenerCount("x", () => {}), 0);
        emitter.off("x", () => {});
        assert.equal(emitter.listenerCount("x"), 2);
        "#,
    );
}

#[test]
fn additions_and_removals_are_events_themselves() {
    check(
        MODULES,
        r#"
        import EventEmitter from "events";
        const emitter = new EventEmitter();
        const seen = [];
        const [a, b, c] = [function a() {}, function b() {}, function c() {}];
        emitter.on("newListener", function added(type, listener) {
          seen.push(`+${String(type)} ${listener.name} of ${emitter.listenerCount(type)}`);
        });
        emitter.on("removeListener", function removed(type, listener) { seen.push(`-${String(type)} ${listener.name}`); });
        emitter.on("x", a);
        emitter.once("x", b);
        emitter.on("x", c);
        emitter.on(Symbol("s"), a);
        emitter.emit("x");
        emitter.off("x", a);
        emitter.on("x", a);
        emitter.removeAllListeners();
        // Beside others, a listener of `once` leaves as its wrapper: so it is in Node.
        assert.deepEqual(seen, [
          "+removeListener removed of 0", "+x a of 0", "+x b of 1", "+x c of 2", "+Symbol(s) a of 0", "-x wrapper", "-x a", "+x a of 1",
          "-newListener added", "-x a", "-x c", "-Symbol(s) a",
        ]);
        assert.deepEqual(emitter.eventNames(), []);
        "#,
    );
}

#[test]
fn an_error_that_nobody_listens_to_is_thrown() {
    check(
        MODULES,
        r#"
        import EventEmitter, { errorMonitor } from "events";
        const emitter = new EventEmitter();
        const error = new TypeError("boom");
        assert.equal(assert.throws(() => emitter.emit("error", error)), error);
        const text = { name: "Error", code: "ERR_UNHANDLED_ERROR" };
        assert.throws(() => emitter.emit("error"), { ...text, message: "Unhandled error. (undefined)", context: undefined });
        assert.throws(() => emitter.emit("error", null), { ...text, message: "Unhandled error. (null)", context: null });
        assert.throws(() => emitter.emit("error", 5), { ...text, message: "Unhandled error. (5)", context: 5 });

        // A monitor sees it and does not count.
        const seen = [];
        emitter.on(errorMonitor, (error) => seen.push(error));
        assert.throws(() => emitter.emit("error", error), { message: "boom" });
        emitter.on("error", () => seen.push("handled"));
        emitter.emit("error", error);
        assert.ok(seen.length === 3 && seen[0] === error && seen[1] === error && seen[2] === "handled");
        "#,
    );
}

#[test]
fn bad_arguments_throw_as_in_node() {
    check(
        MODULES,
        r#"
        import EventEmitter, { getEventListeners, getMaxListeners, listenerCount, on, setMaxListeners } from "events";
        const emitter = new EventEmitter();
        const type = (message) => ({ name: "TypeError", code: "ERR_INVALID_ARG_TYPE", message });
        const range = (message) => ({ name: "RangeError", code: "ERR_OUT_OF_RANGE", message });
        const either = "must be an instance of EventEmitter or EventTarget. Received an instance of Object";
        for (const method of ["on", "addListener", "once", "off", "removeListener", "prependListener", "prependOnceListener"]) {
          assert.throws(() => emitter[method]("x", null), type('The "listener" argument must be of type function. Received null'));
          assert.throws(() => emitter[method]("x"), type('The "listener" argument must be of type function. Received undefined'));
        }
        assert.throws(() => emitter.setMaxListeners(-1), range('The value of "setMaxListeners" is out of range. It must be >= 0. Received -1'));
        assert.throws(() => setMaxListeners("a"), type(`The "setMaxListeners" argument must be of type number. Received type string ('a')`));
        assert.throws(() => { EventEmitter.defaultMaxListeners = -1; },
          range('The value of "defaultMaxListeners" is out of range. It must be >= 0. Received -1'));
        assert.throws(() => { EventEmitter.captureRejections = 1; },
          type('The "EventEmitter.captureRejections" property must be of type boolean. Received type number (1)'));
        assert.throws(() => new EventEmitter({ captureRejections: 1 }),
          type('The "options.captureRejections" property must be of type boolean. Received type number (1)'));
        assert.throws(() => setMaxListeners(1, {}), type(`The "eventTargets" argument ${either}`));
        for (const read of [getEventListeners, getMaxListeners, listenerCount]) {
          assert.throws(() => read({}, "x"), type(`The "emitter" argument ${either}`));
        }
        assert.throws(() => on({}, "x"), type('The "emitter" argument must be an instance of EventEmitter. Received an instance of Object'));
        assert.throws(() => on(emitter, "x", { highWaterMark: 0 }), { code: "ERR_OUT_OF_RANGE" });
        "#,
    );
}

#[test]
fn too_many_listeners_are_warned_of_once() {
    check(
        MODULES,
        r#"
        import EventEmitter, { getMaxListeners, setMaxListeners } from "events";
        globalThis.warnings = [];
        const emitter = new EventEmitter();
        for (let i = 0; i < 12; i++) emitter.on("x", () => {});
        assert.equal(warnings.length, 1);
        const { name, message, type, count } = warnings[0];
        assert.deepEqual([name, type, count, warnings[0].emitter === emitter], ["MaxListenersExceededWarning", "x", 11, true]);
        assert.equal(message, "Possible EventEmitter memory leak detected. 11 x listeners added to [EventEmitter]. MaxListeners is 10. " +
          "Use emitter.setMaxListeners() to increase limit");
        assert.equal(emitter.setMaxListeners(1).getMaxListeners(), 1);
        emitter.on(Symbol("s"), () => {}).on("y", () => {}).on("y", () => {});
        assert.equal(warnings.length, 2);
        emitter.setMaxListeners(0);
        for (let i = 0; i < 20; i++) emitter.on("z", () => {});
        assert.equal(warnings.length, 2);

        const target = new EventTarget();
        for (let i = 0; i < 12; i++) target.addEventListener("x", () => {});
        assert.equal(warnings.length, 3);
        assert.equal(warnings[2].message, "Possible EventTarget memory leak detected. 11 x listeners added to EventTarget. " +
          "MaxListeners is 10. Use events.setMaxListeners() to increase limit");
        setMaxListeners(1, target, emitter);
        assert.deepEqual([getMaxListeners(target), getMaxListeners(emitter)], [1, 1]);
        target.addEventListener("y", () => {});
        target.addEventListener("y", () => {});
        assert.equal(warnings.length, 4);

        // Signals have many listeners by nature.
        const { signal } = new AbortController();
        for (let i = 0; i < 12; i++) signal.addEventListener("abort", () => {});
        assert.deepEqual([warnings.length, getMaxListeners(signal)], [4, 0]);

        EventEmitter.defaultMaxListeners = 2;
        assert.deepEqual([new EventEmitter().getMaxListeners(), getMaxListeners(new EventTarget())], [2, 2]);
        "#,
    );
}

#[test]
fn rejections_of_listeners_become_errors_where_asked_for() {
    check(
        MODULES,
        r#"
        import EventEmitter, { captureRejectionSymbol } from "events";
        const error = new Error("boom");
        const rejection = (options, prepare) => new Promise((resolve) => {
          const emitter = new EventEmitter(options);
          emitter.on("x", async () => { throw error; });
          prepare(emitter, resolve);
          emitter.emit("x", 1, 2);
        });
        assert.equal(await rejection({ captureRejections: true }, (emitter, resolve) => emitter.on("error", resolve)), error);
        const seen = await rejection({ captureRejections: true }, (emitter, resolve) => {
          emitter[captureRejectionSymbol] = (...args) => resolve(args);
        });
        assert.ok(seen[0] === error && seen.slice(1).join() === "x,1,2");

        EventEmitter.captureRejections = true;
        assert.equal(await rejection(undefined, (emitter, resolve) => emitter.on("error", resolve)), error);
        EventEmitter.captureRejections = false;

        // A `then` that throws, and one that rejects at once.
        const errors = [];
        await new Promise((resolve) => {
          const emitter = new EventEmitter({ captureRejections: true });
          emitter.on("error", (error) => { errors.push(error); if (errors.length === 2) resolve(); });
          emitter.on("y", () => ({ get then() { throw error; } }));
          emitter.on("y", () => ({ then: (_, reject) => reject("second") }));
          emitter.emit("y");
        });
        assert.ok(errors[0] === error && errors[1] === "second");
        "#,
    );
}

#[test]
fn static_once_resolves_with_the_arguments_and_rejects_on_error_or_abort() {
    check(
        MODULES,
        r#"
        import EventEmitter, { once } from "events";
        const emitter = new EventEmitter();
        let promise = once(emitter, "x");
        emitter.emit("x", 1, 2);
        assert.deepEqual(await promise, [1, 2]);

        promise = once(emitter, "x");
        emitter.emit("error", new Error("boom"));
        await assert.rejects(promise, { message: "boom" });
        promise = once(emitter, "error");
        emitter.emit("error", "value");
        assert.deepEqual(await promise, ["value"]);

        const controller = new AbortController();
        promise = once(emitter, "x", { signal: controller.signal });
        controller.abort("why");
        const aborted = { name: "AbortError", code: "ABORT_ERR", cause: "why" };
        await assert.rejects(promise, aborted);
        await assert.rejects(once(emitter, "x", { signal: controller.signal }), aborted);
        assert.deepEqual(emitter.eventNames(), []);

        const target = new EventTarget();
        promise = once(target, "x");
        const event = new Event("x");
        target.dispatchEvent(event);
        assert.equal((await promise)[0], event);
        await assert.rejects(once({}, "x"), { code: "ERR_INVALID_ARG_TYPE" });
        await assert.rejects(once(emitter, "x", 5), { message: 'The "options" argument must be of type object. Received type number (5)' });
        "#,
    );
}

#[test]
fn static_on_iterates_over_events() {
    check(
        MODULES,
        r#"
        import EventEmitter, { on } from "events";
        const emitter = new EventEmitter();
        let iterator = on(emitter, "x");
        emitter.emit("x", 1);
        emitter.emit("y", 2);
        emitter.emit("x", 3, 4);
        const seen = [];
        for await (const args of iterator) {
          seen.push(args);
          if (seen.length === 2) break;
        }
        assert.deepEqual(seen, [[1], [3, 4]]);
        assert.deepEqual(emitter.eventNames(), []);

        // Events first, then the error, then the end.
        iterator = on(emitter, "x");
        emitter.emit("x", 1);
        emitter.emit("error", new Error("boom"));
        assert.deepEqual(await iterator.next(), { value: [1], done: false });
        await assert.rejects(iterator.next(), { message: "boom" });
        assert.deepEqual(await iterator.next(), { done: true });

        iterator = on(emitter, "x", { close: ["end"] });
        const waiting = [iterator.next(), iterator.next()];
        emitter.emit("x", 1);
        emitter.emit("end");
        assert.deepEqual(await Promise.all(waiting), [{ value: [1], done: false }, { done: true }]);
        assert.throws(() => on(emitter, "x").throw(5), {
          message: 'The "EventEmitter.AsyncIterator" property must be an instance of Error. Received type number (5)',
        });
        emitter.removeAllListeners();

        const controller = new AbortController();
        iterator = on(emitter, "x", { signal: controller.signal });
        const next = iterator.next();
        controller.abort("why");
        await assert.rejects(next, { name: "AbortError", cause: "why" });
        assert.throws(() => on(emitter, "x", { signal: controller.signal }), { name: "AbortError" });
        assert.deepEqual(emitter.eventNames(), []);

        const target = new EventTarget();
        iterator = on(target, "x");
        target.dispatchEvent(new Event("x"));
        assert.equal((await iterator.next()).value[0].type, "x");
        "#,
    );
}

#[test]
fn an_iterator_pauses_an_emitter_that_is_ahead() {
    check(
        MODULES,
        r#"
        import EventEmitter, { on } from "events";
        const seen = [];
        const emitter = Object.assign(new EventEmitter(), { pause: () => seen.push("pause"), resume: () => seen.push("resume") });
        const iterator = on(emitter, "x", { highWaterMark: 2, lowWaterMark: 2 });
        for (let i = 0; i < 3; i++) emitter.emit("x", i);
        const state = iterator[Symbol.for("nodejs.watermarkData")];
        assert.deepEqual([seen, state.size, state.low, state.high, state.isPaused], [["pause"], 3, 2, 2, true]);
        await iterator.next();
        assert.deepEqual(seen, ["pause"]);
        await iterator.next();
        assert.deepEqual(seen, ["pause", "resume"]);
        "#,
    );
}

#[test]
fn a_long_queue_of_events_keeps_its_order() {
    let seen = eval(
        MODULES,
        r#"
        import EventEmitter, { on } from "events";
        const emitter = new EventEmitter();
        const iterator = on(emitter, "x");
        for (let i = 0; i < 5000; i++) emitter.emit("x", i);
        for (let i = 0; i < 3000; i++) if ((await iterator.next()).value[0] !== i) throw new Error(`${i}`);
        for (let i = 5000; i < 6000; i++) emitter.emit("x", i);
        for (let i = 3000; i < 6000; i++) if ((await iterator.next()).value[0] !== i) throw new Error(`${i}`);
        export default "in order";
        "#,
    );
    assert_eq!(seen, "in order");
}

#[test]
fn an_abort_listener_is_not_stopped_and_can_be_disposed_of() {
    check(
        MODULES,
        r#"
        import { addAbortListener, getEventListeners, listenerCount } from "events";
        const controller = new AbortController();
        const seen = [];
        controller.signal.addEventListener("abort", (event) => event.stopImmediatePropagation());
        const listener = (event) => seen.push(event.type);
        addAbortListener(controller.signal, listener);
        const gone = addAbortListener(controller.signal, () => seen.push("disposed"));
        assert.equal(listenerCount(controller.signal, "abort"), 3);
        assert.equal(getEventListeners(controller.signal, "abort")[1], listener);
        gone[Symbol.dispose]();
        controller.abort();
        assert.deepEqual(seen, ["abort"]);

        addAbortListener(controller.signal, (...args) => seen.push(args.length));
        assert.deepEqual(seen, ["abort"]);
        await null;
        assert.deepEqual(seen, ["abort", 0]);
        assert.throws(() => addAbortListener(), { message: 'The "signal" argument must be an instance of AbortSignal. Received undefined' });
        assert.throws(() => addAbortListener(controller.signal, 1), { code: "ERR_INVALID_ARG_TYPE" });
        "#,
    );
}
