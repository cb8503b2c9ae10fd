// What tests/bench/modules.mjs measures, in the runtime that runs it: `modules.mjs FOLDER [REGEX]` prints nanoseconds as JSON.
import fs from "node:fs";
import path from "node:path";
import { createHash, randomBytes } from "node:crypto";
import { inspect } from "node:util";
import { brotliCompressSync, constants, crc32, deflateRawSync, gunzipSync, gzipSync, inflateRawSync } from "node:zlib";

const [folder, only = ""] = process.argv.slice(2);
const MB = 1024 * 1024;
/** A turn takes at least this long, so that the clock's grain does not show. */
const TURN_NS = 5e6;
const TURNS = 7;

// Bytes that are the same in every run.
let state = 12345;
const random = () => (state = (state * 48271) % 2147483647);
const bytes = Buffer.alloc(MB);
for (let i = 0; i < MB; i++) bytes[i] = random();
const words = ["lorem", "ipsum", "dolor", "sit", "amet", "consectetur", "adipiscing", "elit", "sed", "do"];
const prose = (length, more = "") => {
  const parts = [];
  for (let size = 0; size < length; ) {
    const word = words[random() % words.length] + (random() % 8 === 0 ? more : "");
    parts.push(word);
    size += word.length + 1;
  }
  return parts.join(" ").slice(0, length);
};
const ascii = prose(MB);
const wide = prose(MB, "é☃日本");
const asciiBytes = Buffer.from(ascii);
const wideBytes = Buffer.from(wide);
const same = Buffer.from(bytes);
const base64 = bytes.toString("base64");
const hex = bytes.toString("hex");
const latin1 = bytes.toString("latin1");
const records = Array.from({ length: 5000 }, (_, id) => ({ id, name: words[id % 10], tags: [words[id % 7], words[id % 3]], nested: { score: id / 7, ok: id % 2 === 0, none: null }, text: `some "text" ${id}\n` }));
const json = JSON.stringify(records);
const zipped = gzipSync(asciiBytes);
const deflated = deflateRawSync(asciiBytes);
const shown = { records: records.slice(0, 1000), map: new Map(records.slice(0, 200).map((it) => [it.id, it])), set: new Set(words), bytes: bytes.subarray(0, 500) };
const file = path.join(folder, "ten");
fs.writeFileSync(file, Buffer.concat(Array(10).fill(bytes)));
const needle = Buffer.from("not in there at all");

const WORK = {
  "Buffer to base64, 1 MB": () => bytes.toString("base64"),
  "Buffer from base64, 1 MB": () => Buffer.from(base64, "base64"),
  "Buffer to hex, 1 MB": () => bytes.toString("hex"),
  "Buffer from hex, 1 MB": () => Buffer.from(hex, "hex"),
  "Buffer to utf8, 1 MB of ASCII": () => asciiBytes.toString("utf8"),
  "Buffer from utf8, 1 MB of ASCII": () => Buffer.from(ascii, "utf8"),
  "Buffer to utf8, 1 M mixed characters": () => wideBytes.toString("utf8"),
  "Buffer from utf8, 1 M mixed characters": () => Buffer.from(wide, "utf8"),
  "Buffer.byteLength, 1 M mixed characters": () => Buffer.byteLength(wide),
  "Buffer to latin1, 1 MB": () => bytes.toString("latin1"),
  "Buffer from latin1, 1 MB": () => Buffer.from(latin1, "latin1"),
  "Buffer.indexOf, 1 MB": () => asciiBytes.indexOf(needle),
  "Buffer.concat, 16 of 64 KB": () => Buffer.concat(Array(16).fill(bytes.subarray(0, 65536))),
  "Buffer.equals, 1 MB": () => bytes.equals(same),
  "zlib.gzipSync, 1 MB of text": () => gzipSync(asciiBytes),
  "zlib.gunzipSync, 1 MB of text": () => gunzipSync(zipped),
  "zlib.gzipSync, 1 MB of noise": () => gzipSync(bytes),
  "zlib.inflateRawSync, 1 MB of text": () => inflateRawSync(deflated),
  "zlib.brotliCompressSync, quality 4, 1 MB of text": () => brotliCompressSync(asciiBytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } }),
  "zlib.crc32, 1 MB": () => crc32(bytes),
  "fs.readFileSync, 10 MB": () => fs.readFileSync(file),
  "fs.promises.readFile, 10 MB": () => fs.promises.readFile(file),
  "fs.readFileSync utf8, 1 MB": null,
  "JSON.parse, 1 MB": () => JSON.parse(json),
  "JSON.stringify, 1 MB": () => JSON.stringify(records),
  "util.inspect, 1,000 records": () => inspect(shown, { depth: 5, maxArrayLength: 2000 }),
  "TextDecoder, 1 M mixed characters": () => new TextDecoder().decode(wideBytes),
  "TextEncoder, 1 M mixed characters": () => new TextEncoder().encode(wide),
  "atob, 1 MB": () => atob(base64),
  "crypto sha256, 1 MB": () => createHash("sha256").update(bytes).digest("hex"),
  "crypto sha1, 1 MB": () => createHash("sha1").update(bytes).digest("hex"),
  "crypto md5, 1 MB": () => createHash("md5").update(bytes).digest("hex"),
  "crypto.randomBytes, 1 MB": () => randomBytes(MB),
  "structuredClone, 1,000 records": () => structuredClone(shown.records),
};
const text = path.join(folder, "text");
fs.writeFileSync(text, wideBytes);
WORK["fs.readFileSync utf8, 1 MB"] = () => fs.readFileSync(text, "utf8");

const pattern = new RegExp(only);
const now = () => process.hrtime.bigint();
const results = {};
for (const [name, run] of Object.entries(WORK)) {
  if (!pattern.test(name)) continue;
  const isLater = run() instanceof Promise;
  const turn = async (count) => {
    const started = now();
    if (isLater) for (let i = 0; i < count; i++) await run();
    else for (let i = 0; i < count; i++) run();
    return Number(now() - started);
  };
  let count = 1;
  while ((await turn(count)) < TURN_NS) count *= 2;
  let best = Infinity;
  for (let i = 0; i < TURNS; i++) best = Math.min(best, (await turn(count)) / count);
  results[name] = Math.round(best);
}
console.log(JSON.stringify(results));
