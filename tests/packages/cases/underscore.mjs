import { createRequire } from "node:module";
import esm, { chain, groupBy } from "underscore";

const _ = createRequire(import.meta.url)("underscore");
console.log(_.VERSION === esm.VERSION, groupBy([1.3, 2.1, 2.4], Math.floor), chain([3, 1, 2]).sortBy().map((n) => n * 2).value());
console.log(_.pluck([{ a: 1 }, { a: 2 }], "a"), _.where([{ a: 1, b: 2 }], { a: 1 }), _.invert({ a: "b" }), _.isEqual({ a: [new Date(0)] }, { a: [new Date(0)] }), _.zip(["a"], [1]), _.range(0, 10, 3));
console.log(_.template("<% _.each(list, (it) => { %>[<%- it %>]<% }) %> <%= obj.x %>")({ list: ["<", "b"], x: 1, obj: { x: 2 } }), _.escape("<&>"), _.partial((a, b) => a - b, _, 1)(5));
console.log(_([1, 2, 3]).chain().filter((n) => n > 1).reduce((a, b) => a + b).value(), _.compose((x) => x + 1, (x) => x * 2)(3), _.debounce(() => {}, 1).cancel.length, _.uniq([1, 1, 2]), _.countBy(["a", "b", "a"]), _.deepClone, _.isElement({}));
console.log("done");
