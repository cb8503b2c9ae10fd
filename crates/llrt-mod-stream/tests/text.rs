//! Streams of text: what decodes and encodes on the way.

mod modules;

use llrt_test::check;
use modules::MODULES;

#[test]
fn a_character_may_be_cut_between_chunks() {
    check(
        MODULES,
        r#"
        import { Readable, PassThrough } from "node:stream";
        import { Buffer } from "node:buffer";
        const parts = () => [Buffer.from([0x61, 0xe2]), Buffer.from([0x82]), Buffer.from([0xac, 0x62])];
        const readable = Readable.from(parts(), { objectMode: false });
        readable.setEncoding("utf8");
        assert.equal(readable.readableEncoding, "utf8");
        const seen = [];
        for await (const text of readable) seen.push(text);
        assert.equal(seen.join(""), "a€b");
        assert.ok(seen.every((text) => !text.includes("\ufffd")), seen.join("|"));
        // Later, with something in the buffer already.
        const late = new PassThrough();
        late.write(Buffer.from([0xe2, 0x82]));
        late.setEncoding("utf8");
        late.end(Buffer.from([0xac]));
        let text = "";
        for await (const part of late) text += part;
        assert.equal(text, "€");
        const cut = new PassThrough({ encoding: "utf8" });
        cut.end(Buffer.from([0x61, 0xe2]));
        text = "";
        for await (const part of cut) text += part;
        assert.equal(text, "a\ufffd");
        assert.throws(() => new PassThrough().setEncoding("nope"), { code: "ERR_UNKNOWN_ENCODING" });
        const hex = Readable.from(parts(), { objectMode: false }).setEncoding("hex");
        text = "";
        for await (const part of hex) text += part;
        assert.equal(text, "61e282ac62");
        "#,
    );
}

#[test]
fn consumers_give_text_and_json() {
    check(
        MODULES,
        r#"
        import { Readable } from "node:stream";
        import { json, text } from "node:stream/consumers";
        import { Buffer } from "node:buffer";
        const cut = () => [Buffer.from([0xe2]), Buffer.from([0x82, 0xac])];
        assert.equal(await text(Readable.from(cut())), "€");
        assert.equal(await text(new ReadableStream({ start(c) { for (const part of cut()) c.enqueue(part); c.close(); } })), "€");
        assert.equal(await text(Readable.from(["a", "b"])), "ab");
        assert.equal(await text(Readable.from([])), "");
        assert.deepEqual(await json(Readable.from(['{"a":', "[1]}"])), { a: [1] });
        await assert.rejects(json(Readable.from(["{"])), { name: "SyntaxError" });
        await assert.rejects(text(new Readable({ read() { this.destroy(new Error("broken")); } })), { message: "broken" });
        "#,
    );
}

#[test]
fn web_streams_decode_and_encode() {
    check(
        MODULES,
        r#"
        const feed = (parts) => ReadableStream.from(parts);
        const collect = async (stream) => { const seen = []; for await (const part of stream) seen.push(part); return seen; };
        const bytes = (...list) => new Uint8Array(list);
        const utf8 = await collect(feed([bytes(0xe2, 0x82), bytes(0xac, 0x62)]).pipeThrough(new TextDecoderStream()));
        assert.equal(utf8.join(""), "€b");
        const wide = new TextDecoderStream("utf-16le");
        assert.equal(wide.encoding, "utf-16le");
        assert.equal((await collect(feed([bytes(0x61), bytes(0, 0x62, 0)]).pipeThrough(wide))).join(""), "ab");
        const fatal = feed([bytes(0xff)]).pipeThrough(new TextDecoderStream("utf-8", { fatal: true }));
        await assert.rejects(collect(fatal), { name: "TypeError" });
        const cut = await collect(feed([bytes(0xe2)]).pipeThrough(new TextDecoderStream()));
        assert.equal(cut.join(""), "\ufffd");
        assert.throws(() => new TextDecoderStream("nope"), { name: "RangeError" });
        const encoded = await collect(feed(["\ud83d", "\ude00", "\ud83d"]).pipeThrough(new TextEncoderStream()));
        assert.deepEqual(encoded.flatMap((part) => [...part]), [240, 159, 152, 128, 0xef, 0xbf, 0xbd]);
        "#,
    );
}
