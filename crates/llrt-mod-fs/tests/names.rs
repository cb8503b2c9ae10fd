//! Metadata, names and directories.

mod support;

use support::check;

#[test]
fn stat_tells_what_a_file_is() {
    check(
        r#"
        fs.writeFileSync(at("f"), "abc", { mode: 0o640 });
        fs.symlinkSync("f", at("l"));
        const stat = fs.statSync(at("l"));
        assert.deepEqual([stat.size, stat.mode, stat.nlink, stat.isFile(), stat.isDirectory()], [3, 0o100640, 1, true, false]);
        assert.deepEqual(Object.keys(stat), ["dev", "mode", "nlink", "uid", "gid", "rdev", "blksize", "ino", "size", "blocks", "atimeMs", "mtimeMs", "ctimeMs", "birthtimeMs"]);
        assert.ok(stat instanceof fs.Stats);
        assert.equal(stat.mtime.getTime(), Math.round(stat.mtimeMs));
        assert.equal(stat.mtime, stat.mtime);
        assert.ok(fs.lstatSync(at("l")).isSymbolicLink());
        const big = await promises.stat(at("f"), { bigint: true });
        assert.deepEqual([big.size === 3n, big.mtimeNs / 1_000_000n === big.mtimeMs, big.isFile(), big.constructor.name], [true, true, true, "BigIntStats"]);
        const fd = fs.openSync(at("f"));
        assert.equal((await called((cb) => fs.fstat(fd, cb)))[1].ino, stat.ino);
        assert.equal(fs.statSync(at("none"), { throwIfNoEntry: false }), undefined);
        assert.equal(await promises.lstat(at("f/x"), { throwIfNoEntry: false }), undefined);
        assert.equal(typeof fs.statfsSync(at("")).bsize, "number");
        assert.equal(typeof (await promises.statfs(at(""), { bigint: true })).bfree, "bigint");
        "#,
    );
}

#[test]
fn access_and_exists_answer() {
    check(
        r#"
        fs.writeFileSync(at("f"), "");
        assert.equal(fs.accessSync(at("f"), fs.constants.R_OK | fs.constants.W_OK), undefined);
        assert.throws(() => fs.accessSync(at("f"), fs.constants.X_OK), { code: "EACCES" });
        assert.deepEqual([fs.existsSync(at("f")), fs.existsSync(at("none")), fs.existsSync(), fs.existsSync({})], [true, false, false, false]);
        assert.deepEqual(await called((cb) => fs.exists(at("f"), cb)), [true]);
        assert.deepEqual(await called((cb) => fs.exists(5, cb)), [false]);
        assert.equal(await fs.exists[Symbol.for("nodejs.util.promisify.custom")](at("f")), true);
        "#,
    );
}

#[test]
fn modes_owners_and_times_are_set() {
    check(
        r#"
        fs.writeFileSync(at("f"), "");
        fs.symlinkSync("f", at("l"));
        fs.chmodSync(at("f"), "600");
        assert.equal(fs.statSync(at("f")).mode & 0o777, 0o600);
        await promises.chmod(at("f"), 0o444);
        assert.equal(fs.statSync(at("f")).mode & 0o777, 0o444);
        fs.chownSync(at("f"), -1, -1);
        await promises.lchown(at("l"), 4294967295, -1);
        fs.utimesSync(at("f"), 1, new Date(2500));
        assert.deepEqual([fs.statSync(at("f")).atimeMs, fs.statSync(at("f")).mtimeMs], [1000, 2500]);
        fs.utimesSync(at("f"), "1.5", 1234567890.5);
        assert.equal(fs.statSync(at("f"), { bigint: true }).mtimeNs, 1234567890500000000n);
        await promises.lutimes(at("l"), 7, 8);
        assert.deepEqual([fs.lstatSync(at("l")).mtimeMs, fs.statSync(at("f")).atimeMs], [8000, 1500]);
        const fd = fs.openSync(at("f"));
        fs.futimesSync(fd, 3, 4);
        fs.fchmodSync(fd, 0o400);
        assert.deepEqual([fs.fstatSync(fd).mtimeMs, fs.fstatSync(fd).mode & 0o777], [4000, 0o400]);
        "#,
    );
}

#[test]
fn directories_are_made_listed_and_removed() {
    check(
        r#"
        assert.equal(fs.mkdirSync(at("a")), undefined);
        assert.equal(fs.mkdirSync(at("a/b/c"), { recursive: true }), at("a/b"));
        assert.equal(fs.mkdirSync(at("a/b/c"), { recursive: true }), undefined);
        assert.deepEqual(await called((cb) => fs.mkdir(at("a/d/e"), { recursive: true, mode: 0o700 }, cb)), [null, at("a/d")]);
        fs.writeFileSync(at("a/b/f"), "");
        assert.deepEqual(fs.readdirSync(at("a")), ["b", "d"]);
        assert.deepEqual(await promises.readdir(at("a"), { recursive: true }), ["b", "d", "b/c", "b/f", "d/e"]);
        const entries = fs.readdirSync(at("a"), { withFileTypes: true, recursive: true });
        assert.deepEqual(entries.map((entry) => [entry.name, entry.parentPath.slice(at("").length), entry.isDirectory(), entry.isFile()]),
          [["b", "a", true, false], ["d", "a", true, false], ["c", "a/b", true, false], ["f", "a/b", false, true], ["e", "a/d", true, false]]);
        assert.ok(entries[0] instanceof fs.Dirent);
        assert.deepEqual(fs.readdirSync(at("a"), "hex"), ["62", "64"]);
        assert.ok((await called((cb) => fs.readdir(at("a"), "buffer", cb)))[1][0].equals(Buffer.from("b")));
        await promises.rm(at("a/b"), { recursive: true });
        fs.rmdirSync(at("a/d"), { recursive: true });
        await promises.rmdir(at("a"));
        assert.equal(fs.rmSync(at("a"), { force: true }), undefined);
        "#,
    );
}

