import { createRequire } from "node:module";
import * as esm from "nanoid";
import { nanoid as insecure } from "nanoid/non-secure";

const cjs = createRequire(import.meta.url)("nanoid");
for (const { nanoid, customAlphabet, customRandom, random, urlAlphabet } of [esm, cjs]) {
  console.log(/^[\w-]{21}$/.test(nanoid()), nanoid(10).length, nanoid(0), new Set(Array.from({ length: 2000 }, () => nanoid())).size);
  console.log(/^[0-9a-f]{10}$/.test(customAlphabet("1234567890abcdef", 10)()), customAlphabet("abc", 5)(12).length, urlAlphabet, random(8).length);
  let state = 1;
  const seeded = (size) => new Uint8Array(size).map(() => (state = (state * 48271) % 2147483647) & 255);
  console.log(customRandom("abcdef", 10, seeded)(), customRandom(urlAlphabet, 21, seeded)());
}
console.log(insecure().length, insecure(5).length);
console.log("done");
