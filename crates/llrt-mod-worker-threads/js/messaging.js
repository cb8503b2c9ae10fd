// MessageChannel, MessagePort, MessageEvent, BroadcastChannel. Standard: https://html.spec.whatwg.org/multipage/web-messaging.html
import { keepAlive } from "native:messaging";
import { Event, EventTarget } from "internal:event-target";
import { ERR_ILLEGAL_CONSTRUCTOR, ERR_INVALID_ARG_TYPE, ERR_INVALID_THIS, ERR_MISSING_ARGS } from "internal:errors";
import { importBuiltin } from "internal:host";
import { deserialize, serialize, transferSteps } from "internal:structured-clone";
import { setImmediate } from "internal:timers";

const TOKEN = Symbol();
const INSPECT = Symbol.for("nodejs.util.inspect.custom");
const kEnumerable = { __proto__: null, enumerable: true };

export class MessageEvent extends Event {
  #data;
  #origin;
  #lastEventId;
  #source;
  #ports;

  constructor(type, { data = null, origin = "", lastEventId = "", source = null, ports = [], ...init } = {}) {
    if (arguments.length === 0) throw ERR_MISSING_ARGS("type");
    super(type, init);
    if (source !== null && !(source instanceof MessagePort)) throw ERR_INVALID_ARG_TYPE("init.source", "MessagePort", source);
    this.#data = data;
    this.#origin = `${origin}`;
    this.#lastEventId = `${lastEventId}`;
    this.#source = source;
    this.#ports = Object.freeze([...ports]);
  }

  get data() {
    return this.#data;
  }
  get origin() {
    return this.#origin;
  }
  get lastEventId() {
    return this.#lastEventId;
  }
  get source() {
    return this.#source;
  }
  get ports() {
    return this.#ports;
  }
}
Object.defineProperties(MessageEvent.prototype, { data: kEnumerable, origin: kEnumerable, lastEventId: kEnumerable, source: kEnumerable, ports: kEnumerable });

// What values may not be transferred or cloned (worker_threads.markAs...).
export const untransferable = new WeakSet();
export const uncloneable = new WeakSet();

function encode(message, transfer) {
  for (const object of transfer) {
    if (untransferable.has(object)) throw new DOMException("An object in the transfer list is marked as untransferable", "DataCloneError");
  }
  if (message !== null && typeof message === "object" && uncloneable.has(message)) throw new DOMException("The object could not be cloned.", "DataCloneError");
  return { record: serialize(message, transfer), ports: transfer.filter((object) => object instanceof MessagePort) };
}

// One end of a channel: what is queued, its other end, and the port that it belongs to now.
class End {
  queue = [];
  other = null;
  port = null;
  started = false;
  closed = false;

  push(item) {
    if (this.closed) return;
    this.queue.push(item);
    this.wake();
  }

  wake() {
    if (!this.started || this.closed || this.port === null || this.queue.length === 0) return;
    const immediate = setImmediate(() => this.deliver());
    if (!this.port.hasRef()) immediate.unref();
  }

  deliver() {
    if (this.closed || this.port === null) return;
    const item = this.queue.shift();
    if (item !== undefined) dispatch(this.port, item);
  }

  close() {
    if (this.closed) return;
    this.closed = true;
    const { port, other } = this;
    this.other = null;
    other?.finish();
    if (port !== null) setImmediate(() => port[CLOSED]());
  }

  // The other end has closed: what it has sent before still arrives.
  finish() {
    if (this.closed) return;
    this.other = null;
    const end = () => {
      if (this.closed) return;
      if (this.queue.length > 0 && this.started) {
        this.deliver();
        return void setImmediate(end);
      }
      this.closed = true;
      this.port?.[CLOSED]();
    };
    setImmediate(end);
  }
}
const CLOSED = Symbol("closed");
const END = Symbol("end");

function dispatch(target, item) {
  let event;
  try {
    event = new MessageEvent("message", { data: deserialize(item.record), ports: item.ports });
  } catch (error) {
    event = new MessageEvent("messageerror", { data: error });
  }
  target.dispatchEvent(event);
}

// The part of Node's emitters that its message ports have.
class NodePort extends EventTarget {
  #listeners = new Map();

