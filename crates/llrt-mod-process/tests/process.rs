//! `node:process` as JavaScript sees it. The end of a process and its streams are tested with the `llrt` command.

use llrt_core::Entry;
use llrt_mod_events::{EventTarget, Events};
use llrt_mod_process::{GlobalProcess, Process, ProcessExtra, Stdio};
use llrt_test::{check, eval};

static MODULES: &[Entry] = &[
    Entry::of::<Process>(),
    Entry::of::<GlobalProcess>(),
    Entry::of::<Stdio>(),
    Entry::of::<ProcessExtra>(),
    Entry::of::<Events>(),
    Entry::of::<EventTarget>(),
];

#[test]
fn the_global_is_the_modules_default_and_an_event_emitter() {
    let seen = eval(
        MODULES,
        r#"
        import process, { cwd } from "process";
        import EventEmitter from "node:events";
        export default [process === globalThis.process, process instanceof EventEmitter, Object.prototype.toString.call(process),
          cwd === process.cwd, typeof process.pid, process.platform, process.version.startsWith("v24."), process.versions.node.split(".").length];
        "#,
    );
    assert_eq!(seen, r#"[true,true,"[object process]",true,"number","linux",true,3]"#);
}

#[test]
fn the_environment_holds_strings_only() {
    check(
        MODULES,
        r#"
        process.env.LLRT_NUMBER = 5;
        assert.equal(process.env.LLRT_NUMBER, "5");
        process.env.LLRT_UNDEFINED = undefined;
        assert.equal(process.env.LLRT_UNDEFINED, "undefined");
        delete process.env.LLRT_NUMBER;
        assert.equal("LLRT_NUMBER" in process.env, false);
        assert.equal(typeof process.env.PATH, "string");
        assert.ok(Object.keys(process.env).includes("PATH"));
        assert.throws(() => { process.env.x = Symbol(); }, { name: "TypeError", message: "Cannot convert a Symbol value to a string" });
        assert.throws(() => Object.defineProperty(process.env, "x", { get() {} }), { code: "ERR_INVALID_OBJECT_DEFINE_PROPERTY" });
        "#,
    );
}

#[test]
fn time_goes_on() {
    check(
        MODULES,
        r#"
        const [seconds, nanos] = process.hrtime();
        assert.ok(Number.isInteger(seconds) && nanos >= 0 && nanos < 1e9);
        const difference = process.hrtime([seconds, nanos]);
        assert.ok(difference[0] === 0 && difference[1] > 0);
        assert.ok(process.hrtime.bigint() > BigInt(seconds) * 1000000000n);
        assert.ok(process.uptime() >= 0);
        assert.throws(() => process.hrtime(5), { code: "ERR_INVALID_ARG_TYPE" });
        assert.throws(() => process.hrtime([1]), { code: "ERR_OUT_OF_RANGE" });
        "#,
    );
}

#[test]
fn resources_are_counted() {
    check(
        MODULES,
        r#"
        const { user, system } = process.cpuUsage();
        assert.ok(user >= 0 && system >= 0);
        const later = process.cpuUsage({ user, system });
        assert.ok(later.user >= 0);
        assert.throws(() => process.cpuUsage({ user: -1, system }), { code: "ERR_INVALID_ARG_VALUE" });
        const memory = process.memoryUsage();
        assert.deepEqual(Object.keys(memory), ["rss", "heapTotal", "heapUsed", "external", "arrayBuffers"]);
        assert.ok(memory.rss > memory.heapUsed && memory.heapUsed > 0);
        assert.ok(process.memoryUsage.rss() > 0);
        assert.ok(process.resourceUsage().maxRSS > 0);
        assert.ok(process.availableMemory() > 0);
        "#,
    );
}

#[test]
fn the_working_directory_changes() {
    check(
        MODULES,
        r#"
        const before = process.cwd();
        process.chdir("/");
        assert.equal(process.cwd(), "/");
        assert.throws(() => process.chdir("/no/such/folder"), { code: "ENOENT", syscall: "chdir", path: "/", dest: "/no/such/folder",
          message: "ENOENT: no such file or directory, chdir '/' -> '/no/such/folder'" });
        assert.throws(() => process.chdir(5), { code: "ERR_INVALID_ARG_TYPE" });
        process.chdir(before);
        "#,
    );
}

#[test]
fn users_masks_and_signals_are_the_systems() {
    check(
        MODULES,
        r#"
        assert.ok(Number.isInteger(process.getuid()) && Number.isInteger(process.getgid()));
        assert.ok(Array.isArray(process.getgroups()));
        const mask = process.umask(0o022);
        assert.equal(process.umask(mask), 0o022);
        assert.throws(() => process.umask("9"), { code: "ERR_INVALID_ARG_VALUE" });
        assert.equal(process.kill(process.pid, 0), true);
        assert.throws(() => process.kill(process.pid, "SIGNONSENSE"), { code: "ERR_UNKNOWN_SIGNAL", message: "Unknown signal: SIGNONSENSE" });
        assert.throws(() => process.kill(2147483646, 0), { code: "ESRCH", syscall: "kill", message: "kill ESRCH" });
        assert.throws(() => process.kill("x"), { code: "ERR_INVALID_ARG_TYPE" });
        "#,
    );
}

#[test]
fn ticks_get_their_arguments() {
    let seen = eval(
        MODULES,
        r#"
        const seen = [];
        await new Promise((done) => {
          process.nextTick((...args) => seen.push(...args), 1, "b");
          process.nextTick(done);
        });
        try { process.nextTick(5); } catch (error) { seen.push(error.code); }
        export default seen;
        "#,
    );
    assert_eq!(seen, r#"[1,"b","ERR_INVALID_ARG_TYPE"]"#);
}

#[test]
fn a_warning_is_an_event() {
    let seen = eval(
        MODULES,
        r#"
        process.env.NODE_NO_WARNINGS = "1";
        const warning = new Promise((done) => process.once("warning", done));
        process.emitWarning("careful", { type: "Custom", code: "W1", detail: "more" });
        const { name, message, code, detail } = await warning;
        export default { name, message, code, detail };
        "#,
    );
    assert_eq!(seen, r#"{"name":"Custom","message":"careful","code":"W1","detail":"more"}"#);
}

#[test]
fn exit_codes_are_checked() {
    check(
        MODULES,
        r#"
        assert.throws(() => { process.exitCode = "x"; }, { code: "ERR_INVALID_ARG_TYPE" });
        assert.throws(() => { process.exitCode = 1.5; }, { code: "ERR_OUT_OF_RANGE" });
        process.exitCode = "3";
        assert.equal(process.exitCode, "3");
        "#,
    );
}

#[test]
fn what_is_not_offered_says_so() {
    check(
        MODULES,
        r#"
        for (const [name, code] of [["fs", "ERR_FEATURE_UNAVAILABLE_ON_PLATFORM"], ["nope", "ERR_INVALID_MODULE"]])
          assert.throws(() => process.binding(name), { code });
        assert.throws(() => process.setSourceMapsEnabled(true), { code: "ERR_FEATURE_UNAVAILABLE_ON_PLATFORM" });
        assert.equal(process.getBuiltinModule("nope"), undefined);
        assert.equal(process.getBuiltinModule("process"), process);
        "#,
    );
}

#[test]
fn the_global_is_light_until_more_is_asked_for() {
    check(
        MODULES,
        r#"
        const process = globalThis.process;
        assert.equal(typeof process.env.PATH, "string");
        assert.equal(Object.hasOwn(process, "_events"), false);
        process.ownProperty = 1;
        assert.equal(Object.getOwnPropertyDescriptor(process, "ownProperty").value, 1);
        assert.equal(Object.hasOwn(process, "_events"), false);
        const before = Object.keys(process);
        let heard;
        process.on("mine", (value) => (heard = value));
        process.emit("mine", 5);
        assert.equal(heard, 5);
        const { default: whole } = await import("node:process");
        assert.equal(whole, process);
        const internal = ["_events", "_eventsCount", "_maxListeners"];
        const after = Object.keys(process).filter((name) => !internal.includes(name) && name !== "_preload_modules");
        assert.deepEqual(before.filter((name) => name !== "ownProperty").sort(), after.filter((name) => name !== "ownProperty").sort());
        "#,
    );
}

#[test]
fn the_light_global_is_an_emitter_for_whoever_asks() {
    for question in [
        "process instanceof EventEmitter",
        "'emit' in process",
        "typeof process.once === 'function'",
        "typeof process.hrtime.bigint() === 'bigint'",
        "Object.prototype.toString.call(process) === '[object process]'",
        "process.constructor.name === 'process'",
        "process.noSuchProperty === undefined",
        "Object.keys(process).includes('cwd')",
    ] {
        let script = format!(
            "const process = globalThis.process; import EventEmitter from 'node:events'; export default {question};"
        );
        assert_eq!(eval(MODULES, &script), "true", "{question}");
    }
}
