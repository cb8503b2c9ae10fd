//! `node:test`: tests, suites, hooks and mocks in the program itself.
//!
//! Node: <https://nodejs.org/api/test.html>. What is missing is in README.md.
#![forbid(unsafe_code)]

use std::io::Write;

use llrt_core::{Export, Module, ModuleInfo, module::function};
use rquickjs::{Ctx, Result, Value};

/// The module `node:test`.
pub struct Test;

impl Module for Test {
    const INFO: &'static ModuleInfo = &ModuleInfo {
        requires: &["internal:errors", "internal:host", "internal:test-mock", "internal:validators"],
        exports: &[
            Export { name: "inspect", build: inspect },
            Export { name: "write", build: |ctx| function(ctx, "write", 2, write) },
        ],
        script: Some(llrt_core::script!("test")),
        ..ModuleInfo::new("node:test")
    };
}

/// `internal:test-mock`: the class `MockTracker`.
pub struct TestMock;

impl Module for TestMock {
    const INFO: &'static ModuleInfo = &ModuleInfo {
        requires: &["internal:errors", "internal:validators"],
        script: Some(llrt_core::script!("mock")),
        ..ModuleInfo::new("internal:test-mock")
    };
}

fn inspect<'js>(ctx: &Ctx<'js>) -> Result<Value<'js>> {
    llrt_inspect::function::inspect(ctx).map(|function| function.into_value())
}

/// Writes a piece of the report. That nobody reads it is no error.
fn write(descriptor: i32, text: String) {
    let _ = match descriptor {
        1 => std::io::stdout().write_all(text.as_bytes()),
        _ => std::io::stderr().write_all(text.as_bytes()),
    };
}
