// What the engine's own JSON does, `engine`, and what is in its place, `JSON`, with the same random values and texts.
let state = seed;
const random = (below) => {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return Math.floor((state / 4294967296) * below);
};
const pick = (list) => list[random(list.length)];

const texts = [
  "", "a", "plain text of some length", 'quo"te', "back\\slash", "line\nfeed\ttab\r\b\f\v\0\x1f\x7f", "é", "ÿ".repeat(9), "☃", "snow ☃ and 😀!", "\ud800", "a\udc00b",
  "\udc00\ud800", "\ud83d", "\ude00", "x".repeat(40), "é☃".repeat(30), "</script>", "\u2028\u2029", "__proto__", "toString", "12", "-1",
];
const string = () => {
  switch (random(6)) {
    case 0: return pick(texts) + pick(texts);
    case 1: return "abcdefgh".repeat(1200) + pick(texts) + "rope".repeat(2000);
    case 2: return ("part: " + pick(texts) + "z".repeat(9000)).slice(3, 9000);
    default: return pick(texts);
  }
};
const numbers = [0, -0, 1, -1, 42, 2147483647, -2147483648, 2147483648, 9007199254740991, 9007199254740993, 1e21, 1e20, 123456789012345680000, 0.1, 0.5, 1 / 3, 1e-6, 1e-7,
  1.5e300, 5e-324, -2.5, NaN, Infinity, -Infinity, 1.7976931348623157e308, 4.35, 0.000123, 100, 1e5 + 0.1];
const number = () => (random(3) ? pick(numbers) : (random(2 ** 31) - 2 ** 30) / pick([1, 10, 1000, 7, 1e9, 3e-5]));
const keys = ["a", "b", "name", "value", "1", "0", "007", "4294967294", "4294967295", "é", "☃", "\ud800", "", "__proto__", "constructor", "length", 'k"ey', "Ã©", "9x"];

let log;
class Point { constructor() { this.x = 1; this.y = [2]; } get sum() { return 3; } }
class Converted { constructor(value) { this.value = value; } toJSON(key) { log.push(`toJSON ${typeof key} ${key}`); return this.value; } }

function value(depth) {
  const kind = random(depth > 4 ? 6 : 34);
  switch (kind) {
    case 0: return string();
    case 1: return number();
    case 2: return pick([true, false, null]);
    case 3: return pick([undefined, Symbol("s"), () => 1]);
    case 4: return random(30) ? number() : 12n;
    case 5: return string();
    case 6: case 7: case 8: case 9: return Array.from({ length: random(6) }, () => value(depth + 1));
    case 10: case 11: case 12: case 13: case 14: {
      const object = {};
      for (let i = random(7); i > 0; i--) object[pick(keys)] = value(depth + 1);
      if (random(8) === 0) delete object[pick(keys)];
      return object;
    }
    case 15: return { id: random(100), name: string(), tags: [string()] };
    case 16: return { id: random(100), name: string(), tags: [string()] };
    case 17: return new Point();
    case 18: return new Converted(value(depth + 1));
    case 19: return new Date(random(3) ? random(2 ** 31) * 1000 : NaN);
    case 20: return Object(pick([1, "boxed", true, -0]));
    case 21: {
      const list = [value(depth + 1), value(depth + 1)];
      list[4] = 5;
      if (random(2)) list.extra = 1;
      if (random(3) === 0) list.toJSON = function () { log.push("list"); return "list"; };
      return list;
    }
    case 22: return Object.assign(Object.create(null), { n: value(depth + 1) });
    case 23: {
      const inner = value(depth + 1), object = { before: 1 };
      Object.defineProperty(object, "got", { enumerable: true, configurable: true, get() { log.push("got"); if (random(2)) { delete this.last; this.added = 1; } return inner; } });
      object.last = value(depth + 1);
      object.more = [1];
      return object;
    }
    case 24: {
      const target = random(2) ? [value(depth + 1), 2] : { p: value(depth + 1), q: 1 };
      const trap = (name) => (...words) => { log.push(`${name} ${String(words[1])}`); return Reflect[name](...words); };
      return new Proxy(target, { get: trap("get"), ownKeys: trap("ownKeys"), getOwnPropertyDescriptor: trap("getOwnPropertyDescriptor"), has: trap("has"), getPrototypeOf: trap("getPrototypeOf") });
    }
    case 25: return engine.rawJSON(pick(["1", '"x"', "true", "-1.50e2"]));
    case 26: return Object.defineProperty({ seen: 1 }, "hidden", { value: 2 });
    case 27: return { [Symbol("key")]: 1, plain: value(depth + 1) };
    case 28: return pick([new Map([[1, 2]]), new Set([1]), /a/g, new Uint8Array(3), new Error("e"), new (class extends Array {})(3), Object.create({ inherited: 1 }), Object.create([])]);
    case 29: {
      const object = { a: { b: [] } };
      if (random(4) === 0) object.a.b.push(object);
      return object;
    }
    case 30: {
      // What comes later is changed by what comes first.
      const parent = {};
      parent.first = { toJSON() { log.push("first"); parent.list.length = 1; delete parent.gone; parent.late = 1; parent.kept = { x: new Point() }; return 1; } };
      parent.list = [1, 2, 3];
      parent.gone = 1;
      parent.kept = 2;
      return parent;
    }
    case 31: {
      const list = [1, 2, 3, 4];
      list[1] = { get x() { list.length = 2; list.push({}); log.push("shrunk"); return 1; } };
      return [list, list.slice(0, 1)];
    }
    case 32: return Object.freeze({ frozen: value(depth + 1) });
    default: return { ["key" + random(1000)]: number(), ["é" + random(9)]: string() };
  }
}

