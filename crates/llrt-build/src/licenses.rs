//! The licences of the Rust crates, and of the C sources they carry, that are linked into a binary.

use std::{
    fs, io,
    path::{Path, PathBuf},
    process::Command,
};

use rquickjs::{CatchResultExt, Context, Function, Runtime};

use crate::{
    npm::{create_dir, execute},
    rerun_if_changed, var,
};

/// Names the linked crates in `cargo metadata`'s output.
const LINKED: &str = include_str!("../js/linked.js");
/// The licence that most crates offer.
const APACHE: &str = "Apache-2.0";
const RULE: &str = "--------------------------------------------------------------------------------";
/// How the files begin that are collected.
const NAMES: &[&str] = &["LICENSE", "LICENCE", "COPYING", "NOTICE", "UNLICENSE"];
/// Folders whose files are in no binary.
const SKIPPED: &[&str] = &["benches", "ci", "doc", "docs", "examples", "fuzz", "prebuilt", "target", "tests"];

/// A crate of the binary.
#[derive(Clone, Debug)]
struct Linked {
    name: String,
    version: String,
    /// As its Cargo.toml says: `MIT OR Apache-2.0`.
    license: String,
    repository: String,
    dir: PathBuf,
}

/// Writes `OUT_DIR/LICENSES.txt`: the licences of all crates that the calling crate, a binary's, is linked with. Each text is there once,
/// below the crates that it is for. Of a choice that holds Apache-2.0, that is chosen.
///
/// The crates come from `cargo metadata`; a published crate carries the text as `prebuilt/LICENSES.txt`.
///
/// # Panics
/// When called outside a build script, and when a step fails: the build stops with what went wrong.
pub fn licenses() {
    let root = PathBuf::from(var("CARGO_MANIFEST_DIR"));
    let out = PathBuf::from(var("OUT_DIR"));
    rerun_if_changed("build.rs");
    let prebuilt = root.join("prebuilt/LICENSES.txt");
    let text = if prebuilt.is_file() {
        rerun_if_changed("prebuilt");
        fs::read_to_string(&prebuilt).unwrap_or_else(|error| panic!("{}: {error}", prebuilt.display()))
    } else {
        collect(&root)
    };
    // Where `cargo xtask bundle` looks for what a published crate is to carry.
    create_dir(&out.join("bundle"));
    for file in ["LICENSES.txt", "bundle/LICENSES.txt"] {
        fs::write(out.join(file), &text).unwrap_or_else(|error| panic!("{file}: {error}"));
    }
}

fn collect(root: &Path) -> String {
    if let Some(lock) = root.ancestors().map(|dir| dir.join("Cargo.lock")).find(|lock| lock.is_file()) {
        rerun_if_changed(&lock.display().to_string());
    }
    let mut cargo = Command::new(var("CARGO"));
    cargo.args(["metadata", "--format-version", "1", "--filter-platform", &var("TARGET")]).current_dir(root);
    let metadata = execute(cargo, "asking for the crates of this binary");
    let linked = linked(&metadata, &root.join("Cargo.toml").display().to_string())
        .unwrap_or_else(|error| panic!("cargo metadata: {error}"));
    text(&linked, &standard_library()).unwrap_or_else(|error| panic!("collecting licences: {error}"))
}

fn linked(metadata: &str, manifest: &str) -> Result<Vec<Linked>, String> {
    let failed = |error: rquickjs::Error| error.to_string();
    let context = Runtime::new().and_then(|runtime| Context::full(&runtime)).map_err(failed)?;
    let words: Vec<String> = context.with(|ctx| {
        let words = || ctx.eval::<Function<'_>, _>(LINKED)?.call((ctx.json_parse(metadata)?, manifest));
        words().catch(&ctx).map_err(|error| error.to_string())
    })?;
    let crates = words.chunks_exact(5).map(|words| Linked {
        name: words[0].clone(),
        version: words[1].clone(),
        license: words[2].clone(),
        repository: words[3].clone(),
        dir: PathBuf::from(&words[4]),
    });
    Ok(crates.collect())
}

/// Rust's own library, which is no package.
fn standard_library() -> Linked {
    let output = Command::new(var("RUSTC")).arg("--version").output();
    let version = String::from_utf8(output.map(|it| it.stdout).unwrap_or_default()).unwrap_or_default();
    Linked {
        name: "std".to_owned(),
        version: version.split(' ').nth(1).unwrap_or_default().to_owned(),
        license: "MIT OR Apache-2.0".to_owned(),
        repository: "https://github.com/rust-lang/rust".to_owned(),
        dir: PathBuf::new(),
    }
}

