// `describe`, `test` and their kin: tests are collected while a file is evaluated, and run when it has been.
import { emit, now } from "native:test/api";
import process from "node:process";
import { clearTimeout, setTimeout } from "node:timers";

class Suite {
  children = [];
  hooks = { beforeAll: [], beforeEach: [], afterEach: [], afterAll: [] };

  constructor(name, parent, mode) {
    this.name = name;
    this.parent = parent;
    this.mode = mode;
  }

  get path() {
    return this.parent ? [...this.parent.path, this.name] : [];
  }

  lineage() {
    return this.parent ? [...this.parent.lineage(), this] : [this];
  }
}

class Test {
  constructor(name, parent, mode, body, options) {
    this.name = name;
    this.parent = parent;
    this.mode = mode;
    this.body = body;
    this.timeout = options.timeout;
    this.isConcurrent = options.isConcurrent;
    this.isFailing = options.isFailing;
    this.place = options.place;
  }

  get path() {
    return [...this.parent.path, this.name];
  }

  get fullName() {
    return this.path.join(" ");
  }
}

const root = new Suite("", undefined, undefined);
let current = root;
let collecting = true;
let hasOnly = false;
let running = new Set();
let settings = { timeout: 5000, retries: 0, pattern: undefined };
// What the module of `expect` adds, once it is loaded.
let assertions = { before() {}, after() {} };

export const useAssertions = (hooks) => {
  assertions = hooks;
  // It was a test that loaded it.
  for (const test of running) hooks.before(test);
};
export const setDefaultTimeout = (ms) => {
  settings.timeout = ms;
};
export const setRetries = (count) => {
  settings.retries = count;
};

// ---- definitions

const kindOf = (value) => (value === null ? "null" : typeof value);

function checkName(name, what) {
  if (typeof name === "function") return name.name;
  if (typeof name === "string" || typeof name === "number") return String(name);
  throw new TypeError(`The name of a ${what} must be a string, a number or a function, not ${kindOf(name)}`);
}

function checkCollecting(what) {
  if (!collecting) throw new Error(`${what} must not be called inside a test: all tests are known before the first one runs`);
}

function addSuite(name, mode, body) {
  checkCollecting("describe");
  name = checkName(name, "describe block");
  if (typeof body !== "function") throw new TypeError(`describe("${name}") needs a function`);
  const suite = new Suite(name, current, mode);
  if (mode === "only") hasOnly = true;
  current.children.push(suite);
  const outer = current;
  current = suite;
  let result;
  try {
    result = body();
  } finally {
    current = outer;
  }
  // Tests that are defined after an `await` would be in the wrong block.
  if (typeof result?.then === "function") throw new TypeError(`The function of describe("${name}") must not be asynchronous`);
}

function addTest(name, mode, body, timeout, options = {}) {
  checkCollecting("test");
  name = checkName(name, "test");
  if (timeout !== null && typeof timeout === "object") timeout = timeout.timeout;
  // Newer style: options before the function.
  if (body !== null && typeof body === "object") [body, timeout] = [timeout, body.timeout];
  if (mode !== "todo" && typeof body !== "function") throw new TypeError(`test("${name}") needs a function; test.todo does not`);
  if (mode === "only") hasOnly = true;
  const place = new Error("defined here");
  current.children.push(new Test(name, current, mode, body, { timeout, place, ...options }));
}

