//! `node:buffer` as JavaScript sees it. The tables in `node24/` are what Node.js 24 answers.

use llrt_core::{Entry, bytes};
use llrt_mod_buffer::{Blob, Buffer};
use llrt_test::{check, eval, table};

static MODULES: &[Entry] = &[Entry::of::<Buffer>(), Entry::of::<Blob>()];

const SCOPE: &str = r#"
import * as buffer from "node:buffer";
const { Buffer, Blob, File } = buffer;
const B = (...values) => Buffer.from(...values);
"#;

#[test]
fn making_buffers_is_as_in_node() {
    table(MODULES, SCOPE, include_str!("node24/make.txt"));
}

#[test]
fn text_is_written_read_and_found_as_in_node() {
    table(MODULES, SCOPE, include_str!("node24/text.txt"));
}

#[test]
fn numbers_are_read_and_written_as_in_node() {
    table(MODULES, SCOPE, include_str!("node24/numbers.txt"));
}

#[test]
fn bytes_are_copied_compared_and_shown_as_in_node() {
    table(MODULES, SCOPE, include_str!("node24/bytes.txt"));
}

#[test]
fn blobs_are_made_as_in_node() {
    table(MODULES, SCOPE, include_str!("node24/blob.txt"));
}

#[test]
fn what_a_blob_holds_is_read_by_promises() {
    check(
        MODULES,
        r#"
        import { Blob } from "buffer";
        assert.equal(await new Blob(["a\r\nb\rc\nd"], { endings: "native" }).text(), "a\nb\nc\nd");
        assert.equal(await new Blob(["\ufeffabc\ud800"]).text(), "abc\ufffd");
        assert.equal(await new Blob(["abcdef"]).slice(1, 4).slice(1).text(), "cd");
        assert.equal((await new Blob(["abc"]).arrayBuffer()).byteLength, 3);
        assert.equal((await new Blob(["abc"]).bytes()).constructor, Uint8Array);
        for (const method of ["text", "arrayBuffer", "bytes"])
          await assert.rejects(Blob.prototype[method].call({}), { name: "TypeError", code: "ERR_INVALID_THIS" });
        const bytes = new Uint8Array([1, 2]);
        const blob = new Blob([bytes]);
        bytes[0] = 9;
        assert.deepEqual([...await blob.bytes()], [1, 2]);
        "#,
    );
}