/// A text, and the crates that it is for.
struct Section {
    /// What makes two texts the same one.
    key: String,
    crates: Vec<String>,
    text: String,
}

fn text(linked: &[Linked], library: &Linked) -> io::Result<String> {
    let mut sections: Vec<Section> = Vec::new();
    let mut add = |it: &Linked, key: String, text: String| {
        let name = format!("{} {} ({})", it.name, it.version, it.license);
        match sections.iter_mut().find(|section| section.key == key) {
            Some(section) if section.crates.last() == Some(&name) => {}
            Some(section) => section.crates.push(name),
            None => sections.push(Section { key, crates: vec![name], text }),
        }
    };
    let mut without = vec![library];
    for it in linked {
        let texts = texts(&it.dir, &it.license)?;
        if !texts.iter().any(|text| text.is_own) {
            without.push(it);
        }
        for text in texts {
            add(it, key(&text.text), text.text);
        }
    }
    for it in without {
        let text = format!("Its licence is {}. Source: {}", it.license, it.repository);
        let key = if it.license.contains(APACHE) { APACHE.to_owned() } else { text.clone() };
        add(it, key, text);
    }
    let sections = sections.iter().map(|section| format!("{}\n\n{}\n", section.crates.join("\n"), section.text));
    Ok(sections.collect::<Vec<_>>().join(&format!("\n{RULE}\n\n")))
}

/// A text in a crate's folder.
struct Text {
    /// It is the crate's, not that of sources of others that it carries or builds.
    is_own: bool,
    text: String,
}

/// The licence texts in a crate's folder.
fn texts(dir: &Path, license: &str) -> io::Result<Vec<Text>> {
    let mut files = Vec::new();
    walk(dir, &mut files)?;
    files.sort();
    let choice = license.contains(" OR ") || license.contains('/');
    let is_own = |file: &Path| file.parent() == Some(dir);
    let is_apache = |file: &Path| name(file).contains("APACHE");
    let chosen = choice && !license.contains(" AND ") && files.iter().any(|file| is_own(file) && is_apache(file));
    files.retain(|file| !chosen || !is_own(file) || is_apache(file) || name(file).starts_with("NOTICE"));
    let texts = files.iter().map(|file| {
        Ok(Text { is_own: is_own(file), text: String::from_utf8_lossy(&fs::read(file)?).trim().to_owned() })
    });
    texts.filter(|text| !text.as_ref().is_ok_and(|text| text.text.is_empty())).collect()
}

/// A folder that is not there holds nothing.
fn walk(dir: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    let entries = match fs::read_dir(dir) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        entries => entries?,
    };
    for entry in entries {
        let entry = entry?;
        let (path, kind) = (entry.path(), entry.file_type()?);
        let name = name(&path);
        if kind.is_dir() && !name.starts_with('.') && !SKIPPED.iter().any(|skipped| name.eq_ignore_ascii_case(skipped))
        {
            walk(&path, files)?;
        } else if kind.is_file() && NAMES.iter().any(|start| name.starts_with(start)) && !is_source(&path) {
            files.push(path);
        }
    }
    Ok(())
}

fn name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().to_uppercase()
}

/// `license.rs` is about licences but is none.
fn is_source(path: &Path) -> bool {
    path.extension().is_some_and(|extension| ["rs", "c", "h", "toml", "yml", "hbs"].iter().any(|it| extension == *it))
}

