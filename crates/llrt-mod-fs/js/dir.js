// Dir and what is removed when it is disposed of. Node: https://nodejs.org/api/fs.html#class-fsdir
import { Dir } from "internal:fs-classes";
import { nextTick } from "internal:host";
import { ERR_INVALID_THIS, nodeError } from "internal:errors";
import { validateFunction, validateUint32 } from "internal:validators";
import fs from "node:fs";
import { absolute, list, listSync } from "native:fs-dir";

export { Dir };

const state = Symbol("state");
const closedError = () => nodeError("Error", "ERR_DIR_CLOSED", "Directory handle was closed");
const busyError = () =>
  nodeError(
    "Error",
    "ERR_DIR_CONCURRENT_OPERATION",
    "Cannot do synchronous work on directory handle with concurrent asynchronous operations",
  );

// The entries are read when the directory is opened: `handle` is the list of them.
export function init(dir, handle, path, options) {
  if (handle == null) throw nodeError("TypeError", "ERR_MISSING_ARGS", 'The "handle" argument must be specified');
  Object.defineProperty(dir, state, { value: { entries: handle, next: 0, path, closed: false, pending: 0 } });
}

function take(dir) {
  const self = dir[state];
  return self.entries[self.next++] ?? null;
}

// Calls back in a later turn, or gives a promise.
function later(dir, callback, run) {
  const self = dir[state];
  if (self.closed) {
    if (callback === undefined) return Promise.reject(closedError());
    throw closedError();
  }
  if (callback !== undefined) validateFunction(callback, "callback");
  self.pending++;
  const done = () => {
    self.pending--;
    return run();
  };
  if (callback === undefined) return Promise.resolve().then(done);
  nextTick(() => {
    const value = done();
    if (value === undefined) callback(null);
    else callback(null, value);
  });
}

const AsyncIterator = Object.getPrototypeOf(Object.getPrototypeOf(async function* () {}).prototype);

const methods = {
  get path() {
    if (this?.[state] === undefined) throw ERR_INVALID_THIS("Dir");
    return this[state].path;
  },
  read(callback = undefined) {
    return later(this, callback, () => take(this));
  },
  readSync() {
    if (this[state].closed) throw closedError();
    if (this[state].pending > 0) throw busyError();
    return take(this);
  },
  close(callback = undefined) {
    const self = this[state];
    if (self.closed) {
      if (callback === undefined) return Promise.reject(closedError());
      validateFunction(callback, "callback");
      nextTick(callback, closedError());
      return;
    }
    const closing = later(this, callback, () => {});
    self.closed = true;
    return closing;
  },
  closeSync() {
    if (this[state].closed) throw closedError();
    if (this[state].pending > 0) throw busyError();
    this[state].closed = true;
  },
  // No generator: leaving the loop closes the directory before the next statement runs.
  entries() {
    const end = async (value) => {
      if (!this[state].closed) await this.close();
      return { value, done: true };
    };
    return {
      __proto__: AsyncIterator,
      next: async () => {
        if (this[state].closed) return { value: undefined, done: true };
        const value = await this.read();
        return value === null ? end() : { value, done: false };
      },
      return: end,
    };
  },
  [Symbol.dispose]() {
    if (!this[state].closed) this.closeSync();
  },
  async [Symbol.asyncDispose]() {
    if (!this[state].closed) await this.close();
  },
};
for (const key of Reflect.ownKeys(methods))
  Object.defineProperty(Dir.prototype, key, { ...Object.getOwnPropertyDescriptor(methods, key), enumerable: false });
Object.defineProperty(Dir.prototype, Symbol.asyncIterator, {
  value: methods.entries,
  writable: true,
  configurable: true,
});

function check(options) {
  if (options?.bufferSize !== undefined) validateUint32(options.bufferSize, "options.bufferSize", true);
  return typeof options === "function" ? undefined : options;
}

const text = (path) => (typeof path === "string" ? path : ArrayBuffer.isView(path) ? path : decodeURIComponent(path.pathname));

export function opendirSync(path, options) {
  return new Dir(listSync(path, check(options)), text(path));
}

export function opendir(path, options, callback) {
  callback = typeof options === "function" ? options : callback;
  validateFunction(callback, "callback");
  list(path, check(options), (error, entries) => (error ? callback(error) : callback(null, new Dir(entries, text(path)))));
}

export function opendirPromise(path, options) {
  return new Promise((done, fail) => opendir(path, options ?? {}, (error, dir) => (error ? fail(error) : done(dir))));
}

// ---- temporary directories that remove themselves

const REMOVE = { force: true, recursive: true, maxRetries: 0, retryDelay: 0 };

export function mkdtempDisposableSync(prefix, options) {
  const path = fs.mkdtempSync(prefix, options);
  const full = absolute(path);
  const remove = () => fs.rmSync(full, REMOVE);
  return { path, remove, [Symbol.dispose]: remove };
}

export async function mkdtempDisposable(prefix, options) {
  const path = await fs.promises.mkdtemp(prefix, options);
  const full = absolute(path);
  const remove = () => fs.promises.rm(full, REMOVE);
  return { __proto__: null, path, remove, [Symbol.asyncDispose]: remove };
}
