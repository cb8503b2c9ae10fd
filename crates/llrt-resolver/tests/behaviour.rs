//! What `node24.rs` cannot show: options that Node lacks, what is remembered, formats, the program's own path.

use std::fs;
use std::path::Path;

use llrt_resolver::{Format, ModuleType, Options, Platform, ResolveError, Resolved, Resolver};

/// A fresh directory with these files.
struct Tree {
    _kept: tempfile::TempDir,
    root: String,
}

impl Tree {
    fn new(files: &[(&str, &str)]) -> Self {
        let kept = tempfile::tempdir().expect("a directory");
        let root = fs::canonicalize(kept.path()).expect("a real path");
        let tree = Self { root: root.to_str().expect("UTF-8").to_owned(), _kept: kept };
        for (path, text) in files {
            tree.write(path, text);
        }
        tree
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.at(path);
        fs::create_dir_all(Path::new(&path).parent().expect("a folder")).expect("a folder is made");
        fs::write(path, text).expect("a file is written");
    }

    fn at(&self, path: &str) -> String {
        format!("{}/{path}", self.root)
    }

    /// The path below the root that something resolved to, or the error's code.
    fn seen(&self, result: Result<Resolved, ResolveError>) -> String {
        match result {
            Ok(Resolved::File { path, .. }) => {
                path.strip_prefix(&self.root).map_or(path.to_string(), |path| path[1..].to_owned())
            }
            Ok(Resolved::Builtin(name)) => format!("builtin {name}"),
            Ok(other) => format!("{other:?}"),
            Err(error) => error.code().unwrap_or("no code").to_owned(),
        }
    }
}

fn browser() -> Resolver {
    Resolver::new(Options { platform: Platform::Browser, ..Options::default() })
}

