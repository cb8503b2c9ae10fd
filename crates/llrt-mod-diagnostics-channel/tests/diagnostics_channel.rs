//! `node:diagnostics_channel` as Node.js 24 has it.

use llrt_core::Entry;
use llrt_mod_diagnostics_channel::DiagnosticsChannel;
use llrt_test::check;

static MODULES: &[Entry] = &[Entry::of::<DiagnosticsChannel>()];

#[test]
fn subscribers_get_messages_until_they_leave() {
    check(
        MODULES,
        r#"
        import dc, { Channel, channel } from "node:diagnostics_channel";
        const orders = channel("orders");
        assert.ok(orders instanceof Channel && channel("orders") === orders && !orders.hasSubscribers);
        orders.publish("nobody");
        const seen = [];
        const listener = (message, name) => seen.push(`${name}:${message}`);
        dc.subscribe("orders", listener);
        assert.ok(dc.hasSubscribers("orders"));
        orders.publish("tea");
        assert.equal(dc.unsubscribe("orders", listener), true);
        assert.equal(dc.unsubscribe("orders", listener), false);
        orders.publish("coffee");
        assert.deepEqual(seen, ["orders:tea"]);
        const symbol = Symbol("s");
        assert.equal(channel(symbol).name, symbol);
        assert.throws(() => channel(5), { code: "ERR_INVALID_ARG_TYPE", message: 'The "channel" argument must be one of type string or symbol. Received type number (5)' });
        assert.throws(() => orders.subscribe(5), { code: "ERR_INVALID_ARG_TYPE" });
        "#,
    );
}

#[test]
fn who_leaves_while_a_message_is_published_still_gets_it() {
    check(
        MODULES,
        r#"
        import { channel } from "node:diagnostics_channel";
        const seen = [];
        const c = channel("c");
        const second = () => seen.push("second");
        c.subscribe(() => { seen.push("first"); c.unsubscribe(second); });
        c.subscribe(second);
        c.publish();
        c.publish();
        assert.deepEqual(seen, ["first", "second", "first"]);
        "#,
    );
}

/// A store as `AsyncLocalStorage` is one.
const STORE: &str = r#"
    class Store {
      #value;
      run(value, fn) { const outer = this.#value; this.#value = value; try { return fn(); } finally { this.#value = outer; } }
      getStore() { return this.#value; }
    }
"#;

#[test]
fn bound_stores_hold_while_the_function_runs() {
    check(
        MODULES,
        &format!(
            r#"
        import {{ channel }} from "node:diagnostics_channel";
        {STORE}
        const c = channel("stores");
        const [one, two] = [new Store(), new Store()];
        c.bindStore(one);
        c.bindStore(two, (message) => message * 2);
        const seen = c.runStores(5, function (...args) {{ return [this.me, ...args, one.getStore(), two.getStore()].join(); }}, {{ me: "me" }}, 1, 2);
        assert.equal(seen, "me,1,2,5,10");
        assert.equal(one.getStore(), undefined);
        assert.ok(c.unbindStore(one) && !c.unbindStore(one) && c.hasSubscribers);
        assert.equal(c.runStores(5, () => one.getStore()), undefined);
        "#
        ),
    );
}

#[test]
fn a_traced_function_tells_of_its_start_result_and_end() {
    check(
        MODULES,
        r#"
        import { tracingChannel } from "node:diagnostics_channel";
        const trace = tracingChannel("work");
        assert.deepEqual([trace.start.name, trace.error.name, trace.hasSubscribers], ["tracing:work:start", "tracing:work:error", false]);
        let seen = [];
        const handlers = Object.fromEntries(["start", "end", "asyncStart", "asyncEnd", "error"].map((name) =>
          [name, (context) => seen.push(`${name} ${context.result ?? ""}${context.error?.message ?? ""}`.trim())]));
        trace.subscribe(handlers);
        assert.equal(trace.traceSync((a) => a + 1, {}, null, 1), 2);
        assert.throws(() => trace.traceSync(() => { throw new Error("no"); }), { message: "no" });
        assert.deepEqual(seen, ["start", "end 2", "start", "error no", "end no"]);
        seen = [];
        assert.equal(await trace.tracePromise(async () => 3), 3);
        await assert.rejects(() => trace.tracePromise(async () => { throw new Error("later"); }), { message: "later" });
        assert.deepEqual(seen, ["start", "end", "asyncStart 3", "asyncEnd 3", "start", "end", "error later", "asyncStart later", "asyncEnd later"]);
        seen = [];
        trace.traceCallback((value, callback) => callback(null, value), -1, {}, null, 4, (error, value) => seen.push(`called ${value}`));
        assert.deepEqual(seen, ["start", "asyncStart 4", "called 4", "asyncEnd 4", "end 4"]);
        assert.throws(() => trace.traceCallback(() => {}, 0, {}, null, 5), { code: "ERR_INVALID_ARG_TYPE" });
        assert.equal(trace.unsubscribe(handlers), true);
        assert.equal(trace.unsubscribe(handlers), false);
        assert.throws(() => tracingChannel(5), { code: "ERR_INVALID_ARG_TYPE" });
        assert.throws(() => tracingChannel({ start: "x" }), { message: 'The "nameOrChannels.start" property must be an instance of Channel. Received type string (\'x\')' });
        "#,
    );
}
