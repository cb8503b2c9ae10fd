//! `process` where it is about a process: its end, signals, options, rejections, standard input.

mod support;

use std::{
    io::{BufRead, BufReader},
    os::unix::process::ExitStatusExt,
    process::Stdio,
};

use support::{Program, run_file};

#[test]
fn a_signal_without_listeners_any_more_is_the_systems_again() {
    for script in [
        "process.on('SIGTERM', f); process.off('SIGTERM', f); ready(); function f() {}",
        "process.on('SIGTERM', () => { process.removeAllListeners('SIGTERM'); process.kill(process.pid, 'SIGTERM'); }); ready();",
    ] {
        let text = format!("{script}\nfunction ready() {{ setInterval(() => {{}}, 1000); console.log('ready'); }}");
        let program = Program::new(&[("main.cjs", &text)]);
        let mut child = program.command(&["main.cjs"]).stdout(Stdio::piped()).spawn().expect("llrt starts");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("a pipe")).read_line(&mut line).expect("it says that it is ready");
        terminate(child.id());
        assert_eq!(child.wait().expect("it ends").signal(), Some(15), "{script}");
    }
}

fn terminate(pid: u32) {
    let killed = std::process::Command::new("kill").arg(pid.to_string()).status().expect("kill runs");
    assert!(killed.success());
}

#[test]
fn a_signal_is_heard_again_after_nobody_listened() {
    let run = run_file(
        "main.mjs",
        r#"
        const none = () => {};
        process.on("SIGUSR2", none);
        process.off("SIGUSR2", none);
        process.on("SIGUSR2", () => { console.log("heard"); process.exit(); });
        process.kill(process.pid, "SIGUSR2");
        setTimeout(() => {}, 5000);
        "#,
    );
    assert_eq!(run.ok(), "heard\n");
}

#[test]
fn the_mode_says_what_becomes_of_a_rejection() {
    let text = r#"
        process.on("uncaughtException", (error, origin) => console.log("uncaught", error.message, origin));
        process.on("warning", (warning) => console.log(warning.name, warning.message.slice(0, 27)));
        process.on("exit", (code) => console.log("exit", code));
        if (process.argv[2]) process.on("unhandledRejection", (reason) => console.log("rejection", reason.message));
        Promise.reject(new Error("why"));
    "#;
    let program = Program::new(&[("main.mjs", text)]);
    let run = |mode: &str, listens: bool| {
        let mode = format!("--unhandled-rejections={mode}");
        let mut words = vec!["--no-warnings", &mode, "main.mjs"];
        words.extend(listens.then_some("listen"));
        let run = program.run(&words);
        let lines: Vec<String> = run.stdout.lines().map(|line| line.trim_end().to_owned()).collect();
        let lines: Vec<String> = lines.into_iter().filter(|line| !line.starts_with("    at")).collect();
        lines.join("; ")
    };
    assert_eq!(run("throw", false), "uncaught why unhandledRejection; exit 0");
    assert_eq!(run("throw", true), "rejection why; exit 0");
    assert_eq!(run("strict", true), "uncaught why unhandledRejection; rejection why; exit 0");
    assert_eq!(run("none", false), "exit 0");
    assert_eq!(run("none", true), "rejection why; exit 0");
    let warned = run("warn", false);
    assert!(warned.starts_with("UnhandledPromiseRejectionWarning Error: why"), "{warned}");
    assert!(run("warn", true).contains("rejection why"), "{}", run("warn", true));
    assert!(run("warn-with-error-codes", false).ends_with("exit 1"), "{}", run("warn-with-error-codes", false));
    assert_eq!(run("warn-with-error-codes", true), "rejection why; exit 0");
}