#[test]
fn members_have_the_names_of_node() {
    let seen = eval(
        MODULES,
        r#"
        import * as all from "node:buffer";
        const { Buffer } = all;
        export default [
          Object.keys(all.default).join(),
          Reflect.ownKeys(Buffer.prototype).filter((key) => typeof key === "string").length,
          Buffer.prototype.readUint8 === Buffer.prototype.readUInt8,
          Buffer.prototype.toLocaleString === Buffer.prototype.toString,
          Buffer.prototype.writeUIntLE.length,
          Object.keys(all.default).every((key) => all[key] === all.default[key]),
        ];
        "#,
    );
    let names = "Buffer,SlowBuffer,transcode,isUtf8,isAscii,kMaxLength,kStringMaxLength,btoa,atob,constants,\
                 INSPECT_MAX_BYTES,Blob,resolveObjectURL,File";
    assert_eq!(seen, format!(r#"["{names}",96,true,true,3,true]"#));
}

#[test]
fn globals_are_those_of_the_module() {
    let seen = eval(
        MODULES,
        r#"
        import * as all from "node:buffer";
        export default ["Buffer", "Blob", "File", "atob", "btoa"].map((name) => {
          const { enumerable } = Object.getOwnPropertyDescriptor(globalThis, name);
          return [globalThis[name] === all[name], enumerable];
        });
        "#,
    );
    assert_eq!(seen, "[[true,false],[true,false],[true,false],[true,true],[true,true]]");
}

#[test]
fn the_sign_of_zero_is_read() {
    let seen = eval(MODULES, r#"export default Object.is(Buffer.from("0000000000000080", "hex").readDoubleLE(), -0);"#);
    assert_eq!(seen, "true");
}

#[test]
fn a_view_that_shrank_or_lost_its_memory_is_safe() {
    check(
        MODULES,
        r#"
        const memory = new ArrayBuffer(8, { maxByteLength: 16 });
        const whole = Buffer.from(memory, 0, 8);
        memory.resize(4);
        assert.equal(whole.toString("hex"), "");
        assert.throws(() => whole.readInt8(0), { name: "RangeError" });
        const detached = Buffer.from(new ArrayBuffer(8));
        detached.buffer.transfer();
        assert.equal(detached.length, 0);
        assert.equal(detached.toString(), "");
        assert.equal(detached.fill(1).length, 0);
        assert.equal(detached.indexOf(0), -1);
        "#,
    );
}

#[test]
fn a_fill_value_that_detaches_the_memory_is_refused() {
    check(
        MODULES,
        r#"
        const buffer = Buffer.from(new ArrayBuffer(8));
        const value = { valueOf() { buffer.buffer.transfer(); return 1; } };
        assert.throws(() => buffer.fill(value), { code: "ERR_BUFFER_OUT_OF_BOUNDS" });
        "#,
    );
}

#[test]
fn inspection_shows_bytes_and_own_properties() {
    let seen = eval(
        MODULES,
        r#"
        const custom = Symbol.for("nodejs.util.inspect.custom");
        const inspect = (value) => `[Object: null prototype] { ${Object.keys(value).map((k) => `${k}: ${value[k]}`)} }`;
        const buffer = Buffer.from("ab");
        buffer.extra = 5;
        const blob = new Blob(["abc"], { type: "a/b" });
        export default [
          buffer[custom](2, {}, inspect),
          Buffer.alloc(52)[custom](2, {}, inspect).slice(-20),
          blob[custom](2, { depth: 2 }, (value) => JSON.stringify(value)),
          blob[custom](-1, {}, inspect),
          new File([], "n", { lastModified: 1 })[custom](2, {}, (value) => JSON.stringify(value)),
        ];
        "#,
    );
    assert_eq!(
        seen,
        r#"["<Buffer 61 62, extra: 5>","00 ... 2 more bytes>","Blob {\"size\":3,\"type\":\"a/b\"}","[Blob]","File {\"size\":0,\"type\":\"\",\"name\":\"n\",\"lastModified\":1}"]"#
    );
}

#[test]
fn object_urls_resolve_until_they_are_revoked() {
    // `internal:blob` is for built-in code, so that a built-in stands in for `URL`.
    check_native(|ctx| {
        let blob = llrt_core::host::import(ctx, "internal:blob")?;
        ctx.globals().set("blob", blob)?;
        let seen: String = ctx.eval(
            r#"
            const { Blob, registerObjectURL, resolveObjectURL, revokeObjectURL, blobBytes, isBlob, isFile } = blob;
            const one = new Blob(["abc"]);
            const url = registerObjectURL(one);
            const seen = [/^blob:nodedata:[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(url)];
            seen.push(resolveObjectURL(url) === one, registerObjectURL(one) !== url);
            revokeObjectURL(url);
            seen.push(resolveObjectURL(url), blobBytes(one).join(), isBlob(one), isFile(one), isBlob({}));
            try { registerObjectURL({}) } catch (error) { seen.push(error.code) }
            seen.join(" ")
            "#,
        )?;
        assert_eq!(seen, "true true true  97,98,99 true false false ERR_INVALID_ARG_TYPE");
        Ok(())
    });
}

#[test]
fn rust_makes_buffers() {
    check_native(|ctx| {
        let buffer = bytes::buffer(ctx, b"abc".to_vec())?;
        ctx.globals().set("made", buffer)?;
        ctx.globals().set("zeros", bytes::buffer_zeroed(ctx, 2)?)?;
        let seen: String =
            ctx.eval("[made instanceof Buffer, made.toString('hex'), zeros.equals(Buffer.alloc(2))].join()")?;
        assert_eq!(seen, "true,616263,true");
        Ok(())
    });
}

#[test]
fn a_method_called_with_new_refuses_what_it_makes() {
    check(
        MODULES,
        r#"
        import { Buffer } from "node:buffer";
        assert.throws(() => new Buffer.prototype.lastIndexOf(1, "a"), {
          code: "ERR_INVALID_ARG_TYPE",
          message: 'The "buffer" argument must be an instance of Buffer, TypedArray, or DataView. Received an instance of lastIndexOf',
        });
        assert.equal(Buffer.from("abab").lastIndexOf("ab"), 2);
        "#,
    );
}

fn check_native(body: impl for<'js> FnOnce(&rquickjs::Ctx<'js>) -> rquickjs::Result<()>) {
    use rquickjs::CatchResultExt;
    let runtime = rquickjs::Runtime::new().expect("the engine starts");
    runtime.set_loader(llrt_core::host::Resolver, llrt_core::host::Loader);
    let context = rquickjs::Context::full(&runtime).expect("the context is made");
    context.with(|ctx| {
        let run = llrt_core::host::attach(&ctx, MODULES).and_then(|()| body(&ctx));
        run.catch(&ctx).map_err(|error| error.to_string()).expect("it runs");
    });
}

#[test]
fn large_strings_of_every_kind_survive_the_round_trip() {
    check(
        MODULES,
        r#"
        const bytes = Buffer.from(Array.from({ length: 30000 }, (_, i) => (i * 7919) % 256));
        for (const encoding of ["latin1", "hex", "base64", "base64url", "utf16le"]) {
          const text = bytes.toString(encoding);
          assert.ok(Buffer.from(text, encoding).equals(bytes), encoding);
          // Joined of parts.
          assert.ok(Buffer.from(text.slice(0, 12000) + text.slice(12000), encoding).equals(bytes), encoding);
        }
        // Cut from a whole.
        assert.ok(Buffer.from(bytes.toString("latin1").slice(5), "latin1").equals(bytes.subarray(5)));
        assert.ok(Buffer.from(bytes.toString("hex").slice(10), "hex").equals(bytes.subarray(5)));
        assert.ok(Buffer.from(bytes.toString("base64").slice(8), "base64").equals(bytes.subarray(6)));
        for (const part of ["plain ASCII only. ", "caf\u00e9 ", "\u2603 mixed with a run of ASCII, \u{1f600}", "\ud800 lone \udc00"]) {
          for (const text of [part.repeat(3000), part.repeat(3000).slice(1), "x" + part.repeat(3000)]) {
            const encoded = Buffer.from(text);
            assert.equal(encoded.length, Buffer.byteLength(text));
            assert.equal(encoded.toString(), text.toWellFormed());
            assert.equal(Buffer.from(text, "latin1").length, text.length);
          }
        }
        assert.equal(Buffer.from("\u2603a".repeat(1000), "latin1")[0], 0x03);
        "#,
    );
}
