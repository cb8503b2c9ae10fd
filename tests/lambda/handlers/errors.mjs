// What a handler may throw or reject with.
class OrderError extends Error {
  constructor(message, options) {
    super(message, options);
    this.name = "OrderError";
    this.code = "E_ORDER";
    this.orderId = 7;
  }
}
class Unnamed extends Error {}

export const error = async () => { throw new Error("it broke"); };
export const typeError = async () => { throw new TypeError("wrong type"); };
export const engineError = async () => { null.x; };
export const custom = async () => { throw new OrderError("no such order", { cause: new Error("row missing") }); };
export const unnamed = async () => { throw new Unnamed("class name only"); };
export const renamed = async () => { throw Object.assign(new Error("renamed"), { name: "Renamed" }); };
export const aggregate = async () => { throw new AggregateError([new Error("one"), new TypeError("two")], "several"); };
export const noMessage = async () => { throw new Error(); };
export const multiLine = async () => { throw new Error("first\nsecond\tthird"); };
export const nonAscii = async () => { throw new Error("caf\u00e9 \u{1f600} \x7f end"); };
export const noStack = async () => {
  const e = new Error("stackless");
  delete e.stack;
  Object.defineProperty(e, "stack", { value: undefined });
  throw e;
};
export const oddStack = async () => { throw Object.assign(new Error("odd"), { stack: "not a stack" }); };
export const cyclic = async () => { const e = new Error("cyclic"); e.self = e; throw e; };
export const bigField = async () => { throw Object.assign(new Error("big"), { n: 1n }); };
export const fields = async () => { throw Object.assign(new Error("fields"), { a: { b: 1 }, list: [1], f() {}, u: undefined, date: new Date(0), buf: Buffer.from("x") }); };
export const huge = async () => { throw new Error("x".repeat(300000)); };
export const string = async () => { throw "a string"; };
export const number = async () => { throw 42; };
export const nullValue = async () => { throw null; };
export const undefinedValue = async () => { throw undefined; };
export const boolean = async () => { throw false; };
export const object = async () => { throw { message: "not an Error", code: 5 }; };
export const namedObject = async () => { throw { name: "Fake", message: "looks like one", stack: "Fake: looks like one\n    at nowhere" }; };
export const array = async () => { throw [1, 2]; };
export const func = async () => { throw function oops() {}; };
export const symbol = async () => { throw Symbol("oops"); };
export const bigint = async () => { throw 10n; };
export const syncError = () => { throw new Error("thrown at once"); };
export const syncString = () => { throw "thrown at once"; };
export const rejected = () => Promise.reject(new Error("rejected"));
export const rejectedNothing = () => Promise.reject();
export const once = async ({ fail }) => { if (fail) throw new Error("this time"); return "fine"; };