function attempt(run) {
  log = [];
  try {
    return [run(), log.join()];
  } catch (error) {
    return [`${error}`, error instanceof Error ? error.constructor.name : typeof error, log.join()];
  }
}
const show = (list) => list.map((item) => (typeof item === "string" ? engine.stringify(item) : String(item))).join(" | ");

let failures = [];
const space = () => pick([undefined, undefined, undefined, 2, "\t", 0, 20, -1, 1.9, NaN, "--".repeat(10), "é", "", Object(3), null, true]);
for (let i = 0; i < rounds; i++) {
  const start = state;
  const indent = space();
  const from = state;
  const ours = attempt(() => JSON.stringify(value(0), null, indent));
  const after = state;
  state = from;
  const theirs = attempt(() => engine.stringify(value(0), null, indent));
  if (show(ours) !== show(theirs) || state !== after) failures.push(`stringify ${start}: ${show(ours)} instead of ${show(theirs)}`);
}

// The same value, the same order of names, the same kinds of numbers.
function same(one, other) {
  if (typeof one !== "object" || one === null || typeof other !== "object" || other === null) return Object.is(one, other);
  if (Object.getPrototypeOf(one) !== Object.getPrototypeOf(other) || Array.isArray(one) !== Array.isArray(other)) return false;
  const [names, others] = [Reflect.ownKeys(one), Reflect.ownKeys(other)];
  return names.length === others.length && names.every((name, index) => {
    const [first, second] = [Object.getOwnPropertyDescriptor(one, name), Object.getOwnPropertyDescriptor(other, name)];
    return name === others[index] && first.writable === second.writable && first.enumerable === second.enumerable && first.configurable === second.configurable && same(first.value, second.value);
  });
}
const blanks = ["", "", "", " ", "\n\t ", "\r\n"];
const escapes = ["\\n", "\\u00e9", "\\u2603", "\\ud83d\\ude00", "\\ud83d", "\\ude00", "\\/", '\\"', "\\\\", "\\u0000", "\\b\\f\\r\\t", "\\uD83D", "\\u005C"];
const quoted = () => (random(3) ? engine.stringify(pick(texts)) : `"${pick(["", "ab", "é", "☃", "\ude00", "long enough for a block"])}${pick(escapes)}${pick(["", "x", "\ude00", pick(escapes)])}"`);
const numerals = ["0", "-0", "-0.0", "1", "-12", "2147483648", "-2147483648", "9007199254740993", "12345678901234567890123", "0.1", "1.50", "1e3", "1E+3", "-1.5e-7", "1e400", "5e-324", "0.30000000000000004",
  "123456789.123456789", "0.1234567890123456789012345", "9007199254740992.5", "1e0"];
function json(depth) {
  const space = () => pick(blanks);
  switch (random(depth > 4 ? 4 : 8)) {
    case 0: return quoted();
    case 1: return random(2) ? pick(numerals) : String(random(2 ** 31) / pick([1, 10, 1000, 7]));
    case 2: return pick(["true", "false", "null"]);
    case 3: return quoted();
    case 4: case 5: return `[${space()}${Array.from({ length: random(5) }, () => json(depth + 1)).join(`${space()},${space()}`)}${space()}]`;
    case 6: return `[${Array.from({ length: random(4) }, () => `{"id":${json(5)},"name":${json(5)}${random(4) ? "" : `,"id":${json(5)}`}}`).join()}]`;
    default: return `{${space()}${Array.from({ length: random(6) }, () => `${random(4) ? engine.stringify(pick(keys)) : quoted()}${space()}:${space()}${json(depth + 1)}`).join(`${space()},`)}${space()}}`;
  }
}
const damage = (text) => {
  const at = random(text.length + 1);
  switch (random(5)) {
    case 0: return text.slice(0, at);
    case 1: return text.slice(0, at) + pick([",", "]", "}", '"', "\\", "\n", "\0", "e", ".", "-", "0", "é", "☃", "tru", ":", "{", "'", "\u00a0", "\ufeff", "/"]) + text.slice(at);
    case 2: return text.slice(0, at) + text.slice(at + 1);
    case 3: return text + pick([" ", "x", "1", "]", "\0", "\n\n"]);
    default: return text.replace(/[0-9]/, pick(["01", "+1", ".5", "1.", "1e", "--1", "1e+", "0x1"]));
  }
};
for (let i = 0; i < rounds; i++) {
  const start = state;
  let text = pick(blanks) + json(0) + pick(blanks);
  if (random(3) === 0) text = damage(text);
  const ours = attempt(() => JSON.parse(text));
  const theirs = attempt(() => engine.parse(text));
  const isSame = ours.length === 2 && theirs.length === 2 ? same(ours[0], theirs[0]) : show(ours) === show(theirs);
  if (!isSame) failures.push(`parse ${start} ${engine.stringify(text)}: ${ours.length === 2 ? engine.stringify(ours[0]) : show(ours)} instead of ${theirs.length === 2 ? engine.stringify(theirs[0]) : show(theirs)}`);
}
failures.slice(0, 5).join("\n");
