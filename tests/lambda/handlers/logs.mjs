// Log records: every console method with every kind of argument.
class OrderError extends Error { constructor(m, o) { super(m, o); this.name = "OrderError"; this.code = "E_ORDER"; this.orderId = 7; } }
const methods = ["log", "info", "warn", "error", "debug", "trace"];
export const levels = async () => { for (const m of methods) console[m](`by ${m}`); };
export const kinds = async () => {
  console.log();
  console.log("");
  console.log("two", "words");
  console.log(1, -0, true, null, undefined, 10n, Symbol("s"));
  console.log({ a: 1, nested: { b: { c: { d: 1 } } }, list: [1, 2, 3] });
  console.log("with object", { a: 1 });
  console.log({ first: 1 }, { second: 2 });
  console.log([1, "two"], new Map([["k", 1]]), new Set([1]));
  console.log("multi\nline\ttab");
  console.log("%s is %d years and %i, %f, %j %o %O %%", "Bob", 42.5, 42.5, 1.5, { j: 1 }, { o: 1 }, { O: 1 }, "rest");
  console.log("%c styled", "color: red");
  console.log("100%", "sure");
  console.log("caf\u00e9 \u{1f600} \x7f \u2028");
  console.log(Buffer.from("hi"), new Date(0), /re/g, () => 1);
  console.log('quote " back \\ slash');
};
export const errors = async () => {
  console.error(new Error("plain"));
  console.error("failed:", new TypeError("typed"));
  console.error(new OrderError("custom", { cause: new Error("root") }));
  console.error({ err: new Error("in an object") });
  console.error(new Error("one"), new Error("two"));
  console.error(new Error("multi\nline"));
  console.error(new AggregateError([new Error("a")], "all"));
  console.error("%s", new Error("formatted"));
};
export const cyclic = async () => { const o = { n: 1 }; o.self = o; console.log(o); console.log("text", o); console.log({ big: 1n }); };
export const extras = async () => {
  console.table([{ a: 1 }]);
  console.dir({ a: 1 });
  console.group("group"); console.log("inside"); console.groupEnd();
  console.assert(false, "asserted"); console.assert(true, "not shown");
  console.count(); console.count("x"); console.countReset();
  console.dirxml({ a: 1 });
};
export const raw = async () => { process.stdout.write("to stdout\n"); process.stderr.write("to stderr\n"); };
export const trace = async () => { console.trace("here"); console.trace(); };
export const big = async () => { console.log("x".repeat(200000)); };
export const timers = async () => { setTimeout(() => console.log("late"), 30); };
export const reserved = async () => { console.log({ timestamp: "mine", level: "mine", requestId: "mine", message: "mine", tenantId: "mine", own: 1 }); console.log({ message: "m" }); console.log({ toJSON: () => ({ j: 1 }) }); console.log({ u: undefined, f() {}, s: Symbol("x"), d: new Date(0), e: new Error("x"), m: new Map([[1, 2]]) }); };
console.log("during init");
console.error(new Error("init error logged"));
