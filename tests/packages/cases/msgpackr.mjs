import { createRequire } from "node:module";
import { Readable } from "node:stream";
import * as esm from "msgpackr";

const cjs = createRequire(import.meta.url)("msgpackr");
const data = { text: "hello ☃ wörld", long: "x".repeat(300), numbers: [0, -1, 127, 128, -129, 65536, 2 ** 32, -(2 ** 33), 1.5, 1e300, NaN, Infinity], big: 2n ** 60n, yes: true, none: null, absent: undefined, bytes: Buffer.from([1, 2, 255]), date: new Date(1234567890123), map: new Map([["k", [1]]]), set: new Set([1, "a"]), nested: { a: { b: { c: [] } } }, pattern: /x/g, error: new TypeError("typed").message, typed: new Float32Array([1, 2.5]) };
for (const { pack, unpack, Packr, Unpackr, PackrStream, UnpackrStream, addExtension, encodeIter, decodeIter, unpackMultiple, isNativeAccelerationEnabled } of [esm, cjs]) {
  console.log(typeof isNativeAccelerationEnabled, pack({ a: 1, b: [true, null, "x"] }), unpack(pack(data)));
  const structured = new Packr({ structuredClone: true, moreTypes: true });
  const loop = { name: "loop", ...data };
  loop.self = loop;
  const back = structured.unpack(structured.pack(loop));
  console.log(back.self === back, back.set, back.pattern, back.typed);
  const records = new Packr({ structures: [], useRecords: true, int64AsType: "bigint" });
  const packed = records.pack(Array.from({ length: 20 }, (_, i) => ({ id: i, name: `n${i}` })));
  console.log(packed.length, records.unpack(packed).length, records.unpack(packed)[19], new Unpackr({ mapsAsObjects: false }).unpack(pack({ a: 1 })));
  class Point { constructor(x, y) { Object.assign(this, { x, y }); } }
  addExtension({ Class: Point, type: 11, pack: ({ x, y }) => Buffer.from([x, y]), unpack: ([x, y]) => new Point(x, y) });
  console.log(unpack(pack({ p: new Point(3, 4) })), unpackMultiple(Buffer.concat([pack(1), pack("two")])));
  const out = [];
  for await (const value of Readable.from([{ a: 1 }, { a: 2 }, "x"]).pipe(new PackrStream()).pipe(new UnpackrStream())) out.push(value);
  console.log(out, [...decodeIter([...encodeIter([1, "b", { c: 3 }])])]);
  for (const bad of [Buffer.from([0xdc, 0, 5, 1]), Buffer.from([])])
    try {
      console.log(unpack(bad));
    } catch (error) {
      console.log(error.name, error.message);
    }
}
console.log("done");