#[test]
fn the_mode_counts_in_a_program_that_uses_no_process_and_from_node_options() {
    let program = Program::new(&[("main.mjs", "Promise.reject(1); setTimeout(() => console.log('goes on'), 5);")]);
    assert_eq!(program.run(&["--unhandled-rejections=none", "main.mjs"]).ok(), "goes on\n");
    let output = program.command(&["main.mjs"]).env("NODE_OPTIONS", "--unhandled-rejections=none").output();
    assert_eq!(output.expect("it runs").stdout, b"goes on\n");
    assert_eq!(
        program.run(&["--unhandled-rejections=loud", "main.mjs"]).failed(9),
        "llrt: invalid value for --unhandled-rejections\n"
    );
}

#[test]
fn the_error_for_a_reason_that_is_none_has_its_name_alone() {
    let run = run_file(
        "main.mjs",
        "process.on('uncaughtException', (error) => console.log(`${error}`, error.code)); Promise.reject(null);",
    );
    let text = run.ok();
    assert!(text.starts_with("UnhandledPromiseRejection: This error originated"), "{text}");
    assert!(text.ends_with("the reason \"null\". ERR_UNHANDLED_REJECTION\n"), "{text}");
}

#[test]
fn warnings_are_silenced_by_code_and_by_type() {
    let text = "process.emitWarning('a', 'DeprecationWarning', 'DEP1'); process.emitWarning('b', 'Mine');";
    let program = Program::new(&[("main.cjs", text)]);
    let shown = |words: &[&str]| {
        let run = program.run(&[words, &["main.cjs"]].concat());
        [run.stderr.contains("[DEP1]"), run.stderr.contains("Mine: b")]
    };
    assert_eq!(shown(&[]), [true, true]);
    assert_eq!(shown(&["--disable-warning=DEP1"]), [false, true]);
    assert_eq!(shown(&["--disable-warning", "DeprecationWarning", "--disable-warning=Mine"]), [false, false]);
    assert_eq!(shown(&["--disable-warning=DEP1,Mine"]), [true, true]);
}

#[test]
fn the_zone_of_dates_follows_the_variable() {
    let run = run_file(
        "main.mjs",
        r#"
        const date = new Date(0);
        process.env.TZ = "JST-9";
        console.log(date.getHours(), date.getTimezoneOffset());
        process.env.TZ = "UTC";
        console.log(date.getHours());
        delete process.env.TZ;
        console.log(process.env.TZ, typeof date.getHours());
        "#,
    );
    assert_eq!(run.ok(), "9 -540\n0\nundefined number\n");
}

#[test]
fn execve_puts_another_program_in_its_place_without_an_end() {
    let text = "process.on('exit', () => console.log('exit')); process.execve('/bin/echo', ['echo', 'replaced'], {});";
    assert_eq!(run_file("main.cjs", text).ok(), "replaced\n");
}

#[test]
fn a_user_that_may_not_be_is_an_error_in_nodes_words() {
    let run = run_file(
        "main.cjs",
        r#"
        if (process.geteuid() === 0) process.seteuid(65534);
        try {
          process.setuid(1);
        } catch (error) {
          console.log(error.message, error.code, error.errno, error.syscall);
        }
        "#,
    );
    assert_eq!(run.ok(), "EPERM, Operation not permitted EPERM 1 setuid\n");
}

#[test]
fn a_handler_of_uncaught_exceptions_that_is_none_ends_the_process() {
    assert_eq!(run_file("main.cjs", "process._fatalException = undefined; throw new Error('x');").code, Some(6));
}

#[test]
fn reading_a_standard_input_whose_handle_was_closed_fails() {
    let text = "process.stdin.resume(); process.stdin._handle.close(); process.stdin.on('error', (error) => console.log(error.code, error.syscall));";
    assert_eq!(run_file("main.cjs", text).ok(), "EBADF read\n");
}

#[test]
fn the_types_of_values_are_a_binding() {
    let run = run_file(
        "main.cjs",
        "const { isMap } = process.binding('util'); console.log(isMap(new Map()), process.binding('uv').errname(-2));",
    );
    assert_eq!(run.ok(), "true ENOENT\n");
}

