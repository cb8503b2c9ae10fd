//! The list of modules, as a whole.

use std::collections::BTreeSet;

use llrt_core::host;
use llrt_runtime::MODULES;
use rquickjs::{CatchResultExt, Context, Runtime};

#[test]
fn what_modules_require_is_composed() {
    let context = Context::full(&Runtime::new().unwrap()).unwrap();
    context.with(|ctx| host::check(&ctx, MODULES).catch(&ctx).map_err(|error| error.to_string())).unwrap();
}

#[test]
fn a_name_means_one_module() {
    let mut seen = BTreeSet::new();
    for info in MODULES.iter().map(|entry| entry.info) {
        for name in [info.specifier].iter().chain(info.aliases) {
            assert!(seen.insert(*name), "{name} is composed twice");
        }
    }
}

#[test]
fn a_global_comes_from_one_module() {
    let mut seen = BTreeSet::new();
    for global in MODULES.iter().flat_map(|entry| entry.info.globals) {
        assert!(seen.insert(global.name), "two modules give the global {}", global.name);
    }
}
