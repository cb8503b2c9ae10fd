import { createRequire } from "node:module";
import pLimit, { limitFunction } from "p-limit";

console.log(createRequire(import.meta.url)("p-limit").default === pLimit);
const limit = pLimit(2);
let running = 0, most = 0;
const task = async (n) => {
  most = Math.max(most, ++running);
  await new Promise((resolve) => setTimeout(resolve, 2));
  running--;
  return n * 2;
};
const all = [1, 2, 3, 4, 5].map((n) => limit(task, n));
console.log(limit.activeCount, limit.pendingCount);
console.log(await Promise.all(all), most, await limit.map([1, 2], task), limit.concurrency, await limitFunction(task, { concurrency: 1 })(4));
console.log(await limit(async () => { throw new Error("no"); }).catch((error) => error.message));
try {
  pLimit(0);
} catch (error) {
  console.log(error.name, error.message);
}
console.log("done");
