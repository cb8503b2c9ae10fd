import { createRequire } from "node:module";
import lodash from "lodash";
import chunk from "lodash/chunk.js";

const _ = createRequire(import.meta.url)("lodash");
console.log(_ === lodash, chunk === _.chunk, chunk([1, 2, 3, 4, 5], 2));
console.log(_.defaults({ a: 1 }, { a: 3, b: 2 }), _.partition([1, 2, 3, 4], (n) => n % 2));
const users = [
  { user: "barney", age: 36, tags: ["a", "b"] },
  { user: "fred", age: 40, tags: ["c"] },
  { user: "pebbles", age: 1, tags: [] },
];
console.log(_.sortBy(users, "age"), _.groupBy(users, (it) => it.age > 30), _.keyBy(users, "user"));
console.log(_.chain(users).flatMap("tags").map(_.toUpper).reverse().value(), _.sumBy(users, "age"), _.maxBy(users, "age"));
console.log(_.get(users, "[0].tags[1]"), _.get({}, "a.b.c", "none"), _.set({}, "a[0].b.c", 4), _.unset({ a: 1 }, "a"));
const deep = _.cloneDeep({ date: new Date(0), map: new Map([[1, { two: 2 }]]), bytes: new Uint8Array([1, 2]), pattern: /x/gi, buffer: Buffer.from("hi") });
console.log(deep, _.isEqual(deep, _.cloneDeep(deep)), _.isEqual(new Set([1]), new Set([2])));
console.log(_.merge({ a: [{ b: 2 }, { d: 4 }] }, { a: [{ c: 3 }, { e: 5 }] }), _.omit({ a: 1, b: 2 }, "a"), _.pick({ a: 1, b: 2 }, ["a"]));
console.log(_.camelCase("Foo Bar-baz"), _.kebabCase("fooBar"), _.snakeCase("--FOO-BAR--"), _.startCase("fooBar"), _.deburr("déjà vu"), _.words("fred, barney & 小猫"));
console.log(_.template("hello <%= user %><% _.forEach(list, (it) => { %>, <%- it %><% }) %>")({ user: "fred", list: ["<b>", "&"] }));
console.log(_.truncate("hi-diddly-ho there, neighborino", { length: 24, separator: " " }), _.padStart("7", 3, "0"), _.escape("<a & 'b'>"));
console.log(_.curry((a, b, c) => [a, b, c])(1)(2)(3), _.flow([_.add, (n) => n * n])(1, 2), _.memoize((n) => n * 2)(4));
console.log(_.range(0, -4, -1), _.zipObjectDeep(["a.b[0].c", "a.b[1].d"], [1, 2]), _.intersectionWith([{ x: 1 }], [{ x: 1 }], _.isEqual));
console.log(_.isPlainObject(Object.create(null)), _.isTypedArray(new Float32Array()), _.isError(new TypeError()), _.toPath("a[0].b"), _.isArguments((function () { return arguments; })()));
let calls = 0;
const debounced = _.debounce(() => calls++, 20, { maxWait: 200 });
for (let i = 0; i < 5; i++) debounced();
const throttled = _.throttle((x) => console.log("throttled", x), 20);
throttled(1);
throttled(2);
await new Promise((resolve) => setTimeout(resolve, 200));
console.log(calls);
console.log("done");
