// node:domain. Node: https://nodejs.org/api/domain.html
//
// Loading it has every emitter, and every asynchronous callback from then on, remember the domain that was active when it was made.
import { createHook, executionAsyncResource } from "node:async_hooks";
import EventEmitter from "node:events";
import process from "node:process";
import { nodeError } from "internal:errors";

const { apply } = Reflect;

if (process.hasUncaughtExceptionCaptureCallback())
  throw nodeError("Error", "ERR_DOMAIN_CALLBACK_NOT_AVAILABLE",
    "A callback was registered through process.setUncaughtExceptionCaptureCallback(), which is mutually exclusive with using the `domain` module");

// ---- which domain is active

// The domains that were entered, the innermost last.
const stack = [];
let current = null;

Object.defineProperty(process, "domain", {
  __proto__: null,
  enumerable: true,
  configurable: true,
  get: () => current,
  set: (domain) => (current = domain),
});

const setCapture = process.setUncaughtExceptionCaptureCallback;
process.setUncaughtExceptionCaptureCallback = function setUncaughtExceptionCaptureCallback() {
  throw nodeError("Error", "ERR_DOMAIN_CANNOT_SET_UNCAUGHT_EXCEPTION_CAPTURE",
    "The `domain` module is in use, which is mutually exclusive with calling process.setUncaughtExceptionCaptureCallback()");
};

// Uncaught errors come here while a domain that somebody listens to is active.
function refresh() {
  const wanted = stack.some((domain) => domain.listenerCount("error") > 0);
  setCapture(null);
  if (wanted) setCapture((error) => current._errorHandler(error));
}

// Errors that no domain's listener wants are the process's, outside of all domains.
process.on("uncaughtExceptionMonitor", () => {
  if (process.hasUncaughtExceptionCaptureCallback()) return;
  stack.length = 0;
  current = null;
});

// Leaves all domains from the one at `length` on.
function leave(length) {
  stack.length = length;
  current = stack.at(-1);
  refresh();
}

function hide(object, key, value) {
  Object.defineProperty(object, key, { __proto__: null, value, writable: true, enumerable: false, configurable: true });
}

const isObject = (value) => (typeof value === "object" && value !== null) || typeof value === "function";

function mark(error, domain, thrown) {
  if (!isObject(error)) return;
  hide(error, "domain", domain);
  error.domainThrown = thrown;
}

createHook({
  init(id, type, trigger, resource) {
    if (current != null && isObject(resource)) hide(resource, "domain", current);
  },
  before() {
    executionAsyncResource()?.domain?.enter?.();
  },
  after() {
    executionAsyncResource()?.domain?.exit?.();
  },
}).enable();

// ---- the class

export class Domain extends EventEmitter {
  members = [];

  // An uncaught error while this domain is active. Tells whether a listener took it.
  _errorHandler(error) {
    mark(error, this, true);
    while (current === this) this.exit();
    try {
      if (this.listenerCount("error") === 0) throw error;
      return this.emit("error", error);
    } catch (next) {
      // What the listener throws is the outer domain's.
      const outer = stack.at(-1);
      if (outer === undefined) throw next;
      current = outer;
      return outer._errorHandler(next);
    } finally {
      leave(0);
      current = null;
    }
  }

  enter() {
    stack.push(this);
    current = this;
    refresh();
  }

  exit() {
    const index = stack.lastIndexOf(this);
    if (index >= 0) leave(index);
  }

  add(emitter) {
    if (emitter.domain === this) return;
    emitter.domain?.remove(emitter);
    // Domains must not contain each other.
    if (emitter instanceof Domain) for (let outer = this.domain; outer; outer = outer.domain) if (outer === emitter) return;
    hide(emitter, "domain", this);
    this.members.push(emitter);
  }

  remove(emitter) {
    emitter.domain = null;
    const index = this.members.indexOf(emitter);
    if (index >= 0) this.members.splice(index, 1);
  }

  run(fn, ...args) {
    this.enter();
    const result = apply(fn, this, args);
    this.exit();
    return result;
  }

  bind(callback) {
    const domain = this;
    function runBound(...args) {
      domain.enter();
      const result = apply(callback, this, args);
      domain.exit();
      return result;
    }
    hide(runBound, "domain", this);
    return runBound;
  }

  intercept(callback) {
    const domain = this;
    return function runIntercepted(error, ...args) {
      if (error instanceof Error) {
        error.domainBound = callback;
        mark(error, domain, false);
        domain.emit("error", error);
        return undefined;
      }
      domain.enter();
      const result = apply(callback, this, args);
      domain.exit();
      return result;
    };
  }
}

// A listener makes it worth to catch.
for (const name of ["on", "addListener", "prependListener", "removeListener", "removeAllListeners"]) {
  const method = EventEmitter.prototype[name];
  hide(Domain.prototype, name, function (...args) {
    const result = apply(method, this, args);
    refresh();
    return result;
  });
}

// ---- emitters

const { init } = EventEmitter;
const { emit } = EventEmitter.prototype;

EventEmitter.usingDomains = true;
EventEmitter.init = function (options) {
  hide(this, "domain", null);
  if (current && !(this instanceof Domain)) this.domain = current;
  return apply(init, this, [options]);
};

EventEmitter.prototype.emit = function (...args) {
  const { domain } = this;
  const [type, given] = args;
  if (domain == null || this === process || (type === "error" && this.listenerCount("error") > 0)) return apply(emit, this, args);
  if (type !== "error") {
    domain.enter();
    const result = apply(emit, this, args);
    domain.exit();
    return result;
  }
  const error = given || nodeError("Error", "ERR_UNHANDLED_ERROR", `Unhandled error. (${given})`);
  if (isObject(error)) error.domainEmitter = this;
  mark(error, domain, false);
  // Its listeners run outside of the domain.
  const [entered, active] = [[...stack], current];
  let length = stack.length;
  while (length > 0 && stack[length - 1] === active) length--;
  leave(length);
  current ??= null;
  domain.emit("error", error);
  stack.splice(0, stack.length, ...entered);
  current = active;
  refresh();
  return false;
};

export const create = () => new Domain();
export { create as createDomain, stack as _stack };

const domain = {
  _stack: stack,
  Domain,
  create,
  createDomain: create,
  get active() {
    return current;
  },
  set active(value) {
    current = value;
  },
};
export default domain;
