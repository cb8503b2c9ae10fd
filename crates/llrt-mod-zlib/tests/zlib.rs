//! `node:zlib` as JavaScript sees it.

use llrt_core::Entry;
use llrt_mod_abort::Abort;
use llrt_mod_buffer::{Blob, Buffer, Codec};
use llrt_mod_events::{ErrorEvent, EventTarget, Events};
use llrt_mod_stream::{
    Adapters, Compose, Core, Duplexify, Operators, Pipeline, Stream, StreamPromises, WebCommon, WebPipe, WebReadable,
    WebTee, WebText, WebTransform, WebWritable,
};
use llrt_mod_string_decoder::StringDecoder;
use llrt_mod_zlib::{CompressionStreams, Zlib};
use llrt_test::{check, table};

static MODULES: &[Entry] = &[
    Entry::of::<Abort>(),
    Entry::of::<Adapters>(),
    Entry::of::<Blob>(),
    Entry::of::<Buffer>(),
    Entry::of::<Codec>(),
    Entry::of::<Compose>(),
    Entry::of::<CompressionStreams>(),
    Entry::of::<Core>(),
    Entry::of::<Duplexify>(),
    Entry::of::<ErrorEvent>(),
    Entry::of::<EventTarget>(),
    Entry::of::<Events>(),
    Entry::of::<Operators>(),
    Entry::of::<Pipeline>(),
    Entry::of::<Stream>(),
    Entry::of::<StreamPromises>(),
    Entry::of::<StringDecoder>(),
    Entry::of::<WebCommon>(),
    Entry::of::<WebPipe>(),
    Entry::of::<WebReadable>(),
    Entry::of::<WebTee>(),
    Entry::of::<WebText>(),
    Entry::of::<WebTransform>(),
    Entry::of::<WebWritable>(),
    Entry::of::<Zlib>(),
];

const PAIRS: &str = r#"
import zlib from "node:zlib";
import { Buffer } from "node:buffer";
const text = "a text that says a text that says a text. ".repeat(3000);
const pairs = [
  ["deflate", "inflate"], ["gzip", "gunzip"], ["deflateRaw", "inflateRaw"], ["deflate", "unzip"], ["gzip", "unzip"],
  ["brotliCompress", "brotliDecompress"], ["zstdCompress", "zstdDecompress"],
];
const later = (name, ...args) => new Promise((resolve, reject) => {
  zlib[name](...args, (error, value) => (error ? reject(error) : resolve(value)));
});
const collect = async (stream) => { const parts = []; for await (const part of stream) parts.push(part); return Buffer.concat(parts); };
"#;

#[test]
fn every_pair_gives_back_what_it_got_at_once_and_with_callbacks() {
    check(
        MODULES,
        &format!(
            r#"{PAIRS}
        for (const [pack, unpack] of pairs) {{
          const packed = zlib[`${{pack}}Sync`](text);
          assert.ok(packed.length < 3000, `${{pack}} ${{packed.length}}`);
          assert.equal(zlib[`${{unpack}}Sync`](packed).toString(), text, unpack);
          assert.equal((await later(unpack, await later(pack, Buffer.from(text), {{ chunkSize: 64 }}))).toString(), text, unpack);
          assert.equal(zlib[`${{unpack}}Sync`](zlib[`${{pack}}Sync`]("")).length, 0);
        }}
        "#
        ),
    );
}

#[test]
fn every_pair_streams_in_chunks_of_any_size() {
    check(
        MODULES,
        &format!(
            r#"{PAIRS}
        const create = (name, options) => zlib[`create${{name[0].toUpperCase()}}${{name.slice(1)}}`](options);
        for (const [pack, unpack] of pairs) {{
          const packer = create(pack, {{ chunkSize: 64 }});
          const unpacker = create(unpack, {{ chunkSize: 100 }});
          packer.pipe(unpacker);
          for (let at = 0; at < text.length; at += 10007) packer.write(text.slice(at, at + 10007));
          packer.end();
          assert.equal((await collect(unpacker)).toString(), text, `${{pack}} ${{unpack}}`);
          assert.equal(packer.bytesWritten, text.length);
        }}
        "#
        ),
    );
}

