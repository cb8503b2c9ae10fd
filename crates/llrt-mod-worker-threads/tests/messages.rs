//! Channels and the facts of the main thread.

use llrt_core::Entry;
use llrt_mod_worker_threads::{Messaging, WorkerThreads};
use llrt_test::check;

static MODULES: &[Entry] = &[
    Entry::of::<WorkerThreads>(),
    Entry::of::<Messaging>(),
    Entry::of::<llrt_mod_abort::Abort>(),
    Entry::of::<llrt_mod_events::Events>(),
    Entry::of::<llrt_mod_events::EventTarget>(),
    Entry::of::<llrt_mod_structured_clone::StructuredClone>(),
    Entry::of::<llrt_mod_timers::TimerGlobals>(),
    Entry::of::<llrt_mod_timers::Timers>(),
    Entry::of::<llrt_mod_timers::TimersPromises>(),
];

#[test]
fn messages_arrive_in_order_as_copies_and_a_port_keeps_the_loop_alive() {
    check(
        MODULES,
        r#"
        const { port1, port2 } = new MessageChannel();
        const sent = { a: [1, new Map([[1, 2]])] };
        port2.postMessage(sent);
        port2.postMessage("second");
        const seen = [];
        await new Promise((resolve) => { port1.onmessage = (event) => { seen.push(event.data); if (seen.length === 2) resolve(); }; });
        assert.ok(seen[0] !== sent && seen[0].a[1].get(1) === 2 && seen[1] === "second");
        assert.equal(port1.hasRef(), true);
        const closed = new Promise((resolve) => port2.once("close", resolve));
        port1.close();
        await closed;
        port2.postMessage("nobody hears");
        "#,
    );
}

#[test]
fn ports_and_buffers_can_be_transferred() {
    check(
        MODULES,
        r#"
        import { receiveMessageOnPort } from "worker_threads";
        const outer = new MessageChannel(), inner = new MessageChannel();
        const buffer = new ArrayBuffer(4);
        outer.port1.postMessage({ port: inner.port1, buffer }, [inner.port1, buffer]);
        assert.equal(buffer.byteLength, 0);
        const { message } = receiveMessageOnPort(outer.port2);
        assert.equal(receiveMessageOnPort(outer.port2), undefined);
        inner.port2.postMessage("through");
        assert.equal(receiveMessageOnPort(message.port).message, "through");
        assert.throws(() => inner.port2.postMessage(1, [inner.port2]), { name: "DataCloneError" });
        assert.throws(() => inner.port2.postMessage(() => {}), { name: "DataCloneError" });
        assert.throws(() => receiveMessageOnPort({}), { code: "ERR_INVALID_ARG_TYPE" });
        assert.throws(() => new MessagePort(), { code: "ERR_ILLEGAL_CONSTRUCTOR" });
        "#,
    );
}

#[test]
fn a_broadcast_reaches_the_others_of_its_name() {
    check(
        MODULES,
        r#"
        const [a, b, other] = [new BroadcastChannel("n"), new BroadcastChannel("n"), new BroadcastChannel("m")];
        other.onmessage = a.onmessage = () => { throw new Error("not for this one"); };
        const heard = new Promise((resolve) => { b.onmessage = (event) => resolve(event.data); });
        a.postMessage({ x: 1 });
        assert.deepEqual(await heard, { x: 1 });
        for (const channel of [a, b, other]) channel.close();
        assert.throws(() => a.postMessage(1), { name: "InvalidStateError" });
        "#,
    );
}

#[test]
fn the_main_thread_tells_the_truth_and_workers_are_refused() {
    check(
        MODULES,
        r#"
        import * as threads from "node:worker_threads";
        const { isMainThread, threadId, parentPort, workerData, Worker } = threads;
        assert.deepEqual([isMainThread, threadId, parentPort, workerData], [true, 0, null, null]);
        assert.throws(() => new Worker("x"), { code: "ERR_FEATURE_UNAVAILABLE_ON_PLATFORM" });
        await assert.rejects(threads.postMessageToThread(1, "x"), { code: "ERR_WORKER_MESSAGING_FAILED" });
        threads.setEnvironmentData("k", "v");
        assert.equal(threads.getEnvironmentData("k"), "v");
        const buffer = new ArrayBuffer(1);
        threads.markAsUntransferable(buffer);
        assert.equal(threads.isMarkedAsUntransferable(buffer), true);
        assert.throws(() => new MessageChannel().port1.postMessage(1, [buffer]), { name: "DataCloneError" });
        "#,
    );
}
