//! `llrt --licenses`: the licences of everything that is built in.

/// What the crates of this binary are under; `build.rs` collects it.
const CRATES: &str = include_str!(concat!(env!("OUT_DIR"), "/LICENSES.txt"));

/// All of them: the Rust crates and the C sources in them, then the npm packages.
pub(crate) fn text() -> String {
    let mut text =
        format!("LLRT is licensed under Apache-2.0. It is built from what follows.\n\nRUST CRATES\n\n{CRATES}");
    let packages = llrt_runtime::LICENSES.iter().chain([&llrt_sdk_bundle::LICENSES]);
    for part in packages.filter(|part| !part.is_empty()) {
        text += "\nNPM PACKAGES\n\n";
        text += part;
    }
    text
}
