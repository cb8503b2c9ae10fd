//! Contents of files, in the three ways of asking.

mod support;

use support::check;

#[test]
fn contents_survive_the_round_trip_in_each_way() {
    check(
        r#"
        const text = "naïve ✓";
        fs.writeFileSync(at("a"), text);
        assert.equal(fs.readFileSync(at("a"), "utf8"), text);
        await promises.writeFile(at("b"), text);
        assert.equal(await promises.readFile(at("b"), { encoding: "utf-8" }), text);
        assert.deepEqual(await called((cb) => fs.writeFile(at("c"), text, cb)), [null]);
        assert.deepEqual(await called((cb) => fs.readFile(at("c"), "utf8", cb)), [null, text]);
        const bytes = fs.readFileSync(at("c"));
        assert.ok(bytes instanceof Buffer && bytes.equals(Buffer.from(text)));
        "#,
    );
}

#[test]
fn every_encoding_reads_and_writes() {
    check(
        r#"
        const bytes = Buffer.from([0x68, 0x00, 0xe9, 0xff]);
        for (const [encoding, text] of [
          ["latin1", "h\0éÿ"], ["binary", "h\0éÿ"], ["hex", "6800e9ff"], ["base64", "aADp/w=="], ["base64url", "aADp_w"],
          ["utf16le", "h\uffe9"], ["ucs2", "h\uffe9"], ["UCS-2", "h\uffe9"],
        ]) {
          fs.writeFileSync(at("f"), text, encoding);
          assert.equal(fs.readFileSync(at("f"), "hex"), "6800e9ff", encoding);
          assert.equal(fs.readFileSync(at("f"), encoding), text, encoding);
        }
        fs.writeFileSync(at("f"), bytes);
        assert.equal(fs.readFileSync(at("f"), "ascii"), "h\0i\x7f");
        assert.equal(fs.readFileSync(at("f"), "utf8"), "h\0\ufffd\ufffd");
        fs.writeFileSync(at("f"), "a\ud800b");
        assert.equal(fs.readFileSync(at("f"), "utf8"), "a\ufffdb");
        "#,
    );
}

#[test]
fn views_are_written_without_what_is_around_them() {
    check(
        r#"
        const { buffer } = new Uint8Array([1, 2, 3, 4, 5, 6]);
        fs.writeFileSync(at("a"), new Uint16Array(buffer, 2, 1));
        await promises.appendFile(at("a"), new DataView(buffer, 5));
        assert.equal(fs.readFileSync(at("a"), "hex"), "030406");
        assert.throws(() => fs.writeFileSync(at("a"), buffer), { code: "ERR_INVALID_ARG_TYPE" });
        "#,
    );
}

#[test]
fn appending_keeps_what_is_there() {
    check(
        r#"
        fs.appendFileSync(at("a"), "1");
        await promises.appendFile(at("a"), "2");
        await called((cb) => fs.appendFile(at("a"), "3", { mode: 0o600 }, cb));
        fs.writeFileSync(at("a"), "4", { flag: "a" });
        assert.equal(fs.readFileSync(at("a"), "latin1"), "1234");
        "#,
    );
}

#[test]
fn a_descriptor_stands_for_a_file() {
    check(
        r#"
        const fd = fs.openSync(at("a"), "w+");
        fs.writeFileSync(fd, "one");
        fs.writeFileSync(fd, "two");
        assert.equal(fs.readFileSync(at("a"), "latin1"), "onetwo");
        assert.equal(fs.readFileSync(fd, "latin1"), "", "from where it stands");
        assert.equal(fs.writeSync(fd, "XY", 1), 2);
        const bytes = Buffer.alloc(6);
        assert.equal(fs.readSync(fd, bytes, { position: 0, length: 4, offset: 1 }), 4);
        assert.equal(bytes.toString("latin1"), "\0oXYt\0");
        fs.closeSync(fd);
        assert.throws(() => fs.readFileSync(2 ** 30), { code: "EBADF", syscall: "fstat" });
        "#,
    );
}