/// The words alone; of the Apache licence, its terms alone, because what follows them is a form to fill in.
fn key(text: &str) -> String {
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    let terms = || {
        let from = words.find("terms and conditions for use, reproduction, and distribution")?;
        let to = words.find("end of terms and conditions")?;
        words.get(from..to).filter(|terms| terms.contains("\"license\" shall mean the terms"))
    };
    terms().map_or_else(|| words.clone(), |_| APACHE.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const METADATA: &str = r#"{"packages":[
        {"id":"a","name":"app","version":"1.0.0","license":null,"repository":null,"manifest_path":"/w/app/Cargo.toml","targets":[{"kind":["bin"]}]},
        {"id":"b","name":"lib","version":"2.0.0","license":"MIT","repository":"https://x","manifest_path":"/r/lib/Cargo.toml","targets":[{"kind":["lib"]}]},
        {"id":"c","name":"macro","version":"3.0.0","license":"MIT","manifest_path":"/r/macro/Cargo.toml","targets":[{"kind":["proc-macro"]}]},
        {"id":"d","name":"deep","version":"4.0.0","license":"ISC","manifest_path":"/r/deep/Cargo.toml","targets":[{"kind":["lib"]}]},
        {"id":"e","name":"other","version":"5.0.0","license":"ISC","manifest_path":"/r/other/Cargo.toml","targets":[{"kind":["lib"]}]}
    ],"resolve":{"nodes":[
        {"id":"a","deps":[{"pkg":"b","dep_kinds":[{"kind":null}]},{"pkg":"c","dep_kinds":[{"kind":null}]},{"pkg":"e","dep_kinds":[{"kind":"build"}]}]},
        {"id":"b","deps":[{"pkg":"d","dep_kinds":[{"kind":"dev"},{"kind":null}]}]},
        {"id":"c","deps":[{"pkg":"e","dep_kinds":[{"kind":null}]}]},{"id":"d","deps":[]},{"id":"e","deps":[]}
    ]}}"#;

    #[test]
    fn what_is_linked_is_neither_macro_nor_build_script() {
        let linked = linked(METADATA, "/w/app/Cargo.toml").unwrap();
        let names: Vec<_> = linked.iter().map(|it| (it.name.as_str(), it.dir.to_str().unwrap())).collect();
        assert_eq!(names, [("app", "/w/app"), ("deep", "/r/deep"), ("lib", "/r/lib")]);
        assert!(super::linked("{}", "/w/app/Cargo.toml").is_err());
        assert!(super::linked(METADATA, "/elsewhere/Cargo.toml").is_err());
    }

    fn package(dir: &Path, name: &str, license: &str, files: &[(&str, &str)]) -> Linked {
        let dir = dir.join(name);
        for (file, text) in files {
            let file = dir.join(file);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, text).unwrap();
        }
        let (name, version) = (name.to_owned(), "1.0.0".to_owned());
        Linked { name, version, license: license.to_owned(), repository: "https://x".to_owned(), dir }
    }

    #[test]
    fn each_text_is_there_once_and_apache_is_chosen() {
        const TERMS: &str = "Apache License\nTERMS AND CONDITIONS FOR USE, REPRODUCTION, AND DISTRIBUTION\n \
            \"License\" shall mean the terms\nEND OF TERMS AND CONDITIONS\n";
        let dir = std::env::temp_dir().join(format!("llrt-build-licenses-{}", std::process::id()));
        let filled = format!("{TERMS}\nCopyright 2020 Somebody");
        let linked = [
            package(&dir, "a", "MIT OR Apache-2.0", &[("LICENSE-APACHE", TERMS), ("LICENSE-MIT", "mit of a")]),
            package(&dir, "b", "Apache-2.0/MIT", &[("LICENSE-APACHE", &filled), ("LICENSE-MIT", "mit of b")]),
            package(&dir, "c", "MIT", &[("LICENSE", "mit of c"), ("deps/z/COPYING", "z's"), ("src/license.rs", "no")]),
            package(&dir, "d", "MIT", &[("license.txt", "mit  of\nc"), ("tests/LICENSE", "no")]),
            package(&dir, "e", "ISC AND (MIT OR Apache-2.0)", &[("LICENSE", "both"), ("LICENSE-APACHE", TERMS)]),
            package(&dir, "f", "Apache-2.0", &[]),
            package(&dir, "g", "Zlib", &[]),
            package(&dir, "h", "Apache-2.0", &[("licenses/LICENSE-i", "i's")]),
        ];
        let library = package(&dir, "std", "MIT OR Apache-2.0", &[]);
        let text = text(&linked, &library).unwrap();
        fs::remove_dir_all(dir).unwrap();
        let sections: Vec<_> = text.split(RULE).map(str::trim).collect();
        let apache = "a 1.0.0 (MIT OR Apache-2.0)\nb 1.0.0 (Apache-2.0/MIT)\ne 1.0.0 (ISC AND (MIT OR Apache-2.0))\n\
            std 1.0.0 (MIT OR Apache-2.0)\nf 1.0.0 (Apache-2.0)\nh 1.0.0 (Apache-2.0)";
        assert_eq!(
            sections,
            [
                format!("{apache}\n\n{}", TERMS.trim()),
                "c 1.0.0 (MIT)\nd 1.0.0 (MIT)\n\nmit of c".to_owned(),
                "c 1.0.0 (MIT)\n\nz's".to_owned(),
                "e 1.0.0 (ISC AND (MIT OR Apache-2.0))\n\nboth".to_owned(),
                "h 1.0.0 (Apache-2.0)\n\ni's".to_owned(),
                "g 1.0.0 (Zlib)\n\nIts licence is Zlib. Source: https://x".to_owned(),
            ]
        );
    }
}
