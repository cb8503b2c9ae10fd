//! Failures: each kind, with Node's class, code, message and properties.

mod support;

use support::check;

#[test]
fn a_missing_file_is_enoent_in_each_way() {
    check(
        r#"
        const path = at("none");
        const expected = { name: "Error", code: "ENOENT", errno: -2, syscall: "open", path, message: `ENOENT: no such file or directory, open '${path}'` };
        assert.throws(() => fs.readFileSync(path), expected);
        await assert.rejects(promises.readFile(path), expected);
        const [error] = await called((cb) => fs.readFile(path, cb));
        assert.matches(error, expected);
        assert.throws(() => fs.statSync(path), { ...expected, syscall: "stat", message: /, stat '/ });
        assert.throws(() => fs.lstatSync(path), { code: "ENOENT", syscall: "lstat" });
        assert.throws(() => fs.readdirSync(path), { code: "ENOENT", syscall: "scandir" });
        assert.throws(() => fs.rmdirSync(path), { code: "ENOENT", syscall: "rmdir" });
        assert.throws(() => fs.unlinkSync(path), { code: "ENOENT", syscall: "unlink" });
        assert.throws(() => fs.rmSync(path), { code: "ENOENT", syscall: "lstat" });
        assert.throws(() => fs.accessSync(path), { code: "ENOENT", syscall: "access" });
        assert.throws(() => fs.chmodSync(path, 0o600), { code: "ENOENT", syscall: "chmod" });
        assert.throws(() => fs.chownSync(path, 1, 1), { code: "ENOENT", syscall: "chown" });
        assert.throws(() => fs.utimesSync(path, 1, 1), { code: "ENOENT", syscall: "utime" });
        assert.throws(() => fs.lutimesSync(path, 1, 1), { code: "ENOENT", syscall: "lutime" });
        assert.throws(() => fs.readlinkSync(path), { code: "ENOENT", syscall: "readlink" });
        assert.throws(() => fs.realpathSync(path), { code: "ENOENT", syscall: "lstat", path });
        assert.throws(() => fs.realpathSync.native(path), { code: "ENOENT", syscall: "realpath", path });
        assert.throws(() => fs.statfsSync(path), { code: "ENOENT", syscall: "statfs" });
        assert.throws(() => fs.opendirSync(path), { code: "ENOENT", syscall: "opendir" });
        assert.throws(() => fs.mkdtempSync(path + "/x"), { code: "ENOENT", syscall: "mkdtemp", path: path + "/xXXXXXX" });
        await assert.rejects(promises.open(path), expected);
        "#,
    );
}

#[test]
fn two_paths_are_both_named() {
    check(
        r#"
        const [path, dest] = [at("none"), at("other")];
        const arrow = (syscall) => ({ code: "ENOENT", syscall, path, dest, message: `ENOENT: no such file or directory, ${syscall} '${path}' -> '${dest}'` });
        assert.throws(() => fs.renameSync(path, dest), arrow("rename"));
        assert.throws(() => fs.linkSync(path, dest), arrow("link"));
        await assert.rejects(promises.copyFile(path, dest), arrow("copyfile"));
        "#,
    );
}

#[test]
fn directories_and_files_are_told_apart() {
    check(
        r#"
        fs.mkdirSync(at("d/e"), { recursive: true });
        fs.writeFileSync(at("f"), "");
        assert.throws(() => fs.readFileSync(at("d")), { code: "EISDIR", syscall: "read", message: "EISDIR: illegal operation on a directory, read" });
        await assert.rejects(promises.readFile(at("d")), { code: "EISDIR", syscall: "read" });
        assert.throws(() => fs.writeFileSync(at("d"), ""), { code: "EISDIR", syscall: "open" });
        assert.throws(() => fs.readFileSync(at("f/x")), { code: "ENOTDIR", syscall: "open" });
        assert.throws(() => fs.readdirSync(at("f")), { code: "ENOTDIR", syscall: "scandir" });
        assert.throws(() => fs.rmdirSync(at("f")), { code: "ENOTDIR", syscall: "rmdir" });
        assert.throws(() => fs.mkdirSync(at("f")), { code: "EEXIST", syscall: "mkdir" });
        assert.throws(() => fs.mkdirSync(at("f/x"), { recursive: true }), { code: "ENOTDIR", path: at("f/x") });
        assert.throws(() => fs.mkdirSync(at("f"), { recursive: true }), { code: "EEXIST", path: at("f") });
        assert.throws(() => fs.rmdirSync(at("d")), { code: "ENOTEMPTY", syscall: "rmdir" });
        assert.throws(() => fs.copyFileSync(at("d"), at("g")), { code: "EISDIR" });
        assert.equal(fs.existsSync(at("g")), false);
        const error = assert.throws(() => fs.rmSync(at("d")), {
          name: "SystemError", code: "ERR_FS_EISDIR", errno: 21, syscall: "rm", path: at("d"),
          message: `Path is a directory: rm returned EISDIR (is a directory) ${at("d")}`,
        });
        assert.deepEqual(error.info, { code: "EISDIR", message: "is a directory", path: at("d"), syscall: "rm", errno: 21 });
        "#,
    );
}

#[test]
fn a_circle_of_links_is_eloop() {
    check(
        r#"
        fs.symlinkSync("b", at("a"));
        fs.symlinkSync("a", at("b"));
        assert.throws(() => fs.readFileSync(at("a")), { code: "ELOOP", syscall: "open", message: /too many symbolic links encountered/ });
        assert.throws(() => fs.realpathSync(at("a")), { code: "ELOOP", syscall: "stat" });
        await assert.rejects(promises.realpath(at("a")), { code: "ELOOP", syscall: "realpath" });
        "#,
    );
}

#[test]
fn what_must_be_new_is_eexist() {
    check(
        r#"
        fs.writeFileSync(at("a"), "");
        assert.throws(() => fs.openSync(at("a"), "wx"), { code: "EEXIST", syscall: "open" });
        assert.throws(() => fs.copyFileSync(at("a"), at("a"), fs.constants.COPYFILE_EXCL), { code: "EEXIST", syscall: "copyfile" });
        assert.throws(() => fs.symlinkSync("x", at("a")), { code: "EEXIST", path: "x", dest: at("a") });
        await assert.rejects(promises.mkdir(at("")), { code: "EEXIST" });
        "#,
    );
}

#[test]
fn a_number_that_is_not_open_is_ebadf() {
    check(
        r#"
        // No process has as many: a number that was closed may be another test's by now.
        const fd = 2 ** 30;
        const bytes = Buffer.alloc(1);
        for (const [syscall, run] of [
          ["close", () => fs.closeSync(fd)], ["fstat", () => fs.fstatSync(fd)], ["read", () => fs.readSync(fd, bytes)], ["write", () => fs.writeSync(fd, "x")],
          ["fsync", () => fs.fsyncSync(fd)], ["fdatasync", () => fs.fdatasyncSync(fd)], ["ftruncate", () => fs.ftruncateSync(fd)], ["fchmod", () => fs.fchmodSync(fd, 0)],
          ["fchown", () => fs.fchownSync(fd, 1, 1)], ["futime", () => fs.futimesSync(fd, 1, 1)], ["read", () => fs.readvSync(fd, [bytes])], ["write", () => fs.writevSync(fd, [bytes])],
        ]) assert.throws(run, { code: "EBADF", errno: -9, syscall, path: undefined, message: `EBADF: bad file descriptor, ${syscall}` });
        const [error] = await called((cb) => fs.close(fd, cb));
        assert.equal(error.code, "EBADF");
        "#,
    );
}

#[test]
fn what_permissions_forbid_is_eacces() {
    check(
        r#"
        fs.mkdirSync(at("d"));
        fs.writeFileSync(at("d/f"), "");
        fs.chmodSync(at("d"), 0);
        // Who may do everything is not refused.
        try { fs.readdirSync(at("d")); } catch (error) {
          assert.matches(error, { code: "EACCES", syscall: "scandir", message: /permission denied/ });
          assert.throws(() => fs.statSync(at("d/f")), { code: "EACCES" });
          assert.throws(() => fs.writeFileSync(at("d/g"), ""), { code: "EACCES", syscall: "open" });
          assert.throws(() => fs.accessSync(at("d/f")), { code: "EACCES" });
        }
        fs.chmodSync(at("d"), 0o700);
        "#,
    );
}

#[test]
fn bad_arguments_throw_or_reject_in_nodes_words() {
    check(
        r#"
        const path = { name: "TypeError", code: "ERR_INVALID_ARG_TYPE", message: 'The "path" argument must be of type string or an instance of Buffer or URL. Received undefined' };
        assert.throws(() => fs.readFileSync(), path);
        assert.throws(() => fs.stat(undefined, () => {}), path);
        await assert.rejects(promises.readFile(), path);
        assert.throws(() => fs.readFileSync("a\0b"), { code: "ERR_INVALID_ARG_VALUE", message: "The argument 'path' must be a string, Uint8Array, or URL without null bytes. Received 'a\\x00b'" });
        assert.throws(() => fs.renameSync("a"), { message: /^The "newPath" argument must be/ });
        assert.throws(() => fs.readFileSync("/", "nope"), { code: "ERR_INVALID_ARG_VALUE", message: "The argument 'encoding' is invalid encoding. Received 'nope'" });
        assert.throws(() => fs.readFileSync(at(""), 5), { code: "ERR_INVALID_ARG_TYPE", message: 'The "options" argument must be one of type string or object. Received type number (5)' });
        fs.writeFileSync(at("a"), "");
        assert.throws(() => fs.readFileSync(at("a"), "buffer"), { code: "ERR_UNKNOWN_ENCODING" });
        assert.throws(() => fs.openSync(at("a"), "q"), { code: "ERR_INVALID_ARG_VALUE", message: "The argument 'flags' is invalid. Received 'q'" });
        assert.throws(() => fs.openSync(at("a"), "r", "9"), { code: "ERR_INVALID_ARG_VALUE", message: "The argument 'mode' must be a 32-bit unsigned integer or an octal string. Received '9'" });
        assert.throws(() => fs.closeSync("1"), { message: `The "fd" argument must be of type number. Received type string ('1')` });
        assert.throws(() => fs.closeSync(-1), { code: "ERR_OUT_OF_RANGE", message: 'The value of "fd" is out of range. It must be >= 0 && <= 2147483647. Received -1' });
        assert.throws(() => fs.readFile(at("a")), { message: 'The "cb" argument must be of type function. Received undefined' });
        assert.throws(() => fs.accessSync(at("a"), 8), { code: "ERR_OUT_OF_RANGE", message: "mode is out of range: >= 0 && <= 7" });
        assert.throws(() => fs.mkdirSync(at("b"), { recursive: "x" }), { message: `The "options.recursive" property must be of type boolean. Received type string ('x')` });
        assert.throws(() => fs.rmSync(at("b"), { maxRetries: -1 }), { code: "ERR_OUT_OF_RANGE", message: /"options.maxRetries"/ });
        assert.throws(() => fs.chownSync(at("a"), -2, 1), { code: "ERR_OUT_OF_RANGE", message: /It must be >= -1 && <= 4294967295/ });
        assert.throws(() => fs.utimesSync(at("a"), "x", 1), { message: `The "time" argument must be an instance of Date or an Time in seconds. Received type string ('x')` });
        assert.throws(() => fs.symlinkSync("a", at("c"), "nope"), { code: "ERR_INVALID_ARG_VALUE", message: /must be one of: 'dir', 'file', 'junction', null, undefined/ });
        await assert.rejects(promises.lchmod(at("a"), 1), { code: "ERR_METHOD_NOT_IMPLEMENTED" });
        "#,
    );
}

#[test]
fn a_url_must_name_a_local_file() {
    check(
        r#"
        fs.writeFileSync(at("a b"), "x");
        assert.equal(fs.readFileSync(new URL(`file://${at("a%20b")}`), "utf8"), "x");
        assert.equal(fs.readFileSync(Buffer.from(at("a b")), "utf8"), "x");
        assert.throws(() => fs.readFileSync(new URL("http://host/a")), { code: "ERR_INVALID_URL_SCHEME", message: "The URL must be of scheme file" });
        assert.throws(() => fs.readFileSync(new URL("file://host/a")), { code: "ERR_INVALID_FILE_URL_HOST" });
        assert.throws(() => fs.readFileSync(new URL("file:///a%2Fb")), { code: "ERR_INVALID_FILE_URL_PATH" });
        assert.throws(() => fs.readFileSync(new URL("file:///a%00b")), { code: "ERR_INVALID_ARG_VALUE" });
        "#,
    );
}

#[test]
fn a_url_that_is_no_text_is_refused() {
    check(
        r#"
        const url = (pathname) => ({ href: `file://${pathname}`, protocol: "file:", hostname: "", pathname });
        for (const pathname of ["/%82%A0", "/%", "/%+1", "/%zz"])
          assert.throws(() => fs.writeFileSync(url(pathname), ""), { name: "URIError", message: "URI malformed" });
        assert.throws(() => fs.readFileSync(url("/a%2fb")), { code: "ERR_INVALID_FILE_URL_PATH" });
        "#,
    );
}
