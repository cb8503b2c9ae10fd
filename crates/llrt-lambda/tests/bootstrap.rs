//! The `bootstrap` binary against the local Runtime API: what tests/lambda does not compare with the Node.js client.

use std::{
    fs,
    io::Read,
    process::{Child, Command, Stdio},
    time::Duration,
};

use llrt_lambda::{
    api::Invocation,
    local::{LocalApi, Seen},
};
use tempfile::TempDir;

/// Long enough for a machine that is busy with everything else.
const PATIENCE: Duration = Duration::from_secs(30);

/// A runtime with a handler, and the service that it asks.
struct Function {
    api: LocalApi,
    process: Child,
    _task_root: TempDir,
}

impl Function {
    /// Starts `index.handler` of these files.
    fn start(files: &[(&str, &str)]) -> Self {
        Self::start_with(files, &[("_HANDLER", "index.handler")])
    }

    /// The same in an environment; `<root>` in a value is the folder of the files.
    fn start_with(files: &[(&str, &str)], variables: &[(&str, &str)]) -> Self {
        let task_root = tempfile::tempdir().expect("a temporary folder");
        for (name, text) in files {
            let path = task_root.path().join(name);
            fs::create_dir_all(path.parent().expect("a file in the folder")).expect("its folder");
            fs::write(path, text).expect("a file");
        }
        let root = task_root.path().to_string_lossy();
        let variables = variables.iter().map(|(name, value)| (name, value.replace("<root>", &root)));
        let api = LocalApi::start().expect("a free port");
        let process = Command::new(env!("CARGO_BIN_EXE_bootstrap"))
            .current_dir(task_root.path())
            .env_clear()
            .env("AWS_LAMBDA_RUNTIME_API", api.address())
            .env("LAMBDA_TASK_ROOT", task_root.path())
            .envs(variables)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("it starts");
        Self { api, process, _task_root: task_root }
    }

    /// What the runtime does next, but for asking for work.
    #[track_caller]
    fn next(&self) -> Seen {
        loop {
            match self.api.receive(PATIENCE).expect("the runtime does something").seen {
                Seen::Next => {}
                seen => return seen,
            }
        }
    }

    /// The response to an event.
    #[track_caller]
    fn invoke(&self, invocation: Invocation) -> String {
        self.api.send(invocation);
        match self.next() {
            Seen::Response { body, .. } | Seen::Streamed { body, .. } => String::from_utf8(body).expect("UTF-8"),
            other => panic!("{other:?}"),
        }
    }

    /// The body of an error response.
    #[track_caller]
    fn fail(&self, invocation: Invocation) -> String {
        self.api.send(invocation);
        match self.next() {
            Seen::Error { body, .. } => String::from_utf8(body).expect("JSON"),
            other => panic!("{other:?}"),
        }
    }

    /// The exit code of a runtime that ends by itself, and its standard output.
    fn end(mut self) -> (Option<i32>, String) {
        self.end_with_text()
    }

    fn end_with_text(&mut self) -> (Option<i32>, String) {
        let mut text = String::new();
        self.process.stdout.take().expect("a pipe").read_to_string(&mut text).expect("UTF-8");
        (self.process.wait().expect("it ends").code(), text)
    }
}

