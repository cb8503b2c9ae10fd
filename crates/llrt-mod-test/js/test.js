// node:test. Node: https://nodejs.org/api/test.html
import { inspect, write } from "native:test";
import { ERR_INVALID_ARG_TYPE, ERR_NOT_SUPPORTED, nodeError } from "internal:errors";
import { importBuiltin } from "internal:host";
import { validateFunction, validateNumber, validateObject, validateString, validateUint32 } from "internal:validators";

const HOOKS = ["before", "after", "beforeEach", "afterEach"];
const now = () => performance.now();

function failure(kind, error) {
  const wrapped = nodeError("Error", "ERR_TEST_FAILURE", error?.message ?? String(error));
  wrapped.failureType = kind;
  wrapped.cause = error;
  return wrapped;
}

const cancelled = (text) => failure("cancelledByParent", text);

// ---- what is declared: names, options and functions, in any combination

function declaration(name, options, fn, overrides) {
  if (typeof name === "function") [fn, name, options] = [name, undefined, undefined];
  else if (name !== null && typeof name === "object") [fn, options, name] = [options, name, undefined];
  else if (typeof options === "function") [fn, options] = [options, undefined];
  if (options !== undefined) validateObject(options, "options");
  const merged = { __proto__: null, ...options, ...overrides };
  const { concurrency, timeout, signal, plan } = merged;
  if (timeout !== undefined && timeout !== null && timeout !== Infinity) validateNumber(timeout, "options.timeout", 0, 2147483647);
  if (concurrency !== undefined && concurrency !== null && typeof concurrency !== "boolean") validateUint32(concurrency, "options.concurrency", true);
  if (signal !== undefined && (signal === null || typeof signal !== "object" || !("aborted" in signal)))
    throw ERR_INVALID_ARG_TYPE("options.signal", "AbortSignal", signal);
  if (plan !== undefined) validateUint32(plan, "options.plan");
  return { name: typeof name === "string" && name !== "" ? name : fn?.name || "<anonymous>", options: merged, fn: fn ?? (() => {}) };
}

// ---- the tree

let root;
let running; // the test whose function runs, for errors that come from nowhere

class Node {
  children = [];
  hooks = { before: [], after: [], beforeEach: [], afterEach: [] };
  error = null;
  diagnostics = [];
  state = "pending"; // running, passed, failed
  skipped;
  todoReason;
  #queue = [];
  #active = 0;
  #beforeDone;

  constructor(parent, { name, options, fn }, location) {
    this.parent = parent;
    this.name = name;
    this.options = options;
    this.fn = fn;
    this.location = location;
    this.skipped = options.skip;
    this.todoReason = options.todo;
    this.isOnly = Boolean(options.only);
    this.depth = parent === undefined ? -1 : parent.depth + 1;
    this.timeout = options.timeout ?? parent?.timeout ?? Infinity;
    this.concurrency = options.concurrency === true ? Infinity : options.concurrency === false ? 1 : (options.concurrency ?? 1);
    this.ended = new Promise((resolve) => (this.end = resolve));
    parent?.children.push(this);
  }

  get fullName() {
    const above = this.parent !== undefined && this.parent !== root ? `${this.parent.fullName} > ` : "";
    return above + this.name;
  }

  // Runs a child when its turn comes.
  schedule(child) {
    this.#queue.push(child);
    this.#advance();
    return child.ended;
  }

