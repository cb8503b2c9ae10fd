import { createRequire } from "node:module";
import * as esm from "immer";

const cjs = createRequire(import.meta.url)("immer");
for (const { produce, produceWithPatches, applyPatches, enablePatches, enableMapSet, original, current, isDraft, createDraft, finishDraft, freeze, castDraft, immerable, nothing, setAutoFreeze, Immer } of [esm, cjs]) {
  enablePatches();
  enableMapSet();
  const base = [{ title: "Learn TypeScript", done: true }, { title: "Try Immer", done: false, tags: { a: 1 } }];
  const next = produce(base, (draft) => {
    draft[1].done = true;
    draft.push({ title: "Tweet about it" });
    delete draft[1].tags.a;
    console.log(isDraft(draft), original(draft) === base, current(draft));
  });
  console.log(base, next, base[0] === next[0], Object.isFrozen(next[1]), produce(base, () => {}) === base);
  const [after, patches, inverse] = produceWithPatches({ list: [1, 2, 3], map: new Map([["a", 1]]), set: new Set([1]) }, (draft) => {
    draft.list.splice(1, 1);
    draft.map.set("b", { deep: [2] });
    draft.set.delete(1).toString();
    draft.extra = "x";
  });
  console.log(after, patches, inverse, applyPatches(after, inverse));
  class Clock {
    [immerable] = true;
    constructor(hour) { this.hour = hour; }
    get time() { return `${this.hour}:00`; }
    tick() { return produce(this, (draft) => { draft.hour++; }); }
  }
  console.log(JSON.stringify(new Clock(9).tick()), new Clock(9).tick().time, new Clock(1).tick() instanceof Clock);
  const curried = produce((draft, index) => { draft[index] = "set"; });
  console.log(curried(["a", "b"], 1), produce({ a: 1 }, () => nothing), typeof castDraft, freeze({ a: {} }, true));
  const draft = createDraft({ count: { n: 0 } });
  draft.count.n += 5;
  console.log(finishDraft(draft), new Immer({ autoFreeze: false }).produce({ a: 1 }, (it) => void it.a++));
  for (const bad of [() => { next[0].done = false; }, () => produce({ a: 1 }, (it) => { it.a = 2; return { b: 1 }; }), () => { let leaked; produce({ a: {} }, (it) => { leaked = it; }); leaked.a; }])
    try {
      bad();
      console.log("no error");
    } catch (error) {
      console.log(error.name, error.message.startsWith("[Immer]") ? error.message : "frozen");
    }
  setAutoFreeze(true);
}
console.log("done");
