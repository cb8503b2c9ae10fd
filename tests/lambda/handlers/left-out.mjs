// What the none tier's bootstrap leaves out says so when it is used; what is left of the same modules works.
import zlib from "node:zlib";

const attempt = async (work) => {
  try {
    return await work();
  } catch (error) {
    return `${error.name} ${error.code}: ${error.message}`;
  }
};

export const handler = async () => ({
  brotliCompress: await attempt(() => zlib.brotliCompressSync("text")),
  createBrotliCompress: await attempt(() => zlib.createBrotliCompress()),
  brotliDecompress: zlib.brotliDecompressSync(Buffer.from("iwGAdGV4dAM=", "base64")).toString(),
  zstdCompress: await attempt(() => zlib.zstdCompressSync("text")),
  compressionStream: await attempt(() => new CompressionStream("brotli")),
  zstdDecompress: zlib.zstdDecompressSync(Buffer.from("KLUv/QBYIQAAdGV4dA==", "base64")).toString(),
  gzip: zlib.gunzipSync(zlib.gzipSync("text")).toString(),
  shiftJis: await attempt(() => new TextDecoder("shift_jis")),
  latin1: new TextDecoder("latin1").decode(Uint8Array.of(0xe9, 0x80)),
  utf16: new TextDecoder("utf-16be").decode(Uint8Array.of(0x20, 0xac)),
  http2: await attempt(async () => (await import("node:http2")).connect("http://localhost")),
  test: await attempt(async () => (await import("node:test")).test("a", () => {})),
});
