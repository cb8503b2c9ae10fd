//! `spawnSync`, `execSync`, `execFileSync`.

mod support;

use llrt_test::check;
use support::MODULES;

#[test]
fn results_and_failures_are_nodes() {
    check(
        MODULES,
        r#"
        import { execFileSync, execSync, spawnSync } from "child_process";
        const result = spawnSync("sh", ["-c", "cat; echo e >&2; exit 5"], { input: "in", encoding: "utf8" });
        assert.deepEqual({ ...result, pid: 0 }, { status: 5, signal: null, output: [null, "in", "e\n"], pid: 0, stdout: "in", stderr: "e\n" });
        assert.ok(Buffer.isBuffer(spawnSync("true").stdout));
        const gone = spawnSync("llrt-nope", ["x"]);
        assert.deepEqual([gone.error.message, gone.error.path, gone.status, gone.output, gone.pid], ["spawnSync llrt-nope ENOENT", "llrt-nope", null, null, 0]);
        const late = spawnSync("sleep", ["60"], { timeout: 20 });
        assert.deepEqual([late.error.code, late.signal, late.status], ["ETIMEDOUT", "SIGTERM", null]);
        const over = spawnSync("sh", ["-c", "echo 1234567890; sleep 60"], { maxBuffer: 5, killSignal: "SIGKILL" });
        assert.deepEqual([over.error.code, over.signal], ["ENOBUFS", "SIGKILL"]);
        assert.equal(execSync("echo $((2 * 3))", { encoding: "utf8" }), "6\n");
        const failed = assert.throws(() => execSync("echo bad >&2; exit 7", { stdio: "pipe" }), { message: "Command failed: echo bad >&2; exit 7\nbad\n", status: 7 });
        assert.equal(String(failed.stderr), "bad\n");
        assert.throws(() => execFileSync("sh", ["-c", "exit 1"]), { message: "Command failed: sh -c exit 1" });
        assert.throws(() => spawnSync("cat", { input: 1 }), { code: "ERR_INVALID_ARG_TYPE" });
        assert.throws(() => spawnSync("cat", { stdio: "x" }), { code: "ERR_INVALID_ARG_VALUE" });
        assert.throws(() => spawnSync("cat", { stdio: [0, 1, 2, "ipc"] }), { code: "ERR_IPC_SYNC_FORK" });
        "#,
    );
}
