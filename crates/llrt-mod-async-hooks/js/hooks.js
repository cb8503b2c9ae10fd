// internal:async-hooks: who hears of what is asynchronous. createHook of node:async_hooks, and promiseHooks of node:v8.
// Node: https://nodejs.org/api/async_hooks.html, https://nodejs.org/api/v8.html#promise-hooks
import { currentId, currentResource, newId, observe } from "native:async_hooks";
import { ERR_INVALID_ARG_VALUE, nodeError } from "internal:errors";
import { importBuiltin, isBuiltin, reportUncaught } from "internal:host";
import { validateBoolean } from "internal:validators";

const { apply } = Reflect;

// The enabled ones; replaced, never changed, so that a walk sees one state.
let hooks = [];
let watchers = [];
const EVENTS = ["init", "before", "after", "destroy", "promiseResolve"];

// An error in a hook ends the process, as nothing that runs then can be trusted.
function fatal(error) {
  hooks = [];
  refresh();
  const text = error !== null && typeof error === "object" && typeof error.stack === "string" ?
    (error.stack.startsWith(String(error.name)) ? error.stack : `${error}\n${error.stack}`)
  : String(new Error(String(error)));
  importBuiltin("internal:stdio").writeError(`${text}\n`);
  const process = importBuiltin("node:process").default;
  process.emit("exit", 1);
  process.reallyExit(1);
}

// A stack that is full is the program's error, not the hook's: the program runs into it next.
const isFullStack = (error) => error instanceof RangeError && /call stack/.test(error.message);

export function emit(event, ...args) {
  const walked = hooks;
  try {
    for (const hook of walked) {
      const callback = hook[event];
      if (callback !== undefined) apply(callback, hook.self, args);
    }
  } catch (error) {
    if (!isFullStack(error)) fatal(error);
  }
}

export const has = (event) => hooks.some((hook) => hook[event] !== undefined);

// ---- promises: they get ids only while somebody listens

const promiseIds = new WeakMap();
const promiseResources = new Map(); // by id: weak, or strong for what only this module knows
const collected = new FinalizationRegistry((id) => {
  promiseResources.delete(id);
  emit("destroy", id);
});

// One that was made before anybody listened gets its id now, and nobody hears of its making.
function idOf(promise) {
  let id = promiseIds.get(promise);
  if (id === undefined) {
    id = newId();
    remember(promise, id);
  }
  return id;
}

function remember(promise, id) {
  promiseIds.set(promise, id);
  promiseResources.set(id, new WeakRef(promise));
  collected.register(promise, id);
}

const resourceOf = (id) => {
  const known = promiseResources.get(id);
  return known instanceof WeakRef ? known.deref() : known;
};

// Where `await` makes no promise of its own, `promise` is an object that stands for it.
function named(promise, parent, id) {
  const trigger = parent === undefined ? currentId() : idOf(parent);
  if (promise instanceof Promise) remember(promise, id);
  else {
    if (watchers.length > 0) promise = quietly(() => new Promise(() => {}));
    promiseResources.set(id, promise);
  }
  emit("init", id, "PROMISE", trigger, promise);
  tell("init", promise, parent);
}

// ---- ids that nobody hears of

const unseen = new Set();

// Runs `body` unseen by the hooks, and what it starts.
function quietly(body) {
  const seen = hooks;
  const watching = watchers;
  hooks = watchers = [];
  refresh();
  const first = newId();
  try {
    return body();
  } finally {
    for (let id = newId() - 1; id > first; id--) unseen.add(id);
    hooks = seen;
    watchers = watching;
    refresh();
  }
}

let destroyed = [];
function flushDestroyed() {
  for (let ids = destroyed; ids.length > 0; ids = destroyed) {
    destroyed = [];
    for (const id of ids) emit("destroy", id);
  }
}
export function destroyLater(id) {
  if (destroyed.push(id) > 1) return;
  quietly(() => {
    if (isBuiltin("node:timers")) importBuiltin("node:timers").setImmediate(flushDestroyed);
    else queueMicrotask(flushDestroyed);
  });
}

function refresh() {
  if (hooks.length === 0 && watchers.length === 0) return observe(undefined, false);
  const observer = { __proto__: null };
  const watches = (event) => watchers.some((watcher) => watcher[event] !== undefined);
  if (has("init")) observer.init = (id, type, trigger, resource) => emit("init", id, type, trigger, resource);
  if (has("before") || watches("before") || watches("after")) {
    observer.before = (id) => {
      if (!unseen.has(id)) emit("before", id);
      if (watchers.length === 0) return;
      entered = resourceOf(id);
      if (entered !== undefined) tell("before", entered);
    };
  }
  observer.after = (id) => {
    if (!unseen.has(id)) emit("after", id);
    const left = entered;
    entered = undefined;
    if (left !== undefined) tell("after", left);
    // What stands in for a promise is known until it is left.
    const resource = promiseResources.get(id);
    if (resource !== undefined && !(resource instanceof WeakRef)) promiseResources.delete(id);
  };
  observer.destroy = (id) => unseen.delete(id) || (has("destroy") && destroyLater(id));
  if (has("promiseResolve") || watches("settled")) {
    observer.resolve = (promise) => {
      if (has("promiseResolve")) emit("promiseResolve", idOf(promise));
      tell("settled", promise);
    };
  }
  observer.promise = named;
  observer.idOf = idOf;
  observe(observer, watchers.length > 0 || hooks.some((hook) => hook.promises));
}

// ---- createHook

const callbacks = new WeakMap();

export class AsyncHook {
  constructor({ init, before, after, destroy, promiseResolve, trackPromises }) {
    const given = { init, before, after, destroy, promiseResolve };
    for (const event of EVENTS) {
      if (given[event] !== undefined && typeof given[event] !== "function")
        throw nodeError("TypeError", "ERR_ASYNC_CALLBACK", `hook.${event} must be a function`);
    }
    if (trackPromises !== undefined) validateBoolean(trackPromises, "trackPromises");
    if (promiseResolve !== undefined && trackPromises === false)
      throw ERR_INVALID_ARG_VALUE("trackPromises", trackPromises, "must not be false when promiseResolve is enabled");
    callbacks.set(this, { self: this, ...given, promises: trackPromises !== false });
  }

  enable() {
    const hook = callbacks.get(this);
    if (!hooks.includes(hook)) {
      hooks = [...hooks, hook];
      refresh();
    }
    return this;
  }

  disable() {
    const hook = callbacks.get(this);
    if (hooks.includes(hook)) {
      hooks = hooks.filter((other) => other !== hook);
      refresh();
    }
    return this;
  }
}

const topLevel = {};
export const executionAsyncResource = () => currentResource() ?? resourceOf(currentId()) ?? topLevel;

// ---- promiseHooks

// An error is uncaught, and the other watchers are told all the same.
function tell(event, promise, parent) {
  for (const watcher of watchers) {
    try {
      watcher[event]?.(promise, parent);
    } catch (error) {
      if (!isFullStack(error)) reportUncaught(error);
    }
  }
}

// The promise whose callback runs: nobody else may hold it any more when that is over.
let entered;

// Calls the functions `init(promise, parent)`, `before(promise)`, `after(promise)` and `settled(promise)` of `watcher`, those that it has,
// until the function that it gives is called.
export function watchPromises(watcher) {
  watchers = [...watchers, watcher];
  refresh();
  return () => {
    watchers = watchers.filter((other) => other !== watcher);
    refresh();
  };
}
