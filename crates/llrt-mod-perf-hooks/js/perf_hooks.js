// node:perf_hooks and the global performance. Node: https://nodejs.org/api/perf_hooks.html, https://w3c.github.io/user-timing/
import { loopTurn, now as nativeNow, threadCpuMs, timeOrigin as nativeTimeOrigin } from "native:perf_hooks";
import { EventTarget, Event } from "internal:event-target";
import {
  ERR_ILLEGAL_CONSTRUCTOR, ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_INVALID_THIS, ERR_MISSING_ARGS, nodeError,
} from "internal:errors";
import { channels, importBuiltin, isBuiltin } from "internal:host";
import { validateFunction, validateNumber, validateObject } from "internal:validators";

const TOKEN = Symbol();
const INSPECT = Symbol.for("nodejs.util.inspect.custom");
const kEnumerable = { __proto__: null, enumerable: true };
const lazyHistogram = () => importBuiltin("internal:histogram");

function inspectAs(name, value, depth, options) {
  if (depth < 0) return value;
  const { inspect } = importBuiltin("node:util");
  return `${name} ${inspect(value, { ...options, depth: options.depth == null ? null : options.depth - 1 })}`;
}

// ---- entries

export class PerformanceEntry {
  #name;
  #entryType;
  #startTime;
  #duration;

  constructor(token, name, entryType, startTime, duration) {
    if (token !== TOKEN) throw ERR_ILLEGAL_CONSTRUCTOR();
    this.#name = name;
    this.#entryType = entryType;
    this.#startTime = startTime;
    this.#duration = duration;
  }