impl Drop for Function {
    fn drop(&mut self) {
        // It may have ended.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn event(id: &str, body: &[u8]) -> Invocation {
    Invocation { request_id: id.to_owned(), body: body.to_vec(), ..Invocation::default() }
}

fn traced(id: &str, trace_id: Option<&str>) -> Invocation {
    Invocation { trace_id: trace_id.map(str::to_owned), ..event(id, b"{}") }
}

#[test]
fn a_nul_character_in_an_event_is_a_syntax_error_and_bad_utf8_is_replaced() {
    let function = Function::start(&[("index.mjs", "export const handler = async (event) => event;")]);
    let error = function.fail(event("1", b"{\"a\":\0}"));
    assert!(
        error.starts_with("{\"errorType\":\"SyntaxError\",\"errorMessage\":\"Unexpected token '\\u0000'"),
        "{error}"
    );
    assert_eq!(function.invoke(event("2", b"\"a\xffb\"")), "\"a\u{fffd}b\"");
}

#[test]
fn the_trace_id_is_a_variable_whether_process_is_loaded_or_not() {
    let function = Function::start(&[(
        "index.mjs",
        "let calls = 0;
         export const handler = async () => calls++ === 0 ? 'not read' : process.env._X_AMZN_TRACE_ID ?? null;",
    )]);
    assert_eq!(function.invoke(traced("1", Some("Root=1"))), "\"not read\"");
    assert_eq!(function.invoke(traced("2", Some("Root=2"))), "\"Root=2\"");
    assert_eq!(function.invoke(traced("3", Some("Root=3"))), "\"Root=3\"");
    assert_eq!(function.invoke(traced("4", None)), "null");
}

#[test]
fn the_telemetry_descriptor_is_not_in_the_environment() {
    let function = Function::start_with(
        &[("index.mjs", "export const handler = async () => '_LAMBDA_TELEMETRY_LOG_FD' in process.env;")],
        &[("LAMBDA_HANDLER", "index.handler"), ("_LAMBDA_TELEMETRY_LOG_FD", "2")],
    );
    assert_eq!(function.invoke(event("1", b"{}")), "false");
}

#[test]
fn the_invoke_store_holds_what_belongs_to_an_invocation() {
    let function = Function::start(&[(
        "index.mjs",
        "const store = awslambda.InvokeStore;
         const inInit = [store.hasContext(), store.getRequestId()];
         export const handler = async (event) => {
           const before = store.get('mine') ?? null;
           store.set('mine', event.value);
           await null;
           return [inInit, before, store.get('mine'), store.getRequestId(), store.getXRayTraceId(), store.getTenantId()];
         };",
    )]);
    let invocation = |id: &str, body: &[u8]| Invocation {
        tenant_id: Some("t".to_owned()),
        trace_id: Some("Root=1".to_owned()),
        ..event(id, body)
    };
    assert_eq!(function.invoke(invocation("1", b"{\"value\":1}")), r#"[[false,"-"],null,1,"1","Root=1","t"]"#);
    assert_eq!(function.invoke(invocation("2", b"{\"value\":2}")), r#"[[false,"-"],null,2,"2","Root=1","t"]"#);
}

/// Files of a function that streams `body`, which finds `event`, `out` and `context`.
fn streaming(body: &str) -> String {
    format!("export const handler = awslambda.streamifyResponse(async (event, out, context) => {{ {body} }});")
}

#[test]
fn a_streamed_response_arrives_whole_and_the_next_one_follows() {
    let function =
        Function::start(&[("index.mjs", &streaming("for (const part of event.parts) out.write(part); out.end();"))]);
    assert_eq!(function.invoke(event("1", br#"{"parts":["a","b"]}"#)), "ab");
    assert_eq!(function.invoke(event("2", br#"{"parts":[]}"#)), "");
    assert_eq!(function.invoke(event("3", br#"{"parts":["c"]}"#)), "c");
}

#[test]
fn the_prelude_goes_in_front_even_when_nothing_follows() {
    let function = Function::start(&[(
        "index.mjs",
        &streaming("awslambda.HttpResponseStream.from(out, { statusCode: 204 }).end(event.body);"),
    )]);
    assert_eq!(function.invoke(event("1", b"{}")), "{\"statusCode\":204}\0\0\0\0\0\0\0\0");
    assert_eq!(function.invoke(event("2", b"{\"body\":\"x\"}")), "{\"statusCode\":204}\0\0\0\0\0\0\0\0x");
}

#[test]
fn the_high_water_mark_of_a_stream_can_be_chosen() {
    let function = Function::start(&[(
        "index.mjs",
        "export const handler = awslambda.streamifyResponse(
           async (event, out) => out.end(String(out.writableHighWaterMark)), { highWaterMark: 5 });",
    )]);
    assert_eq!(function.invoke(event("1", b"{}")), "5");
}

#[test]
fn before_exit_can_settle_what_the_handler_waits_for() {
    let function = Function::start(&[(
        "index.mjs",
        "export const handler = () =>
           new Promise((resolve) => process.once('beforeExit', () => setTimeout(resolve, 1, 'saved')));",
    )]);
    assert_eq!(function.invoke(event("1", b"{}")), "\"saved\"");
}

#[test]
fn the_end_is_announced_with_its_code() {
    let function = Function::start(&[(
        "index.mjs",
        "process.on('exit', (code) => console.log('exit', code));
         export const handler = async () => {
           setTimeout(() => { throw new Error('late'); });
           await new Promise((resolve) => setTimeout(resolve, 60000));
         };",
    )]);
    let error = function.fail(event("1", b"{}"));
    assert!(error.starts_with("{\"errorType\":\"Error\",\"errorMessage\":\"late\""), "{error}");
    let (code, text) = function.end();
    assert_eq!(code, Some(129));
    assert!(text.ends_with("\tINFO\texit 129\n"), "{text}");

    let waiting = "process.on('exit', (code) => console.log('exit', code)); await new Promise(() => {});";
    let (code, text) = Function::start(&[("index.mjs", waiting)]).end();
    assert_eq!(code, Some(13));
    assert!(text.ends_with("\t-\tINFO\texit 13\n"), "{text}");
}

#[test]
fn a_call_that_has_ended_hears_no_more() {
    let function = Function::start(&[(
        "index.cjs",
        "let earlier;
         exports.handler = (event, context, callback) => {
           if (earlier) { earlier(null, 'of an earlier call'); setTimeout(callback, 1, null, 'mine'); }
           else { earlier = callback; callback(null, 'first'); }
         };",
    )]);
    assert_eq!(function.invoke(event("1", b"{}")), "\"first\"");
    assert_eq!(function.invoke(event("2", b"{}")), "\"mine\"");
}

#[test]
fn the_response_of_a_callback_is_read_when_nothing_is_left_to_do() {
    let function = Function::start(&[(
        "index.cjs",
        "exports.handler = (event, context, callback) => {
           const result = { done: 0 };
           setTimeout(() => { result.done++; setTimeout(() => result.done++, 1); }, 1);
           callback(null, result);
         };",
    )]);
    assert_eq!(function.invoke(event("1", b"{}")), "{\"done\":2}");
}

#[test]
fn what_a_response_queues_runs_before_the_next_invocation() {
    let function = Function::start(&[(
        "index.mjs",
        "let seen = 'nothing';
         const later = async () => { await null; seen = 'a microtask'; };
         export const handler = async () => ({ toJSON() { const before = seen; later(); return before; } });",
    )]);
    assert_eq!(function.invoke(event("1", b"{}")), "\"nothing\"");
    assert_eq!(function.invoke(event("2", b"{}")), "\"a microtask\"");
}

#[test]
fn packages_of_layers_are_found_by_import_and_require() {
    let package = |name: &'static str| (name, "exports.name = 'of a layer';");
    let function = Function::start_with(
        &[
            ("layer/node_modules/pkg/package.json", r#"{"main":"main.js"}"#),
            package("layer/node_modules/pkg/main.js"),
            (
                "task/index.mjs",
                "import { createRequire } from 'node:module';
                 import { name } from 'pkg';
                 export const handler = async () => [name, createRequire(import.meta.url)('pkg').name];",
            ),
        ],
        &[("_HANDLER", "task/index.handler"), ("NODE_PATH", "/nowhere:<root>/layer/node_modules")],
    );
    assert_eq!(function.invoke(event("1", b"{}")), r#"["of a layer","of a layer"]"#);
}

#[test]
fn a_handler_can_be_a_package_of_a_layer() {
    let function = Function::start_with(
        &[("layer/wrapper/index.js", "exports.handler = async () => 'wrapped';"), ("index.mjs", "")],
        &[("_HANDLER", "wrapper.handler"), ("NODE_PATH", "<root>/layer")],
    );
    assert_eq!(function.invoke(event("1", b"{}")), "\"wrapped\"");
}

#[test]
fn hooks_are_registered_before_the_handler_is_loaded() {
    let files = [
        (
            "hooks.mjs",
            "import { registerHooks } from 'node:module';
             registerHooks({
               resolve: (name, context, next) => name === 'made-up' ? { url: 'virtual:it', shortCircuit: true } : next(name, context),
               load: (url, context, next) => url === 'virtual:it'
                 ? { format: 'module', source: 'export default 42', shortCircuit: true } : next(url, context),
             });",
        ),
        ("index.mjs", "import value from 'made-up'; export const handler = async () => value;"),
    ];
    for name in ["hooks.mjs", "./hooks.mjs", "<root>/hooks.mjs"] {
        let variables = [("_HANDLER", "index.handler"), ("LLRT_REGISTER_HOOKS", name)];
        assert_eq!(Function::start_with(&files, &variables).invoke(event("1", b"{}")), "42", "{name}");
    }
    let missing = [("_HANDLER", "index.handler"), ("LLRT_REGISTER_HOOKS", "missing.mjs")];
    let function = Function::start_with(&files, &missing);
    let Seen::InitError { body } = function.next() else { panic!("not an init error") };
    assert!(String::from_utf8_lossy(&body).contains("missing.mjs"));
    assert_eq!(function.end().0, Some(129));
}

#[test]
fn sigterm_reaches_its_listener_while_the_runtime_waits() {
    let mut function = Function::start(&[(
        "index.mjs",
        "process.on('SIGTERM', async () => {
           console.log('saving');
           await new Promise((resolve) => setTimeout(resolve, 20));
           console.log('saved');
           process.exit(0);
         });
         export const handler = async () => 'ready';",
    )]);
    assert_eq!(function.invoke(event("1", b"{}")), "\"ready\"");
    let pid = i32::try_from(function.process.id()).expect("a process id");
    // SAFETY: the process is our child, and has not been waited for.
    assert_eq!(unsafe { libc::kill(pid, libc::SIGTERM) }, 0);
    let mut text = String::new();
    function.process.stdout.take().expect("a pipe").read_to_string(&mut text).expect("UTF-8");
    assert_eq!(function.process.wait().expect("it ends").code(), Some(0));
    assert!(text.contains("saving") && text.contains("saved"), "{text}");
}

#[test]
fn sigterm_reaches_its_listener_in_an_invocation_and_ends_a_function_without_one() {
    let mut function = Function::start(&[(
        "index.mjs",
        "const asked = new Promise((resolve) => process.on('SIGTERM', resolve));
         export const handler = async () => {
           const working = setTimeout(() => {}, 60000);
           console.log('working');
           const signal = await asked;
           clearTimeout(working);
           return signal;
         };",
    )]);
    function.api.send(event("1", b"{}"));
    let mut line = [0; 8];
    function.process.stdout.as_mut().expect("a pipe").read_exact(&mut line).expect("a record");
    let pid = i32::try_from(function.process.id()).expect("a process id");
    // SAFETY: the process is our child, and has not been waited for.
    unsafe { libc::kill(pid, libc::SIGTERM) };
    let Seen::Response { body, .. } = function.next() else { panic!("no response") };
    assert_eq!(body, b"\"SIGTERM\"");

    let mut function = Function::start(&[("index.mjs", "export const handler = async () => 'ready';")]);
    assert_eq!(function.invoke(event("1", b"{}")), "\"ready\"");
    let pid = i32::try_from(function.process.id()).expect("a process id");
    // SAFETY: the process is our child, and has not been waited for.
    unsafe { libc::kill(pid, libc::SIGTERM) };
    use std::os::unix::process::ExitStatusExt;
    assert_eq!(function.process.wait().expect("it ends").signal(), Some(libc::SIGTERM));
}

/// The bodies of the next `count` responses by request id, in order of the ids.
fn responses(function: &Function, count: usize) -> Vec<(String, String)> {
    let mut seen: Vec<_> = (0..count)
        .map(|_| match function.next() {
            Seen::Response { request_id, body } | Seen::Streamed { request_id, body, .. } => {
                (request_id, String::from_utf8(body).expect("UTF-8"))
            }
            other => panic!("{other:?}"),
        })
        .collect();
    seen.sort();
    seen
}

/// A handler that answers when three invocations are open at once.
const MEETING: &str = "let open = 0, meet;
    const all = new Promise((resolve) => (meet = resolve));
    const { InvokeStore } = awslambda;
    const handle = async (event, context) => {
      console.log('in', event);
      InvokeStore.set('mine', event);
      if (++open === 3) meet();
      await all;
      await new Promise((resolve) => setTimeout(resolve, 3 - event));
      console.log('out', event);
      return [event, context.awsRequestId, context.xRayTraceId, InvokeStore.getRequestId(), InvokeStore.getXRayTraceId(),
        InvokeStore.get('mine'), process.env._X_AMZN_TRACE_ID ?? null];
    };";

fn concurrent<'a>(files: &[(&str, &str)], more: &[(&'a str, &'a str)]) -> Function {
    let variables = [&[("_HANDLER", "index.handler"), ("AWS_LAMBDA_MAX_CONCURRENCY", "3")], more].concat();
    Function::start_with(files, &variables)
}

#[test]
fn invocations_run_beside_each_other_each_with_its_own_context_and_records() {
    let code = format!("{MEETING} export const handler = handle;");
    let mut function = concurrent(&[("index.mjs", &code)], &[]);
    for n in ["1", "2", "3"] {
        function
            .api
            .send(Invocation { trace_id: Some(format!("Root={n}")), ..event(&format!("id-{n}"), n.as_bytes()) });
    }
    let expected = ["1", "2", "3"]
        .map(|n| (format!("id-{n}"), format!(r#"[{n},"id-{n}","Root={n}","id-{n}","Root={n}",{n},null]"#)));
    assert_eq!(responses(&function, 3), expected);
    // A fourth finds the process as it was.
    function.api.send(event("id-4", b"4"));
    assert_eq!(responses(&function, 1)[0].0, "id-4");
    let _ = function.process.kill();
    let (_, text) = function.end_with_text();
    for n in 1..=3 {
        for what in ["in", "out"] {
            assert!(text.contains(&format!("\tid-{n}\tINFO\t{what} {n}\n")), "{what} {n} in {text}");
        }
    }
}

#[test]
fn streams_and_errors_of_invocations_beside_each_other_stay_apart() {
    let code = format!(
        "{MEETING} export const handler = awslambda.streamifyResponse(async (event, out, context) => {{
           out.write('first ');
           const seen = await handle(event, context);
           if (event === 2) throw new TypeError('of the second');
           out.end(JSON.stringify(seen[3]));
         }});"
    );
    let mut function = concurrent(&[("index.mjs", &code)], &[("AWS_LAMBDA_LOG_FORMAT", "JSON")]);
    for n in ["1", "2", "3"] {
        function.api.send(event(&format!("id-{n}"), n.as_bytes()));
    }
    let expected = [("id-1", "first \"id-1\""), ("id-2", "first "), ("id-3", "first \"id-3\"")];
    assert_eq!(responses(&function, 3), expected.map(|(id, body)| (id.to_owned(), body.to_owned())));
    let _ = function.process.kill();
    let (_, text) = function.end_with_text();
    let record = text.lines().find(|line| line.contains("of the second")).expect("a record of the error");
    assert!(record.contains(r#""requestId":"id-2""#), "{record}");
}

#[test]
fn an_error_that_ends_the_process_is_posted_for_the_invocation_that_made_it() {
    for (crash, code, message) in [
        ("setTimeout(() => { throw new RangeError('crash'); });", 129, "\"errorType\":\"RangeError\""),
        ("Promise.reject(new RangeError('crash'));", 128, "\"errorType\":\"Runtime.UnhandledPromiseRejection\""),
    ] {
        let text = format!(
            "{MEETING} export const handler = async (event, context) => {{
               await handle(event, context);
               if (event === 2) {{ {crash} }}
               await new Promise((resolve) => setTimeout(resolve, 60000));
             }};"
        );
        let function = concurrent(&[("index.mjs", &text)], &[]);
        for n in ["1", "2", "3"] {
            function.api.send(event(&format!("id-{n}"), n.as_bytes()));
        }
        let Seen::Error { request_id, body } = function.next() else { panic!("no error") };
        assert_eq!(request_id, "id-2");
        assert!(String::from_utf8_lossy(&body).contains(message), "{body:?}");
        assert_eq!(function.end().0, Some(code));
    }
}

#[test]
fn callbacks_and_plain_values_answer_beside_others_too() {
    let function = concurrent(
        &[(
            "index.cjs",
            "exports.handler = (event, context, callback) => { setTimeout(() => callback(null, context.awsRequestId), 1); };
             exports.plain = (event) => event;
             exports.nothing = () => {};",
        )],
        &[],
    );
    assert_eq!(function.invoke(event("id-1", b"1")), "\"id-1\"");
    for (name, expected) in [("index.plain", "1"), ("index.nothing", "null")] {
        let files = [("index.cjs", "exports.plain = (event) => event; exports.nothing = () => {};")];
        let variables = [("_HANDLER", name), ("AWS_LAMBDA_MAX_CONCURRENCY", "2")];
        assert_eq!(Function::start_with(&files, &variables).invoke(event("id-1", b"1")), expected);
    }
}
