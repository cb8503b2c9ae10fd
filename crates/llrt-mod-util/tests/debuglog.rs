//! `debuglog` with `NODE_DEBUG`, which is read from the environment: each test runs itself again as a child.

use std::process::Command;

use llrt_core::Entry;
use llrt_mod_util::{Comparisons, Mime, ParseArgs, Util, UtilTypes};

static MODULES: &[Entry] = &[
    Entry::of::<Util>(),
    Entry::of::<UtilTypes>(),
    Entry::of::<Comparisons>(),
    Entry::of::<Mime>(),
    Entry::of::<ParseArgs>(),
];
const SCRIPT: &str = "LLRT_UTIL_TEST_SCRIPT";

/// What the children run.
#[test]
fn child() {
    if let Ok(script) = std::env::var(SCRIPT) {
        llrt_test::check(MODULES, &script);
    }
}

fn stderr_of(script: &str, debug: &str) -> String {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args(["--exact", "child", "--nocapture"])
        .env(SCRIPT, script)
        .env("NODE_DEBUG", debug)
        .env_remove("FORCE_COLOR");
    let output = command.output().unwrap();
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{text}");
    let number = |word: &str| word.trim_end_matches(':').bytes().all(|byte| byte.is_ascii_digit());
    let words = text.split(' ').map(|word| if word.len() > 1 && number(word) { "PID:" } else { word });
    words.collect::<Vec<_>>().join(" ")
}

#[test]
fn named_sections_are_written() {
    let script = r#"
        import { debuglog } from "node:util";
        const log = debuglog("net", (fn) => { assert.equal(typeof fn, "function"); });
        log("a %s", 1, { x: 1 });
        debuglog("http2")("by wildcard");
        debuglog("other")("not printed");
        assert.equal(log.enabled, true);
    "#;
    assert_eq!(stderr_of(script, "NET,http*"), "NET PID: a 1 { x: 1 }\nHTTP2 PID: by wildcard\n");
}

#[test]
fn a_deprecation_is_told_once_by_code() {
    let script = r#"
        import { deprecate } from "node:util";
        const a = deprecate(() => {}, "a is old", "DEP_A"), b = deprecate(() => {}, "a is old", "DEP_A"), c = deprecate(() => {}, "c is old");
        a(); a(); b(); c(); c();
    "#;
    let seen = stderr_of(script, "");
    let lines: Vec<_> = seen.lines().map(|line| line.split_once(") ").unwrap().1).collect();
    assert_eq!(lines, ["[DEP_A] DeprecationWarning: a is old", "DeprecationWarning: c is old"]);
}