#[test]
fn the_top_level_of_a_common_js_module_is_named_in_stacks() {
    let run = run_file("main.cjs", "console.log(new Error('x').stack.split('\\n')[1].replace(/\\(.*\\//, '('));");
    assert_eq!(run.ok(), "    at Object.<anonymous> (main.cjs:1:17)\n");
}

#[test]
fn require_is_told_to_who_subscribes() {
    let run = run_file(
        "main.cjs",
        r#"
        const { tracingChannel } = require("node:diagnostics_channel");
        const note = (event) => ({ id, parentFilename, result, error }) =>
          console.log(event, id, parentFilename === __filename, result === require.cache ? "" : typeof result, error?.code);
        const handlers = { start: note("start"), end: note("end"), error: note("error") };
        tracingChannel("module.require").subscribe(handlers);
        require("node:path");
        try { require("./none"); } catch {}
        tracingChannel("module.require").unsubscribe(handlers);
        require("node:os");
        "#,
    );
    let expected = "start node:path true undefined undefined\nend node:path true object undefined\n\
        start ./none true undefined undefined\nerror ./none true undefined MODULE_NOT_FOUND\nend ./none true undefined MODULE_NOT_FOUND\n";
    assert_eq!(run.ok(), expected);
}

#[test]
fn import_is_told_to_who_subscribes() {
    let program = Program::new(&[
        (
            "main.mjs",
            r#"
            import { tracingChannel } from "node:diagnostics_channel";
            const seen = [];
            const note = (name) => (event) => seen.push(`${name} ${event.url} ${event.parentURL === import.meta.url} ${event.result?.default} ${event.error?.message ?? event.error?.code}`);
            const handlers = Object.fromEntries(["start", "end", "asyncStart", "asyncEnd", "error"].map((name) => [name, note(name)]));
            tracingChannel("module.import").subscribe(handlers);
            for (const name of ["./a.mjs", "./later.mjs", "./throws.mjs"]) await import(name).then(() => seen.push("then"), () => seen.push("catch"));
            tracingChannel("module.import").unsubscribe(handlers);
            await import("./a.mjs?2");
            console.log(seen.join("\n"));
            "#,
        ),
        ("a.mjs", "export default 'a'"),
        ("later.mjs", "import './a.mjs'; await new Promise((done) => setTimeout(done)); export default 'b'"),
        ("throws.mjs", "throw new Error('no')"),
    ]);
    let passes = |url: &str, value: &str| {
        format!(
            "start {url} true undefined undefined\nend {url} true undefined undefined\nasyncStart {url} true {value} undefined\n\
             asyncEnd {url} true {value} undefined\nthen\n"
        )
    };
    let fails = "start ./throws.mjs true undefined undefined\nend ./throws.mjs true undefined undefined\nerror ./throws.mjs true undefined no\n\
        asyncStart ./throws.mjs true undefined no\nasyncEnd ./throws.mjs true undefined no\ncatch\n";
    assert_eq!(program.run(&["main.mjs"]).ok(), passes("./a.mjs", "a") + &passes("./later.mjs", "b") + fails);
}

#[test]
fn a_promise_is_shown_as_one_while_values_are_followed() {
    let run = run_file(
        "main.mjs",
        r#"
        import { AsyncLocalStorage } from "node:async_hooks";
        new AsyncLocalStorage().run(1, () => {});
        console.log(Promise.resolve(4), new (class X extends Promise {})(() => {}));
        "#,
    );
    assert_eq!(run.ok(), "Promise { 4 } X [Promise] { <pending> }\n");
}

#[test]
fn a_global_collects_cycles_when_it_is_asked_for() {
    let text = "let o = {}; o.o = o; const r = new WeakRef(o); o = undefined; setTimeout(() => { globalThis.gc?.(); console.log(r.deref() === undefined); });";
    let program = Program::new(&[("main.cjs", text)]);
    assert_eq!(program.run(&["main.cjs"]).ok(), "false\n");
    assert_eq!(program.run(&["--expose-gc", "main.cjs"]).ok(), "true\n");
}

