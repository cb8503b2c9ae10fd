import { createRequire } from "node:module";
import * as R from "ramda";

const cjs = createRequire(import.meta.url)("ramda");
for (const { pipe, map, filter, reduce, curry, __, path, assocPath, evolve, groupBy, converge, transduce, compose, lensPath, over, view, equals, mergeDeepRight, sortWith, ascend, descend, prop, zipObj, cond, always, T, tryCatch, into, invoker, either, isNil, memoizeWith, scan, sequence, of, toString, symmetricDifference } of [R, cjs]) {
  console.log(pipe(filter((n) => n % 2), map((n) => n * n), reduce((a, b) => a + b, 0))([1, 2, 3, 4, 5]), curry((a, b, c) => [a, b, c])(__, 2)(1)(3));
  console.log(path(["a", 0, "b"], { a: [{ b: 1 }] }), assocPath(["a", "b"], 2, { a: { c: 1 } }), evolve({ n: (n) => n + 1 }, { n: 1, m: 2 }), groupBy((s) => s[0], ["ab", "b", "ac"]));
  console.log(converge((a, b) => a / b, [reduce((a, b) => a + b, 0), (list) => list.length])([1, 2, 3]), transduce(compose(map((n) => n + 1), filter((n) => n > 2)), (list, n) => [...list, n], [], [1, 2, 3]));
  const lens = lensPath(["x", "y"]);
  console.log(over(lens, (n) => n * 10, { x: { y: 1 } }), view(lens, { x: { y: 5 } }), equals({ a: [1, new Map([[1, 2]])] }, { a: [1, new Map([[1, 2]])] }), mergeDeepRight({ a: { b: 1 } }, { a: { c: 2 } }));
  console.log(sortWith([descend(prop("age")), ascend(prop("name"))])([{ name: "b", age: 1 }, { name: "a", age: 1 }, { name: "c", age: 2 }]), zipObj(["a", "b"], [1, 2]), cond([[isNil, always("nil")], [T, String]])(5), tryCatch(() => { throw new Error("x"); }, (error) => error.message)());
  console.log(into([], map((n) => n * 2), [1]), invoker(0, "toUpperCase")("a"), either(isNil, (n) => n > 1)(0), memoizeWith(String, (n) => n + 1)(1), scan((a, b) => a + b, 0, [1, 2, 3]), sequence(of(Array), [[1, 2], [3]]), toString({ a: [1, "b", new Date(0)] }), symmetricDifference([1, 2], [2, 3]));
}
console.log("done");