#[test]
fn errors_are_those_of_node() {
    table(
        MODULES,
        r#"import zlib from "node:zlib"; import { Buffer } from "node:buffer";"#,
        r#"
zlib.inflateSync(Buffer.from("abc"))  =>  throws Error[Z_DATA_ERROR]: incorrect header check
zlib.gunzipSync(zlib.gzipSync("abc").subarray(0, 10))  =>  throws Error[Z_BUF_ERROR]: unexpected end of file
zlib.gunzipSync(zlib.gzipSync("abc").subarray(0, 10), { finishFlush: zlib.constants.Z_SYNC_FLUSH }).length  =>  0
zlib.gunzipSync(1)  =>  throws TypeError[ERR_INVALID_ARG_TYPE]: The "buffer" argument must be of type string or an instance of Buffer, TypedArray, DataView, or ArrayBuffer. Received type number (1)
zlib.gzipSync("a", { level: 99 })  =>  throws RangeError[ERR_OUT_OF_RANGE]: The value of "options.level" is out of range. It must be >= -1 and <= 9. Received 99
zlib.gzipSync("a", { windowBits: 3 })  =>  throws RangeError[ERR_OUT_OF_RANGE]: The value of "options.windowBits" is out of range. It must be >= 9 and <= 15. Received 3
zlib.brotliDecompressSync("abc")  =>  throws Error[Z_BUF_ERROR]: unexpected end of file
zlib.zstdDecompressSync("abc")  =>  throws Error[ZSTD_error_prefix_unknown]: Unknown frame descriptor
zlib.gunzipSync(zlib.gzipSync("a".repeat(1000)), { maxOutputLength: 10 })  =>  throws RangeError[ERR_BUFFER_TOO_LARGE]: Cannot create a Buffer larger than 10 bytes
zlib.inflateSync(zlib.deflateSync("a", { dictionary: Buffer.from("abc") }))  =>  throws Error[Z_NEED_DICT]: Missing dictionary
zlib.inflateSync(zlib.deflateSync("a", { dictionary: Buffer.from("abc") }), { dictionary: Buffer.from("x") })  =>  throws Error[Z_NEED_DICT]: Bad dictionary
zlib.crc32(5)  =>  throws TypeError[ERR_INVALID_ARG_TYPE]: The "data" argument must be of type string or an instance of Buffer, TypedArray, or DataView. Received type number (5)
zlib.crc32("a", "b")  =>  throws TypeError[ERR_INVALID_ARG_TYPE]: The "value" argument must be of type number. Received type string ('b')
zlib.crc32("hello world")  =>  222957957
zlib.gzip("a")  =>  throws TypeError[ERR_INVALID_ARG_TYPE]: The "callback" argument must be of type function. Received undefined
zlib.gzipSync("a", { chunkSize: 1 })  =>  throws RangeError[ERR_OUT_OF_RANGE]: The value of "options.chunkSize" is out of range. It must be >= 64. Received 1
zlib.gzipSync("a", { flush: 99 })  =>  throws RangeError[ERR_OUT_OF_RANGE]: The value of "options.flush" is out of range. It must be >= 0 and <= 5. Received 99
zlib.brotliCompressSync("a", { params: { 99: 1 } })  =>  throws RangeError[ERR_BROTLI_INVALID_PARAM]: 99 is not a valid Brotli parameter
zlib.brotliCompressSync("a", { params: { 0: "x" } })  =>  throws TypeError[ERR_INVALID_ARG_TYPE]: The "options.params[key]" property must be of type number. Received type string ('x')
zlib.zstdCompressSync("a", { params: { 9999: 1 } })  =>  throws RangeError[ERR_ZSTD_INVALID_PARAM]: 9999 is not a valid zstd parameter
zlib.zstdCompressSync("a", { params: { 0: 0, "00": 0 } })  =>  throws RangeError[ERR_ZSTD_INVALID_PARAM]: 00 is not a valid zstd parameter
zlib.Z_PARTIAL_FLUSH + Object.keys(zlib).filter((name) => name.startsWith("Z_")).length  =>  1
zlib.zstdCompressSync("a", { params: { 101: 100 } })  =>  throws Error[ERR_ZLIB_INITIALIZATION_FAILED]: Setting parameter failed
zlib.zstdCompressSync("a", { pledgedSrcSize: 5 })  =>  throws Error[ZSTD_error_srcSize_wrong]: Src size is incorrect
zlib.zstdCompressSync("a", { pledgedSrcSize: -5 })  =>  throws RangeError[ERR_OUT_OF_RANGE]: pledgedSrcSize must be non-negative
zlib.brotliCompressSync("a", { dictionary: "a" })  =>  throws TypeError[ERR_INVALID_ARG_TYPE]: The "options.dictionary" property must be an instance of Buffer, TypedArray, DataView, or ArrayBuffer. Received type string ('a')
zlib.zstdCompressSync("a", { dictionary: null })  =>  throws TypeError[ERR_INVALID_ARG_TYPE]: The "options.dictionary" property must be an instance of Buffer, TypedArray, DataView, or ArrayBuffer. Received null
zlib.gzipSync("a", { dictionary: 5 })  =>  throws TypeError[ERR_INVALID_ARG_TYPE]: The "options.dictionary" property must be an instance of Buffer, TypedArray, DataView, or ArrayBuffer. Received type number (5)
zlib.gzipSync("a", { maxOutputLength: 0 })  =>  throws RangeError[ERR_OUT_OF_RANGE]: The value of "options.maxOutputLength" is out of range. It must be >= 1 and <= 2147483647. Received 0
zlib.createGzip().params(99, 0)  =>  throws RangeError[ERR_OUT_OF_RANGE]: The value of "level" is out of range. It must be >= -1 and <= 9. Received 99
zlib.createInflateRaw({ windowBits: 0 })  =>  throws RangeError[ERR_OUT_OF_RANGE]: The value of "options.windowBits" is out of range. It must be >= 8 and <= 15. Received 0
zlib.inflateRawSync(Buffer.from("zzzz"))  =>  throws Error[Z_BUF_ERROR]: unexpected end of file
zlib.gunzipSync(Buffer.concat([zlib.gzipSync("abc"), Buffer.alloc(4)])).toString()  =>  "abc"
zlib.gunzipSync(Buffer.concat([zlib.gzipSync("abc"), zlib.gzipSync("def")])).toString()  =>  "abcdef"
zlib.inflateSync(Buffer.concat([zlib.deflateSync("abc"), Buffer.from("more")]), { rejectGarbageAfterEnd: true })  =>  throws TypeError[ERR_TRAILING_JUNK_AFTER_STREAM_END]: Trailing junk found after the end of the compressed stream
zlib.gzipSync("abc", { info: true }).engine instanceof zlib.Gzip  =>  true
zlib.codes.Z_OK + zlib.codes[-3]  =>  "0Z_DATA_ERROR"
"#,
    );
}

