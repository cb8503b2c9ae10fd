import { createRequire } from "node:module";
import * as esm from "uuid";

const cjs = createRequire(import.meta.url)("uuid");
for (const { v1, v3, v4, v5, v6, v7, v1ToV6, v6ToV1, NIL, MAX, validate, version, parse, stringify } of [esm, cjs]) {
  const made = { v1: v1(), v4: v4(), v6: v6(), v7: v7() };
  for (const [name, id] of Object.entries(made)) console.log(name, validate(id), version(id), id.length, id === id.toLowerCase());
  console.log(new Set(Array.from({ length: 1000 }, () => v4())).size, v7() < v7());
  console.log(v3("hello.example.com", v3.DNS), v5("hello.example.com", v5.DNS), v5("http://example.com/hello", v5.URL));
  console.log(v5("Hello, World!", "1b671a64-40d5-491e-99b0-da01ff1f3341"));
  console.log(v4({ random: Uint8Array.of(0x10, 0x91, 0x56, 0xbe, 0xc4, 0xfb, 0xc1, 0xea, 0x71, 0xb4, 0xef, 0xe1, 0x67, 0x1c, 0x58, 0x36) }));
  console.log(v1({ node: Uint8Array.of(1, 0x23, 0x45, 0x67, 0x89, 0xab), clockseq: 0x1234, msecs: Date.UTC(2011, 10, 1), nsecs: 5678 }));
  console.log(v7({ msecs: 1320105600000, random: new Uint8Array(16).fill(7), seq: 0x1234 }));
  console.log(v1ToV6("92f62d9e-22c4-11ef-97e9-325096b39f47"), v6ToV1("1ef22c49-2f62-6d9e-97e9-325096b39f47"), NIL, MAX);
  console.log(parse("6ec0bd7f-11c0-43da-975e-2a8ad9ebae0b"), stringify(parse("6ec0bd7f-11c0-43da-975e-2a8ad9ebae0b")), version(NIL), validate("not a UUID"));
  try {
    parse("nope");
  } catch (error) {
    console.log(error.name, error.message);
  }
  const bytes = new Uint8Array(20);
  console.log(v4({ random: new Uint8Array(16) }, bytes, 4) === bytes, bytes);
}
console.log("done");