// `%s` and its kin, and `$name` for tables of objects.
function fillIn(title, values, index) {
  let next = 0;
  const used = title.replace(/%([sdifjopc#%$])/g, (text, kind) => {
    if (kind === "%") return "%";
    if (kind === "#") return String(index);
    if (kind === "$") return String(index + 1);
    if (next >= values.length) return text;
    const value = values[next++];
    switch (kind) {
      case "s":
        return typeof value === "object" && value !== null ? show(value) : String(value);
      case "d":
        return String(Number(value));
      case "i":
        return String(Math.trunc(Number(value)));
      case "f":
        return String(Number.parseFloat(value));
      case "j":
        return JSON.stringify(value);
      case "c":
        return "";
      default:
        return show(value);
    }
  });
  const [row] = values;
  if (values.length !== 1 || row === null || typeof row !== "object") return used;
  return used.replace(/\$(#|[\w.]+)/g, (text, path) => {
    if (path === "#") return String(index);
    let value = row;
    for (const key of path.split(".")) {
      if (value === null || typeof value !== "object" || !(key in value)) return text;
      value = value[key];
    }
    return typeof value === "string" ? value : show(value);
  });
}

function show(value) {
  if (typeof value === "string") return JSON.stringify(value);
  try {
    return (typeof value === "object" && JSON.stringify(value)) || String(value);
  } catch {
    return String(value);
  }
}

// The rows of `each`: an array, or a template with a heading and values.
function rowsOf(args) {
  const [first, ...values] = args;
  if (!Array.isArray(first)) throw new TypeError("each needs an array of rows, or a table as a template");
  if (!first.raw) return first.map((row) => (Array.isArray(row) ? row : [row]));
  const names = first[0]
    .trim()
    .split("\n")[0]
    .split("|")
    .map((name) => name.trim());
  if (values.length % names.length !== 0)
    throw new TypeError(`each: ${values.length} values do not fill rows of ${names.length} columns`);
  const rows = [];
  for (let at = 0; at < values.length; at += names.length)
    rows.push([Object.fromEntries(names.map((name, column) => [name, values[at + column]]))]);
  return rows;
}

const eachOf =
  (add) =>
  (...args) => {
    const rows = rowsOf(args);
    return (title, body, timeout) => {
      title = checkName(title, "table");
      rows.forEach((row, index) => add(fillIn(title, row, index), row, body, timeout));
    };
  };

const suiteMaker = (mode) => {
  const make = (name, body) => addSuite(name, mode, body);
  make.each = eachOf((name, row, body) => addSuite(name, mode, () => body(...row)));
  return make;
};

const testMaker = (mode, options) => {
  const make = (name, body, timeout) => addTest(name, mode, body, timeout, options);
  // A function that takes one argument more than there are values takes `done`.
  make.each = eachOf((name, row, body, timeout) => {
    const run = body.length > row.length ? (done) => body(...row, done) : () => body(...row);
    addTest(name, mode, run, timeout, options);
  });
  return make;
};

const withModes = (options) => {
  const make = testMaker(undefined, options);
  make.only = testMaker("only", options);
  make.skip = testMaker("skip", options);
  return make;
};

export const describe = suiteMaker(undefined);
describe.only = suiteMaker("only");
describe.skip = suiteMaker("skip");
describe.todo = (name) => addTest(name, "todo");

export const test = withModes({});
test.concurrent = withModes({ isConcurrent: true });
test.failing = withModes({ isFailing: true });
test.todo = (name) => addTest(name, "todo");
test.skipIf = (condition) => (condition ? test.skip : test);
test.runIf = (condition) => (condition ? test : test.skip);

export const it = test;
export const suite = describe;
export const xtest = test.skip;
export const xit = test.skip;
export const fit = test.only;
export const xdescribe = describe.skip;
export const fdescribe = describe.only;

const hook = (kind) => (body, timeout) => {
  checkCollecting(kind);
  if (typeof body !== "function") throw new TypeError(`${kind} needs a function`);
  current.hooks[kind].push({ body, timeout, kind, place: new Error("defined here") });
};
export const beforeAll = hook("beforeAll");
export const beforeEach = hook("beforeEach");
export const afterEach = hook("afterEach");
export const afterAll = hook("afterAll");
export const before = beforeAll;
export const after = afterAll;

// ---- running

const waiting = new Set();

// Runs a body that returns, gives a promise or calls `done`, for at most `ms`.
function settle(body, ms, what, place) {
  return new Promise((resolve, reject) => {
    let timer;
    const wait = { fail: (error) => finish(reject, error) };
    const finish = (action, value) => {
      if (!waiting.delete(wait)) return;
      clearTimeout(timer);
      action(value);
    };
    wait.unsettled = () => wait.fail(locate(new Error(`The ${what} never ends: nothing is left that it could wait for`), place));
    waiting.add(wait);
    if (ms > 0 && ms !== Infinity) {
      timer = setTimeout(() => {
        wait.fail(locate(new Error(`Exceeded timeout of ${ms} ms for a ${what}`), place));
      }, ms);
      timer.unref();
    }
    const pass = () => finish(resolve, undefined);
    try {
      if (body.length > 0) {
        const done = (error) => {
          if (error) finish(reject, typeof error === "object" ? error : new Error(`done was called with ${show(error)}`));
          else pass();
        };
        done.fail = (error) => finish(reject, error ?? new Error("done.fail was called"));
        const result = body(done);
        if (typeof result?.then === "function")
          throw new Error(`A ${what} takes done or gives a promise, not both`);
      } else {
        const result = body();
        if (typeof result?.then === "function") result.then(pass, (error) => finish(reject, error));
        else pass();
      }
    } catch (error) {
      finish(reject, error);
    }
  });
}

// With the stack of where it was defined, for want of one of where it went wrong.
function locate(error, place) {
  if (place) error.stack = `${error.name}: ${error.message}\n${framesOf(place)}`;
  return error;
}

function framesOf(error) {
  const stack = String(error?.stack ?? "");
  const start = stack.search(/^\s+at /m);
  return start < 0 ? "" : stack.slice(start);
}

// Those that are in files, which are the user's.
const usersFrames = (error) =>
  framesOf(error)
    .split("\n")
    .filter((line) => /(?:\(|at )(?:file:\/\/)?\//.test(line))
    .join("\n");

async function runHooks(suite, kind) {
  const hooks = suite.hooks[kind];
  for (const hook of hooks)
    await settle(hook.body, hook.timeout ?? settings.timeout, `${kind} hook`, hook.place);
}

const modeOf = (item) => {
  for (let at = item; at; at = at.parent) if (at.mode === "skip") return "skip";
  return item.mode;
};

const isChosen = (test) => {
  if (hasOnly) {
    let chosen = false;
    for (let at = test; at; at = at.parent) chosen ||= at.mode === "only";
    if (!chosen) return false;
  }
  return !settings.pattern || settings.pattern.test(test.fullName);
};

const willRun = (item) =>
  item instanceof Suite ? item.children.some(willRun) : modeOf(item) !== "skip" && item.mode !== "todo" && isChosen(item);

const report = (test, status, ms, errors = []) => {
  const texts = errors.flatMap((error) => describeError(error));
  emit("test", status, String(Math.round(ms * 1000) / 1000), String(errors.length), ...texts, ...test.path);
};

let describeDiff = () => "";
export const useDiff = (diff) => {
  describeDiff = diff;
};

// What of an error is told: its text, and where it was thrown.
function describeError(error) {
  if (error === null || (typeof error !== "object" && typeof error !== "function")) return [`Thrown: ${show(error)}`, ""];
  let text;
  try {
    text = String(error.message ?? "");
    const name = String(error.name ?? error.constructor?.name ?? "Error");
    if (!error.matcherResult && !text.startsWith(name)) text = text ? `${name}: ${text}` : name;
    if (error.code && String(error.code).startsWith("ERR_") && error.code !== "ERR_ASSERTION") text += `\n  code: ${error.code}`;
    text += describeDiff(error);
    for (let cause = error.cause, depth = 0; cause && depth < 5; cause = cause.cause, depth++)
      text += `\n\nCause: ${cause?.stack ? `${cause.name}: ${cause.message}\n${usersFrames(cause)}` : show(cause)}`;
    if (Array.isArray(error.errors))
      for (const one of error.errors) text += `\n\n  ${one?.name ?? "Error"}: ${one?.message ?? show(one)}`;
  } catch (inner) {
    text = `an error that cannot be shown (${inner})`;
  }
  return [text, framesOf(error)];
}

async function attempt(test) {
  const errors = [];
  const lineage = test.parent.lineage();
  const guard = async (work) => {
    try {
      await work();
      return true;
    } catch (error) {
      errors.push(error);
      return false;
    }
  };
  assertions.before(test);
  let ready = true;
  for (const suite of lineage) ready &&= await guard(() => runHooks(suite, "beforeEach"));
  if (ready) {
    await guard(() => settle(test.body, test.timeout ?? settings.timeout, "test", test.place));
    await guard(async () => assertions.after(test));
  }
  for (const suite of lineage.toReversed()) await guard(() => runHooks(suite, "afterEach"));
  errors.push(...(test.uncaught ?? []));
  test.uncaught = undefined;
  return errors;
}

async function runTest(test, blocked) {
  if (!willRun(test)) {
    report(test, test.mode === "todo" && !(settings.pattern && !isChosen(test)) ? "todo" : "skip", 0);
    return;
  }
  const start = now();
  if (blocked) {
    report(test, "fail", 0, [blocked.error]);
    return;
  }
  emit("start", String(test.timeout ?? settings.timeout), ...test.path);
  running.add(test);
  let errors;
  for (let tries = 0; tries <= settings.retries; tries++) {
    errors = await attempt(test);
    if (errors.length === 0) break;
  }
  running.delete(test);
  if (test.isFailing)
    errors = errors.length > 0 ? [] : [locate(new Error("The test was to fail, and passed"), test.place)];
  report(test, errors.length > 0 ? "fail" : "pass", now() - start, errors);
}

const MAX_CONCURRENT = 5;

async function runTogether(tests, blocked) {
  const queue = [...tests];
  const lane = async () => {
    for (let test = queue.shift(); test; test = queue.shift()) await runTest(test, blocked);
  };
  await Promise.all(Array.from({ length: Math.min(MAX_CONCURRENT, tests.length) }, lane));
}

async function runSuite(suite, blocked) {
  const isActive = willRun(suite);
  if (isActive && !blocked) {
    try {
      await runHooks(suite, "beforeAll");
    } catch (error) {
      blocked = { error };
    }
  }
  let together = [];
  for (const child of suite.children) {
    if (child.isConcurrent) {
      together.push(child);
      continue;
    }
    await runTogether(together, blocked);
    together = [];
    if (child instanceof Suite) await runSuite(child, blocked);
    else await runTest(child, blocked);
  }
  await runTogether(together, blocked);
  if (!isActive) return;
  try {
    await runHooks(suite, "afterAll");
  } catch (error) {
    emit("error", ...describeError(error), ...suite.path);
  }
}

function watchProcess() {
  const onError = (error) => {
    const [test] = running;
    if (test) {
      (test.uncaught ??= []).push(error);
      // It need not be waited for any longer.
      for (const wait of waiting) wait.fail(error);
      test.uncaught = undefined;
    } else {
      emit("error", ...describeError(error));
    }
  };
  process.on("uncaughtException", onError);
  process.on("unhandledRejection", onError);
  process.on("beforeExit", () => {
    if (waiting.size === 0) return;
    for (const wait of [...waiting]) wait.unsettled();
    // The loop goes on, and with it the tests that are left.
    setTimeout(() => {}, 0);
  });
}

export async function run(options, load, finish) {
  settings = { ...settings, ...options };
  watchProcess();
  try {
    await settle(load, 0, "file's top-level code");
  } catch (error) {
    emit("error", ...describeError(error));
  }
  collecting = false;
  const count = (item) => (item instanceof Suite ? item.children.reduce((sum, child) => sum + count(child), 0) : 1);
  emit("plan", String(count(root)));
  await runSuite(root);
  try {
    finish();
  } catch (error) {
    emit("error", ...describeError(error));
  }
  emit("end");
}
