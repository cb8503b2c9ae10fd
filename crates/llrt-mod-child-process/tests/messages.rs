//! `fork`'s channel, with a shell in the place of the child.

mod support;

use llrt_test::check;
use support::MODULES;

#[test]
fn messages_are_lines_of_json_and_the_channel_ends_with_the_child() {
    check(
        MODULES,
        r#"
        import { fork, spawn } from "child_process";
        import { once } from "events";
        // It answers each line with what it got, and tells the channel's number.
        const script = 'echo "{\\"fd\\":$NODE_CHANNEL_FD,\\"mode\\":\\"$NODE_CHANNEL_SERIALIZATION_MODE\\"}" >&3; read line <&3; echo "[$line]" >&3';
        const child = spawn("sh", ["-c", script], { stdio: ["ignore", "inherit", "inherit", "ipc"] });
        assert.equal(child.connected, true);
        const [hello] = await once(child, "message");
        assert.deepEqual(hello, { fd: 3, mode: "json" });
        assert.equal(child.send({ a: [1, "é"] }), true);
        const [echo] = await once(child, "message");
        assert.deepEqual(echo, [{ a: [1, "é"] }]);
        await once(child, "close");
        assert.equal(child.connected, false);
        assert.equal(child.channel, null);
        const [closed] = await Promise.all([once(child, "error"), child.send(1)]).then(([[error]]) => [error]);
        assert.equal(closed.code, "ERR_IPC_CHANNEL_CLOSED");
        assert.throws(() => fork("x", { stdio: ["pipe"] }), { code: "ERR_CHILD_PROCESS_IPC_REQUIRED" });
        "#,
    );
}

#[test]
fn what_cannot_be_sent_is_refused_and_disconnecting_twice_is_an_error() {
    check(
        MODULES,
        r#"
        import { spawn } from "child_process";
        import { once } from "events";
        const child = spawn("cat", { stdio: ["ignore", "ignore", "ignore", "ipc"] });
        for (const [args, code] of [[[], "ERR_MISSING_ARGS"], [[() => {}], "ERR_INVALID_ARG_TYPE"], [[1, null, 1], "ERR_INVALID_ARG_TYPE"], [[1, {}], "ERR_INVALID_HANDLE_TYPE"]])
          assert.throws(() => child.send(...args), { code });
        child.disconnect();
        assert.equal(child.connected, false);
        const [error] = await Promise.all([once(child, "error"), child.disconnect()]).then(([[error]]) => [error]);
        assert.equal(error.code, "ERR_IPC_DISCONNECTED");
        child.kill();
        await once(child, "close");
        "#,
    );
}

#[test]
fn long_messages_come_whole_and_in_order() {
    check(
        MODULES,
        r#"
        import { spawn } from "child_process";
        import { once } from "events";
        // What it reads goes back as it came.
        const child = spawn("sh", ["-c", "cat <&3 >&3"], { stdio: ["ignore", "inherit", "inherit", "ipc"] });
        const seen = [];
        child.on("message", (text) => seen.push([text[0], text.length]));
        for (const letter of "abc") child.send(letter.repeat(500000));
        while (seen.length < 3) await once(child, "message");
        assert.deepEqual(seen, [["a", 500000], ["b", 500000], ["c", 500000]]);
        child.kill();
        "#,
    );
}
