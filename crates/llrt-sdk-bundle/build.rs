//! Bundles the tier's packages, or takes the prebuilt bundle, and compiles every module of it.

use std::{env, fmt::Write, fs, path::Path};

use llrt_build::{Bundled, Bundler, compile_bundled, run_bundler};

fn main() {
    let out = env::var("OUT_DIR").expect("a build script has OUT_DIR");
    let out = Path::new(&out);
    let tier = match (env::var_os("CARGO_FEATURE_FULL_SDK"), env::var_os("CARGO_FEATURE_STD_SDK")) {
        (Some(_), _) => "full",
        (None, Some(_)) => "std",
        (None, None) => {
            write(&out.join("tables.rs"), "static CHUNKS: &[Chunk] = &[];\nstatic PACKAGES: &[(&str, &str)] = &[];\n");
            return write(&out.join("LICENSES.txt"), "");
        }
    };
    let inputs = ["js/lib", "js/own", "js/profile", "js/replace", "js/replacements.json", "js/tiers.json", "js/verify"];
    let Bundled { dir, .. } = run_bundler(&Bundler { script: "js/bundle.mjs", args: &[tier], inputs: &inputs });
    write(&out.join("LICENSES.txt"), &read(&dir.join("LICENSES.txt")));
    let dir = dir.join(tier);
    let mut chunks = Vec::new();
    for (specifier, file) in pairs(&read(&dir.join("modules.tsv"))) {
        let bytecode =
            compile_bundled(specifier, &read(&dir.join(file))).unwrap_or_else(|error| panic!("{specifier}: {error}"));
        let target = out.join(file).with_extension("qbc");
        fs::write(&target, bytecode).unwrap_or_else(|error| panic!("{}: {error}", target.display()));
        chunks.push((specifier.to_owned(), format!("Content::Bytecode(include_bytes!({target:?}))")));
    }
    for (specifier, parts) in pairs(&read(&dir.join("parts.tsv"))) {
        let (prefix, lists) = parts.split_once('\t').unwrap_or_else(|| panic!("no names of {specifier}"));
        let names = sorted(lists);
        chunks.push((specifier.to_owned(), format!("Content::Parts {{ prefix: {prefix:?}, names: {names:?} }}")));
    }
    chunks.sort();
    let mut tables = String::from("static CHUNKS: &[Chunk] = &[\n");
    for (specifier, content) in chunks {
        writeln!(tables, "    Chunk {{ specifier: {specifier:?}, content: {content} }},").expect("a String takes all");
    }
    tables.push_str("];\nstatic PACKAGES: &[(&str, &str)] = &[\n");
    for (name, version) in pairs(&read(&dir.join("packages.tsv"))) {
        writeln!(tables, "    ({name:?}, {version:?}),").expect("a String takes all");
    }
    tables.push_str("];\n");
    write(&out.join("tables.rs"), &tables);
}

/// The names of all parts, as [`Content::Parts`] has them, from lists apart by `;` of names apart by `,`.
fn sorted(lists: &str) -> String {
    let parts = lists.split(';').enumerate();
    let mut names: Vec<_> = parts
        .flat_map(|(part, list)| list.split(',').filter(|name| !name.is_empty()).map(move |name| (name, part)))
        .collect();
    names.sort_unstable();
    names.iter().map(|(name, part)| format!("{name}={part}")).collect::<Vec<_>>().join(",")
}

fn pairs(text: &str) -> impl Iterator<Item = (&str, &str)> {
    text.lines().map(|line| line.split_once('\t').unwrap_or_else(|| panic!("no tab in {line:?}")))
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn write(path: &Path, text: &str) {
    fs::write(path, text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
}
