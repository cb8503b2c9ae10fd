// watch and watchFile. Node: https://nodejs.org/api/fs.html#class-fsfswatcher
import { EventEmitter } from "node:events";
import fs from "node:fs";
import path from "node:path";
import { importBuiltin, nextTick } from "internal:host";
import { AbortError, ERR_INVALID_ARG_TYPE, nodeError } from "internal:errors";
import { validateAbortSignal, validateBoolean, validateInteger, validateObject, validateOneOf, validateUint32 } from "internal:validators";
import { checkOptions, decode, open, pathText } from "native:fs-watch";

// ---- watch

// What of inotify's events is a change of contents or attributes; the rest are changes of names.
const CHANGED = 0x2 | 0x4; // IN_MODIFY, IN_ATTRIB
const IGNORED = 0x8000;
const OVERFLOW = 0x4000;

function ignores(ignore) {
  if (ignore === undefined) return () => false;
  const tests = (Array.isArray(ignore) ? ignore : [ignore]).map((one) => {
    if (typeof one === "string") {
      if (one === "") throw nodeError("TypeError", "ERR_INVALID_ARG_VALUE", "The argument 'options.ignore' must be a non-empty string. Received ''");
      // A pattern without a slash matches names at any depth.
      return (name) => path.matchesGlob(name, one) || (!one.includes("/") && path.matchesGlob(path.basename(name), one));
    }
    if (one instanceof RegExp) return (name) => one.test(name);
    if (typeof one === "function") return one;
    throw ERR_INVALID_ARG_TYPE("options.ignore", ["string", "RegExp", "Function", "Array"], one);
  });
  return (name) => name != null && tests.some((test) => test(name));
}

// Watches a file or, if it says so, a tree; calls `report(type, name)`.
class Watch {
  #inotify;
  #paths = new Map(); // by watch descriptor: the path, and its name below the root
  #report;
  #root;
  #recursive;

  constructor(file, { recursive, persistent }, report) {
    this.#root = file;
    this.#report = report;
    this.#inotify = open((events) => this.#take(events), persistent);
    try {
      this.#add(file, "");
      this.#recursive = recursive && fs.statSync(file).isDirectory();
      if (this.#recursive) this.#addTree(file, "");
    } catch (error) {
      this.close();
      throw error;
    }
  }

  #add(file, name) {
    this.#paths.set(this.#inotify.add(file), { file, name });
  }