  #advance() {
    while (this.#active < this.concurrency && this.#queue.length > 0) {
      const child = this.#queue.shift();
      this.#active++;
      child.run().finally(() => {
        this.#active--;
        this.#advance();
      });
    }
  }

  ancestors() {
    const list = [];
    for (let node = this.parent; node !== undefined; node = node.parent) list.unshift(node);
    return list;
  }

  // A node's `before` hooks run once, before the first of what is in it.
  before() {
    return (this.#beforeDone ??= this.runHooks("before", this));
  }

  async runHooks(kind, node) {
    for (const { fn, options } of this.hooks[kind]) {
      try {
        await limited(callFunction(fn, node.context(), node.context()), options.timeout ?? Infinity, `failed running ${kind} hook`);
      } catch (error) {
        throw failure("hookFailed", error);
      }
    }
  }

  async run() {
    this.state = "running";
    const started = now();
    try {
      if (this.isSkipped()) this.skipped ??= true;
      else await this.body();
    } catch (error) {
      this.fail(error);
    }
    this.duration = now() - started;
    if (this.state === "running") this.state = "passed";
    if (this.expectsFailure) [this.state, this.error] = this.state === "failed" ? ["passed", null] : ["failed", failure("expectedFailure", "test was expected to fail but passed")];
    if (this.state === "failed" && this.todoReason === undefined) this.parent?.childFailed(this);
    this.end();
  }

  isSkipped() {
    return this.skipped !== undefined && this.skipped !== false;
  }

  fail(error) {
    if (this.state === "failed") return;
    this.state = "failed";
    this.error = error?.code === "ERR_TEST_FAILURE" ? error : failure("testCodeFailure", error);
  }

  childFailed() {
    this.failedChildren = (this.failedChildren ?? 0) + 1;
  }

  checkChildren() {
    if (this.failedChildren > 0) {
      const text = `${this.failedChildren} subtest${this.failedChildren > 1 ? "s" : ""} failed`;
      throw failure("subtestsFailed", text);
    }
  }
}

class Test extends Node {
  #context;

  context() {
    return (this.#context ??= new TestContext(this));
  }

  get expectsFailure() {
    return Boolean(this.options.expectFailure) && !this.isSkipped();
  }

  async body() {
    const { signal } = this.options;
    if (signal?.aborted) throw cancelled(signal.reason);
    const above = this.ancestors();
    for (const node of above) await node.before();
    for (const node of above) await node.runHooks("beforeEach", this);
    const outer = running;
    try {
      if (this.options.plan !== undefined) this.context().plan(this.options.plan);
      running = this;
      const done = callFunction(this.fn, this.context(), this.context());
      running = this;
      await limited(aborted(Promise.race([done, this.interrupted()]), signal), this.timeout, "test timed out");
      await Promise.all(this.children.map((child) => child.ended));
      this.plan?.check();
      await this.plan?.settled;
      this.checkChildren();
    } finally {
      running = outer;
      this.stop?.();
      await this.runHooks("after", this);
      for (const node of above.reverse()) await node.runHooks("afterEach", this);
      this.mocks?.reset();
    }
  }

  // Rejects when an error that nobody caught is this test's.
  interrupted() {
    return new Promise((_, reject) => (this.interrupt = reject));
  }
}

class Suite extends Node {
  #context;

  context() {
    return (this.#context ??= new SuiteContext(this));
  }

  // The function runs at once: it declares what is in the suite.
  declare() {
    if (this.isSkipped()) return;
    const outer = current;
    current = this;
    try {
      const result = Reflect.apply(this.fn, this.context(), [this.context()]);
      if (typeof result?.then === "function") this.declared = Promise.resolve(result);
    } catch (error) {
      this.fail(error);
    } finally {
      current = outer;
    }
  }

  async body() {
    if (this.state === "failed") return;
    await this.declared;
    const chosen = this.children.some((child) => child.isOnly) && onlyMode ? this.children.filter((child) => child.isOnly) : this.children;
    for (const child of this.children) if (!chosen.includes(child)) child.skipped = "'only' option not set";
    for (const node of this.ancestors()) await node.before();
    try {
      if (this.children.some((child) => !child.isSkipped())) await this.before();
      for (const child of this.children) this.schedule(child);
      await Promise.all(this.children.map((child) => child.ended));
      this.checkChildren();
    } finally {
      await this.runHooks("after", this);
    }
  }
}

const onlyMode = false;

// A function with a second parameter is done when it calls that.
function callFunction(fn, self, argument) {
  if (fn.length < 2) return new Promise((resolve) => resolve(Reflect.apply(fn, self, [argument])));
  return new Promise((resolve, reject) => {
    let calls = 0;
    const done = (error) => {
      calls++;
      if (calls > 1) reject(failure("multipleCallbackInvocations", "callback invoked multiple times"));
      else if (error) reject(error);
      else resolve();
    };
    const result = Reflect.apply(fn, self, [argument, done]);
    if (typeof result?.then === "function") reject(failure("callbackAndPromisePresent", "passed a callback but also returned a Promise"));
  });
}

function limited(promise, timeout, text) {
  if (timeout === Infinity || timeout === undefined) return promise;
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(failure("testTimeoutFailure", `${text} after ${timeout}ms`)), timeout);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

function aborted(promise, signal) {
  if (signal === undefined) return promise;
  return new Promise((resolve, reject) => {
    signal.addEventListener("abort", () => reject(cancelled(signal.reason)), { once: true });
    promise.then(resolve, reject);
  });
}

// ---- what test functions get

class TestContext {
  #node;
  #assert;
  #controller;

