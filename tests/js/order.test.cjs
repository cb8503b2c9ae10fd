// The loop's order, as Node.js has it.
const assert = require("node:assert");
const fs = require("node:fs");
const { setTimeout: wait } = require("node:timers/promises");

const collect = async (start) => {
  const seen = [];
  await start((text) => () => seen.push(text));
  await wait(30);
  return seen;
};

test("ticks, microtasks, timers and immediates", async () => {
  const seen = await collect((note) => {
    setImmediate(note("immediate"));
    setTimeout(note("timeout"), 0);
    queueMicrotask(note("microtask"));
    process.nextTick(note("tick"));
    Promise.resolve().then(note("promise"));
  });
  // Inside an asynchronous function microtasks are running already: they come before ticks.
  assert.deepStrictEqual(seen.slice(0, 3), ["microtask", "promise", "tick"]);
  expect(seen.slice(3).sort()).toEqual(["immediate", "timeout"]);
});

test("an immediate comes before a timer, after a callback of a file", async () => {
  const seen = await collect(
    (note) =>
      new Promise((resolve) => {
        fs.stat(__filename, () => {
          setTimeout(note("timeout"), 0);
          setImmediate(note("immediate"));
          process.nextTick(note("tick"));
          resolve();
        });
      }),
  );
  assert.deepStrictEqual(seen, ["tick", "immediate", "timeout"]);
});

test("require and import give the same module", async () => {
  const required = require("node:zlib");
  assert.strictEqual((await import("node:zlib")).default, required);
  assert.strictEqual(require("zlib"), required);
  assert.strictEqual((await import("./fixtures/shared.mjs")).default, require("./fixtures/shared.mjs").default);
});