#[test]
fn a_reason_that_is_no_error_is_named_in_few_words() {
    let said = |reason: &str| {
        let text = format!(
            "process.on('uncaughtException', (e) => console.log(e.message.replace(/.*reason /s, ''))); Promise.reject({reason});"
        );
        run_file("main.cjs", &text).ok().to_owned()
    };
    for (reason, expected) in [
        ("{ a: 1 }", "\"#<Object>\"."),
        ("new (class Foo {})", "\"#<Foo>\"."),
        ("[1]", "\"[object Array]\"."),
        ("Object.create(null)", "\"[object Object]\"."),
        ("Symbol('x')", "\"Symbol(x)\"."),
        ("10n", "\"10\"."),
        ("{ stack: 'own', message: 'as it is' }", "as it is"),
        ("new Proxy({}, { getOwnPropertyDescriptor() { throw 1; }, get() { throw 2; } })", "\"\"."),
    ] {
        assert_eq!(said(reason), format!("{expected}\n"), "{reason}");
    }
}

#[test]
fn an_error_at_the_exit_is_the_exit_code() {
    let run = run_file("main.cjs", "process.on('exit', () => { throw new Error('late'); });");
    assert!(run.failed(1).contains("late"));
    let run = run_file("main.cjs", "process.on('exit', () => { throw new Error('late'); }); process.exit(3);");
    assert!(run.failed(3).contains("late"));
}

#[test]
fn the_hint_about_warnings_is_given_once() {
    let run = run_file("main.cjs", "process.emitWarning('a'); process.emitWarning('b', 'DeprecationWarning');");
    assert_eq!(run.stderr.matches("(Use `node --trace-").count(), 1, "{}", run.stderr);
}

#[test]
#[cfg(target_os = "linux")]
fn the_title_is_what_the_system_lists() {
    let run = run_file(
        "main.cjs",
        r#"
        const { readFileSync } = require("node:fs");
        process.title = "a title";
        console.log(process.title, readFileSync("/proc/self/cmdline", "utf8").split("\0")[0], readFileSync("/proc/self/comm", "utf8").trim());
        process.title = "long ".repeat(1000);
        console.log(process.title.length, readFileSync("/proc/self/cmdline", "utf8").startsWith("long "));
        "#,
    );
    assert_eq!(run.ok(), "a title a title a title\n5000 true\n");
}

#[test]
fn what_is_under_way_is_listed() {
    let run = run_file(
        "main.cjs",
        r#"
        const fs = require("node:fs");
        setTimeout(() => {}, 1);
        fs.stat(".", () => console.log(process.getActiveResourcesInfo().join()));
        fs.stat(".", () => {});
        console.log(process.getActiveResourcesInfo().join(), process._getActiveRequests().length);
        "#,
    );
    assert!(run.ok().starts_with("NativeTask,NativeTask,Timeout 2\n"), "{}", run.stdout);
}

#[test]
fn a_rejection_that_finds_the_stack_full_is_told_and_no_more() {
    let run = run_file(
        "main.cjs",
        r#"
        let seen = 0;
        process.on("unhandledRejection", () => seen++);
        async function deeper() { deeper(); throw new Error("on the way back"); }
        deeper();
        setTimeout(() => console.log(seen > 100), 1);
        "#,
    );
    assert_eq!(run.ok(), "true\n");
    assert!(
        run.stderr.starts_with("Exception in PromiseRejectCallback:\nRangeError: Maximum call stack size exceeded\n"),
        "{}",
        run.stderr
    );
}

#[test]
fn a_name_that_throws_while_a_stack_is_read_leaves_no_exception() {
    let program = Program::new(&[
        (
            "main.cjs",
            "Object.defineProperty(Object.prototype, 'name', { get() { throw new Error('asked'); } });\n\
             const holder = {}; Error.captureStackTrace(holder); console.log(holder.stack.split('\\n')[0]); import('./other.mjs');",
        ),
        ("other.mjs", "console.log('other');"),
    ]);
    assert_eq!(program.run(&["main.cjs"]).ok(), "Error\nother\n");
}