  constructor(node) {
    this.#node = node;
  }

  get signal() {
    if (this.#controller === undefined) {
      const { AbortController } = importBuiltin("internal:abort");
      this.#controller = new AbortController();
      this.#node.stop = () => this.#controller.abort();
    }
    return this.#controller.signal;
  }

  get name() {
    return this.#node.name;
  }

  get fullName() {
    return this.#node.fullName;
  }

  get filePath() {
    return importBuiltin("node:process").default.argv[1];
  }

  get error() {
    return this.#node.error;
  }

  get passed() {
    return this.#node.state === "passed" || (this.#node.state === "running" && this.#node.error === null);
  }

  get attempt() {
    return 0;
  }

  get tags() {
    return [...(this.#node.options.tags ?? [])];
  }

  get workerId() {
    return undefined;
  }

  diagnostic(message) {
    this.#node.diagnostics.push(String(message));
  }

  log(...values) {
    this.diagnostic(values.map(String).join(" "));
  }

  plan(count, options = {}) {
    if (this.#node.plan !== undefined) throw failure("testCodeFailure", "cannot set plan more than once");
    validateUint32(count, "count");
    validateObject(options, "options");
    this.#node.plan = new Plan(count, options.wait);
  }

  get assert() {
    return (this.#assert ??= countedAssert(this, this.#node));
  }

  get mock() {
    return (this.#node.mocks ??= new (importBuiltin("internal:test-mock").MockTracker)());
  }

  runOnly() {}

  skip(message) {
    this.#node.skipped = message || true;
  }

  todo(message) {
    this.#node.todoReason = message || true;
  }

  test(name, options, fn) {
    this.#node.plan?.count();
    const child = new Test(this.#node, declaration(name, options, fn), undefined);
    if (this.#node.state !== "running") child.skipped = undefined;
    return this.#node.schedule(child);
  }

  before(fn, options) {
    addHook(this.#node, "before", fn, options);
    // What is running already has begun.
    return this.#node.before();
  }

  after(fn, options) {
    addHook(this.#node, "after", fn, options);
  }

  beforeEach(fn, options) {
    addHook(this.#node, "beforeEach", fn, options);
  }

  afterEach(fn, options) {
    addHook(this.#node, "afterEach", fn, options);
  }

  waitFor(condition, options = {}) {
    validateFunction(condition, "condition");
    validateObject(options, "options");
    const { interval = 50, timeout = 1000 } = options;
    validateNumber(interval, "options.interval", 0, 2147483647);
    validateNumber(timeout, "options.timeout", 0, 2147483647);
    return new Promise((resolve, reject) => {
      const cause = { value: undefined };
      const deadline = setTimeout(() => {
        clearTimeout(poll);
        reject(Object.assign(new Error("waitFor() timed out"), cause.value === undefined ? {} : { cause: cause.value }));
      }, timeout);
      let poll;
      const attempt = async () => {
        try {
          const value = await condition();
          clearTimeout(deadline);
          resolve(value);
        } catch (error) {
          cause.value = error;
          poll = setTimeout(attempt, interval);
        }
      };
      attempt();
    });
  }
}

class SuiteContext {
  #node;

  constructor(node) {
    this.#node = node;
  }

  get name() {
    return this.#node.name;
  }

  get fullName() {
    return this.#node.fullName;
  }

  get filePath() {
    return importBuiltin("node:process").default.argv[1];
  }

  get signal() {
    return undefined;
  }
}

class Plan {
  #expected;
  #actual = 0;
  #resolve;
  settled;

  constructor(expected, wait) {
    this.#expected = expected;
    if (wait !== undefined && wait !== false) {
      this.settled = new Promise((resolve) => (this.#resolve = resolve));
      if (typeof wait === "number") this.settled = limited(this.settled, wait, "plan timed out");
    }
  }

  count() {
    this.#actual++;
    if (this.#actual === this.#expected) this.#resolve?.();
  }

  check() {
    if (this.settled !== undefined && this.#actual < this.#expected) return;
    if (this.#actual !== this.#expected)
      throw failure("testCodeFailure", `plan expected ${this.#expected} assertions but received ${this.#actual}`);
  }
}

// `t.assert`: the functions of node:assert, which count for the plan.
const registered = new Map();

function countedAssert(context, node) {
  const source = importBuiltin("node:assert").default;
  const object = {};
  const wrap = (name, fn) => {
    object[name] = { [name]: (...args) => (node.plan?.count(), Reflect.apply(fn, context, args)) }[name];
  };
  for (const name of Object.keys(source)) {
    if (typeof source[name] !== "function" || ["Assert", "AssertionError", "CallTracker", "strict"].includes(name)) continue;
    wrap(name, source[name]);
  }
  for (const name of ["snapshot", "fileSnapshot"])
    wrap(name, () => {
      throw ERR_NOT_SUPPORTED(`test.assert.${name}()`);
    });
  for (const [name, fn] of registered) wrap(name, fn);
  return object;
}

const assert = {
  register(name, fn) {
    validateString(name, "name");
    validateFunction(fn, "fn");
    registered.set(name, fn);
  },
};

// ---- declaring

let current; // the suite whose function runs

function rootNode() {
  if (root !== undefined) return root;
  root = new Suite(undefined, { name: "<root>", options: { __proto__: null }, fn() {} });
  root.state = "running";
  root.started = now();
  const process = importBuiltin("node:process").default;
  process.once("beforeExit", finish);
  process.once("exit", finish);
  const interrupt = (kind) => (error) => {
    const node = running;
    if (node?.interrupt) return node.interrupt(failure(kind, error));
    // An error outside of all tests fails the program.
    process.exitCode = 1;
    write(2, `${inspect(error)}\n`);
  };
  process.on("uncaughtException", interrupt("uncaughtException"));
  process.on("unhandledRejection", interrupt("unhandledRejection"));
  root.pending = Promise.resolve();
  return root;
}

function parentOf() {
  return current ?? rootNode();
}

function declareTest(overrides) {
  return (name, options, fn) => {
    const parent = parentOf();
    const child = new Test(parent, declaration(name, options, fn, overrides));
    // What a suite holds runs when the suite does; at the top, after the program's own code.
    if (parent === root) root.pending.then(() => parent.schedule(child));
    return parent === root ? child.ended : Promise.resolve();
  };
}

function declareSuite(overrides) {
  return (name, options, fn) => {
    const parent = parentOf();
    const child = new Suite(parent, declaration(name, options, fn, overrides));
    child.declare();
    if (parent === root) root.pending.then(() => parent.schedule(child));
    return parent === root ? child.ended : Promise.resolve();
  };
}

function addHook(node, kind, fn, options = {}) {
  fn ??= () => {};
  validateFunction(fn, "fn");
  validateObject(options, "options");
  node.hooks[kind].push({ fn, options });
}

const hook = (kind) => ({ [kind]: (fn, options) => addHook(parentOf(), kind, fn, options) })[kind];
export const [before, after, beforeEach, afterEach] = HOOKS.map(hook);

function variants(name, declare) {
  const fn = Object.defineProperty(declare({}), "name", { __proto__: null, value: name, configurable: true });
  for (const key of ["expectFailure", "skip", "todo", "only"]) fn[key] = Object.defineProperty(declare({ [key]: true }), "name", { __proto__: null, value: key, configurable: true });
  return fn;
}

export const test = variants("test", declareTest);
export const suite = variants("suite", declareSuite);
export const it = test;
export const describe = suite;
export const { expectFailure, skip, todo, only } = test;

export function getTestContext() {
  return running?.context();
}

export function run() {
  throw ERR_NOT_SUPPORTED("test.run()");
}

const unavailable = (name) => () => {
  throw ERR_NOT_SUPPORTED(name);
};
export const snapshot = {
  setDefaultSnapshotSerializers: unavailable("test.snapshot.setDefaultSnapshotSerializers()"),
  setResolveSnapshotPath: unavailable("test.snapshot.setResolveSnapshotPath()"),
};

let globalMocks;
const lazyMock = () => (globalMocks ??= new (importBuiltin("internal:test-mock").MockTracker)());
// The tracker of the whole program, loaded when it is used.
export const mock = new Proxy(Object.create(null), {
  get(_target, key) {
    const tracker = lazyMock();
    const value = tracker[key];
    return typeof value === "function" ? value.bind(tracker) : value;
  },
  getPrototypeOf: () => Object.getPrototypeOf(lazyMock()),
});
export { assert };

Object.assign(test, { after, afterEach, before, beforeEach, describe, getTestContext, it, run, suite, test });
Object.defineProperties(test, {
  mock: { __proto__: null, value: mock, enumerable: true, configurable: true },
  snapshot: { __proto__: null, value: snapshot, enumerable: true, configurable: true },
  assert: { __proto__: null, value: assert, enumerable: true, configurable: true },
});
export default test;

// ---- the report

let finished = false;

function finish() {
  if (finished) return;
  finished = true;
  const process = importBuiltin("node:process").default;
  const list = [];
  const visit = (node) => {
    for (const child of node.children) {
      if (child.state === "pending" || child.state === "running") {
        if (!child.isSkipped()) child.fail(cancelled("Promise resolution is still pending but the event loop has already resolved"));
        child.wasCancelled = child.state === "failed";
      }
      list.push(child);
      visit(child);
    }
  };
  visit(root);
  for (const child of root.children) print(child);
  const tests = list.filter((node) => node instanceof Test);
  const failed = tests.filter((node) => node.state === "failed" && node.todoReason === undefined);
  const failedSuites = list.filter((node) => node instanceof Suite && node.state === "failed" && node.error.failureType !== "subtestsFailed");
  const count = (select) => tests.filter(select).length;
  const totals = {
    tests: tests.length,
    suites: list.length - tests.length,
    pass: count((node) => node.state === "passed" && !node.isSkipped() && node.todoReason === undefined),
    fail: failed.filter((node) => !node.wasCancelled).length,
    cancelled: count((node) => node.wasCancelled),
    skipped: count((node) => node.isSkipped()),
    todo: count((node) => !node.isSkipped() && node.todoReason !== undefined),
    duration_ms: Math.round((now() - root.started) * 1e6) / 1e6,
  };
  for (const [name, value] of Object.entries(totals)) write(1, `ℹ ${name} ${value}\n`);
  const wrong = [...failedSuites, ...failed].filter((node) => node.error.failureType !== "subtestsFailed");
  if (wrong.length > 0) {
    write(1, "\n✖ failing tests:\n");
    for (const node of wrong) {
      const text = inspect(node.error.cause ?? node.error).replaceAll("\n", "\n  ");
      write(1, `\n✖ ${node.fullName} (${node.duration ?? 0}ms)\n  ${text}\n`);
    }
  }
  if (failed.length > 0 || failedSuites.length > 0) process.exitCode = 1;
}

function print(node) {
  const indent = "  ".repeat(node.depth);
  const time = `(${(node.duration ?? 0).toFixed(6)}ms)`;
  const reason = (value, word) => ` # ${typeof value === "string" && value !== "" ? value : word}`;
  if (node.isSkipped()) write(1, `${indent}﹣ ${node.name} ${time}${reason(node.skipped, "SKIP")}\n`);
  else {
    const mark = node.state === "failed" && node.todoReason === undefined ? "✖" : "✔";
    if (node.children.length > 0) {
      write(1, `${indent}▶ ${node.name}\n`);
      for (const child of node.children) print(child);
    }
    write(1, `${indent}${mark} ${node.name} ${time}${node.todoReason === undefined ? "" : reason(node.todoReason, "TODO")}\n`);
  }
  for (const text of node.diagnostics) write(1, `${indent}ℹ ${text}\n`);
}
