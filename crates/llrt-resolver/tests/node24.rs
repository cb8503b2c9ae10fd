//! Every case of `node24/cases.txt` is resolved as Node 24 resolved it when `node24/record.mjs` asked it.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use llrt_resolver::{ErrorClass, Format, Options, ResolveError, Resolved, Resolver};
use serde_json::{Map, Value};

const BUILTINS: [&str; 5] = ["fs", "node:fs", "fs/promises", "node:fs/promises", "node:test"];

fn plant(root: &Path) {
    let tree = include_str!("node24/tree.txt");
    for entry in tree.split("\n== ").skip(1) {
        let (head, text) = entry.split_once('\n').unwrap_or((entry, ""));
        let (path, target) = match head.split_once(" -> ") {
            Some((path, target)) => (root.join(path), Some(target)),
            None => (root.join(head), None),
        };
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder is made");
        match target {
            Some(target) => symlink(target, path).expect("a link is made"),
            None => fs::write(path, text).expect("a file is written"),
        }
    }
}

/// A resolver for the words of a group's `[...]`.
fn resolver(words: &str) -> Resolver {
    let mut options = Options { is_builtin: Box::new(|name| BUILTINS.contains(&name)), ..Options::default() };
    let mut words = words.split(' ').filter(|word| !word.is_empty());
    while let Some(word) = words.next() {
        match word.split_once('=') {
            Some(("NODE_PATH", folders)) => {
                options.require_folders = folders.split(':').map(Into::into).collect();
            }
            _ if word == "-C" => options.conditions.push(words.next().expect("a condition").into()),
            _ if word == "--preserve-symlinks" => options.preserve_symlinks = true,
            _ => panic!("unknown option {word}"),
        }
    }
    Resolver::new(options)
}

fn failure(error: &ResolveError) -> Map<String, Value> {
    let class = match error.class() {
        ErrorClass::Error => "Error",
        ErrorClass::TypeError => "TypeError",
        ErrorClass::UriError => "URIError",
    };
    let mut out = Map::new();
    out.insert("class".into(), class.into());
    out.insert("message".into(), error.to_string().into());
    if let Some(code) = error.code() {
        out.insert("code".into(), code.into());
    }
    if let Some(url) = error.url() {
        out.insert("url".into(), url.into());
    }
    out
}

fn answer(resolver: &Resolver, how: &str, from: &str, specifier: &str) -> Map<String, Value> {
    let import = how == "import";
    let resolved = match import {
        true => resolver.resolve_import(specifier, from),
        false => resolver.resolve_require(specifier, from),
    };
    let mut out = Map::new();
    match resolved {
        Ok(resolved @ Resolved::File { .. }) => {
            let path = resolved.path().expect("a file");
            out.insert("file".into(), path.into());
            if import {
                out.insert("url".into(), resolved.url().into());
                let format = match resolver.import_format(path) {
                    Ok(Format::Module) => "module".into(),
                    Ok(Format::CommonJs) => "commonjs".into(),
                    Ok(Format::Json) => "json".into(),
                    Ok(Format::Wasm) => "wasm".into(),
                    Ok(Format::Addon) => "addon".into(),
                    Ok(Format::Bytecode) => "bytecode".into(),
                    Ok(Format::Ambiguous) => Value::Null,
                    Err(error @ ResolveError::UnknownFileExtension { .. }) => {
                        out.insert("load".into(), failure(&error).into());
                        Value::Null
                    }
                    // Node's `import` asks for the format before it answers.
                    Err(error) => return failure(&error),
                };
                out.insert("format".into(), format);
            }
        }
        Ok(Resolved::Builtin(name)) => {
            let name = if import { Resolved::Builtin(name).url() } else { name };
            out.insert("builtin".into(), name.into());
        }
        Ok(Resolved::Data(_)) => {}
        Err(error) => out = failure(&error),
    }
    out
}

#[test]
fn resolves_as_node_does() {
    let temporary = tempfile::tempdir().expect("a directory");
    let root = fs::canonicalize(temporary.path()).expect("a real path");
    plant(&root);
    let root = root.to_str().expect("UTF-8");
    let here = |text: &str| text.replace("<root>", root);

    let recorded: Vec<Map<String, Value>> =
        serde_json::from_str(include_str!("node24/node24.json")).expect("recorded by record.mjs");
    assert!(recorded.len() > 400, "the record is whole");
    let mut resolvers = BTreeMap::new();
    let mut failures = Vec::new();
    for mut expected in recorded {
        let mut take = |key: &str| match expected.remove(key) {
            Some(Value::String(text)) => text,
            _ => String::new(),
        };
        let (options, how, from, specifier) = (take("options"), take("how"), take("from"), take("specifier"));
        let resolver = resolvers.entry(options.clone()).or_insert_with(|| resolver(&here(&options)));
        let seen = answer(resolver, &how, &format!("{root}/{from}"), &here(&specifier));
        let seen = Value::from(seen).to_string().replace(root, "<root>");
        let seen: Map<String, Value> = serde_json::from_str(&seen).expect("an object");
        if seen != expected {
            let text = |map| serde_json::to_string(&Value::Object(map)).expect("JSON");
            failures.push(format!(
                "[{options}] {how} {from} {specifier}\n  node {}\n  ours {}",
                text(expected),
                text(seen)
            ));
        }
    }
    assert!(failures.is_empty(), "{} differ:\n{}", failures.len(), failures.join("\n"));
}
