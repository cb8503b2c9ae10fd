// The stack that stands in for the package's does what the package's does, for random programs: SDK_ROOT=<folder of node_modules> node middleware-stack.mjs
import assert from "node:assert/strict";
import path from "node:path";
import { pathToFileURL } from "node:url";

const theirs = await import(pathToFileURL(path.join(process.env.SDK_ROOT, "node_modules/@smithy/core/dist-es/submodules/client/middleware-stack/MiddlewareStack.js")));
const ours = await import("../replace/middleware-stack.js");

let seed = 1;
const random = (n) => (seed = (seed * 48271) % 2147483647) % n;
const pick = (...items) => items[random(items.length)];
const middleware = Array.from({ length: 9 }, (_, i) => (next) => (trace) => next([...trace, i]));

function program(length) {
  return Array.from({ length }, () => {
    const names = { name: pick(undefined, "a", "b", "c", "d", "e"), aliases: pick(undefined, undefined, ["x"], ["y", "z"]), tags: pick(undefined, ["t"], ["u"]), override: pick(true, false) };
    const step = { step: pick(undefined, "initialize", "serialize", "build", "finalizeRequest", "deserialize"), priority: pick("high", "normal", "low") };
    if (step.step === undefined) delete step.step;
    return pick(
      ["add", random(9), { ...names, ...step }],
      ["add", random(9), { ...names, ...step }],
      ["addRelativeTo", random(9), { ...names, relation: pick("before", "after"), toMiddleware: pick("a", "b", "c", "x", "y") }],
      ["remove", pick("a", "x", random(9))],
      ["removeByTag", pick("t", "u")],
      ["clone"],
      ["concat", random(4)],
      ["resolve"],
      ["identify"],
    );
  });
}

function run({ constructStack }, steps) {
  const stacks = [constructStack()];
  return steps.map(([name, value, options]) => {
    const stack = stacks.at(-1);
    try {
      if (name === "add" || name === "addRelativeTo") return stack[name](middleware[value], options);
      if (name === "remove") return stack.remove(typeof value === "number" ? middleware[value] : value);
      if (name === "clone") return void stacks.push(stack.clone());
      if (name === "concat") return void stacks.push(stack.concat(stacks[value % stacks.length]));
      if (name === "resolve") return stack.resolve((trace) => trace, {})([]);
      return stack[name](value);
    } catch (error) {
      return error.message;
    }
  });
}

for (let i = 0; i < 20_000; i++) {
  const steps = program(3 + random(14));
  assert.deepEqual(run(ours, steps), run(theirs, steps), JSON.stringify(steps));
}
console.log("20000 programs: the same");
