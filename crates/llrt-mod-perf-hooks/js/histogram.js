// Histograms with a fixed number of significant digits. Node: https://nodejs.org/api/perf_hooks.html#class-histogram
// The buckets are those of http://hdrhistogram.org: each power of two is cut into equal parts.
import { monotonicNs } from "native:perf_hooks";
import { ERR_ILLEGAL_CONSTRUCTOR, ERR_INVALID_ARG_TYPE, ERR_INVALID_THIS, ERR_OUT_OF_RANGE } from "internal:errors";
import { importBuiltin } from "internal:host";
import { cloneSteps } from "internal:structured-clone";
import { validateInteger, validateNumber, validateObject } from "internal:validators";

const TOKEN = Symbol();
const NO_MIN = 9223372036854775807n;
const { MAX_SAFE_INTEGER } = Number;
const INSPECT = Symbol.for("nodejs.util.inspect.custom");

// What the views of one histogram share.
class Counts {
  constructor(lowest, highest, figures) {
    this.highest = highest;
    this.unit = Math.floor(Math.log2(lowest));
    this.halfBits = Math.ceil(Math.log2(2 * 10 ** figures)) - 1;
    this.reset();
  }

  reset() {
    this.counts = new Map(); // by the lowest value of the bucket
    this.total = 0;
    this.exceeds = 0;
    this.min = undefined;
    this.max = 0;
    this.previousNs = undefined;
  }

  width(value) {
    const bits = value < 1 ? 0 : Math.floor(Math.log2(value));
    return 2 ** Math.max(this.unit, bits - this.halfBits);
  }

  lowestOf(value) {
    const width = this.width(value);
    return Math.floor(value / width) * width;
  }

  highestOf(value) {
    return this.lowestOf(value) + this.width(value) - 1;
  }

  record(value, count = 1) {
    if (value > this.highest) {
      this.exceeds++;
      return;
    }
    const key = this.lowestOf(value);
    this.counts.set(key, (this.counts.get(key) ?? 0) + count);
    this.total += count;
    if (this.min === undefined || value < this.min) this.min = value;
    if (value > this.max) this.max = value;
  }

  get sorted() {
    return [...this.counts].sort(([a], [b]) => a - b);
  }

  get mean() {
    if (this.total === 0) return NaN;
    let sum = 0;
    for (const [key, count] of this.counts) sum += (key + Math.floor(this.width(key) / 2)) * count;
    return sum / this.total;
  }

  get stddev() {
    if (this.total === 0) return NaN;
    const { mean } = this;
    let sum = 0;
    for (const [key, count] of this.counts) sum += (key + Math.floor(this.width(key) / 2) - mean) ** 2 * count;
    return Math.sqrt(sum / this.total);
  }

  percentile(percentile) {
    const wanted = Math.max(1, Math.floor((percentile / 100) * this.total + 0.5));
    let seen = 0;
    for (const [key, count] of this.sorted) {
      seen += count;
      if (seen >= wanted) return this.highestOf(key);
    }
    return 0;
  }

  // Ever finer steps towards 100, each where the values reach it.
  percentiles() {
    const found = new Map();
    let next = 0;
    let seen = 0;
    const advance = () => {
      next += 100 / 2 ** (Math.floor(Math.log2(100 / (100 - next))) + 1);
    };
    for (const [key, count] of this.sorted) {
      seen += count;
      const reached = (100 * seen) / this.total;
      if (seen === this.total) {
        found.set(next, this.highestOf(key));
        break;
      }
      for (; next <= reached; advance()) found.set(next, this.highestOf(key));
    }
    found.set(100, this.total === 0 ? 0 : this.highestOf(this.max));
    return found;
  }
}

const countsOf = (self) => {
  const counts = self?.[COUNTS];
  if (counts === undefined) throw ERR_INVALID_THIS("Histogram");
  return counts;
};
const COUNTS = Symbol("counts");

export class Histogram {
  constructor(token, counts) {
    if (token !== TOKEN) throw ERR_ILLEGAL_CONSTRUCTOR();
    Object.defineProperty(this, COUNTS, { __proto__: null, value: counts });
  }

