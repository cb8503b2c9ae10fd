//! `llrt lambda`, and `llrt` as the runtime that the Lambda service starts.

mod support;

use support::{Program, Run};

const HANDLERS: &str = "
console.log('loaded');
export const handler = async (event, context) => {
  console.error('seen', event);
  return { event, memory: context.memoryLimitInMB, inTime: context.getRemainingTimeInMillis() <= 2000 };
};
export const fails = async () => { throw new TypeError('no'); };
export const hangs = () => new Promise((resolve) => setTimeout(resolve, 60000));
export const exits = () => process.exit(7);
export const large = () => 'x'.repeat(7 * 1024 * 1024);
export const argv = () => process.argv.length;
";

fn lambda(words: &[&str]) -> Run {
    lambda_with_input(words, "")
}

fn lambda_with_input(words: &[&str], input: &str) -> Run {
    let program = Program::new(&[("index.mjs", HANDLERS), ("events/order.json", "{\"order\": 1}\n")]);
    program.run_with_input(&[&["lambda"], words].concat(), input)
}

#[test]
fn the_response_goes_to_standard_output_and_the_log_to_standard_error() {
    let run = lambda(&["index.handler", "--event", "events/order.json", "--memory", "256", "--timeout", "2"]);
    assert_eq!(run.ok(), "{\"event\":{\"order\":1},\"memory\":\"256\",\"inTime\":true}\n");
    let log: Vec<&str> = run.stderr.lines().collect();
    assert!(log[0].ends_with("\t-\tINFO\tloaded"), "{log:?}");
    assert!(log[1].ends_with("\tERROR\tseen { order: 1 }"), "{log:?}");
    let report = log[2];
    assert!(report.starts_with("REPORT RequestId: "), "{report}");
    for field in
        ["\tDuration: ", "\tBilled Duration: ", "\tMemory Size: 256 MB\t", "\tMax Memory Used: ", "\tInit Duration: "]
    {
        assert!(report.contains(field), "{field} in {report}");
    }
}

#[test]
fn an_event_comes_from_the_command_line_or_standard_input_or_is_an_empty_object() {
    assert!(lambda(&["index.handler", "--event={\"a\":[1]}"]).ok().starts_with("{\"event\":{\"a\":[1]},"));
    assert!(lambda_with_input(&["index.handler", "-e", "-"], "\"text\"").ok().starts_with("{\"event\":\"text\","));
    assert!(lambda(&["index.handler"]).ok().starts_with("{\"event\":{},"));
}

#[test]
fn an_event_that_is_not_json_is_told_before_anything_runs() {
    let run = lambda(&["index.handler", "--event", "[1,"]);
    let error = run.failed(1);
    assert!(error.starts_with("llrt: the event is not JSON: ") && !error.contains("loaded"), "{error}");
    let run = lambda(&["index.handler", "--event", "index.mjs"]);
    assert!(run.failed(1).starts_with("llrt: index.mjs is not JSON: "), "{run:?}");
    let run = lambda(&["index.handler", "--event", "no-such.json"]);
    assert!(run.failed(1).starts_with("llrt: no-such.json: No such file"), "{run:?}");
    let run = lambda_with_input(&["index.handler", "--event", "-"], "");
    assert!(run.failed(1).starts_with("llrt: standard input is not JSON: "), "{run:?}");
}

#[test]
fn an_error_is_the_response_and_the_exit_code() {
    let run = lambda(&["index.fails"]);
    assert!(run.failed(1).contains("\tERROR\tInvoke Error \t{\"errorType\":\"TypeError\""), "{run:?}");
    assert!(run.stdout.starts_with("{\"errorType\":\"TypeError\",\"errorMessage\":\"no\",\"trace\":["), "{run:?}");
    assert!(run.stderr.lines().last().is_some_and(|line| line.starts_with("REPORT ")), "{run:?}");
}

