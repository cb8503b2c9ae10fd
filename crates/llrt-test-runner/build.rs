//! Bundles Jest's and Chai's packages, and compiles the scripts.
use llrt_build::Bundle;

/// What the packages take for granted, and tests have no use for or find elsewhere.
const REPLACE: &[(&str, &str)] = &[
    ("@jest/react-is-18", "js/shims/react-is.js"),
    ("@jest/react-is-19", "js/shims/react-is.js"),
    ("chalk", "js/shims/chalk.js"),
    ("jest-message-util", "js/shims/jest-message-util.js"),
    ("jest-util", "js/shims/jest-util.js"),
];

const PROVIDE: &[(&str, &str, &str)] = &[
    ("timers", "node:timers", "default"),
    ("timers/promises", "node:timers/promises", "default"),
    ("perf_hooks", "internal:test/performance", "default"),
    ("util", "node:util", "default"),
];

fn main() {
    let bundle = |scripts| Bundle { scripts, provide: PROVIDE, replace: REPLACE, ..Bundle::default() };
    llrt_build::bundle(&[
        bundle(&[("chai", "js/chai.js")]),
        bundle(&[("internal:test/expect", "js/expect.js"), ("internal:test/snapshot", "js/snapshot.js")]),
    ]);
    llrt_build::scripts(&[
        ("internal:test/api", "js/api.js"),
        ("internal:test/performance", "js/performance.js"),
        ("internal:test/state", "js/state.js"),
        ("llrt:test", "js/test.js"),
        ("llrt:test/worker", "js/worker.js"),
    ]);
}
