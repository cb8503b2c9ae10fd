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

    fn start_with(files: &[(&str, &str)], variables: &[(&str, &str)]) -> Self {
        let task_root = tempfile::tempdir().expect("a temporary folder");
        for (name, text) in files {
            fs::write(task_root.path().join(name), text).expect("a file");
        }
        let api = LocalApi::start().expect("a free port");
        let process = Command::new(env!("CARGO_BIN_EXE_bootstrap"))
            .current_dir(task_root.path())
            .env_clear()
            .env("AWS_LAMBDA_RUNTIME_API", api.address())
            .env("LAMBDA_TASK_ROOT", task_root.path())
            .envs(variables.iter().copied())
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
            Seen::Response { body, .. } => String::from_utf8(body).expect("JSON"),
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
