//! `FileHandle`, streams, and watching.

mod support;

use support::check;

#[test]
fn a_handle_reads_and_writes() {
    check(
        r#"
        const handle = await promises.open(at("a"), "w+");
        assert.equal(typeof handle.fd, "number");
        assert.deepEqual(await handle.write("hello"), { bytesWritten: 5, buffer: "hello" });
        assert.equal((await handle.write(Buffer.from("XY"), { offset: 1, position: 0 })).bytesWritten, 1);
        assert.equal((await handle.writev([Buffer.from("1"), Buffer.from("2")], 5)).bytesWritten, 2);
        const { bytesRead, buffer } = await handle.read({ buffer: Buffer.alloc(3), position: 0 });
        assert.deepEqual([bytesRead, buffer.toString()], [3, "Yel"]);
        const parts = [Buffer.alloc(2), Buffer.alloc(9)];
        assert.equal((await handle.readv(parts, 4)).bytesRead, 3);
        assert.equal((await handle.stat()).size, 7);
        await handle.truncate(2);
        await handle.chmod(0o600);
        await handle.utimes(1, 2);
        await handle.sync();
        await handle.datasync();
        const stat = fs.statSync(at("a"));
        assert.deepEqual([stat.size, stat.mode & 0o777, stat.mtimeMs], [2, 0o600, 2000]);
        await handle.close();
        const again = await promises.open(at("a"), "a+");
        await again.appendFile("!");
        await promises.writeFile(again, ["?", "?"]);
        await again.close();
        assert.equal(fs.readFileSync(at("a"), "utf8"), "Ye!??");
        "#,
    );
}

#[test]
fn a_handle_closes_once_and_after_what_is_under_way() {
    check(
        r#"
        fs.writeFileSync(at("a"), "x".repeat(600_000));
        const handle = await promises.open(at("a"));
        let events = 0;
        handle.on("close", () => events++);
        const reading = handle.readFile("latin1");
        const closing = handle.close();
        assert.equal(closing, handle.close());
        assert.equal((await reading).length, 600_000);
        await closing;
        assert.deepEqual([handle.fd, events], [-1, 1]);
        await assert.rejects(handle.stat(), { code: "EBADF", message: "file closed", syscall: "fstat" });
        await handle.close();
        const disposed = await promises.open(at("a"));
        await disposed[Symbol.asyncDispose]();
        assert.equal(disposed.fd, -1);
        "#,
    );
}

#[test]
fn streams_carry_contents() {
    check(
        r#"
        const writing = fs.createWriteStream(at("a"));
        const events = [];
        for (const name of ["open", "ready", "finish", "close"]) writing.on(name, () => events.push(name));
        writing.write("0123");
        writing.write(Buffer.from("4567"));
        writing.end("89");
        await new Promise((resolve) => writing.on("close", resolve));
        assert.deepEqual([events, writing.bytesWritten, writing.path], [["open", "ready", "finish", "close"], 10, at("a")]);
        let text = "";
        for await (const chunk of fs.createReadStream(at("a"), { start: 2, end: 7, highWaterMark: 4, encoding: "latin1" })) text += `${chunk}|`;
        assert.equal(text, "2345|67|");
        const over = fs.createWriteStream(at("a"), { flags: "r+", start: 8, flush: true });
        await new Promise((resolve) => over.end("XY", resolve));
        assert.equal(fs.readFileSync(at("a"), "latin1"), "01234567XY");
        assert.ok(over instanceof fs.WriteStream && fs.ReadStream(at("a")).on("error", () => {}) instanceof fs.ReadStream);
        const error = await new Promise((resolve) => fs.createReadStream(at("none")).on("error", resolve));
        const kept = fs.createReadStream(null, { fd: 13337, autoClose: false });
        const failure = await new Promise((resolve) => kept.on("error", resolve).resume());
        assert.deepEqual([failure.code, kept.destroyed, kept.closed, kept.fd], ["EBADF", false, false, 13337]);
        assert.matches(error, { code: "ENOENT", syscall: "open" });
        assert.throws(() => fs.createReadStream(at("a"), { start: 5, end: 2 }), { code: "ERR_OUT_OF_RANGE", message: 'The value of "start" is out of range. It must be <= "end" (here: 2). Received 5' });
        assert.throws(() => fs.createWriteStream(5), { code: "ERR_INVALID_ARG_TYPE" });
        "#,
    );
}