#[test]
fn a_handler_that_is_not_there_is_an_error() {
    for (handler, error_type) in [
        ("missing.handler", "Runtime.ImportModuleError"),
        ("index.missing", "Runtime.HandlerNotFound"),
        ("index", "Runtime.MalformedHandlerName"),
    ] {
        let run = lambda(&[handler]);
        run.failed(1);
        assert!(run.stdout.starts_with(&format!("{{\"errorType\":\"{error_type}\"")), "{run:?}");
    }
}

#[test]
fn a_handler_that_gives_no_result_is_ended_in_the_words_of_the_service() {
    let run = lambda(&["index.hangs", "--timeout", "0.2"]);
    run.failed(1);
    assert!(run.stdout.contains("Error: Task timed out after 0.20 seconds"), "{run:?}");
    let run = lambda(&["index.exits"]);
    run.failed(1);
    assert!(run.stdout.contains("Error: Runtime exited with error: exit status 7"), "{run:?}");
    let run = lambda(&["index.large"]);
    run.failed(1);
    assert!(run.stdout.starts_with("{\"errorType\":\"Function.ResponseSizeTooLarge\""), "{run:?}");
}

#[test]
fn handlers_lie_in_folders_and_elsewhere() {
    let program =
        Program::new(&[("src/index.mjs", "export const handler = () => import.meta.dirname;"), ("empty/.keep", "")]);
    assert!(program.run(&["lambda", "src/index.handler"]).ok().ends_with("/src\"\n"));
    let absolute = program.path("src/index.handler");
    assert!(program.run(&["lambda", &absolute.to_string_lossy()]).ok().ends_with("/src\"\n"));
    let run = program.command(&["lambda", "../src/index.handler"]).current_dir(program.path("empty")).output();
    assert!(String::from_utf8_lossy(&run.expect("llrt starts").stdout).ends_with("/src\"\n"));
}

#[test]
fn a_command_line_that_makes_no_sense_has_nodes_code() {
    assert_eq!(lambda(&[]).failed(9), "llrt: lambda requires a handler, such as index.handler\n");
    assert_eq!(lambda(&["index.handler", "--bogus"]).failed(9), "llrt: bad option: --bogus\n");
}

#[test]
fn a_file_named_lambda_is_run_by_its_path() {
    let program = Program::new(&[("lambda", "console.log('a file')")]);
    assert_eq!(program.run(&["./lambda"]).ok(), "a file\n");
}

#[test]
fn llrt_is_a_runtime_when_the_service_starts_it_without_a_file() {
    let program = Program::new(&[("index.mjs", "console.log('a program')")]);
    let start = |words: &[&str]| {
        let mut command = program.command(words);
        command.env("AWS_LAMBDA_RUNTIME_API", "127.0.0.1:1").env_remove("_HANDLER").env_remove("LAMBDA_HANDLER");
        let output = command.output().expect("llrt starts");
        (output.status.code(), String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned())
    };
    assert_eq!(start(&[]), (Some(1), "Runtime.PlatformError: _HANDLER environment variable is not set\n".to_owned()));
    assert_eq!(start(&["index.mjs"]), (Some(0), "a program\n".to_owned()));
    assert_eq!(start(&["-p", "1 + 1"]), (Some(0), "2\n".to_owned()));
}

const COUNTING: &str = "let calls = 0;
export const handler = async (event) => ({ event, call: ++calls, name: process.env.NAME ?? null });
export const hog = async () => { const held = []; for (;;) { held.push(new Uint8Array(4 << 20).fill(1)); await new Promise((r) => setTimeout(r, 1)); } };
export const streams = awslambda.streamifyResponse(async (event, out) => {
  out = awslambda.HttpResponseStream.from(out, { statusCode: 201 });
  out.write('body');
  if (event.fail) throw new TypeError('midway');
  out.end();
});
";

fn counting(words: &[&str]) -> Run {
    Program::new(&[("index.mjs", COUNTING), ("one.json", "1")]).run(&[&["lambda"], words].concat())
}