  get name() {
    if (!(#name in this)) throw ERR_INVALID_THIS("PerformanceEntry");
    return this.#name;
  }
  get entryType() {
    if (!(#name in this)) throw ERR_INVALID_THIS("PerformanceEntry");
    return this.#entryType;
  }
  get startTime() {
    if (!(#name in this)) throw ERR_INVALID_THIS("PerformanceEntry");
    return this.#startTime;
  }
  get duration() {
    if (!(#name in this)) throw ERR_INVALID_THIS("PerformanceEntry");
    return this.#duration;
  }
  toJSON() {
    const { name, entryType, startTime, duration } = this;
    return { name, entryType, startTime, duration };
  }
  [INSPECT](depth, options) {
    return inspectAs(this.constructor.name, this.toJSON(), depth, options);
  }
}
Object.defineProperties(PerformanceEntry.prototype, { name: kEnumerable, entryType: kEnumerable, startTime: kEnumerable, duration: kEnumerable, toJSON: kEnumerable });

// What Node.js and functions report, with a detail of their own.
class PerformanceNodeEntry extends PerformanceEntry {
  constructor(token, name, entryType, startTime, duration, detail) {
    super(token, name, entryType, startTime, duration);
    this.detail = detail;
  }
  toJSON() {
    return { ...super.toJSON(), detail: this.detail };
  }
}

const NODE_TIMING_NAMES = ["nodeStart", "v8Start", "environment", "loopStart", "loopExit", "bootstrapComplete"];
const textOf = (value) => {
  if (typeof value === "symbol") throw new TypeError("Cannot convert a Symbol value to a string");
  return `${value}`;
};
const clone = (detail) => (detail === undefined || detail === null ? null : structuredClone(detail));

export class PerformanceMark extends PerformanceEntry {
  #detail;

  constructor(name, options = undefined) {
    if (arguments.length === 0) throw ERR_MISSING_ARGS("name");
    name = textOf(name);
    if (NODE_TIMING_NAMES.includes(name)) throw ERR_INVALID_ARG_VALUE("name", name);
    if (options != null) validateObject(options, "options", { allowArray: true, allowFunction: true });
    let startTime = options?.startTime;
    if (startTime === undefined) startTime = now();
    else {
      validateNumber(startTime, "startTime");
      if (startTime < 0) throw nodeError("TypeError", "ERR_PERFORMANCE_INVALID_TIMESTAMP", `${startTime} is not a valid timestamp`);
    }
    const detail = clone(options?.detail);
    super(TOKEN, name, "mark", startTime, 0);
    this.#detail = detail;
  }

  get detail() {
    if (!(#detail in this)) throw ERR_INVALID_THIS("PerformanceMark");
    return this.#detail;
  }
  toJSON() {
    return { ...super.toJSON(), detail: this.detail };
  }
}
Object.defineProperty(PerformanceMark.prototype, "detail", kEnumerable);

export class PerformanceMeasure extends PerformanceEntry {
  #detail;

  constructor(token, name, startTime, duration, detail) {
    super(token, name, "measure", startTime, duration);
    this.#detail = detail;
  }

  get detail() {
    if (!(#detail in this)) throw ERR_INVALID_THIS("PerformanceMeasure");
    return this.#detail;
  }
  toJSON() {
    return { ...super.toJSON(), detail: this.detail };
  }
}
Object.defineProperty(PerformanceMeasure.prototype, "detail", kEnumerable);

// In the order in which they are shown.
const RESOURCE_FIELDS = {
  nextHopProtocol: (t) => t.finalConnectionTimingInfo?.ALPNNegotiatedProtocol,
  workerStart: (t) => t.finalServiceWorkerStartTime,
  redirectStart: (t) => t.redirectStartTime,
  redirectEnd: (t) => t.redirectEndTime,
  fetchStart: (t) => t.postRedirectStartTime,
  domainLookupStart: (t) => t.finalConnectionTimingInfo?.domainLookupStartTime,
  domainLookupEnd: (t) => t.finalConnectionTimingInfo?.domainLookupEndTime,
  connectStart: (t) => t.finalConnectionTimingInfo?.connectionStartTime,
  connectEnd: (t) => t.finalConnectionTimingInfo?.connectionEndTime,
  secureConnectionStart: (t) => t.finalConnectionTimingInfo?.secureConnectionStartTime,
  requestStart: (t) => t.finalNetworkRequestStartTime,
  responseStart: (t) => t.finalNetworkResponseStartTime,
  responseEnd: (t) => t.endTime,
  transferSize: (t, mode) => (mode === "local" ? 0 : mode === "validated" ? 300 : t.encodedBodySize + 300),
  encodedBodySize: (t) => t.encodedBodySize,
  decodedBodySize: (t) => t.decodedBodySize,
};

export class PerformanceResourceTiming extends PerformanceEntry {
  #timing;
  #initiatorType;
  #mode;
  #deliveryType;
  #responseStatus;

  constructor(token, url, initiatorType, timing, mode, deliveryType, responseStatus) {
    if (token !== TOKEN) throw ERR_ILLEGAL_CONSTRUCTOR();
    super(token, url, "resource", timing.startTime, timing.endTime - timing.startTime);
    this.#timing = timing;
    this.#initiatorType = initiatorType;
    this.#mode = mode;
    this.#deliveryType = deliveryType;
    this.#responseStatus = responseStatus;
  }

  static read(self, field) {
    if (!(#timing in self)) throw ERR_INVALID_THIS("PerformanceResourceTiming");
    return RESOURCE_FIELDS[field](self.#timing, self.#mode);
  }

  get initiatorType() {
    if (!(#timing in this)) throw ERR_INVALID_THIS("PerformanceResourceTiming");
    return this.#initiatorType;
  }
  get deliveryType() {
    if (!(#timing in this)) throw ERR_INVALID_THIS("PerformanceResourceTiming");
    return this.#deliveryType;
  }
  get responseStatus() {
    if (!(#timing in this)) throw ERR_INVALID_THIS("PerformanceResourceTiming");
    return this.#responseStatus;
  }
  toJSON() {
    const json = { ...super.toJSON(), initiatorType: this.initiatorType };
    for (const field of Object.keys(RESOURCE_FIELDS)) json[field] = this[field];
    return { ...json, deliveryType: this.deliveryType, responseStatus: this.responseStatus };
  }
}
const { read: readResource } = PerformanceResourceTiming;
delete PerformanceResourceTiming.read;
for (const field of Object.keys(RESOURCE_FIELDS)) {
  Object.defineProperty(PerformanceResourceTiming.prototype, field, {
    __proto__: null, enumerable: true, configurable: true,
    get() {
      return readResource(this, field);
    },
  });
}
Object.defineProperties(PerformanceResourceTiming.prototype, {
  initiatorType: kEnumerable, deliveryType: kEnumerable, responseStatus: kEnumerable, toJSON: kEnumerable,
});

// ---- the timeline

const now = () => nativeNow();
let marks = [];
let measures = [];
let resources = [];
let resourceLimit = 250;
let resourcesWaiting = [];
let resourcesFull = false;
const byStart = (a, b) => a.startTime - b.startTime;
const entriesOf = (name, type) => {
  const all = type === "mark" ? marks : type === "measure" ? measures : type === "resource" ? resources : type === undefined ? [...marks, ...measures, ...resources] : [];
  return (name === undefined ? [...all] : all.filter((entry) => entry.name === name)).sort(byStart);
};

function without(entries, name) {
  if (name === undefined) return [];
  const text = textOf(name);
  return entries.filter((entry) => entry.name !== text);
}

function enqueue(entry) {
  for (const observer of observers) observer[MAYBE](entry);
}

function bufferResource(entry) {
  if (resources.length < resourceLimit && !resourcesFull) {
    resources.push(entry);
    return;
  }
  if (!resourcesFull) {
    resourcesFull = true;
    importBuiltin("node:timers").setImmediate(() => {
      while (resourcesWaiting.length > 0) {
        const before = resourcesWaiting.length;
        if (resources.length >= resourceLimit) {
          performance.dispatchEvent(new Event("resourcetimingbufferfull"));
        }
        while (resources.length < resourceLimit && resourcesWaiting.length > 0) resources.push(resourcesWaiting.shift());
        if (resourcesWaiting.length === before) {
          resourcesWaiting = [];
          break;
        }
      }
      resourcesFull = false;
    });
  }
  resourcesWaiting.push(entry);
}

// ---- observers

const MAYBE = Symbol("maybe");
const WANTS = Symbol("wants");
const observers = new Set();
const pending = new Set();
let delivering = false;
const KNOWN = ["dns", "function", "gc", "http", "http2", "mark", "measure", "net", "quic", "resource"];

// What other modules measure, while somebody observes it: `channels["perf:net"]?.begin()` gives a function that takes name and detail at the end.
const MEASURED = ["dns", "http", "http2", "net"];
function tellMeasured() {
  for (const type of MEASURED) {
    const name = `perf:${type}`;
    if (![...observers].some((observer) => observer[WANTS](type))) delete channels[name];
    else
      channels[name] ??= {
        begin() {
          const start = now();
          return (name, detail) => enqueue(new PerformanceNodeEntry(TOKEN, name, type, start, now() - start, detail));
        },
      };
  }
}

function deliverLater(observer) {
  pending.add(observer);
  if (delivering) return;
  delivering = true;
  importBuiltin("node:timers").setImmediate(() => {
    delivering = false;
    const due = [...pending];
    pending.clear();
    for (const one of due) one[DELIVER]();
  });
}
const DELIVER = Symbol("deliver");

export class PerformanceObserverEntryList {
  #entries;

  constructor(token, entries) {
    if (token !== TOKEN) throw ERR_ILLEGAL_CONSTRUCTOR();
    this.#entries = entries.sort(byStart);
  }

  getEntries() {
    if (!(#entries in this)) throw ERR_INVALID_THIS("PerformanceObserverEntryList");
    return [...this.#entries];
  }
  getEntriesByType(type) {
    if (!(#entries in this)) throw ERR_INVALID_THIS("PerformanceObserverEntryList");
    if (arguments.length === 0) throw ERR_MISSING_ARGS("type");
    return this.#entries.filter((entry) => entry.entryType === `${type}`);
  }
  getEntriesByName(name, type = undefined) {
    if (!(#entries in this)) throw ERR_INVALID_THIS("PerformanceObserverEntryList");
    if (arguments.length === 0) throw ERR_MISSING_ARGS("name");
    return this.#entries.filter((entry) => entry.name === `${name}` && (type == null || entry.entryType === `${type}`));
  }
  [INSPECT](depth, options) {
    return inspectAs("PerformanceObserverEntryList", [...this.#entries], depth, options);
  }
}
Object.defineProperties(PerformanceObserverEntryList.prototype, { getEntries: kEnumerable, getEntriesByType: kEnumerable, getEntriesByName: kEnumerable });

export class PerformanceObserver {
  #callback;
  #kind;
  #types = new Set();
  #buffer = [];

  constructor(callback) {
    validateFunction(callback, "callback");
    this.#callback = callback;
  }

  observe(options = {}) {
    validateObject(options, "options");
    const { entryTypes, type, buffered } = options;
    if (entryTypes === undefined && type === undefined) throw ERR_MISSING_ARGS("options.entryTypes", "options.type");
    if (entryTypes != null && type != null)
      throw ERR_INVALID_ARG_VALUE("options.entryTypes", entryTypes, "options.entryTypes can not set with options.type together");
    const kind = entryTypes !== undefined ? "multiple" : "single";
    if (this.#kind !== undefined && this.#kind !== kind) {
      throw new DOMException(`PerformanceObserver can not change to ${kind === "multiple" ? "multiple" : "a single"} observation`.replace("a single", "single"), "InvalidModificationError");
    }
    this.#kind = kind;
    if (kind === "multiple") {
      if (!Array.isArray(entryTypes)) throw ERR_INVALID_ARG_TYPE("options.entryTypes", "string[]", entryTypes);
      this.#types.clear();
      for (const one of entryTypes) if (KNOWN.includes(one)) this.#types.add(one);
    } else {
      if (!KNOWN.includes(type)) return;
      this.#types.add(type);
      if (buffered) {
        this.#buffer.push(...entriesOf(undefined, type));
        if (this.#buffer.length > 0) deliverLater(this);
      }
    }
    if (this.#types.size > 0) observers.add(this);
    else this.disconnect();
    tellMeasured();
  }

  disconnect() {
    observers.delete(this);
    pending.delete(this);
    this.#buffer = [];
    this.#types.clear();
    this.#kind = undefined;
    tellMeasured();
  }

  takeRecords() {
    const records = this.#buffer;
    this.#buffer = [];
    return records;
  }

  static get supportedEntryTypes() {
    return Object.freeze([...KNOWN]);
  }

  [WANTS](type) {
    return this.#types.has(type);
  }

  [MAYBE](entry) {
    if (!this.#types.has(entry.entryType)) return;
    this.#buffer.push(entry);
    deliverLater(this);
  }

  [DELIVER]() {
    const entries = this.takeRecords();
    if (entries.length > 0) this.#callback.call(this, new PerformanceObserverEntryList(TOKEN, entries), this);
  }

  [INSPECT](depth, options) {
    return inspectAs("PerformanceObserver", { connected: observers.has(this), pending: pending.has(this), entryTypes: [...this.#types], buffer: [...this.#buffer] }, depth, options);
  }
}

for (const constructor of [PerformanceEntry, PerformanceMark, PerformanceMeasure, PerformanceResourceTiming, PerformanceObserver, PerformanceObserverEntryList])
  Object.defineProperty(constructor.prototype, Symbol.toStringTag, { __proto__: null, configurable: true, value: constructor.name });

// ---- node's own times

// Nothing is recorded before somebody asks: the times of the start are spread between the process's and this module's.
const loadedAt = now();
const startedAt = (part) => (loadedAt * part) / 8;
let loopStart = -1;
let loopExit = -1;
let watched = false;
function watchLoop() {
  if (watched) return;
  watched = true;
  if (loopTurn() > 1) loopStart = loadedAt;
  else if (isBuiltin("node:timers")) {
    importBuiltin("node:timers").setTimeout(() => {
      if (loopStart < 0) loopStart = now();
    }, 0).unref();
  }
  if (isBuiltin("node:process")) {
    importBuiltin("node:process").default.on("exit", () => {
      if (loopStart < 0) loopStart = now();
      loopExit = now();
    });
  }
}
function loopStarted() {
  watchLoop();
  if (loopStart < 0 && loopTurn() > 1) loopStart = now();
  return loopStart;
}

// Idle is what of the loop's time this thread did not compute. It does not change while a callback runs.
let idleTurn = -1;
let idleMs = 0;
let cpuAtStart;
function idleTime() {
  const start = loopStarted();
  if (start < 0) return 0;
  const turn = loopTurn();
  cpuAtStart ??= threadCpuMs();
  if (turn !== idleTurn) {
    idleTurn = turn;
    idleMs = Math.max(idleMs, now() - start - (threadCpuMs() - cpuAtStart));
  }
  return idleMs;
}

class PerformanceNodeTiming extends PerformanceEntry {
  constructor(token) {
    super(token, "node", "node", 0, 0);
    const define = (name, get) => Object.defineProperty(this, name, { __proto__: null, get, enumerable: true, configurable: true });
    for (const name of ["name", "entryType", "startTime"]) Object.defineProperty(this, name, { __proto__: null, value: super[name], enumerable: true, configurable: true });
    define("duration", now);
    define("nodeStart", () => startedAt(1));
    define("v8Start", () => startedAt(2));
    define("environment", () => startedAt(3));
    define("bootstrapComplete", () => startedAt(4));
    define("loopStart", loopStarted);
    define("loopExit", () => {
      watchLoop();
      return loopExit;
    });
    define("idleTime", idleTime);
    Object.defineProperty(this, "uvMetricsInfo", {
      __proto__: null, enumerable: false, configurable: true, get: () => ({ loopCount: loopTurn() - 1, events: loopTurn() - 1, eventsWaiting: 0 }),
    });
  }
  toJSON() {
    return { ...this };
  }
}

export function eventLoopUtilization(first = undefined, second = undefined) {
  const start = loopStarted();
  if (start <= 0) return { idle: 0, active: 0, utilization: 0 };
  if (second) {
    const idle = first.idle - second.idle;
    const active = first.active - second.active;
    return { idle, active, utilization: active / (idle + active) };
  }
  const idle = idleTime();
  const active = now() - start - idle;
  if (!first) return { idle, active, utilization: active / (idle + active) };
  const idleDelta = idle - first.idle;
  const activeDelta = active - first.active;
  return { idle: idleDelta, active: activeDelta, utilization: activeDelta / (idleDelta + activeDelta) };
}

// ---- timed functions

export function timerify(fn, options = {}) {
  validateFunction(fn, "fn");
  validateObject(options, "options");
  const { histogram } = options;
  if (histogram !== undefined && !lazyHistogram().isRecordable(histogram))
    throw ERR_INVALID_ARG_TYPE("options.histogram", "RecordableHistogram", histogram);
  const done = (start, args) => {
    const duration = now() - start;
    histogram?.record(Math.max(1, Math.ceil(duration * 1e6)));
    const entry = new PerformanceNodeEntry(TOKEN, fn.name, "function", start, duration, args);
    for (const [index, arg] of args.entries()) entry[index] = arg;
    enqueue(entry);
  };
  function timerified(...args) {
    const start = now();
    const result = new.target ? Reflect.construct(fn, args, fn) : Reflect.apply(fn, this, args);
    if (!new.target && typeof result?.finally === "function") return result.finally(() => done(start, args));
    done(start, args);
    return result;
  }
  Object.defineProperties(timerified, {
    length: { __proto__: null, configurable: false, enumerable: true, value: fn.length },
    name: { __proto__: null, configurable: false, enumerable: true, value: `timerified ${fn.name}` },
  });
  return timerified;
}

// ---- performance

function startOf(mark) {
  if (mark === undefined) return undefined;
  if (typeof mark === "number") {
    if (mark < 0) throw nodeError("TypeError", "ERR_PERFORMANCE_INVALID_TIMESTAMP", `${mark} is not a valid timestamp`);
    return mark;
  }
  const name = textOf(mark);
  if (NODE_TIMING_NAMES.includes(name)) return performance.nodeTiming[name];
  const found = marks.findLast((entry) => entry.name === name);
  if (found === undefined) throw new DOMException(`The "${name}" performance mark has not been set`, "SyntaxError");
  return found.startTime;
}

const check = (self) => {
  if (self !== performance) throw ERR_INVALID_THIS("Performance");
};
let nodeTiming;

export class Performance extends EventTarget {
  constructor(token) {
    if (token !== TOKEN) throw ERR_ILLEGAL_CONSTRUCTOR();
    super();
  }

  now() {
    check(this);
    return nativeNow();
  }
  get timeOrigin() {
    check(this);
    return nativeTimeOrigin();
  }
  mark(name, options = {}) {
    check(this);
    if (arguments.length === 0) throw ERR_MISSING_ARGS("name");
    const mark = new PerformanceMark(name, options);
    marks.push(mark);
    enqueue(mark);
    return mark;
  }
  measure(name, startOrOptions = {}, endMark = undefined) {
    check(this);
    if (arguments.length === 0) throw ERR_MISSING_ARGS("name");
    name = textOf(name);
    const options = startOrOptions !== null && typeof startOrOptions === "object" ? startOrOptions : undefined;
    const given = options !== undefined && (options.start !== undefined || options.end !== undefined || options.duration !== undefined || options.detail !== undefined);
    if (given) {
      const refuse = (text) => nodeError("TypeError", "ERR_PERFORMANCE_MEASURE_INVALID_OPTIONS", text);
      if (endMark !== undefined) throw refuse("endMark must not be specified");
      if (options.start === undefined && options.end === undefined && options.duration !== undefined) throw refuse("One of options.start or options.end is required");
      if (options.start !== undefined && options.end !== undefined && options.duration !== undefined)
        throw refuse("Must not have options.start, options.end, and options.duration specified");
    }
    let end;
    if (endMark !== undefined) end = startOf(endMark);
    else if (options?.end !== undefined) end = startOf(options.end);
    else if (options?.start !== undefined && options.duration !== undefined) end = startOf(options.start) + startOf(options.duration);
    else end = now();
    let start;
    if (options?.start !== undefined) start = startOf(options.start);
    else if (options?.duration !== undefined && options.end !== undefined) start = startOf(options.end) - startOf(options.duration);
    else if (typeof startOrOptions === "string") start = startOf(startOrOptions);
    else start = 0;
    const measure = new PerformanceMeasure(TOKEN, name, start, end - start, clone(options?.detail));
    measures.push(measure);
    enqueue(measure);
    return measure;
  }
  clearMarks(name = undefined) {
    check(this);
    marks = without(marks, name);
  }
  clearMeasures(name = undefined) {
    check(this);
    measures = without(measures, name);
  }
  clearResourceTimings(name = undefined) {
    check(this);
    resources = without(resources, name);
  }
  getEntries() {
    check(this);
    return entriesOf();
  }
  getEntriesByName(name, type = undefined) {
    check(this);
    if (arguments.length === 0) throw ERR_MISSING_ARGS("name");
    return entriesOf(`${name}`, type === undefined ? undefined : `${type}`);
  }
  getEntriesByType(type) {
    check(this);
    if (arguments.length === 0) throw ERR_MISSING_ARGS("type");
    return entriesOf(undefined, `${type}`);
  }
  setResourceTimingBufferSize(maxSize) {
    check(this);
    if (arguments.length === 0) throw ERR_MISSING_ARGS("maxSize");
    resourceLimit = maxSize >>> 0;
  }
  toJSON() {
    check(this);
    return { nodeTiming: this.nodeTiming, timeOrigin: this.timeOrigin, eventLoopUtilization: this.eventLoopUtilization() };
  }
  [INSPECT](depth, options) {
    return inspectAs("Performance", { nodeTiming: this.nodeTiming, timeOrigin: this.timeOrigin }, depth, options);
  }
}
const { prototype } = Performance;
for (const name of Object.getOwnPropertyNames(prototype)) if (name !== "constructor") Object.defineProperty(prototype, name, kEnumerable);
const hidden = (value) => ({ __proto__: null, configurable: true, enumerable: false, writable: true, value });
let onFull = null;
Object.defineProperties(prototype, {
  [Symbol.toStringTag]: { __proto__: null, configurable: true, value: "Performance" },
  eventLoopUtilization: hidden(eventLoopUtilization),
  nodeTiming: { __proto__: null, configurable: true, enumerable: false, get: () => (nodeTiming ??= new PerformanceNodeTiming(TOKEN)) },
  markResourceTiming: hidden((timing, url, initiatorType, global, mode, bodyInfo = undefined, responseStatus = undefined, deliveryType = "") => {
    if (mode !== "" && mode !== "local" && mode !== "validated") {
      throw nodeError("Error", "ERR_INTERNAL_ASSERTION", "cache must be an empty string or 'local'");
    }
    const entry = new PerformanceResourceTiming(TOKEN, url, initiatorType, timing, mode, deliveryType, responseStatus);
    enqueue(entry);
    bufferResource(entry);
    return entry;
  }),
  timerify: hidden(timerify),
  onresourcetimingbufferfull: {
    __proto__: null, configurable: true, enumerable: true,
    get: () => onFull,
    set(listener) {
      if (onFull !== null) performance.removeEventListener("resourcetimingbufferfull", onFull);
      onFull = typeof listener === "function" || (listener !== null && typeof listener === "object") ? listener : null;
      if (onFull !== null) performance.addEventListener("resourcetimingbufferfull", onFull);
    },
  },
});

export const performance = new Performance(TOKEN);

export const createHistogram = (options) => lazyHistogram().createHistogram(options);
export const monitorEventLoopDelay = (options) => lazyHistogram().monitorEventLoopDelay(options);

export const constants = Object.freeze({
  NODE_PERFORMANCE_GC_MAJOR: 4, NODE_PERFORMANCE_GC_MINOR: 1, NODE_PERFORMANCE_GC_MINOR_MARK_SWEEP: 2, NODE_PERFORMANCE_GC_INCREMENTAL: 8,
  NODE_PERFORMANCE_GC_WEAKCB: 16, NODE_PERFORMANCE_GC_FLAGS_NO: 0, NODE_PERFORMANCE_GC_FLAGS_CONSTRUCT_RETAINED: 2,
  NODE_PERFORMANCE_GC_FLAGS_FORCED: 4, NODE_PERFORMANCE_GC_FLAGS_SYNCHRONOUS_PHANTOM_PROCESSING: 8,
  NODE_PERFORMANCE_GC_FLAGS_ALL_AVAILABLE_GARBAGE: 16, NODE_PERFORMANCE_GC_FLAGS_ALL_EXTERNAL_MEMORY: 32, NODE_PERFORMANCE_GC_FLAGS_SCHEDULE_IDLE: 64,
});

export default {
  Performance, PerformanceEntry, PerformanceMark, PerformanceMeasure, PerformanceObserver, PerformanceObserverEntryList, PerformanceResourceTiming,
  monitorEventLoopDelay, eventLoopUtilization, timerify, createHistogram, performance, constants,
};