#[test]
fn a_stream_of_bad_data_fails_with_number_and_code() {
    check(
        MODULES,
        r#"
        import zlib from "node:zlib";
        const gunzip = zlib.createGunzip();
        const error = await new Promise((resolve) => { gunzip.on("error", resolve); gunzip.end("no gzip at all"); });
        assert.equal(error.errno, -3);
        assert.equal(error.code, "Z_DATA_ERROR");
        assert.ok(gunzip.destroyed);
        const cut = zlib.createBrotliDecompress();
        const seen = await new Promise((resolve) => { cut.on("error", resolve); cut.end(zlib.brotliCompressSync("abcabc").subarray(0, 4)); });
        assert.equal(seen.message, "unexpected end of file");
        "#,
    );
}

#[test]
fn flush_gives_out_what_was_written() {
    check(
        MODULES,
        &format!(
            r#"{PAIRS}
        for (const [name, unpack] of [["createGzip", "createGunzip"], ["createBrotliCompress", "createBrotliDecompress"], ["createZstdCompress", "createZstdDecompress"]]) {{
          const packer = zlib[name](), unpacker = zlib[unpack]();
          packer.pipe(unpacker);
          packer.write("first");
          packer.flush();
          const first = await new Promise((resolve) => unpacker.once("data", resolve));
          assert.equal(first.toString(), "first", name);
          packer.end("last");
          assert.equal((await collect(unpacker)).toString(), "last", name);
        }}
        "#
        ),
    );
}

