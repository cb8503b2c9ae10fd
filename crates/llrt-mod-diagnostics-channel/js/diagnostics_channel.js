// node:diagnostics_channel. Node: https://nodejs.org/api/diagnostics_channel.html
import { ERR_INVALID_ARG_TYPE } from "internal:errors";
import { channels as subscribed, importBuiltin, isBuiltin, nextTick, reportUncaught } from "internal:host";
import { validateFunction } from "internal:validators";

const { apply } = Reflect;

// Channels by name. One that somebody subscribes to is held; another lives as long as somebody has it.
const channels = new Map();
const held = new Set();
const forgotten = new FinalizationRegistry((name) => {
  if (channels.get(name)?.deref() === undefined) channels.delete(name);
});

const reportLater = (error) => nextTick(reportUncaught, error);

// A channel nobody subscribes to has neither list: asking it costs a comparison.
export class Channel {
  #subscribers;
  #stores;

  constructor(name) {
    this.name = name;
    channels.set(name, new WeakRef(this));
    forgotten.register(this, name);
  }

  get hasSubscribers() {
    return this.#subscribers !== undefined || this.#stores !== undefined;
  }

  #hold() {
    const { name } = this;
    if (this.hasSubscribers) {
      held.add(this);
      subscribed[name] = this;
    } else {
      held.delete(this);
      if (subscribed[name] === this) delete subscribed[name];
    }
    if (typeof name !== "string") return;
    if (name.startsWith("console.")) watchConsole();
    else if (name.startsWith("tracing:module.require:")) watchRequire();
    else if (name.startsWith("tracing:module.import:")) watchImport();
  }

  subscribe(subscription) {
    validateFunction(subscription, "subscription");
    // Lists are replaced and not changed: publishing may go on over the old one.
    this.#subscribers = [...(this.#subscribers ?? []), subscription];
    this.#hold();
  }

  unsubscribe(subscription) {
    const index = this.#subscribers?.indexOf(subscription) ?? -1;
    if (index === -1) return false;
    this.#subscribers = this.#subscribers.toSpliced(index, 1);
    if (this.#subscribers.length === 0) this.#subscribers = undefined;
    this.#hold();
    return true;
  }

  bindStore(store, transform) {
    this.#stores = new Map(this.#stores).set(store, transform);
    this.#hold();
  }

  unbindStore(store) {
    if (!this.#stores?.has(store)) return false;
    this.#stores = new Map(this.#stores);
    this.#stores.delete(store);
    if (this.#stores.size === 0) this.#stores = undefined;
    this.#hold();
    return true;
  }

  publish(message) {
    const subscribers = this.#subscribers;
    if (subscribers === undefined) return;
    for (let index = 0; index < subscribers.length; index++) {
      try {
        const onMessage = subscribers[index];
        onMessage(message, this.name);
      } catch (error) {
        reportLater(error);
      }
    }
  }

  runStores(message, fn, thisArg, ...args) {
    if (!this.hasSubscribers) return apply(fn, thisArg, args);
    let run = () => {
      this.publish(message);
      return apply(fn, thisArg, args);
    };
    for (const [store, transform] of this.#stores ?? []) run = enter(store, message, transform, run);
    return run();
  }
}

let watching = false;

// The console tells of its records from when somebody first wants them: a program that never asks pays nothing.
function watchConsole() {
  if (watching || !isBuiltin("node:console")) return;
  watching = true;
  importBuiltin("internal:global-console").setPublisher((method, args) => channels.get(`console.${method}`)?.deref()?.publish(args));
}

let watchingRequire = false;

function watchRequire() {
  if (watchingRequire || !isBuiltin("node:module")) return;
  watchingRequire = true;
  const trace = tracingChannel("module.require");
  importBuiltin("internal:cjs").setTracer((load, id, parentFilename) => trace.traceSync(load, { __proto__: null, parentFilename, id }));
}

let watchingImport = false;

function watchImport() {
  if (watchingImport || !isBuiltin("node:module")) return;
  watchingImport = true;
  const { start, end, asyncStart, asyncEnd, error } = tracingChannel("module.import");
  importBuiltin("internal:cjs").setImportTracer((parentURL, url) => {
    const message = { parentURL, url };
    start.runStores(message, () => end.publish(message));
    return (failed, value) => {
      message[failed ? "error" : "result"] = value;
      if (failed) error.publish(message);
      asyncStart.runStores(message, () => asyncEnd.publish(message));
    };
  });
}

function enter(store, message, transform, next) {
  return () => {
    let value = message;
    if (transform) {
      try {
        value = transform(message);
      } catch (error) {
        reportLater(error);
        return next();
      }
    }
    return store.run(value, next);
  };
}

export function channel(name) {
  const known = channels.get(name)?.deref();
  if (known !== undefined) return known;
  if (typeof name !== "string" && typeof name !== "symbol") throw ERR_INVALID_ARG_TYPE("channel", ["string", "symbol"], name);
  return new Channel(name);
}

export function subscribe(name, subscription) {
  channel(name).subscribe(subscription);
}

export function unsubscribe(name, subscription) {
  return channel(name).unsubscribe(subscription);
}

export function hasSubscribers(name) {
  return channels.get(name)?.deref()?.hasSubscribers ?? false;
}

// ---- tracing

const EVENTS = ["start", "end", "asyncStart", "asyncEnd", "error"];

class TracingChannel {
  constructor(nameOrChannels) {
    for (const event of EVENTS) Object.defineProperty(this, event, { __proto__: null, value: eventChannel(nameOrChannels, event) });
  }

  get hasSubscribers() {
    return EVENTS.some((event) => this[event]?.hasSubscribers);
  }

  subscribe(handlers) {
    for (const event of EVENTS) if (handlers[event]) this[event]?.subscribe(handlers[event]);
  }

  unsubscribe(handlers) {
    let done = true;
    for (const event of EVENTS) if (handlers[event] && !this[event]?.unsubscribe(handlers[event])) done = false;
    return done;
  }

  traceSync(fn, context = {}, thisArg, ...args) {
    if (!this.hasSubscribers) return apply(fn, thisArg, args);
    return this.start.runStores(context, () => {
      try {
        context.result = apply(fn, thisArg, args);
        return context.result;
      } catch (error) {
        this.#failed(context, error);
        throw error;
      } finally {
        this.end.publish(context);
      }
    });
  }

  tracePromise(fn, context = {}, thisArg, ...args) {
    if (!this.hasSubscribers) return apply(fn, thisArg, args);
    const settled = () => {
      this.asyncStart.publish(context);
      this.asyncEnd.publish(context);
    };
    return this.start.runStores(context, () => {
      try {
        let promise = apply(fn, thisArg, args);
        // A thenable may not give what the promise it stands for would.
        if (!(promise instanceof Promise)) promise = Promise.resolve(promise);
        return promise.then(
          (result) => {
            context.result = result;
            settled();
            return result;
          },
          (error) => {
            this.#failed(context, error);
            settled();
            return Promise.reject(error);
          },
        );
      } catch (error) {
        this.#failed(context, error);
        throw error;
      } finally {
        this.end.publish(context);
      }
    });
  }

  traceCallback(fn, position = -1, context = {}, thisArg, ...args) {
    if (!this.hasSubscribers) return apply(fn, thisArg, args);
    const callback = args.at(position);
    validateFunction(callback, "callback");
    const trace = this;
    function wrapped(error, result) {
      if (error) trace.#failed(context, error);
      else context.result = result;
      // Stores bound to asyncStart hold while the callback runs.
      return trace.asyncStart.runStores(context, () => {
        try {
          return apply(callback, this, arguments);
        } finally {
          trace.asyncEnd.publish(context);
        }
      });
    }
    args.splice(position, 1, wrapped);
    return this.start.runStores(context, () => {
      try {
        return apply(fn, thisArg, args);
      } catch (error) {
        this.#failed(context, error);
        throw error;
      } finally {
        this.end.publish(context);
      }
    });
  }

  #failed(context, error) {
    context.error = error;
    this.error.publish(context);
  }
}

function eventChannel(nameOrChannels, event) {
  if (typeof nameOrChannels === "string") return channel(`tracing:${nameOrChannels}:${event}`);
  if (typeof nameOrChannels === "object" && nameOrChannels !== null) {
    const given = nameOrChannels[event];
    if (given === undefined || given === null) throw new TypeError("Cannot convert undefined or null to object");
    if (!(given instanceof Channel)) throw ERR_INVALID_ARG_TYPE(`nameOrChannels.${event}`, ["Channel"], given);
    return given;
  }
  throw ERR_INVALID_ARG_TYPE("nameOrChannels", ["string", "object", "TracingChannel"], nameOrChannels);
}

export function tracingChannel(nameOrChannels) {
  return new TracingChannel(nameOrChannels);
}

export default { channel, hasSubscribers, subscribe, tracingChannel, unsubscribe, Channel };