#[test]
fn the_platform_browser_prefers_browser_builds() {
    let tree = Tree::new(&[
        (
            "node_modules/a/package.json",
            r#"{"exports":{"node":"./n.js","import":"./i.js","browser":{"require":"./r.js","default":"./b.js"}}}"#,
        ),
        ("node_modules/a/n.js", ""),
        ("node_modules/a/b.js", ""),
        ("node_modules/a/r.js", ""),
        ("node_modules/b/package.json", r#"{"main":"./m.js","browser":"./b.js"}"#),
        ("node_modules/b/m.js", ""),
        ("node_modules/b/b.js", ""),
        ("node_modules/c/package.json", r#"{"main":"./m.js","browser":{"./m.js":"./b.js"}}"#),
        ("node_modules/c/m.js", ""),
        ("node_modules/d/package.json", r#"{"exports":{"node":"./n.js","browser":{"worker":"./w.js"}}}"#),
        ("node_modules/d/n.js", ""),
    ]);
    let main = tree.at("main.mjs");
    let node = Resolver::new(Options::default());
    let import = |resolver: &Resolver, name| tree.seen(resolver.resolve_import(name, &main));
    let require = |resolver: &Resolver, name| tree.seen(resolver.resolve_require(name, &main));
    assert_eq!(import(&node, "a"), "node_modules/a/n.js");
    assert_eq!(import(&browser(), "a"), "node_modules/a/b.js");
    assert_eq!(require(&browser(), "a"), "node_modules/a/r.js");
    assert_eq!(import(&node, "b"), "node_modules/b/m.js");
    assert_eq!(import(&browser(), "b"), "node_modules/b/b.js");
    assert_eq!(require(&browser(), "b"), "node_modules/b/b.js");
    assert_eq!(import(&browser(), "c"), "node_modules/c/m.js");
    assert_eq!(import(&browser(), "d"), "node_modules/d/n.js");
}

#[test]
fn the_platform_is_read_as_documented() {
    assert_eq!(Platform::from_env_value("node"), Platform::Node);
    assert_eq!(Platform::from_env_value("browser"), Platform::Browser);
    assert_eq!(Platform::from_env_value("else"), Platform::Browser);
}

#[test]
fn global_folders_are_searched_last_and_by_kind() {
    let tree = Tree::new(&[("layer/a/index.js", ""), ("layer/b/index.js", ""), ("app/node_modules/b/index.js", "")]);
    let main = tree.at("app/main.mjs");
    let layer = vec![tree.at("layer")];
    let require = Resolver::new(Options { require_folders: layer.clone(), ..Options::default() });
    let import = Resolver::new(Options { import_folders: layer, ..Options::default() });
    assert_eq!(tree.seen(require.resolve_require("a", &main)), "layer/a/index.js");
    assert_eq!(tree.seen(require.resolve_import("a", &main)), "ERR_MODULE_NOT_FOUND");
    assert_eq!(tree.seen(import.resolve_import("a", &main)), "layer/a/index.js");
    assert_eq!(tree.seen(import.resolve_import("b", &main)), "app/node_modules/b/index.js");
    assert_eq!(tree.seen(import.resolve_require("a", &main)), "MODULE_NOT_FOUND");
}

#[test]
fn built_in_names_come_before_packages() {
    let tree = Tree::new(&[
        ("package.json", r##"{"imports":{"#sdk":"@aws-sdk/client-s3","#own":"llrt:hex"}}"##),
        ("node_modules/@aws-sdk/client-s3/index.js", ""),
        ("node_modules/@aws-sdk/client-s4/index.js", ""),
    ]);
    let main = tree.at("main.mjs");
    let resolver = Resolver::new(Options {
        is_builtin: Box::new(|name| matches!(name, "@aws-sdk/client-s3" | "llrt:hex")),
        builtin_schemes: &["node", "llrt"],
        ..Options::default()
    });
    for resolve in [Resolver::resolve_import, Resolver::resolve_require] {
        let seen = |name| tree.seen(resolve(&resolver, name, &main));
        assert_eq!(seen("@aws-sdk/client-s3"), "builtin @aws-sdk/client-s3");
        assert_eq!(seen("#sdk"), "builtin @aws-sdk/client-s3");
        assert_eq!(seen("@aws-sdk/client-s4"), "node_modules/@aws-sdk/client-s4/index.js");
        assert_eq!(seen("llrt:hex"), "builtin llrt:hex");
        assert_eq!(seen("llrt:none"), "ERR_UNKNOWN_BUILTIN_MODULE");
        assert_eq!(seen("#own"), "ERR_INVALID_PACKAGE_TARGET");
    }
}

#[test]
fn a_package_that_appears_is_found() {
    let tree = Tree::new(&[("app/main.mjs", "")]);
    let main = tree.at("app/main.mjs");
    let resolver = Resolver::new(Options::default());
    for resolve in [Resolver::resolve_import, Resolver::resolve_require] {
        let name = if fs::exists(tree.at("app/node_modules/a")).expect("known") { "b" } else { "a" };
        let seen = || tree.seen(resolve(&resolver, name, &main));
        assert!(seen().ends_with("MODULE_NOT_FOUND"));
        tree.write(&format!("app/node_modules/{name}/index.js"), "");
        assert_eq!(seen(), format!("app/node_modules/{name}/index.js"));
    }
}

#[test]
fn a_nearer_package_json_is_seen_once_absences_are_forgotten() {
    let tree = Tree::new(&[("package.json", r#"{"type":"module"}"#), ("app/main.js", "")]);
    let main = tree.at("app/main.js");
    let resolver = Resolver::new(Options::default());
    assert_eq!(resolver.import_format(&main), Ok(Format::Module));
    tree.write("app/package.json", r#"{"type":"commonjs"}"#);
    assert_eq!(resolver.import_format(&main), Ok(Format::Module));
    resolver.forget_absent();
    assert_eq!(resolver.import_format(&main), Ok(Format::CommonJs));
}

#[test]
fn the_program_may_lack_its_extension() {
    let tree = Tree::new(&[
        ("a.js", ""),
        ("dir/index.js", ""),
        ("pkg/package.json", r#"{"main":"lib/main"}"#),
        ("pkg/lib/main.js", ""),
        ("both.js", ""),
        ("both/index.js", ""),
    ]);
    let resolver = Resolver::new(Options::default());
    let main = |path: &str| tree.seen(resolver.resolve_main(&tree.at(path)));
    assert_eq!(main("a.js"), "a.js");
    assert_eq!(main("a"), "a.js");
    assert_eq!(main("./dir/../a"), "a.js");
    assert_eq!(main("dir"), "dir/index.js");
    assert_eq!(main("pkg"), "pkg/lib/main.js");
    assert_eq!(main("both"), "both.js");
    assert_eq!(main("both/"), "both/index.js");
    let error = resolver.resolve_main(&tree.at("gone.js")).expect_err("not there");
    assert_eq!(error.to_string(), format!("Cannot find module '{}'", tree.at("gone.js")));
    assert_eq!((error.code(), error.require_stack()), (Some("MODULE_NOT_FOUND"), Some(&[][..])));
}

#[test]
fn links_to_the_program_have_an_option_of_their_own() {
    let tree = Tree::new(&[("real.mjs", "")]);
    std::os::unix::fs::symlink("real.mjs", tree.at("link.mjs")).expect("a link");
    let main = |options| tree.seen(Resolver::new(options).resolve_main(&tree.at("link.mjs")));
    assert_eq!(main(Options::default()), "real.mjs");
    assert_eq!(main(Options { preserve_symlinks: true, ..Options::default() }), "real.mjs");
    assert_eq!(main(Options { preserve_symlinks_main: true, ..Options::default() }), "link.mjs");
}

#[test]
fn trusted_directories_are_not_looked_at() {
    let tree = Tree::new(&[("real/a.mjs", "")]);
    std::os::unix::fs::symlink("real", tree.at("link")).expect("a link");
    let resolver = Resolver::new(Options::default());
    resolver.trust_directory(&tree.at("link"));
    assert_eq!(tree.seen(resolver.resolve_main(&tree.at("link/a.mjs"))), "link/a.mjs");
}

#[test]
fn formats_depend_on_who_asks() {
    let tree = Tree::new(&[("m/package.json", r#"{"type":"module"}"#), ("c/package.json", r#"{"type":"commonjs"}"#)]);
    let resolver = Resolver::new(Options::default());
    // The path; then as `import`, `require` and `node FILE` would read it.
    use Format::*;
    for (path, import, require, main) in [
        ("a.mjs", Some(Module), Module, Some(Module)),
        ("a.cjs", Some(CommonJs), CommonJs, Some(CommonJs)),
        ("a.js", Some(Ambiguous), Ambiguous, Some(Ambiguous)),
        ("a", Some(Ambiguous), Ambiguous, Some(Ambiguous)),
        ("a.json", Some(Json), Json, Some(Json)),
        ("a.wasm", Some(Wasm), Ambiguous, Some(Wasm)),
        ("a.node", Some(Addon), Addon, Some(Addon)),
        ("a.ts", Some(Ambiguous), Ambiguous, Some(Ambiguous)),
        ("a.mts", Some(Module), Module, Some(Module)),
        ("a.cts", Some(CommonJs), CommonJs, Some(CommonJs)),
        ("m/a.ts", Some(Module), Module, Some(Module)),
        ("c/a.ts", Some(CommonJs), CommonJs, Some(CommonJs)),
        ("m/a.js", Some(Module), Module, Some(Module)),
        ("m/a", Some(Module), Ambiguous, Some(Module)),
        ("m/a.cjs", Some(CommonJs), CommonJs, Some(CommonJs)),
        ("m/a.txt", None, Ambiguous, None),
        ("c/a.js", Some(CommonJs), CommonJs, Some(CommonJs)),
        ("c/a", Some(CommonJs), Ambiguous, Some(Ambiguous)),
        ("m/node_modules/p/a.js", Some(Ambiguous), Ambiguous, Some(Ambiguous)),
        ("m/sub/a.js", Some(Module), Module, Some(Module)),
    ] {
        let path = tree.at(path);
        let unknown = |error: ResolveError| assert_eq!(error.code(), Some("ERR_UNKNOWN_FILE_EXTENSION"), "{path}");
        assert_eq!(resolver.import_format(&path).map_err(unknown).ok(), import, "import {path}");
        assert_eq!(resolver.require_format(&path), Ok(require), "require {path}");
        assert_eq!(resolver.main_format(&path).map_err(unknown).ok(), main, "main {path}");
    }
    let scope = resolver.package_scope(&tree.at("m/sub/a.js")).expect("readable").expect("there");
    assert_eq!((scope.module_type, scope.directory()), (Some(ModuleType::Module), tree.at("m").as_str()));
}

#[test]
fn import_meta_resolve_also_names_what_is_not_there() {
    let tree = Tree::new(&[("dir/a.mjs", "")]);
    let resolver = Resolver::new(Options { is_builtin: Box::new(|name| name == "fs"), ..Options::default() });
    let seen = |specifier| {
        let result = resolver.resolve_import_meta(specifier, &tree.at("main.mjs"));
        result.map_or_else(|error| error.code().unwrap_or_default().to_owned(), |url| url.replace(&tree.root, ""))
    };
    assert_eq!(seen("./gone.mjs?x"), "file:///gone.mjs?x");
    assert_eq!(seen("./dir"), "file:///dir");
    assert_eq!(seen("./dir/a.mjs"), "file:///dir/a.mjs");
    assert_eq!(seen("fs"), "node:fs");
    assert_eq!(seen("node:none"), "node:none");
    assert_eq!(seen("https://example.com/"), "https://example.com/");
    assert_eq!(seen("none"), "ERR_MODULE_NOT_FOUND");
    assert_eq!(seen("#none"), "ERR_PACKAGE_IMPORT_NOT_DEFINED");
}

#[test]
fn data_urls_import_nothing_relative() {
    let resolver = Resolver::new(Options { is_builtin: Box::new(|name| name == "fs"), ..Options::default() });
    let base = "data:text/javascript,import './x.mjs'";
    let error = resolver.resolve_import("./x.mjs", base).expect_err("no base");
    assert_eq!(error.code(), Some("ERR_UNSUPPORTED_RESOLVE_REQUEST"));
    assert_eq!(
        error.to_string(),
        format!(
            "Failed to resolve module specifier \"./x.mjs\" from \"{base}\": \
             Invalid relative URL or base scheme is not hierarchical."
        )
    );
    assert!(resolver.resolve_import("x", base).is_err());
    assert_eq!(resolver.resolve_import("fs", base), Ok(Resolved::Builtin("fs".into())));
    assert_eq!(resolver.resolve_import("data:,1", base), Ok(Resolved::Data("data:,1".into())));
}

#[test]
fn requests_may_name_where_to_start() {
    let tree = Tree::new(&[("b/node_modules/p/index.js", ""), ("b/x.js", "")]);
    let resolver = Resolver::new(Options::default());
    let (a, b, main) = (tree.at("a"), tree.at("b"), tree.at("main.js"));
    let seen = |name| tree.seen(resolver.resolve_require_from(name, &main, &[&a, &b]));
    assert_eq!(seen("p"), "b/node_modules/p/index.js");
    assert_eq!(seen("./x"), "b/x.js");
    let error = resolver.resolve_require_from("q", &main, &[&a, &b]).expect_err("nowhere");
    assert_eq!(error.to_string(), format!("Cannot find module 'q'\nRequire stack:\n- {main}"));
}

#[test]
fn require_stacks_come_from_the_caller() {
    let resolver = Resolver::new(Options::default());
    let error = resolver.resolve_require("./gone", "/nowhere/b.js").expect_err("not there");
    let error = error.with_require_stack(vec!["/nowhere/b.js".into(), "/nowhere/a.js".into()]);
    assert_eq!(error.to_string(), "Cannot find module './gone'\nRequire stack:\n- /nowhere/b.js\n- /nowhere/a.js");
}

#[test]
fn the_folders_of_require_are_listed_nearest_first() {
    let resolver =
        Resolver::new(Options { require_folders: vec!["/opt/nodejs/node_modules".into()], ..Options::default() });
    assert_eq!(
        resolver.require_paths("/var/task/lib"),
        [
            "/var/task/lib/node_modules",
            "/var/task/node_modules",
            "/var/node_modules",
            "/node_modules",
            "/opt/nodejs/node_modules"
        ]
    );
}

#[test]
fn a_nul_byte_is_not_found() {
    let resolver = Resolver::new(Options::default());
    let code = |result: Result<Resolved, ResolveError>| result.expect_err("not there").code();
    assert_eq!(code(resolver.resolve_import("./a%00b", "/x.mjs")), Some("ERR_MODULE_NOT_FOUND"));
    assert_eq!(code(resolver.resolve_require("./a\0b", "/x.mjs")), Some("MODULE_NOT_FOUND"));
    assert_eq!(code(resolver.resolve_require("a\0b", "/x.mjs")), Some("MODULE_NOT_FOUND"));
}

mod never_panics {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn any_specifier(specifier in prop_oneof![".{0,24}", "[#@./a%2eF:?\\\\*-]{0,24}"], package in ".{0,60}") {
            let tree = Tree::new(&[("package.json", &package)]);
            for resolver in [Resolver::new(Options::default()), browser()] {
                let main = tree.at("main.mjs");
                let _ = resolver.resolve_import(&specifier, &main).map_err(|error| error.to_string());
                let _ = resolver.resolve_require(&specifier, &main).map_err(|error| error.to_string());
                let _ = resolver.resolve_import_meta(&specifier, &main);
                let _ = resolver.import_format(&tree.at("main.js"));
            }
        }

        #[test]
        fn any_exports(
            key in "[./a*]{0,6}", target in r#"("[./a*%2eN]{0,12}"|null|5|\[[^\[\]]{0,4}\]|\{"(node|0|x)":"./a"\})"#, specifier in "p/[./a*%2e]{0,8}",
        ) {
            let json = format!("{{\"exports\":{{\"{key}\":{target}}},\"imports\":{{\"#{key}\":{target}}}}}");
            let tree = Tree::new(&[("package.json", &json), ("node_modules/p/package.json", &json)]);
            let resolver = Resolver::new(Options::default());
            let main = tree.at("main.mjs");
            let _ = resolver.resolve_import(&specifier, &main);
            let _ = resolver.resolve_require(&specifier, &main);
            let _ = resolver.resolve_import(&specifier.replacen("p/", "#", 1), &main);
        }
    }
}

const BUNDLED: &[(&str, &str)] = &[("@sdk/core", "1.0.0"), ("@sdk/util", "1.0.0"), ("plain", "1.0.0")];

fn with_bundled() -> Resolver {
    let is_builtin = |name: &str| matches!(name, "@sdk/core" | "@sdk/core/sub" | "@sdk/util" | "plain");
    Resolver::new(Options { bundled: BUNDLED, is_builtin: Box::new(is_builtin), ..Options::default() })
}

#[test]
fn an_installed_package_takes_its_own_copy_of_a_bundled_one() {
    let tree = Tree::new(&[
        ("node_modules/@sdk/client/package.json", "{}"),
        (
            "node_modules/@sdk/core/package.json",
            r#"{"version":"2.0.0","exports":{".":"./core.js","./sub":"./sub.js"}}"#,
        ),
        ("node_modules/@sdk/core/core.js", ""),
        ("node_modules/@sdk/core/sub.js", ""),
        ("node_modules/@sdk/util/package.json", r#"{"version":"1.0.0"}"#),
    ]);
    let resolver = with_bundled();
    let client = tree.at("node_modules/@sdk/client/index.js");
    let import = |name, parent: &str| tree.seen(resolver.resolve_import(name, parent));
    let require = |name, parent: &str| tree.seen(resolver.resolve_require(name, parent));
    // Another version, by either way and with a subpath.
    assert_eq!(import("@sdk/core", &client), "node_modules/@sdk/core/core.js");
    assert_eq!(require("@sdk/core/sub", &client), "node_modules/@sdk/core/sub.js");
    // The same version is shared, and so is what is not installed.
    assert_eq!(import("@sdk/util", &client), "builtin @sdk/util");
    assert_eq!(require("plain", &client), "builtin plain");
    // The program itself, and packages of other scopes, take what is built in.
    assert_eq!(import("@sdk/core", &tree.at("app.js")), "builtin @sdk/core");
    assert_eq!(import("@sdk/core", &tree.at("node_modules/@other/client/index.js")), "builtin @sdk/core");
    assert_eq!(import("@sdk/core", &tree.at("node_modules/client/index.js")), "builtin @sdk/core");
}

#[test]
fn the_nearest_copy_counts() {
    let tree = Tree::new(&[
        ("node_modules/@sdk/core/package.json", r#"{"version":"2.0.0","main":"far.js"}"#),
        ("node_modules/@sdk/core/far.js", ""),
        ("node_modules/@sdk/client/package.json", "{}"),
        ("node_modules/@sdk/client/node_modules/@sdk/core/package.json", r#"{"version":"1.0.0","main":"near.js"}"#),
        ("node_modules/@sdk/client/node_modules/@sdk/core/near.js", ""),
    ]);
    let resolver = with_bundled();
    let seen = |parent| tree.seen(resolver.resolve_import("@sdk/core", &tree.at(parent)));
    assert_eq!(seen("node_modules/@sdk/client/lib/index.js"), "builtin @sdk/core");
    assert_eq!(seen("node_modules/@sdk/client2/index.js"), "node_modules/@sdk/core/far.js");
}

#[test]
fn other_extensions_are_tried_in_the_order_they_are_set() {
    let tree = Tree::new(&[("a.foo", ""), ("a.bar.foo", ""), ("b.js", "")]);
    let resolver = Resolver::new(Options::default());
    let from = tree.at("main.js");
    assert_eq!(tree.seen(resolver.resolve_require("./a", &from)), "MODULE_NOT_FOUND");
    resolver.set_extensions(vec![".bar.foo".into(), ".foo".into()]);
    assert_eq!(tree.seen(resolver.resolve_require("./a", &from)), "a.bar.foo");
    assert_eq!(tree.seen(resolver.resolve_require("./b", &from)), "MODULE_NOT_FOUND");
}

#[test]
fn a_module_may_have_folders_of_its_own() {
    let tree = Tree::new(&[("node_modules/a/index.js", ""), ("other/a/index.js", ""), ("global/b.js", "")]);
    let resolver = Resolver::new(Options::default());
    let from = tree.at("main.js");
    let other = [tree.at("other")];
    assert_eq!(tree.seen(resolver.resolve_require_in("a", &from, None)), "node_modules/a/index.js");
    assert_eq!(tree.seen(resolver.resolve_require_in("a", &from, Some(&other))), "other/a/index.js");
    assert_eq!(tree.seen(resolver.resolve_require_in("b", &from, Some(&other))), "MODULE_NOT_FOUND");
    resolver.set_require_folders(vec![tree.at("global")]);
    assert_eq!(tree.seen(resolver.resolve_require_in("b", &from, Some(&other))), "global/b.js");
    let found = resolver.find_in("a", &other).expect("no error");
    assert_eq!(found.as_deref(), Some(tree.at("other/a/index.js").as_str()));
    assert_eq!(resolver.find_in("c", &other), Ok(None));
    assert_eq!(
        resolver.find_in(&tree.at("global/b"), &[]).expect("no error").as_deref(),
        Some(&*tree.at("global/b.js"))
    );
}

#[test]
fn entry_points_that_main_does_not_name_are_told() {
    let tree = Tree::new(&[
        ("node_modules/gone/package.json", r#"{"main":"gone.js"}"#),
        ("node_modules/gone/index.js", ""),
        ("node_modules/none/package.json", r#"{"type":"module"}"#),
        ("node_modules/none/index.js", ""),
        ("node_modules/short/package.json", r#"{"type":"module","main":"lib/a"}"#),
        ("node_modules/short/lib/a.js", ""),
        ("node_modules/full/package.json", r#"{"type":"module","main":"./lib/a.js"}"#),
        ("node_modules/full/lib/a.js", ""),
    ]);
    let resolver = Resolver::new(Options::default());
    let from = tree.at("main.mjs");
    let seen = |result: Result<Resolved, ResolveError>| {
        assert!(result.is_ok(), "{result:?}");
        let notices = resolver.take_notices();
        notices.iter().map(|notice| format!("{} {notice}", notice.code())).collect::<String>().replace(&tree.root, "")
    };
    assert_eq!(
        seen(resolver.resolve_require("gone", &from)),
        "DEP0128 Invalid 'main' field in '/node_modules/gone/package.json' of 'gone.js'. Please either fix that or report it to the \
         module author"
    );
    assert_eq!(
        seen(resolver.resolve_import("none", &from)),
        "DEP0151 No \"main\" or \"exports\" field defined in the package.json for /node_modules/none/ resolving the main entry point \
         \"index.js\", imported from /main.mjs.\nDefault \"index\" lookups for the main are deprecated for ES modules."
    );
    assert_eq!(
        seen(resolver.resolve_import("short", &from)),
        "DEP0151 Package /node_modules/short/ has a \"main\" field set to \"lib/a\", excluding the full filename and extension to the \
         resolved file at \"lib/a.js\", imported from /main.mjs.\n Automatic extension resolution of the \"main\" field is deprecated \
         for ES modules."
    );
    assert_eq!(seen(resolver.resolve_import("full", &from)), "");
}

#[test]
fn a_repeated_condition_stands_at_its_first_place_with_its_last_value() {
    let tree = Tree::new(&[
        (
            "node_modules/a/package.json",
            r#"{"exports":{"import":"///bad","default":"./d.js","import":{"nothing":"./n.js"}}}"#,
        ),
        ("node_modules/a/d.js", ""),
    ]);
    let resolver = Resolver::new(Options::default());
    assert_eq!(tree.seen(resolver.resolve_import("a", &tree.at("main.mjs"))), "node_modules/a/d.js");
}

#[test]
fn the_package_json_of_a_file_or_a_package_is_found() {
    let tree = Tree::new(&[
        ("package.json", "{}"),
        ("sub/package.json", "{}"),
        ("sub/a.js", ""),
        ("sub/deep/b.js", ""),
        ("node_modules/p/package.json", "{}"),
        ("node_modules/p/lib/package.json", "{}"),
    ]);
    let resolver = Resolver::new(Options::default());
    let find = |specifier: &str, base: &str| {
        let found = resolver.find_package_json(specifier, &tree.at(base)).map_err(|error| error.code());
        found.map(|path| path.map(|path| path.replace(&tree.root, "")).unwrap_or_default())
    };
    assert_eq!(find("..", "sub/a.js"), Ok("/package.json".into()));
    assert_eq!(find("./deep/b.js", "sub/a.js"), Ok("/sub/package.json".into()));
    assert_eq!(find(&format!("file://{}", tree.at("sub/gone.js")), ""), Ok("/sub/package.json".into()));
    assert_eq!(find("p/lib", "sub/a.js"), Ok("/node_modules/p/package.json".into()));
    assert_eq!(find("./gone.js", "sub/a.js"), Err(Some("ERR_MODULE_NOT_FOUND")));
    assert_eq!(find("q", "sub/a.js"), Err(Some("ERR_MODULE_NOT_FOUND")));
    assert_eq!(find("https://a", "sub/a.js"), Err(Some("ERR_INVALID_URL_SCHEME")));
}

#[test]
fn a_directory_named_by_a_url_has_a_hint() {
    let tree = Tree::new(&[("a/package.json", r#"{"main":"b.js"}"#), ("a/b.js", "")]);
    let resolver = Resolver::new(Options::default());
    let error =
        resolver.resolve_import(&format!("file://{}", tree.at("a")), &tree.at("main.mjs")).expect_err("a directory");
    assert!(error.to_string().ends_with(&format!("Did you mean to import \"{}\"?", tree.at("a/b.js"))), "{error}");
}

#[test]
fn slashes_where_none_belong_are_told_once() {
    let tree = Tree::new(&[
        (
            "node_modules/p/package.json",
            r##"{"name":"p","exports":{"./double":".//a.js","./sub/*":"./*","./end*":"./end*a.js"},"imports":{"#x/*":"./*"}}"##,
        ),
        ("node_modules/p/a.js", ""),
        ("node_modules/p/end/a.js", ""),
    ]);
    let resolver = Resolver::new(Options::default());
    let seen = |specifier: &str, from: &str| {
        assert!(resolver.resolve_import(specifier, &tree.at(from)).is_ok(), "{specifier}");
        let notices = resolver.take_notices();
        notices.iter().map(|notice| format!("{} {notice}", notice.code())).collect::<String>().replace(&tree.root, "")
    };
    let place = "module resolution of the package at /node_modules/p/package.json imported from";
    assert_eq!(
        seen("p/double", "main.mjs"),
        format!(
            "DEP0166 Use of deprecated double slash resolving \".//a.js\" for module request \"./double\" in the \"exports\" field {place} /main.mjs."
        )
    );
    assert_eq!(seen("p/double", "main.mjs"), "");
    assert_eq!(
        seen("p/sub//a.js", "main.mjs"),
        format!(
            "DEP0166 Use of deprecated double slash resolving \".//a.js\" for module request \"./sub//a.js\" matched to \"./sub/*\" in the \
             \"exports\" field {place} /main.mjs."
        )
    );
    assert_eq!(
        seen("#x//a.js", "node_modules/p/a.js"),
        format!(
            "DEP0166 Use of deprecated double slash resolving \".//a.js\" for module request \"#x//a.js\" matched to \"#x/*\" in the \
             \"imports\" field {place} /node_modules/p/a.js."
        )
    );
    assert_eq!(
        seen("p/end/", "main.mjs"),
        format!(
            "DEP0155 Use of deprecated trailing slash pattern mapping \"./end/\" in the \"exports\" field {place} /main.mjs. Mapping \
             specifiers ending in \"/\" is no longer supported."
        )
    );
}