#[test]
fn several_events_go_to_one_process_in_their_order() {
    let run = counting(&["index.handler", "-e", "one.json", "-e", "[2]", "-e", "{}", "--env", "NAME=a=b"]);
    assert_eq!(
        run.ok(),
        "{\"event\":1,\"call\":1,\"name\":\"a=b\"}\n{\"event\":[2],\"call\":2,\"name\":\"a=b\"}\n{\"event\":{},\"call\":3,\"name\":\"a=b\"}\n"
    );
    let reports: Vec<&str> = run.stderr.lines().filter(|line| line.starts_with("REPORT ")).collect();
    assert_eq!(reports.iter().map(|report| report.contains("Init Duration")).collect::<Vec<_>>(), [true, false, false]);
}

#[test]
fn repeating_gives_percentiles_of_cold_and_warm() {
    let run = counting(&["index.handler", "--repeat", "3"]);
    let lines: Vec<Vec<&str>> = run.ok().lines().map(|line| line.split_whitespace().collect()).collect();
    assert_eq!(lines[0], ["min", "p50", "p90", "p99", "max", "count"]);
    let count = |name: &str| {
        let line = lines.iter().find(|line| line[0] == name).expect("a line");
        (line[line.len() - 1], line[line.len() - 2].parse::<f64>().is_ok_and(|value| value > 0.0))
    };
    assert_eq!(["init", "cold", "warm", "memory"].map(count), [("3", true), ("3", true), ("3", true), ("6", true)]);
    let failed = counting(&["index.missing", "--repeat", "2"]);
    assert!(failed.failed(1).contains("Runtime.HandlerNotFound"), "{failed:?}");
}

#[test]
fn reports_and_percentiles_can_be_json() {
    let text = counting(&["index.handler", "-e", "[1]", "-e", "[2]", "--json"]).ok().to_owned();
    for part in [
        "{\"invocations\":[{\"requestId\":\"",
        "\"outcome\":\"response\"",
        "\"initMs\":null",
        "\"payload\":{\"event\":[2],\"call\":2,\"name\":null}}]}\n",
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
    let text = counting(&["index.handler", "--json", "--repeat", "2"]).ok().to_owned();
    assert!(text.contains("\"percentiles\":{\"initMs\":{\"min\":") && text.contains("\"count\":4}}}\n"), "{text}");
    let failed = counting(&["index.missing", "--json"]);
    failed.failed(1);
    assert!(failed.stdout.contains("\"outcome\":\"initError\""), "{failed:?}");
}

#[test]
fn a_streamed_response_is_shown_with_its_prelude_on_a_line_of_its_own() {
    assert_eq!(counting(&["index.streams"]).ok(), "{\"statusCode\":201}\nbody\n");
    let failed = counting(&["index.streams", "-e", "{\"fail\":true}"]);
    assert!(failed.failed(1).contains("{\"errorType\":\"TypeError\",\"errorMessage\":\"midway\""), "{failed:?}");
    assert_eq!(failed.stdout, "{\"statusCode\":201}\nbody\n");
}

#[test]
fn a_function_that_uses_more_memory_than_it_may_is_ended() {
    let run = counting(&["index.hog", "--memory", "100"]);
    run.failed(1);
    assert!(run.stdout.contains("Runtime.OutOfMemory"), "{run:?}");
}

#[test]
fn watching_runs_again_after_a_change() {
    use std::io::{BufRead, BufReader};
    let program = Program::new(&[("index.mjs", "export const handler = async () => 'before';")]);
    let mut command = program.command(&["lambda", "index.handler", "--watch"]);
    let mut child =
        command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::null()).spawn().expect("llrt starts");
    let mut lines = BufReader::new(child.stdout.take().expect("a pipe")).lines();
    let mut next = || lines.next().expect("a response").expect("UTF-8");
    assert_eq!(next(), "\"before\"");
    program.write("index.mjs", b"export const handler = async () => 'and after';");
    assert_eq!(next(), "\"and after\"");
    child.kill().expect("it runs");
    child.wait().expect("it ends");
}