#[test]
fn reading_and_writing_at_positions_tells_how_much() {
    check(
        r#"
        const fd = fs.openSync(at("a"), "w+");
        const text = await called((cb) => fs.write(fd, "abc", cb));
        assert.deepEqual(text, [null, 3, "abc"]);
        const bytes = Buffer.from("XYZ");
        assert.deepEqual(await called((cb) => fs.write(fd, bytes, 1, 1, 0, cb)), [null, 1, bytes]);
        const target = Buffer.alloc(4);
        const [error, count, same] = await called((cb) => fs.read(fd, target, 0, 4, 0, cb));
        assert.deepEqual([error, count, same === target, target.toString("latin1")], [null, 3, true, "Ybc\0"]);
        const [, all, made] = await called((cb) => fs.read(fd, { position: 0n }, cb));
        assert.deepEqual([all, made.length], [3, 16384]);
        const parts = [Buffer.alloc(1), new Uint8Array(5)];
        assert.equal(fs.readvSync(fd, parts, 0), 3);
        assert.deepEqual([parts[0][0], parts[1][1]], [89, 99]);
        assert.equal(fs.writevSync(fd, [Buffer.from("1"), Buffer.from("23")], 3), 3);
        assert.deepEqual(await called((cb) => fs.writev(fd, [Buffer.from("4")], 6, cb)), [null, 1, [Buffer.from("4")]]);
        assert.equal(fs.readFileSync(at("a"), "latin1"), "Ybc1234");
        "#,
    );
}

#[test]
fn bad_ranges_are_refused_in_nodes_words() {
    check(
        r#"
        const fd = fs.openSync(at("a"), "w+");
        const bytes = Buffer.alloc(5);
        const range = (message) => ({ name: "RangeError", code: "ERR_OUT_OF_RANGE", message });
        assert.throws(() => fs.readSync(fd, bytes, 0, 6, 0), range('The value of "length" is out of range. It must be <= 5. Received 6'));
        assert.throws(() => fs.readSync(fd, bytes, { offset: 9 }), range('The value of "length" is out of range. It must be >= 0. Received -4'));
        assert.throws(() => fs.readSync(fd, bytes, 0, 5, -5), range('The value of "position" is out of range. It must be >= -1 && <= 9007199254740991. Received -5'));
        assert.throws(() => fs.readSync(fd, bytes, 0, 5, 2n ** 64n), range('The value of "position" is out of range. It must be >= -1 && <= 9223372036854775802. Received 18_446_744_073_709_551_616n'));
        assert.throws(() => fs.writeSync(fd, bytes, 6), range('The value of "offset" is out of range. It must be <= 5. Received 6'));
        assert.throws(() => fs.writeSync(fd, bytes, 1, 5), range('The value of "length" is out of range. It must be <= 4. Received 5'));
        assert.throws(() => fs.writeSync(fd, "abc", 0, "hex"), { code: "ERR_INVALID_ARG_VALUE", message: "The argument 'encoding' is invalid for data of length 3. Received 'hex'" });
        assert.throws(() => fs.readSync(fd, Buffer.alloc(0), 0, 1), { code: "ERR_INVALID_ARG_VALUE" });
        assert.equal(fs.readSync(fd, Buffer.alloc(0)), 0);
        "#,
    );
}

#[test]
fn an_iterable_is_written_piece_by_piece() {
    check(
        r#"
        async function* pieces() { yield "é"; yield Buffer.from("b"); yield new Uint8Array([99]); }
        await promises.writeFile(at("a"), pieces(), "latin1");
        await promises.appendFile(at("a"), ["d", "e"]);
        assert.equal(fs.readFileSync(at("a"), "latin1"), "ébcde");
        await assert.rejects(promises.writeFile(at("a"), [5]), { code: "ERR_INVALID_ARG_TYPE" });
        await assert.rejects(promises.writeFile(at("a"), {}), {
          code: "ERR_INVALID_ARG_TYPE",
          message: 'The "data" argument must be of type string or an instance of Buffer, TypedArray, or DataView. Received an instance of Object',
        });
        "#,
    );
}