  on(type, listener, options = undefined) {
    const wrapped = (event) => Reflect.apply(listener, this, type === "message" || type === "messageerror" ? [event.data] : [event]);
    let known = this.#listeners.get(type);
    if (known === undefined) this.#listeners.set(type, (known = new Map()));
    if (known.has(listener)) return this;
    known.set(listener, wrapped);
    this.addEventListener(type, wrapped, options);
    return this;
  }
  once(type, listener) {
    const wrapped = (...args) => {
      this.off(type, wrapped);
      Reflect.apply(listener, this, args);
    };
    wrapped.listener = listener;
    return this.on(type, wrapped);
  }
  off(type, listener) {
    const known = this.#listeners.get(type);
    const key = known?.has(listener) ? listener : [...(known?.keys() ?? [])].find((one) => one.listener === listener);
    const wrapped = known?.get(key);
    if (wrapped === undefined) {
      this.removeEventListener(type, listener);
      return this;
    }
    known.delete(key);
    this.removeEventListener(type, wrapped);
    return this;
  }
  emit(type, value) {
    const heard = this.listenerCount(type) > 0;
    this.dispatchEvent(type === "message" ? new MessageEvent(type, { data: value }) : new Event(type));
    return heard;
  }
  listenerCount(type) {
    return this.#listeners.get(type)?.size ?? 0;
  }
  eventNames() {
    return [...this.#listeners].filter(([, known]) => known.size > 0).map(([type]) => type);
  }
  removeAllListeners(type = undefined) {
    for (const name of type === undefined ? [...this.#listeners.keys()] : [type])
      for (const listener of [...(this.#listeners.get(name)?.keys() ?? [])]) this.off(name, listener);
    return this;
  }
}
NodePort.prototype.addListener = NodePort.prototype.on;
NodePort.prototype.removeListener = NodePort.prototype.off;

function handlerAttribute(prototype, type, added = () => {}) {
  const handlers = new WeakMap();
  Object.defineProperty(prototype, `on${type}`, {
    __proto__: null, configurable: true, enumerable: true,
    get() {
      return handlers.get(this)?.handler ?? null;
    },
    set(handler) {
      const known = handlers.get(this);
      if (known !== undefined) this.removeEventListener(type, known.listener);
      handlers.delete(this);
      if (typeof handler !== "function" && (handler === null || typeof handler !== "object")) return void added(this, false);
      const listener = (event) => (typeof handler === "function" ? Reflect.apply(handler, this, [event]) : handler.handleEvent?.(event));
      handlers.set(this, { handler, listener });
      this.addEventListener(type, listener);
      added(this, true);
    },
  });
}

export class MessagePort extends NodePort {
  #alive;

  constructor(token, end) {
    if (token !== TOKEN) throw ERR_ILLEGAL_CONSTRUCTOR();
    super();
    Object.defineProperty(this, END, { __proto__: null, value: end, writable: true });
    end.port = this;
  }

  postMessage(message, options = undefined) {
    if (arguments.length === 0) throw ERR_MISSING_ARGS("message");
    const transfer = Array.isArray(options) ? options : options?.transfer ?? [];
    if (options != null && typeof options !== "object") throw new TypeError("Optional transferList argument must be an iterable");
    const list = [...transfer];
    if (list.includes(this)) throw new DOMException("Transfer list contains source port", "DataCloneError");
    const item = encode(message, list);
    this[END]?.other?.push(item);
  }

  start() {
    const end = this[END];
    if (end === null || end.started) return;
    end.started = true;
    for (let waiting = end.queue.length; waiting > 0; waiting--) end.wake();
  }

  close(callback = undefined) {
    if (typeof callback === "function") this.once("close", callback);
    this[END]?.close();
  }

  ref() {
    if (this[END] !== null && !this[END].closed) (this.#alive ??= keepAlive()).ref();
  }
  unref() {
    this.#alive?.unref();
  }
  hasRef() {
    return this.#alive?.hasRef() ?? false;
  }

  addEventListener(type, listener, options) {
    super.addEventListener(type, listener, options);
    if (type === "message") {
      this.ref();
      this.start();
    }
  }

  [CLOSED]() {
    this.unref();
    this.dispatchEvent(new Event("close"));
  }

  // Moves the end to a port of the receiver's.
  [transferSteps]() {
    const end = this[END];
    if (end === null || end.closed) throw new DOMException("MessagePort in transfer list is already detached", "DataCloneError");
    this.unref();
    this[END] = null;
    end.port = null;
    end.started = false;
    return { make: () => new MessagePort(TOKEN, end) };
  }

  [INSPECT](depth, options) {
    const { inspect } = importBuiltin("node:util");
    return `MessagePort ${inspect({ active: this[END] !== null && !this[END].closed, refed: this.hasRef() }, options)}`;
  }

  static take(port) {
    if (!(port instanceof MessagePort)) throw ERR_INVALID_ARG_TYPE("port", "MessagePort", port);
    const item = port[END]?.queue.shift();
    return item === undefined ? undefined : { message: deserialize(item.record) };
  }
}
const { take } = MessagePort;
delete MessagePort.take;
handlerAttribute(MessagePort.prototype, "message", (port, set) => (set ? port.start() : port.unref()));
handlerAttribute(MessagePort.prototype, "messageerror");
handlerAttribute(MessagePort.prototype, "close");
Object.defineProperties(MessagePort.prototype, { postMessage: kEnumerable, start: kEnumerable, close: kEnumerable, ref: kEnumerable, unref: kEnumerable });

export class MessageChannel {
  constructor() {
    const [a, b] = [new End(), new End()];
    [a.other, b.other] = [b, a];
    this.port1 = new MessagePort(TOKEN, a);
    this.port2 = new MessagePort(TOKEN, b);
  }
}

const channels = new Map(); // by name

export class BroadcastChannel extends EventTarget {
  #name;
  #alive = keepAlive();
  #closed = false;
  #queue = [];

  constructor(name) {
    if (arguments.length === 0) throw ERR_MISSING_ARGS("name");
    super();
    this.#name = `${name}`;
    this.#alive.ref();
    const known = channels.get(this.#name) ?? new Set();
    channels.set(this.#name, known.add(this));
  }

  get name() {
    if (!(#name in this)) throw ERR_INVALID_THIS("BroadcastChannel");
    return this.#name;
  }

  postMessage(message) {
    if (!(#name in this)) throw ERR_INVALID_THIS("BroadcastChannel");
    if (arguments.length === 0) throw ERR_MISSING_ARGS("message");
    if (this.#closed) throw new DOMException("BroadcastChannel is closed.", "InvalidStateError");
    const item = encode(message, []);
    for (const channel of channels.get(this.#name)) {
      if (channel === this) continue;
      channel.#queue.push(item);
      setImmediate(() => {
        const next = channel.#queue.shift();
        if (next !== undefined && !channel.#closed) dispatch(channel, next);
      });
    }
  }

  close() {
    if (!(#name in this)) throw ERR_INVALID_THIS("BroadcastChannel");
    if (this.#closed) return;
    this.#closed = true;
    this.#alive.unref();
    const known = channels.get(this.#name);
    known.delete(this);
    if (known.size === 0) channels.delete(this.#name);
  }

  ref() {
    if (!(#name in this)) throw ERR_INVALID_THIS("BroadcastChannel");
    if (!this.#closed) this.#alive.ref();
    return this;
  }
  unref() {
    if (!(#name in this)) throw ERR_INVALID_THIS("BroadcastChannel");
    this.#alive.unref();
    return this;
  }

  [INSPECT](depth, options) {
    if (!(#name in this)) throw ERR_INVALID_THIS("BroadcastChannel");
    if (depth < 0) return "BroadcastChannel";
    const { inspect } = importBuiltin("node:util");
    return `BroadcastChannel ${inspect({ name: this.#name, active: !this.#closed }, options)}`;
  }

  static take(channel) {
    const item = #name in channel ? channel.#queue.shift() : undefined;
    return item === undefined ? undefined : { message: deserialize(item.record) };
  }
}
const { take: takeBroadcast } = BroadcastChannel;
delete BroadcastChannel.take;
handlerAttribute(BroadcastChannel.prototype, "message");
handlerAttribute(BroadcastChannel.prototype, "messageerror");
Object.defineProperties(BroadcastChannel.prototype, { name: kEnumerable, close: kEnumerable, postMessage: kEnumerable });

export const receiveMessageOnPort = (port) => (port instanceof BroadcastChannel ? takeBroadcast(port) : take(port));