  get count() {
    return countsOf(this).total;
  }
  get countBigInt() {
    return BigInt(countsOf(this).total);
  }
  get min() {
    return Number(this.minBigInt);
  }
  get minBigInt() {
    const { min } = countsOf(this);
    return min === undefined ? NO_MIN : BigInt(countsOf(this).lowestOf(min));
  }
  get max() {
    const counts = countsOf(this);
    return counts.max === 0 ? 0 : counts.highestOf(counts.max);
  }
  get maxBigInt() {
    return BigInt(this.max);
  }
  get mean() {
    return countsOf(this).mean;
  }
  get exceeds() {
    return countsOf(this).exceeds;
  }
  get exceedsBigInt() {
    return BigInt(countsOf(this).exceeds);
  }
  get stddev() {
    return countsOf(this).stddev;
  }
  percentile(percentile) {
    const counts = countsOf(this);
    validateNumber(percentile, "percentile");
    if (!(percentile > 0 && percentile <= 100)) throw ERR_OUT_OF_RANGE("percentile", "> 0 && <= 100", percentile);
    return counts.percentile(percentile);
  }
  percentileBigInt(percentile) {
    return BigInt(this.percentile(percentile));
  }
  get percentiles() {
    return countsOf(this).percentiles();
  }
  get percentilesBigInt() {
    return new Map(Array.from(countsOf(this).percentiles(), ([key, value]) => [key, BigInt(value)]));
  }
  reset() {
    countsOf(this).reset();
  }
  toJSON() {
    const { count, min, max, mean, exceeds, stddev, percentiles } = this;
    return { count, min, max, mean, exceeds, stddev, percentiles: Object.fromEntries(percentiles) };
  }

  [INSPECT](depth, options) {
    if (depth < 0) return `[${this.constructor.name}]`;
    const { inspect } = importBuiltin("node:util");
    const { min, max, mean, exceeds, stddev, count, percentiles } = this;
    return `Histogram ${inspect({ min, max, mean, exceeds, stddev, count, percentiles }, { ...options, depth: options.depth == null ? null : options.depth - 1 })}`;
  }

  // A message carries the same histogram.
  [cloneSteps]() {
    const counts = countsOf(this);
    const Copy = this instanceof RecordableHistogram ? RecordableHistogram : Histogram;
    return { make: () => new Copy(TOKEN, counts) };
  }
}

class RecordableHistogram extends Histogram {
  record(value) {
    const counts = countsOf(this);
    if (typeof value === "bigint") {
      if (value < 1n || value > 9223372036854775807n) throw ERR_OUT_OF_RANGE("val", ">= 1 && <= 9223372036854775807", value);
      counts.record(Number(value));
      return;
    }
    validateInteger(value, "val", 1);
    counts.record(value);
  }

  recordDelta() {
    const counts = countsOf(this);
    const now = monotonicNs();
    if (counts.previousNs !== undefined) counts.record(Math.max(1, now - counts.previousNs));
    counts.previousNs = now;
  }

  add(other) {
    const counts = countsOf(this);
    if (!(other instanceof RecordableHistogram)) throw ERR_INVALID_ARG_TYPE("other", "RecordableHistogram", other);
    const from = countsOf(other);
    for (const [key, count] of from.counts) counts.record(key, count);
    counts.exceeds += from.exceeds;
    if (from.max > counts.max) counts.max = from.max;
  }
}

class ELDHistogram extends Histogram {
  #timer;
  #resolution;

  constructor(token, counts, resolution) {
    super(token, counts);
    this.#resolution = resolution;
  }

  enable() {
    const counts = countsOf(this);
    if (this.#timer !== undefined) return false;
    let previous = monotonicNs();
    this.#timer = importBuiltin("node:timers").setInterval(() => {
      const now = monotonicNs();
      counts.record(Math.max(1, now - previous));
      previous = now;
    }, this.#resolution);
    this.#timer.unref();
    return true;
  }

  disable() {
    countsOf(this);
    if (this.#timer === undefined) return false;
    importBuiltin("node:timers").clearInterval(this.#timer);
    this.#timer = undefined;
    return true;
  }

  [Symbol.dispose]() {
    this.disable();
  }
}

export function createHistogram(options = {}) {
  validateObject(options, "options");
  const { lowest = 1, highest = MAX_SAFE_INTEGER, figures = 3 } = options;
  if (typeof lowest !== "bigint") validateInteger(lowest, "options.lowest", 1, MAX_SAFE_INTEGER);
  if (typeof highest !== "bigint") validateInteger(highest, "options.highest", 2 * Number(lowest), MAX_SAFE_INTEGER);
  else if (highest < 2n * BigInt(lowest)) throw ERR_INVALID_ARG_TYPE("options.highest", "number", highest);
  validateInteger(figures, "options.figures", 1, 5);
  return new RecordableHistogram(TOKEN, new Counts(Number(lowest), Number(highest), figures));
}

export function monitorEventLoopDelay(options = {}) {
  validateObject(options, "options");
  const { resolution = 10 } = options;
  validateInteger(resolution, "options.resolution", 1);
  return new ELDHistogram(TOKEN, new Counts(1, 3600e9, 3), resolution);
}

// For timerify: whether `value` records.
export const isRecordable = (value) => value instanceof RecordableHistogram;
