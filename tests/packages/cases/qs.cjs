const qs = require("qs");

console.log(qs.parse("a[b][c]=d&e[]=1&e[]=2&f=%C3%A9+x&g[0]=y&g[2]=z&h"), qs.parse("a.b=1", { allowDots: true }), qs.parse("?a=1;b=2", { ignoreQueryPrefix: true, delimiter: ";" }), qs.parse("a=1&a=2", { duplicates: "first" }));
console.log(qs.stringify({ a: { b: ["c", "d"] }, e: null, f: undefined, g: new Date(0), h: "é &" }), qs.stringify({ a: [1, 2] }, { arrayFormat: "repeat" }), qs.stringify({ a: [1, 2] }, { arrayFormat: "comma", encode: false }), qs.stringify({ b: 1, a: 2 }, { sort: (x, y) => x.localeCompare(y), addQueryPrefix: true, charsetSentinel: true }));
console.log(qs.parse("a%5B%5D=%26", { decoder: (text, decode) => decode(text) }), qs.parse("a[b][c][d][e][f][g]=x"), Object.getPrototypeOf(qs.parse("a=1", { plainObjects: true })), qs.stringify({ a: { b: { c: 1 } } }, { allowDots: true, filter: (prefix, value) => value }), qs.formats.RFC1738);
try {
  qs.parse("a[]=1&a[]=2", { arrayLimit: 1, throwOnLimitExceeded: true });
} catch (error) {
  console.log(error.name, error.message);
}
console.log("done");
