//! What test files and the packages under them import.

use llrt_core::{Entry, Export, Global, Module, ModuleInfo, module::function, script};

use crate::worker;

pub(crate) static MODULES: &[Entry] = &[
    Entry::of::<Api>(),
    Entry::of::<Expect>(),
    Entry::of::<Performance>(),
    Entry::of::<Snapshot>(),
    Entry::of::<State>(),
    Entry::of::<Test>(),
    Entry::of::<Worker>(),
];

/// `internal:test/api`: defining and running tests.
struct Api;

impl Module for Api {
    const INFO: &'static ModuleInfo = &ModuleInfo {
        requires: &["node:process", "node:timers"],
        globals: &[
            Global::function("describe"),
            Global::function("test"),
            Global::function("it"),
            Global::function("suite"),
            Global::function("xdescribe"),
            Global::function("xtest"),
            Global::function("xit"),
            Global::function("fdescribe"),
            Global::function("fit"),
            Global::function("beforeAll"),
            Global::function("beforeEach"),
            Global::function("afterEach"),
            Global::function("afterAll"),
            Global::function("before"),
            Global::function("after"),
        ],
        exports: &[
            Export { name: "emit", build: |ctx| function(ctx, "emit", 1, worker::emit) },
            Export { name: "now", build: |ctx| function(ctx, "now", 0, worker::now) },
        ],
        script: Some(script!("api")),
        ..ModuleInfo::new("internal:test/api")
    };
}

/// `internal:test/expect`: `expect` and `jest`, loaded when one of them is first used.
struct Expect;

impl Module for Expect {
    const INFO: &'static ModuleInfo = &ModuleInfo {
        requires: &[
            "internal:errors",
            "internal:host",
            "internal:test/api",
            "internal:test/performance",
            "node:timers",
            "node:timers/promises",
            "node:util",
        ],
        globals: &[Global::function("expect"), Global::function("jest")],
        exports: &[Export { name: "isColored", build: |ctx| function(ctx, "isColored", 0, worker::is_colored) }],
        script: Some(script!("expect")),
        ..ModuleInfo::new("internal:test/expect")
    };
}

/// `internal:test/performance`: what the fake timers take for `node:perf_hooks`.
struct Performance;

impl Module for Performance {
    const INFO: &'static ModuleInfo =
        &ModuleInfo { script: Some(script!("performance")), ..ModuleInfo::new("internal:test/performance") };
}

/// `internal:test/snapshot`: snapshots, loaded with the first.
struct Snapshot;

impl Module for Snapshot {
    const INFO: &'static ModuleInfo = &ModuleInfo {
        requires: &["internal:test/expect", "internal:test/state", "node:fs", "node:path"],
        exports: &[
            Export { name: "emit", build: |ctx| function(ctx, "emit", 1, worker::emit) },
            Export { name: "options", build: |ctx| function(ctx, "options", 0, worker::options) },
        ],
        script: Some(script!("snapshot")),
        ..ModuleInfo::new("internal:test/snapshot")
    };
}

/// `internal:test/state`: what is to be done at the end of a file.
struct State;

impl Module for State {
    const INFO: &'static ModuleInfo =
        &ModuleInfo { script: Some(script!("state")), ..ModuleInfo::new("internal:test/state") };
}

/// `llrt:test`, also `@jest/globals`: all that is global, to import.
struct Test;

impl Module for Test {
    const INFO: &'static ModuleInfo = &ModuleInfo {
        aliases: &["@jest/globals"],
        requires: &["internal:test/api", "internal:test/expect"],
        script: Some(script!("test")),
        ..ModuleInfo::new("llrt:test")
    };
}

/// `llrt:test/worker`: running one file.
struct Worker;

impl Module for Worker {
    const INFO: &'static ModuleInfo = &ModuleInfo {
        requires: &["internal:host", "internal:test/api", "internal:test/state", "node:process", "node:url"],
        exports: &[Export { name: "options", build: |ctx| function(ctx, "options", 0, worker::options) }],
        script: Some(script!("worker")),
        ..ModuleInfo::new("llrt:test/worker")
    };
}