#[test]
fn truncating_cuts_and_fills() {
    check(
        r#"
        fs.writeFileSync(at("a"), "abcdef");
        fs.truncateSync(at("a"), 3);
        assert.equal(fs.readFileSync(at("a"), "latin1"), "abc");
        await promises.truncate(at("a"), 5);
        assert.equal(fs.readFileSync(at("a"), "latin1"), "abc\0\0");
        const fd = fs.openSync(at("a"), "r+");
        fs.ftruncateSync(fd, -5);
        assert.equal(fs.statSync(at("a")).size, 0);
        fs.fsyncSync(fd);
        fs.fdatasyncSync(fd);
        assert.throws(() => fs.truncateSync(at("a"), "1"), { code: "ERR_INVALID_ARG_TYPE", message: /"len" argument/ });
        await assert.rejects(promises.truncate(at("none")), { code: "ENOENT", syscall: "open" });
        "#,
    );
}

#[test]
fn an_aborted_signal_stops_it() {
    check(
        r#"
        fs.writeFileSync(at("a"), "x");
        const aborted = { name: "AbortError", code: "ABORT_ERR", message: "The operation was aborted" };
        const reason = new Error("because");
        const error = await assert.rejects(promises.readFile(at("a"), { signal: AbortSignal.abort(reason) }), aborted);
        assert.equal(error.cause, reason);
        const controller = new AbortController();
        const pending = promises.writeFile(at("b"), "x", { signal: controller.signal });
        controller.abort();
        await assert.rejects(pending, aborted);
        assert.equal(fs.existsSync(at("b")), false);
        const [given] = await called((cb) => fs.readFile(at("a"), { signal: AbortSignal.abort() }, cb));
        assert.matches(given, aborted);
        assert.throws(() => fs.readFile(at("a"), { signal: 5 }, () => {}), { code: "ERR_INVALID_ARG_TYPE" });
        "#,
    );
}

#[test]
fn a_callback_runs_in_a_later_turn() {
    check(
        r#"
        fs.writeFileSync(at("a"), "x");
        const seen = [];
        const done = called((cb) => fs.readFile(at("a"), (...given) => { seen.push("callback"); cb(given); }));
        promises.readFile(at("a")).then(() => seen.push("promise"));
        Promise.resolve().then(() => seen.push("microtask"));
        seen.push("script");
        await done;
        await promises.stat(at("a"));
        assert.deepEqual(seen, ["script", "microtask", "callback", "promise"]);
        "#,
    );
}

#[test]
fn a_large_file_and_one_without_a_size_are_read_whole() {
    check(
        r#"
        const large = Buffer.alloc(1_000_000, "0123456789");
        await promises.writeFile(at("a"), large);
        assert.ok(large.equals(await promises.readFile(at("a"))));
        assert.ok(large.equals(fs.readFileSync(at("a"))));
        const [, bytes] = await called((cb) => fs.readFile(at("a"), cb));
        assert.ok(large.equals(bytes));
        for (const text of [fs.readFileSync("/proc/self/status", "utf8"), await promises.readFile("/proc/self/status", "utf8")])
          assert.ok(text.startsWith("Name:"));
        "#,
    );
}

#[test]
fn a_file_over_two_gibibytes_is_too_large() {
    check(
        r#"
        fs.closeSync(fs.openSync(at("a"), "w"));
        fs.truncateSync(at("a"), 2 ** 31);
        const expected = { name: "RangeError", code: "ERR_FS_FILE_TOO_LARGE", message: "File size (2147483648) is greater than 2 GiB" };
        assert.throws(() => fs.readFileSync(at("a")), expected);
        await assert.rejects(promises.readFile(at("a")), expected);
        "#,
    );
}
