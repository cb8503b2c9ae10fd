// Files, streams, compression and text, one behind the other.
import { createReadStream, createWriteStream, mkdtempSync, rmSync } from "node:fs";
import { readFile, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { text } from "node:stream/consumers";
import { promisify } from "node:util";
import zlib from "node:zlib";

let dir;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "llrt-js-"));
});
afterEach(() => rmSync(dir, { recursive: true }));

const lines = Array.from({ length: 5000 }, (_, index) => `line ${index} – ünïcödé\n`).join("");

test.each(["Gzip Gunzip", "Deflate Inflate", "BrotliCompress BrotliDecompress", "ZstdCompress ZstdDecompress"])(
  "a file through %s and back",
  async (pair) => {
    const [pack, unpack] = pair.split(" ").map((name) => zlib[`create${name}`]);
    await writeFile(join(dir, "a"), lines);
    // Brotli at its best takes seconds in a build that is not optimized.
    const params = pair.startsWith("Brotli") ? { [zlib.constants.BROTLI_PARAM_QUALITY]: 5 } : undefined;
    await pipeline(createReadStream(join(dir, "a")), pack({ params }), createWriteStream(join(dir, "b")));
    expect((await stat(join(dir, "b"))).size).toBeLessThan(lines.length / 3);
    await pipeline(createReadStream(join(dir, "b")), unpack(), createWriteStream(join(dir, "c")));
    expect(await readFile(join(dir, "c"), "utf8")).toBe(lines);
  },
);

test("a cut file fails with the error of the decoder, and closes everything", async () => {
  const packed = await promisify(zlib.gzip)(lines);
  await writeFile(join(dir, "cut.gz"), packed.subarray(0, packed.length - 20));
  const source = createReadStream(join(dir, "cut.gz"));
  const sink = createWriteStream(join(dir, "out"));
  await expect(pipeline(source, zlib.createGunzip(), sink)).rejects.toMatchObject({ code: "Z_BUF_ERROR", errno: -5 });
  expect([source.destroyed, sink.destroyed]).toEqual([true, true]);
});

test("web streams and Node's meet", async () => {
  const web = Readable.toWeb(Readable.from([Buffer.from(lines)]));
  const back = web.pipeThrough(new CompressionStream("gzip")).pipeThrough(new DecompressionStream("gzip"));
  expect(await text(back)).toBe(lines);
  const blob = new Blob([zlib.gzipSync(lines)]);
  expect(await text(Readable.fromWeb(blob.stream()).pipe(zlib.createGunzip()))).toBe(lines);
});

test("an aborted pipeline ends as AbortError", async () => {
  const controller = new AbortController();
  const endless = new Readable({ read() { setTimeout(() => this.push("x".repeat(1000)), 1); } });
  const piped = pipeline(endless, zlib.createGzip(), createWriteStream(join(dir, "x")), { signal: controller.signal });
  setTimeout(() => controller.abort(), 20);
  await expect(piped).rejects.toThrow(expect.objectContaining({ name: "AbortError", code: "ABORT_ERR" }));
});