  // Reports what a directory held before it was watched, if `report` says so: it may have been filled meanwhile.
  #addTree(directory, name, report = false) {
    let entries;
    try {
      entries = fs.readdirSync(directory, { withFileTypes: true });
    } catch {
      return;
    }
    for (const entry of entries) {
      const [file, below] = [path.join(directory, entry.name), path.join(name, entry.name)];
      if (report) this.#report("rename", below);
      if (entry.isDirectory()) this.#addDirectory(file, below, report);
    }
  }

  #addDirectory(file, name, report) {
    try {
      this.#add(file, name);
    } catch {
      // Gone already.
      return;
    }
    this.#addTree(file, name, report);
  }

  #take(events) {
    for (const [descriptor, mask, name] of events) {
      if (mask & OVERFLOW) continue;
      const watched = this.#paths.get(descriptor);
      if (watched === undefined) continue;
      if (mask & IGNORED) {
        this.#paths.delete(descriptor);
        continue;
      }
      // A directory below the root reports about itself to its parent, too.
      if (name === undefined && watched.name !== "") continue;
      const below = name === undefined ? path.basename(this.#root) : path.join(watched.name, name);
      if (mask & CHANGED) this.#report("change", below);
      if (mask & ~CHANGED & 0xfff) this.#report("rename", below);
      if (this.#inotify === undefined) return;
      // IN_CREATE or IN_MOVED_TO of a directory (IN_ISDIR)
      if (this.#recursive && mask & 0x40000000 && mask & 0x180) this.#addDirectory(path.join(watched.file, name), below, true);
    }
  }

  hold(held) {
    this.#inotify?.hold(held);
  }

  close() {
    this.#inotify?.close();
    this.#inotify = undefined;
  }
}

const encoder = (encoding) => (encoding === undefined || encoding === "utf8" ? (name) => name : (name) => decode(name, encoding));

function watchOptions(options) {
  if (typeof options === "string") options = { encoding: options };
  checkOptions(options);
  const { persistent = true, recursive = false, encoding, signal, ignore } = options ?? {};
  validateBoolean(persistent, "options.persistent");
  validateBoolean(recursive, "options.recursive");
  validateAbortSignal(signal, "options.signal");
  return { persistent, recursive, signal, encode: encoder(encoding), ignored: ignores(ignore) };
}

class FSWatcher extends EventEmitter {
  #watch;
  #held = true;

  constructor(file, options) {
    super();
    const { encode, ignored } = options;
    this.#held = options.persistent;
    try {
      this.#watch = new Watch(pathText(file, "filename"), options, (type, name) => {
        if (this.#watch && !ignored(name)) this.emit("change", type, encode(name));
      });
    } catch (error) {
      if (error.syscall !== undefined) error.filename = error.path;
      throw error;
    }
  }

  close() {
    if (!this.#watch) return;
    this.#watch.close();
    this.#watch = undefined;
    nextTick(() => this.emit("close"));
  }
  ref() {
    this.#watch?.hold(true);
    return this;
  }
  unref() {
    this.#watch?.hold(false);
    return this;
  }
}

export function watch(filename, options, listener) {
  if (typeof options === "function") [options, listener] = [undefined, options];
  options = watchOptions(options);
  const watcher = new FSWatcher(filename, options);
  if (listener) watcher.on("change", listener);
  const { signal } = options;
  if (signal) {
    const close = () => watcher.close();
    if (signal.aborted) {
      nextTick(close);
    } else {
      signal.addEventListener("abort", close);
      watcher.once("close", () => signal.removeEventListener("abort", close));
    }
  }
  return watcher;
}

const abortError = (signal) => new AbortError(undefined, { cause: signal.reason });

export async function* watchPromise(filename, options = {}) {
  if (typeof options !== "string") validateObject(options, "options");
  const { maxQueue = 2048, overflow = "ignore" } = options;
  validateInteger(maxQueue, "options.maxQueue");
  validateOneOf(overflow, "options.overflow", ["ignore", "throw"]);
  const checked = watchOptions(options);
  const { signal, encode, ignored } = checked;
  if (signal?.aborted) throw abortError(signal);
  const queue = [];
  let failure;
  let wake = () => {};
  const push = (eventType, filename) => {
    if (ignored(filename)) return;
    if (queue.length < maxQueue) {
      queue.push({ __proto__: null, eventType, filename: encode(filename) });
    } else if (overflow === "throw") {
      failure ??= nodeError("Error", "ERR_FS_WATCH_QUEUE_OVERFLOW", `fs.watch() queued more than ${maxQueue} events`);
    } else {
      importBuiltin("node:process").default.emitWarning("fs.watch maxQueue exceeded");
    }
    wake();
  };
  const onAbort = () => {
    failure = abortError(signal);
    wake();
  };
  let watched;
  try {
    watched = new Watch(pathText(filename, "filename"), checked, push);
  } catch (error) {
    if (error.syscall !== undefined) error.filename = error.path;
    throw error;
  }
  signal?.addEventListener("abort", onAbort, { once: true });
  try {
    for (;;) {
      while (queue.length > 0 && failure === undefined) yield queue.shift();
      if (failure) throw failure;
      await new Promise((resolve) => (wake = resolve));
    }
  } finally {
    watched.close();
    signal?.removeEventListener("abort", onAbort);
  }
}

// ---- watchFile

const watchers = new Map();
// What is seen of a file that is not there: zeros.
function nothing(bigint) {
  const like = fs.statSync(".", { bigint });
  for (const name of Object.keys(like)) like[name] = bigint ? 0n : 0;
  return like;
}

class StatWatcher extends EventEmitter {
  #file;
  #options;
  #timer;
  #last;
  #held = true;
  #stopped = false;

  constructor(file, options) {
    super();
    this.#file = file;
    this.#options = options;
    this.#held = options.persistent;
    this.#look(true);
  }

  async #look(isFirst = false) {
    const { bigint, interval } = this.#options;
    // The first look keeps the process alive as the timer does.
    const stat = isFirst ? this.#stat() : await fs.promises.stat(this.#file, { bigint }).catch(() => undefined);
    if (this.#stopped) return;
    const now = stat ?? nothing(bigint);
    const last = this.#last;
    this.#last = now;
    if (isFirst) {
      // What is not there is said once.
      if (stat === undefined) nextTick(() => this.#stopped || this.emit("change", now, now));
    } else if (differs(last, now)) {
      this.emit("change", now, last);
    }
    if (this.#stopped) return;
    const { setTimeout } = importBuiltin("node:timers");
    this.#timer = setTimeout(() => this.#look(), interval);
    if (!this.#held) this.#timer.unref();
  }

  #stat() {
    return fs.statSync(this.#file, { bigint: this.#options.bigint, throwIfNoEntry: false });
  }

  ref() {
    this.#held = true;
    this.#timer?.ref();
    return this;
  }
  unref() {
    this.#held = false;
    this.#timer?.unref();
    return this;
  }
  stop() {
    if (this.#stopped) return;
    this.#stopped = true;
    importBuiltin("node:timers").clearTimeout(this.#timer);
    nextTick(() => this.emit("stop"));
  }
}

const FIELDS = ["dev", "mode", "nlink", "uid", "gid", "ino", "size", "mtimeMs", "ctimeMs", "birthtimeMs"];
const differs = (a, b) => FIELDS.some((name) => a[name] !== b[name]);

export function watchFile(filename, options, listener) {
  const file = path.resolve(pathText(filename, "filename"));
  if (options === null || typeof options !== "object") [options, listener] = [{}, options];
  const { interval = 5007, persistent = true, bigint = false } = options;
  if (typeof listener !== "function") throw ERR_INVALID_ARG_TYPE("listener", "Function", listener);
  validateUint32(interval, "interval");
  let watcher = watchers.get(file);
  if (watcher === undefined) {
    watcher = new StatWatcher(file, { interval, persistent, bigint });
    watchers.set(file, watcher);
  }
  watcher.on("change", listener);
  return watcher;
}

export function unwatchFile(filename, listener) {
  const file = path.resolve(pathText(filename, "filename"));
  const watcher = watchers.get(file);
  if (watcher === undefined) return;
  if (typeof listener === "function") {
    const before = watcher.listenerCount("change");
    watcher.removeListener("change", listener);
    if (watcher.listenerCount("change") === before) return;
  } else {
    watcher.removeAllListeners("change");
  }
  if (watcher.listenerCount("change") > 0) return;
  watcher.stop();
  watchers.delete(file);
}