#[test]
fn streams_of_a_handle_close_it() {
    check(
        r#"
        fs.writeFileSync(at("a"), "abc");
        const handle = await promises.open(at("a"));
        const chunks = [];
        for await (const chunk of handle.createReadStream({ encoding: "utf8" })) chunks.push(chunk);
        assert.deepEqual([chunks, handle.fd], [["abc"], -1]);
        const other = await promises.open(at("b"), "w");
        const stream = other.createWriteStream();
        await new Promise((resolve) => stream.on("close", resolve).end("x"));
        assert.deepEqual([fs.readFileSync(at("b"), "utf8"), other.fd], ["x", -1]);
        const web = await promises.open(at("a"));
        let text = "";
        for await (const chunk of web.readableWebStream({ autoClose: true })) text += Buffer.from(chunk).toString();
        assert.deepEqual([text, web.fd], ["abc", -1]);
        "#,
    );
}

#[test]
fn a_program_may_replace_open_and_inherit() {
    check(
        r#"
        fs.writeFileSync(at("a"), "abc");
        function Old(path) { fs.ReadStream.call(this, path); }
        Object.setPrototypeOf(Old.prototype, fs.ReadStream.prototype);
        Old.prototype.open = function () {
          fs.open(this.path, this.flags, this.mode, (error, fd) => {
            if (error) return this.emit("error", error);
            this.fd = fd;
            this.emit("open", fd);
          });
        };
        let text = "";
        for await (const chunk of new Old(at("a"))) text += chunk;
        assert.equal(text, "abc");
        let reads = 0;
        const given = { open: fs.open, close: fs.close, read: (...args) => { reads++; fs.read(...args); } };
        for await (const chunk of fs.createReadStream(at("a"), { fs: given })) text += chunk;
        assert.deepEqual([text, reads], ["abcabc", 2]);
        "#,
    );
}

#[test]
fn a_blob_has_the_contents() {
    check(
        r#"
        fs.writeFileSync(at("a"), "abc");
        const blob = await fs.openAsBlob(at("a"), { type: "text/plain" });
        assert.deepEqual([blob.size, blob.type, await blob.text()], [3, "text/plain", "abc"]);
        "#,
    );
}

#[test]
fn watching_reports_changes_until_it_is_closed() {
    check(
        r#"
        const watcher = fs.watch(at(""));
        const first = new Promise((resolve) => watcher.once("change", (...given) => resolve(given)));
        fs.writeFileSync(at("a"), "x");
        assert.deepEqual(await first, ["rename", "a"]);
        const closed = new Promise((resolve) => watcher.on("close", resolve));
        watcher.close();
        await closed;
        assert.matches(assert.throws(() => fs.watch(at("none"))), { code: "ENOENT", syscall: "watch", filename: at("none") });
        "#,
    );
}

#[test]
fn watching_a_tree_sees_new_directories() {
    check(
        r#"
        fs.mkdirSync(at("d"));
        const controller = new AbortController();
        const events = promises.watch(at(""), { recursive: true, signal: controller.signal });
        const seen = new Set();
        const reading = (async () => {
          for await (const { filename } of events) {
            seen.add(filename);
            if (filename === "d/new") fs.writeFileSync(at("d/new/f"), "");
            if (filename === "d/new/f") return;
          }
        })();
        fs.mkdirSync(at("d/new"));
        await reading;
        assert.ok(seen.has("d/new") && seen.has("d/new/f"));
        controller.abort();
        const aborted = promises.watch(at(""), { signal: controller.signal });
        await assert.rejects(aborted.next(), { name: "AbortError" });
        "#,
    );
}

#[test]
fn watching_a_file_compares_what_stat_says() {
    check(
        r#"
        const seen = await new Promise((resolve) => {
          fs.watchFile(at("a"), { interval: 5 }, (now, before) => {
            if (now.size === 0) return fs.writeFileSync(at("a"), "abc");
            fs.unwatchFile(at("a"));
            resolve([now.size, before.size, before.isFile()]);
          });
        });
        assert.deepEqual(seen, [3, 0, false]);
        "#,
    );
}

#[test]
fn a_web_stream_ends_with_its_handle() {
    check(
        r#"
        fs.writeFileSync(at("streamed"), "0123456789");
        const handle = await promises.open(at("streamed"));
        const reader = handle.readableWebStream().getReader();
        assert.equal((await reader.read()).value.byteLength, 10);
        const closed = handle.close();
        await reader.closed;
        await closed;
        assert.equal(handle.fd, -1);
        const unread = await promises.open(at("streamed"));
        const stream = unread.readableWebStream();
        await unread.close();
        assert.deepEqual(await stream.getReader().read(), { value: undefined, done: true });
        "#,
    );
}
