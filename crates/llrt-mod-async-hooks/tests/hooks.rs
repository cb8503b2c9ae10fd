//! `createHook`, async ids and `AsyncResource`.

use llrt_core::Entry;
use llrt_mod_async_hooks::{AsyncHooks, Hooks};
use llrt_mod_timers::{TimerGlobals, Timers, TimersPromises};
use llrt_test::{Probe, check};

static MODULES: &[Entry] = &[
    Entry::of::<AsyncHooks>(),
    Entry::of::<Hooks>(),
    Entry::of::<TimerGlobals>(),
    Entry::of::<Timers>(),
    Entry::of::<TimersPromises>(),
    Entry::of::<Probe>(),
];

#[test]
fn a_timer_is_announced_entered_left_and_destroyed() {
    check(
        MODULES,
        r#"
        import { createHook, executionAsyncId, executionAsyncResource, triggerAsyncId } from "async_hooks";
        const seen = [];
        let id;
        const hook = createHook({
          init(asyncId, type, trigger, resource) { if (type === "Timeout") { id = asyncId; seen.push("init"); } },
          before(asyncId) { if (asyncId === id) seen.push("before"); },
          after(asyncId) { if (asyncId === id) seen.push("after"); },
          destroy(asyncId) { if (asyncId === id) seen.push("destroy"); },
        }).enable();
        const outer = executionAsyncId();
        await new Promise((resolve) => {
          const timer = setTimeout(() => {
            assert.equal(executionAsyncId(), id);
            assert.equal(triggerAsyncId(), outer);
            assert.equal(executionAsyncResource(), timer);
            seen.push("run");
            resolve();
          }, 1);
        });
        hook.disable();
        const keep = id;
        await new Promise((resolve) => setTimeout(resolve, 5));
        assert.equal(keep, id);
        assert.equal(seen.slice(0, 3).join(), "init,before,run");
        "#,
    );
}

#[test]
fn promises_have_ids_while_somebody_listens() {
    check(
        MODULES,
        r#"
        import { createHook, executionAsyncId, triggerAsyncId } from "async_hooks";
        const inits = [], log = [];
        const hook = createHook({
          init: (id, type, trigger) => inits.push([id, type, trigger]),
          before: (id) => log.push(`before ${id}`), after: (id) => log.push(`after ${id}`), promiseResolve: (id) => log.push(`resolve ${id}`),
        });
        hook.enable();
        const a = Promise.resolve(1);
        let ids;
        const b = a.then(() => { ids = [executionAsyncId(), triggerAsyncId()]; });
        hook.disable();
        const [[first], [second, type, trigger]] = inits;
        assert.deepEqual([type, trigger, inits.length], ["PROMISE", first, 2]);
        await b;
        assert.deepEqual(ids, [second, first]);
        assert.equal(log[0], `resolve ${first}`);
        "#,
    );
}

#[test]
fn a_resource_enters_its_scope_and_bad_ones_are_refused() {
    check(
        MODULES,
        r#"
        import { AsyncResource, createHook, executionAsyncId, executionAsyncResource, triggerAsyncId } from "async_hooks";
        const seen = [];
        const hook = createHook({ init(id, type) { if (type === "Mine") seen.push("init"); }, before() { seen.push("before"); },
          after() { seen.push("after"); }, trackPromises: false }).enable();
        const resource = new AsyncResource("Mine", { triggerAsyncId: 7 });
        const outer = executionAsyncId();
        const result = resource.runInAsyncScope(function (x) {
          seen.push("run");
          return [this.me, x, executionAsyncId() === resource.asyncId(), triggerAsyncId(), executionAsyncResource() === resource].join();
        }, { me: "m" }, 1);
        assert.equal(result, "m,1,true,7,true");
        assert.equal(executionAsyncId(), outer);
        assert.throws(() => resource.runInAsyncScope(() => { throw new Error("boom"); }), { message: "boom" });
        assert.equal(executionAsyncId(), outer);
        assert.throws(() => new AsyncResource(""), { code: "ERR_ASYNC_TYPE" });
        hook.disable();
        assert.equal(seen.join(), "init,before,run,after,before,after");
        assert.throws(() => new AsyncResource(), { code: "ERR_INVALID_ARG_TYPE" });
        assert.throws(() => new AsyncResource("x", -2), { code: "ERR_INVALID_ASYNC_ID" });
        assert.throws(() => createHook({ init: 1 }), { code: "ERR_ASYNC_CALLBACK", message: "hook.init must be a function" });
        assert.equal(resource.bind((a, b) => {}).length, 2);
        "#,
    );
}