#[test]
fn removing_a_tree_leaves_what_links_lead_to() {
    check(
        r#"
        fs.mkdirSync(at("keep"));
        fs.writeFileSync(at("keep/f"), "x");
        fs.mkdirSync(at("tree/deep/er"), { recursive: true });
        fs.symlinkSync("../../keep", at("tree/deep/link"));
        fs.writeFileSync(at("tree/deep/er/f"), "");
        await promises.rm(at("tree"), { recursive: true });
        assert.deepEqual([fs.existsSync(at("tree")), fs.readFileSync(at("keep/f"), "utf8")], [false, "x"]);
        "#,
    );
}

#[test]
fn temporary_directories_have_new_names() {
    check(
        r#"
        const [a, b] = [fs.mkdtempSync(at("t-")), await promises.mkdtemp(at("t-"))];
        assert.ok(a !== b && a.startsWith(at("t-")) && a.length === at("t-").length + 6 && fs.statSync(b).isDirectory());
        const gone = fs.mkdtempDisposableSync(at("t-"));
        fs.writeFileSync(gone.path + "/f", "");
        gone[Symbol.dispose]();
        assert.equal(fs.existsSync(gone.path), false);
        const later = await promises.mkdtempDisposable(at("t-"));
        await later[Symbol.asyncDispose]();
        assert.equal(fs.existsSync(later.path), false);
        "#,
    );
}

#[test]
fn links_lead_where_they_say() {
    check(
        r#"
        fs.mkdirSync(at("d"));
        fs.writeFileSync(at("d/f"), "x");
        await promises.symlink("d/f", at("l"));
        fs.linkSync(at("d/f"), at("h"));
        assert.equal(fs.statSync(at("h")).nlink, 2);
        assert.deepEqual([fs.readlinkSync(at("l")), fs.realpathSync(at("l")), await promises.realpath(at("d/../l"))], ["d/f", at("d/f"), at("d/f")]);
        assert.ok(fs.realpathSync(at("l"), "buffer").equals(Buffer.from(at("d/f"))));
        assert.equal((await called((cb) => fs.realpath.native(at("l"), cb)))[1], at("d/f"));
        fs.renameSync(at("h"), at("i"));
        fs.unlinkSync(at("l"));
        assert.deepEqual(fs.readdirSync(at("")), ["d", "i"]);
        "#,
    );
}

#[test]
fn a_copy_has_contents_and_mode() {
    check(
        r#"
        fs.writeFileSync(at("a"), "abc", { mode: 0o640 });
        fs.writeFileSync(at("b"), "longer than that");
        fs.copyFileSync(at("a"), at("b"));
        assert.deepEqual([fs.readFileSync(at("b"), "utf8"), fs.statSync(at("b")).mode & 0o777], ["abc", 0o640]);
        await promises.copyFile(at("a"), at("c"), fs.constants.COPYFILE_FICLONE);
        assert.equal(fs.readFileSync(at("c"), "utf8"), "abc");
        fs.copyFileSync(at("a"), at("a"));
        assert.equal(fs.readFileSync(at("a"), "utf8"), "abc");
        "#,
    );
}

#[test]
fn a_dir_gives_its_entries_and_closes() {
    check(
        r#"
        fs.mkdirSync(at("d"));
        for (const name of ["x", "y"]) fs.writeFileSync(at(`d/${name}`), "");
        const seen = [];
        for await (const entry of await promises.opendir(at("d"))) seen.push(entry.name);
        assert.deepEqual(seen, ["x", "y"]);
        const dir = fs.opendirSync(at("d"));
        assert.ok(dir instanceof fs.Dir && dir.path === at("d"));
        assert.deepEqual([dir.readSync().name, (await dir.read()).name, (await called((cb) => dir.read(cb)))[1]], ["x", "y", null]);
        await dir.close();
        const closed = { code: "ERR_DIR_CLOSED", message: "Directory handle was closed" };
        assert.throws(() => dir.readSync(), closed);
        await assert.rejects(dir.read(), closed);
        const left = fs.opendirSync(at("d"));
        await (async () => { for await (const entry of left) throw entry; })().catch(() => {});
        await assert.rejects(left.read(), closed);
        const twice = fs.opendirSync(at("d"));
        const first = twice.close();
        await assert.rejects(twice.close(), closed);
        await first;
        const busy = fs.opendirSync(at("d"));
        const pending = busy.read();
        assert.throws(() => busy.readSync(), { code: "ERR_DIR_CONCURRENT_OPERATION" });
        await pending;
        assert.throws(() => fs.opendirSync(at("d"), { bufferSize: 0 }), { code: "ERR_OUT_OF_RANGE" });
        "#,
    );
}

