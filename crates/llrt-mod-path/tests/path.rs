//! `node:path` as JavaScript sees it. Expected values are what Node.js 24 gives.

use llrt_core::Entry;
use llrt_mod_path::{Path, PathPosix, PathWin32};
use llrt_test::{check, eval};

static MODULES: &[Entry] = &[Entry::of::<Path>(), Entry::of::<PathPosix>(), Entry::of::<PathWin32>()];

#[test]
fn the_module_is_the_systems_own_kind_and_holds_both() {
    let seen = eval(
        MODULES,
        r#"
        import path, { posix, win32, join } from "path";
        import p from "node:path/posix";
        import w from "path/win32";
        export default [path === posix, p === posix, w === win32, path.join === join, path.sep, path.delimiter,
          win32.sep, win32.delimiter, posix.posix === posix, win32.posix === posix, path._makeLong === path.toNamespacedPath];
        "#,
    );
    assert_eq!(seen, r#"[true,true,true,true,"/",":","\\",";",true,true,true]"#);
}

#[test]
fn posix_paths_read_as_in_node() {
    check(
        MODULES,
        r#"
        import { posix as p } from "node:path";
        assert.equal(p.normalize("/a//b/./c/../d/"), "/a/b/d/");
        assert.equal(p.normalize(""), ".");
        assert.equal(p.normalize("../../x/.."), "../..");
        assert.equal(p.join("a", "", "../b", "c"), "b/c");
        assert.equal(p.join(), ".");
        assert.equal(p.resolve("/a", "b", "../c"), "/a/c");
        assert.equal(p.resolve("/a", "/b"), "/b");
        assert.equal(p.relative("/data/a/b", "/data/c/d"), "../../c/d");
        assert.equal(p.relative("/a", "/a"), "");
        assert.equal(p.dirname("/a/b//"), "/a");
        assert.equal(p.dirname("a"), ".");
        assert.equal(p.dirname("//a"), "//");
        assert.equal(p.basename("/a/b.html", ".html"), "b");
        assert.equal(p.basename("aaa", "a"), "aa");
        assert.equal(p.basename("/", "a"), "/");
        assert.equal(p.basename("a", "a"), "");
        assert.equal(p.extname("a.b.c"), ".c");
        assert.equal(p.extname(".bashrc"), "");
        assert.equal(p.extname(".."), "");
        assert.equal(p.isAbsolute("/a"), true);
        assert.equal(p.format({ dir: "/a", name: "b", ext: "c" }), "/a/b.c");
        assert.equal(p.format({ root: "/", base: "b" }), "/b");
        assert.deepEqual(p.parse("/home/u/file.txt"), { root: "/", dir: "/home/u", base: "file.txt", ext: ".txt", name: "file" });
        assert.deepEqual(p.parse("./a/.b"), { root: "", dir: "./a", base: ".b", ext: "", name: ".b" });
        "#,
    );
}

#[test]
fn windows_paths_read_as_in_node() {
    check(
        MODULES,
        r#"
        import { win32 as w } from "node:path";
        assert.equal(w.normalize("C:/a/../b\\c\\"), "C:\\b\\c\\");
        assert.equal(w.normalize("//server/share/../x"), "\\\\server\\share\\x");
        assert.equal(w.normalize("//server/share"), "\\\\server\\share\\");
        assert.equal(w.normalize("C:a"), "C:a");
        assert.equal(w.normalize("./C:a"), ".\\C:a");
        assert.equal(w.join("C:\\a", "..", "b"), "C:\\b");
        assert.equal(w.join("//server", "share"), "\\\\server\\share\\");
        assert.equal(w.join("/", "/x"), "\\x");
        assert.equal(w.resolve("C:\\a", "b", "..\\c"), "C:\\a\\c");
        assert.equal(w.resolve("C:\\a", "D:\\b"), "D:\\b");
        assert.equal(w.relative("C:\\a\\b", "c:\\A\\d"), "..\\d");
        assert.equal(w.relative("C:\\a", "D:\\b"), "D:\\b");
        assert.equal(w.dirname("C:\\a\\b"), "C:\\a");
        assert.equal(w.basename("C:a.txt", ".txt"), "a");
        assert.equal(w.isAbsolute("C:a"), false);
        assert.equal(w.toNamespacedPath("C:\\a"), "\\\\?\\C:\\a");
        assert.equal(w.toNamespacedPath("//server/share/x"), "\\\\?\\UNC\\server\\share\\x");
        assert.deepEqual(w.parse("C:\\a\\b.c"), { root: "C:\\", dir: "C:\\a", base: "b.c", ext: ".c", name: "b" });
        "#,
    );
}

#[test]
fn globs_match_part_by_part() {
    check(
        MODULES,
        r#"
        import { posix as p } from "node:path";
        assert.equal(p.matchesGlob("/a/b/c.js", "/a/**/*.js"), true);
        assert.equal(p.matchesGlob("/a/c.js", "/a/**/*.js"), true);
        assert.equal(p.matchesGlob("/a/b/c.js", "/a/*.js"), false);
        assert.equal(p.matchesGlob("x.ts", "x.{js,ts}"), true);
        assert.equal(p.matchesGlob("b1", "[a-c]?"), true);
        assert.equal(p.matchesGlob("d1", "[!a-c]?"), true);
        "#,
    );
}

#[test]
fn other_types_throw_nodes_error() {
    check(
        MODULES,
        r#"
        import path from "path";
        const error = { name: "TypeError", code: "ERR_INVALID_ARG_TYPE" };
        const text = 'The "path" argument must be of type string. Received ';
        assert.throws(() => path.normalize(5), { ...error, message: text + "type number (5)" });
        assert.throws(() => path.join("a", null), { ...error, message: text + "null" });
        assert.throws(() => path.dirname({}), { ...error, message: text + "an instance of Object" });
        assert.throws(() => path.resolve("a", true), { ...error, message: 'The "paths[1]" argument must be of type string. Received type boolean (true)' });
        assert.throws(() => path.basename("a", 1), { ...error, message: 'The "suffix" argument must be of type string. Received type number (1)' });
        assert.throws(() => path.format("x"), { ...error, message: 'The "pathObject" argument must be of type object. Received type string (\'x\')' });
        assert.equal(path.toNamespacedPath(5), 5);
        "#,
    );
}

#[test]
fn another_drive_says_nothing_about_this_one() {
    let seen = eval(
        MODULES,
        r#"
        import { win32 } from "path";
        export default [
          win32.resolve("c:/blah\\blah", "d:/games", "c:../a"),
          win32.resolve("c:/ignore", "d:\\a/b\\c/d", "\\e.exe"),
          win32.join("\\\\server\\share", "CON:..\\..\\x/y"),
          win32.join("a", "com5:x", ".."),
          win32.join("a", "com10:x", ".."),
        ].join("|");
        "#,
    );
    assert_eq!(seen, r"c:\blah\a|d:\e.exe|\\server\share\CON:..\..\x\y|a\com5:x\..|a");
}

#[test]
fn arguments_that_are_missing_are_undefined() {
    check(
        MODULES,
        r#"
        import path from "path";
        for (const name of ["normalize", "isAbsolute", "relative", "dirname", "basename", "extname", "format", "parse", "matchesGlob"])
          assert.throws(() => path[name](), { name: "TypeError", code: "ERR_INVALID_ARG_TYPE" });
        assert.equal(path.toNamespacedPath(), undefined);
        "#,
    );
}
