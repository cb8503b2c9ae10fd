import { createRequire } from "node:module";
import * as esm from "lru-cache";

const cjs = createRequire(import.meta.url)("lru-cache");
for (const { LRUCache } of [esm, cjs]) {
  const gone = [];
  const cache = new LRUCache({ max: 3, dispose: (value, key, reason) => gone.push([key, value, reason]), updateAgeOnGet: true });
  for (const key of ["a", "b", "c"]) cache.set(key, key.toUpperCase());
  cache.get("a");
  cache.set("d", "D").set("d", "again");
  console.log([...cache.keys()], cache.size, cache.has("b"), cache.peek("c"), gone, cache.delete("c"), [...cache.entries()]);
  const sized = new LRUCache({ maxSize: 10, sizeCalculation: (value) => value.length, ttl: 15 });
  sized.set("x", "12345").set("y", "1234567");
  console.log(sized.calculatedSize, sized.get("x"), sized.getRemainingTTL("y") > 0);
  await new Promise((resolve) => setTimeout(resolve, 40));
  console.log(sized.get("y"), sized.purgeStale());
  const fetching = new LRUCache({ max: 5, fetchMethod: async (key, stale, { context }) => `${key}-${context}` });
  console.log(await Promise.all([fetching.fetch("k", { context: 1 }), fetching.fetch("k", { context: 2 })]), fetching.dump().length, fetching.memo, cache.pop());
}
console.log("done");