#[test]
fn hooks_see_ticks_immediates_and_native_tasks_and_destroy_comes_later() {
    check(
        MODULES,
        r#"
        import { createHook } from "async_hooks";
        import { io, nextTick } from "llrt:test";
        const types = [], destroyed = [];
        const hook = createHook({ init: (id, type) => types.push(type), destroy: (id) => destroyed.push(id), trackPromises: false }).enable();
        await new Promise((resolve) => nextTick(() => setImmediate(() => io(resolve))));
        await new Promise((resolve) => setTimeout(resolve, 5));
        hook.disable();
        assert.equal(types.slice(0, 3).join(), "TickObject,Immediate,NATIVETASK");
        assert.ok(destroyed.length >= 3, destroyed.length);
        "#,
    );
}

#[test]
fn promises_of_this_runtimes_own_are_not_told_of() {
    check(
        MODULES,
        r#"
        import { createHook } from "async_hooks";
        const inits = [], resolves = [];
        const hook = createHook({
          init(id, type, trigger, resource) { if (type === "PROMISE") inits.push([id, trigger]); },
          promiseResolve(id) { resolves.push(id); },
        }).enable();
        Promise.resolve(42).then(() => {});
        await new Promise((resolve) => setTimeout(() => { hook.disable(); resolve(); }, 1));
        const [[first], [second, cause]] = inits;
        assert.equal(cause, first);
        assert.deepEqual(resolves.slice(0, 2), [first, second]);
        assert.equal(resolves.filter((id) => !inits.some(([known]) => known === id)).length, 0);
        "#,
    );
}

#[test]
fn a_promise_from_before_the_hook_gets_an_id_without_an_event() {
    check(
        MODULES,
        r#"
        import { createHook } from "async_hooks";
        const early = Promise.resolve();
        const inits = [];
        const hook = createHook({ init(id, type, trigger) { inits.push([id, trigger]); } }).enable();
        early.then(() => {});
        hook.disable();
        assert.equal(inits.length, 1);
        assert.ok(inits[0][1] > 1 && inits[0][1] !== inits[0][0]);
        "#,
    );
}

#[test]
fn callbacks_that_waited_when_the_first_hook_came_have_events() {
    check(
        MODULES,
        r#"
        import { createHook, executionAsyncId } from "async_hooks";
        const seen = [];
        let late;
        const promise = new Promise((resolve) => { late = resolve; });
        promise.then(() => seen.push(executionAsyncId()));
        Promise.resolve().then(() => seen.push("waited"));
        const hook = createHook({ before: () => seen.push("before"), after: () => seen.push("after") }).enable();
        await null;
        assert.deepEqual(seen.slice(0, 3), ["before", "waited", "after"]);
        seen.length = 0;
        late();
        await null;
        hook.disable();
        assert.equal(seen[0], "before");
        assert.ok(seen[1] > 0);
        assert.equal(seen[2], "after");
        "#,
    );
}

#[test]
fn scopes_of_resources_nest_deeply() {
    check(
        MODULES,
        r#"
        import { AsyncResource } from "async_hooks";
        // Node's own test goes a thousand deep through five functions each.
        let deepest = 0;
        const nest = (left) => {
          deepest++;
          if (left > 0) new AsyncResource("nested").runInAsyncScope(() => nest(left - 1));
        };
        nest(60);
        assert.equal(deepest, 61);
        new AsyncResource("self").runInAsyncScope(function (...args) { assert.deepEqual([this, args], [undefined, []]); });
        new AsyncResource("self").runInAsyncScope(function (...args) { assert.deepEqual([this.a, args], [1, [2]]); }, { a: 1 }, 2);
        "#,
    );
}