#[test]
fn flushes_among_writes_are_in_order_up_to_the_end() {
    check(
        MODULES,
        r#"
        import zlib from "node:zlib";
        const gzip = zlib.createGzip(), seen = [], parts = [];
        for (const chunk of ["abc", "def", "ghi"]) {
          gzip.write(chunk, () => seen.push(chunk));
          gzip.flush(zlib.constants.Z_PARTIAL_FLUSH, () => { seen.push("flushed"); const part = gzip.read(); if (part) parts.push(part); });
        }
        await new Promise((resolve, reject) => { gzip.on("error", reject); gzip.end(resolve); });
        assert.equal(seen.join(), "abc,flushed,def,flushed,ghi,flushed");
        const gunzip = zlib.createGunzip();
        gunzip.setEncoding("utf8");
        const texts = [];
        for (const part of parts) await new Promise((resolve) => gunzip.write(part, () => { texts.push(gunzip.read()); resolve(); }));
        assert.equal(texts.join(), "abc,def,ghi");
        "#,
    );
}

#[test]
fn params_change_the_level_and_reset_begins_anew() {
    check(
        MODULES,
        &format!(
            r#"{PAIRS}
        const deflate = zlib.createDeflate({{ level: 9 }});
        const parts = [];
        deflate.on("data", (part) => parts.push(part));
        deflate.write(text);
        await new Promise((resolve) => deflate.params(0, zlib.constants.Z_DEFAULT_STRATEGY, resolve));
        const before = Buffer.concat(parts).length;
        deflate.end(text);
        await new Promise((resolve) => deflate.on("end", resolve));
        const all = Buffer.concat(parts);
        assert.ok(before < 2000 && all.length - before > text.length, `${{before}} ${{all.length}}`);
        assert.equal(zlib.inflateSync(all).toString(), text + text);
        const again = zlib.createDeflate();
        again.reset();
        again.end("x");
        assert.equal(zlib.inflateSync(await collect(again)).toString(), "x");
        "#
        ),
    );
}

#[test]
fn a_closed_stream_frees_its_codec_and_calls_back() {
    check(
        MODULES,
        r#"
        import zlib from "node:zlib";
        const gzip = zlib.createGzip();
        gzip.write("x".repeat(100000));
        assert.equal(gzip._closed, false);
        await new Promise((resolve) => gzip.close(resolve));
        assert.equal(gzip._closed, true);
        assert.throws(() => gzip.reset(), { message: "zlib binding closed" });
        "#,
    );
}

#[test]
fn dictionaries_serve_all_formats_that_have_them() {
    check(
        MODULES,
        r#"
        import zlib from "node:zlib";
        import { Buffer } from "node:buffer";
        const dictionary = Buffer.from("a dictionary of words that come up again and again in what is packed");
        const input = Buffer.from("words that come up again and again in what is packed with a dictionary of words");
        for (const [pack, unpack] of [["deflate", "inflate"], ["deflateRaw", "inflateRaw"], ["brotliCompress", "brotliDecompress"], ["zstdCompress", "zstdDecompress"]]) {
          const packed = zlib[`${pack}Sync`](input, { dictionary });
          assert.ok(packed.length < zlib[`${pack}Sync`](input).length, pack);
          assert.equal(zlib[`${unpack}Sync`](packed, { dictionary }).toString(), input.toString(), pack);
        }
        "#,
    );
}

#[test]
fn web_streams_pack_and_unpack() {
    check(
        MODULES,
        r#"
        import "node:buffer";
        const text = "web ".repeat(1000);
        const read = async (stream) => { let size = 0, text = ""; const decoder = (b) => String.fromCharCode(...b); for await (const part of stream) { size += part.length; text += decoder(part); } return { size, text }; };
        const bytes = (text) => Uint8Array.from(text, (c) => c.charCodeAt(0));
        const source = () => new ReadableStream({ start(c) { c.enqueue(bytes(text)); c.close(); } });
        for (const format of ["deflate", "deflate-raw", "gzip", "brotli", "zstd"]) {
          const { size } = await read(source().pipeThrough(new CompressionStream(format)));
          assert.ok(size < 200, format);
          const back = await read(source().pipeThrough(new CompressionStream(format)).pipeThrough(new DecompressionStream(format)));
          assert.equal(back.text, text, format);
        }
        const broken = ReadableStream.from([bytes("no gzip")]).pipeThrough(new DecompressionStream("gzip"));
        await assert.rejects(read(broken), { name: "TypeError", code: "Z_DATA_ERROR" });
        assert.throws(() => new CompressionStream("nope"), { name: "TypeError", code: "ERR_INVALID_ARG_VALUE" });
        "#,
    );
}