#[test]
fn a_tree_is_copied_whole_or_refused() {
    check(
        r#"
        fs.mkdirSync(at("a/b"), { recursive: true });
        fs.writeFileSync(at("a/b/f"), "x");
        fs.symlinkSync("b/f", at("a/l"));
        fs.cpSync(at("a"), at("c"), { recursive: true });
        assert.deepEqual([fs.readFileSync(at("c/b/f"), "utf8"), fs.readlinkSync(at("c/l"))], ["x", at("a/b/f")]);
        await promises.cp(at("a"), at("d"), { recursive: true, verbatimSymlinks: true, filter: async (src) => !src.endsWith("/b") });
        assert.deepEqual([fs.readdirSync(at("d")), fs.readlinkSync(at("d/l"))], [["l"], "b/f"]);
        assert.deepEqual(await called((cb) => fs.cp(at("a/b/f"), at("e/f"), cb)), [null]);
        await assert.rejects(promises.cp(at("a"), at("g")), { name: "SystemError", code: "ERR_FS_EISDIR" });
        await assert.rejects(promises.cp(at("a"), at("a/b/x"), { recursive: true }), { code: "ERR_FS_CP_EINVAL" });
        await assert.rejects(promises.cp(at("a"), at("a")), { code: "ERR_FS_CP_EINVAL", message: /src and dest cannot be the same/ });
        assert.throws(() => fs.cpSync(at("a/b/f"), at("c")), { code: "ERR_FS_CP_NON_DIR_TO_DIR" });
        assert.throws(() => fs.cpSync(at("a"), at("e/f"), { recursive: true }), { code: "ERR_FS_CP_DIR_TO_NON_DIR" });
        assert.throws(() => fs.cpSync(at("a/b/f"), at("e/f"), { force: false, errorOnExist: true }), { code: "ERR_FS_CP_EEXIST" });
        assert.throws(() => fs.cpSync(at("a"), at("g"), { recursive: true, filter: async () => true }), { code: "ERR_INVALID_RETURN_VALUE" });
        assert.throws(() => fs.cpSync(at("a"), at("g"), { dereference: true, verbatimSymlinks: true }), { code: "ERR_INCOMPATIBLE_OPTION_PAIR" });
        await assert.rejects(promises.cp(at("none"), at("g")), { code: "ENOENT", syscall: "lstat" });
        "#,
    );
}

#[test]
fn glob_finds_what_patterns_say() {
    check(
        r#"
        for (const directory of ["a/b/c", "a/x", ".hidden/q"]) fs.mkdirSync(at(directory), { recursive: true });
        for (const file of ["top.js", "a/one.js", "a/b/two.ts", "a/b/c/three.js", "a/.dot.js", "a/[x].js"]) fs.writeFileSync(at(file), "");
        const glob = (pattern, options) => fs.globSync(pattern, { cwd: at(""), ...options }).sort();
        assert.deepEqual(glob("*.js"), ["top.js"]);
        assert.deepEqual(glob("**/*.js"), ["a/[x].js", "a/b/c/three.js", "a/one.js", "top.js"]);
        assert.deepEqual(glob("a/{b,x}"), ["a/b", "a/x"]);
        assert.deepEqual(glob("a/*/"), ["a/b", "a/x"]);
        assert.deepEqual(glob("a/+(o|t)*.js"), ["a/one.js"]);
        assert.deepEqual(glob("a/!(one)*.js"), ["a/[x].js"]);
        assert.deepEqual(glob("a/[[]x].js"), ["a/[x].js"]);
        assert.deepEqual(glob("a/b/../one.js"), ["a/one.js"]);
        assert.deepEqual(glob(".*"), [".hidden"]);
        assert.deepEqual(glob(["top.js", "*.js"]), ["top.js"]);
        assert.deepEqual(glob("**/*.js", { exclude: ["a/b/**"] }), ["a/[x].js", "a/one.js", "top.js"]);
        assert.deepEqual(glob("**/*.js", { exclude: (name) => name === "a" }), ["top.js"]);
        assert.deepEqual(glob(at("*.js")), [at("top.js")]);
        assert.ok(fs.globSync("a", { cwd: at(""), withFileTypes: true })[0].isDirectory());
        const seen = [];
        for await (const one of promises.glob("a/b/**", { cwd: at("") })) seen.push(one);
        assert.deepEqual(seen.sort(), ["a/b", "a/b/c", "a/b/c/three.js", "a/b/two.ts"]);
        assert.deepEqual(await called((cb) => fs.glob("nothing", cb)), [null, []]);
        assert.throws(() => fs.globSync(5), { code: "ERR_INVALID_ARG_TYPE" });
        "#,
    );
}
