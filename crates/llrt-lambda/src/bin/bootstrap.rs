//! `bootstrap`: what the Lambda service starts.
#![no_main]

use llrt_core::process::Info;
use llrt_math as _;
use llrt_runtime::VmOptions;

llrt_runtime::main!(command);

fn command() -> i32 {
    let argv: Vec<String> = std::env::args_os().map(|word| word.to_string_lossy().into_owned()).collect();
    let exec_path = argv.first().cloned().unwrap_or_default();
    llrt_lambda::serve(VmOptions {
        modules: llrt_lambda::MODULES,
        chunks: llrt_sdk_bundle::chunks(),
        packages: llrt_sdk_bundle::packages(),
        info: Info { argv, exec_path, name: "llrt", ..Info::default() },
        gc_threshold_bytes: VmOptions::gc_threshold_from_env(),
        ..VmOptions::default()
    })
}