#[test]
fn a_program_can_tell_where_it_runs() {
    let run = Program::new(&[]).run(&["-p", "Object.keys(process.versions).join() + ' ' + process.versions.llrt"]);
    assert_eq!(run.ok(), format!("node,llrt,openssl {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn a_program_is_profiled_to_its_end() {
    let program = Program::new(&[(
        "main.mjs",
        "function busy() { const until = Date.now() + 30; while (Date.now() < until); }\nbusy(); process.exit(3);",
    )]);
    let run = program.run(&[
        "--cpu-prof",
        "--cpu-prof-dir=out",
        "--cpu-prof-name",
        "a.cpuprofile",
        "--cpu-prof-interval=500",
        "main.mjs",
    ]);
    assert_eq!((run.code, run.stderr.as_str()), (Some(3), ""));
    let profile = std::fs::read_to_string(program.path("out/a.cpuprofile")).expect("the profile");
    assert!(profile.contains(r#""functionName":"busy""#) && profile.contains("main.mjs"), "{profile}");
    let run = program.run(&["--cpu-prof", "--cpu-prof-dir=main.mjs", "main.mjs"]);
    assert!(run.stderr.starts_with("llrt: ") && run.code == Some(3), "{run:?}");
    assert_eq!(program.run(&["--cpu-prof-interval=x", "main.mjs"]).code, Some(9));
}

#[test]
fn dates_name_their_zone() {
    let program = Program::new(&[(
        "main.mjs",
        r#"
        console.log(`${new Date(0)}; ${new Date(16e11).toTimeString()}; ${new Date(NaN)}`);
        process.env.TZ = "Asia/Tokyo";
        console.log(String(new Date(0)), Date.parse(String(new Date(5000))), Date.prototype.toString.name);
        try { Date.prototype.toString.call({}) } catch (error) { console.log(error.name); }
        "#,
    )]);
    for (zone, seen) in [
        (
            "Europe/Berlin",
            "Thu Jan 01 1970 01:00:00 GMT+0100 (Central European Standard Time); 14:26:40 GMT+0200 (Central European Summer Time)",
        ),
        (
            "UTC",
            "Thu Jan 01 1970 00:00:00 GMT+0000 (Coordinated Universal Time); 12:26:40 GMT+0000 (Coordinated Universal Time)",
        ),
        ("Etc/GMT+5", "Wed Dec 31 1969 19:00:00 GMT-0500 (GMT-05:00); 07:26:40 GMT-0500 (GMT-05:00)"),
    ] {
        let output = program.command(&["main.mjs"]).env("TZ", zone).output().expect("llrt runs");
        let expected = format!(
            "{seen}; Invalid Date\nThu Jan 01 1970 09:00:00 GMT+0900 (Japan Standard Time) 5000 toString\nTypeError\n"
        );
        assert_eq!(String::from_utf8_lossy(&output.stdout), expected);
    }
}

#[test]
fn memory_is_measured_for_all_contexts_together() {
    let run = run_file(
        "main.mjs",
        r#"
        import vm from "node:vm";
        const context = vm.createContext({});
        const { total } = await vm.measureMemory();
        const { current, other } = await vm.measureMemory({ mode: "detailed", execution: "eager" });
        console.log(total.jsMemoryEstimate > 1000, total.jsMemoryRange.length, current.jsMemoryRange[0], other.length, vm.isContext(context));
        try { vm.measureMemory({ mode: "x" }); } catch (error) { console.log(error.code); }
        "#,
    );
    assert_eq!(run.stdout, "true 2 0 1 true\nERR_INVALID_ARG_VALUE\n", "{run:?}");
    assert!(run.stderr.contains("ExperimentalWarning: vm.measureMemory"), "{run:?}");
}
