//! `AsyncLocalStorage`: which store is seen where.

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

/// `storage`, and `seen(start)`: what the store is in a callback that `start` is given within `run("x")`.
const SCOPE: &str = r#"
    import { AsyncLocalStorage, AsyncResource } from "node:async_hooks";
    import { io, nextTick, uncaught } from "llrt:test";
    const storage = new AsyncLocalStorage();
    const get = () => storage.getStore();
    const seen = (start) => new Promise((resolve) => storage.run("x", () => start(() => resolve(get()))));
"#;

fn holds(script: &str) {
    check(MODULES, &format!("{SCOPE}\n{script}"));
}

#[test]
fn a_store_lasts_as_long_as_the_call() {
    holds(
        r#"
        assert.equal(get(), undefined);
        assert.equal(storage.run(1, (a, b) => [get(), a, b].join(), "a", "b"), "1,a,b");
        assert.equal(get(), undefined);
        assert.throws(() => storage.run(1, () => { throw new Error("boom"); }), { message: "boom" });
        assert.equal(get(), undefined);
        assert.deepEqual(storage.run(1, () => [storage.run(2, get), storage.exit(get), get()]), [2, null, 1]);
        "#,
    );
}

#[test]
fn callbacks_of_every_kind_see_the_store_they_were_made_in() {
    holds(
        r#"
        const starts = {
          setTimeout: (f) => setTimeout(f, 1), setInterval: (f) => { const t = setInterval(() => { clearInterval(t); f(); }, 1); },
          setImmediate, queueMicrotask, nextTick, io, then: (f) => Promise.resolve().then(f), catch: (f) => Promise.reject(1).catch(f),
          finally: (f) => Promise.resolve().finally(f),
          async await(f) { await null; f(); },
          async "await of a pending promise"(f) { await new Promise((resolve) => setTimeout(resolve, 1)); f(); },
          async "await of a native promise"(f) { await new Promise((resolve) => io(resolve)); f(); },
          async "await of a rejection"(f) { try { await Promise.reject(1); } catch { f(); } },
          async "await of a thenable"(f) { await { then(done) { setTimeout(done, 1); } }; f(); },
          async "await of a thenable that rejects"(f) { try { await { then(_, no) { setTimeout(no, 1); } }; } catch { f(); } },
          async "then of a thenable"(f) { await { then(done) { f(); done(); } }; },
          async "for await"(f) { for await (const x of [1]) f(); },
          async "an async generator"(f) { for await (const x of (async function* () { await 1; yield 1; })()) f(); },
          subclass: (f) => (class P extends Promise {}).resolve(1).then(f),
          all: (f) => Promise.all([1, Promise.resolve(2)]).then(f),
        };
        for (const [name, start] of Object.entries(starts)) {
          assert.equal(await seen(start), "x", name);
          assert.equal(get(), undefined, `after ${name}`);
        }
        assert.equal(uncaught.length, 0);
        "#,
    );
}

#[test]
fn stores_do_not_mix() {
    holds(
        r#"
        const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
        const shared = wait(3);
        async function work(name) {
          for (let i = 0; i < 20; i++) {
            if (get() !== name) return `${name} sees ${get()}`;
            await [shared, null, wait(i % 3), Promise.resolve(), { then(done) { done(); } }, (async () => {})()][i % 6];
          }
          return name;
        }
        const names = ["a", "b", "c", undefined];
        const results = names.map((name) => (name === undefined ? work(name) : storage.run(name, work, name)));
        assert.equal((await Promise.all(results)).join(), names.join());
        "#,
    );
}

#[test]
fn enter_with_lasts_to_the_end_of_the_callback_and_what_it_starts() {
    holds(
        r#"
        const first = await new Promise((resolve) => setTimeout(() => {
          storage.enterWith("in");
          setTimeout(() => resolve(get()), 1);
        }, 1));
        assert.equal(first, "in");
        assert.equal(get(), undefined);
        storage.enterWith("here");
        await null;
        assert.equal(get(), "here");
        storage.disable();
        assert.equal(get(), undefined);
        "#,
    );
}

#[test]
fn several_storages_are_independent() {
    holds(
        r#"
        const other = new AsyncLocalStorage({ defaultValue: "default", name: "other" });
        assert.deepEqual([other.getStore(), other.name, storage.name], ["default", "other", ""]);
        await storage.run(1, () => other.run(2, async () => {
          await null;
          assert.deepEqual([get(), other.getStore(), storage.exit(() => other.getStore())], [1, 2, 2]);
        }));
        "#,
    );
}

#[test]
fn bind_and_snapshot_take_the_store_along() {
    holds(
        r#"
        const bound = storage.run("b", () => AsyncLocalStorage.bind((x) => [x, get()].join()));
        const snapshot = storage.run("s", () => AsyncLocalStorage.snapshot());
        const resource = storage.run("r", () => new AsyncResource("Test"));
        storage.run("z", () => {
          assert.equal(bound(1), "1,b");
          assert.equal(snapshot((x) => [x, get()].join(), 2), "2,s");
          assert.equal(resource.runInAsyncScope(get), "r");
          assert.equal(resource.bind(get)(), "r");
          assert.equal(get(), "z");
        });
        for (const [bad, code] of [[1, "ERR_INVALID_ARG_TYPE"], [null, "ERR_INVALID_ARG_TYPE"]])
          assert.throws(() => AsyncLocalStorage.bind(bad), { code });
        assert.throws(() => new AsyncLocalStorage(1), { code: "ERR_INVALID_ARG_TYPE" });
        "#,
    );
}

#[test]
fn a_scope_ends_when_it_is_disposed_of() {
    holds(
        r#"
        const scope = storage.withScope("s");
        assert.equal(get(), "s");
        scope[Symbol.dispose]();
        scope.dispose();
        assert.equal(get(), undefined);
        "#,
    );
}

#[test]
fn following_values_hides_no_unhandled_rejection_and_keeps_the_order_of_reactions() {
    holds(
        r#"
        const order = [];
        const steps = async (name, n) => { for (let i = 0; i < n; i++) { await null; order.push(name + i); } };
        const run = async () => {
          order.length = 0;
          const p = Promise.resolve();
          const all = [steps("a", 3), p.then(() => order.push("t")).then(() => order.push("u")), steps("b", 2), (async () => p)().then(() => order.push("r"))];
          queueMicrotask(() => order.push("m"));
          await Promise.all(all);
          return order.join();
        };
        const before = await run();
        const during = await storage.run(1, run);
        assert.equal(during, before);
        const handled = Promise.reject(1);
        Promise.resolve(handled);
        assert.equal(handled.constructor, Promise);
        await handled.catch(() => {});
        "#,
    );
}
