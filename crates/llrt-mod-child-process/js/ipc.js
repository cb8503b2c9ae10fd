// Messages between a process and its children, over a descriptor. Node: https://nodejs.org/api/child_process.html#subprocesssendmessage-sendhandle-options-callback
import EventEmitter from "node:events";
import { errnoName, open } from "native:pipe";
import { importBuiltin, nextTick } from "internal:host";
import { ERR_INVALID_ARG_TYPE, ERR_MISSING_ARGS, nodeError } from "internal:errors";
import { validateObject } from "internal:validators";
import { StringDecoder } from "node:string_decoder";

const CHUNK_BYTES = 65536;
const QUEUE_LIMIT_BYTES = 2 * 65536;
const MAX_TRIES = 3;
const noop = () => {};
const INTERNAL_PREFIX = "NODE_";

const writeError = (errno) => {
  const code = errnoName(errno);
  return Object.assign(new Error(`write ${code}`), { errno, code, syscall: "write" });
};

// Node's two formats: JSON by lines, and values of node:v8 with their length before them.
function jsonFormat() {
  const decoder = new StringDecoder("utf8");
  let rest = "";
  return {
    encode: (message) => Buffer.from(`${JSON.stringify(message)}\n`),
    *decode(chunk) {
      rest += decoder.write(chunk);
      for (let end = rest.indexOf("\n"); end >= 0; end = rest.indexOf("\n")) {
        const line = rest.slice(0, end);
        rest = rest.slice(end + 1);
        yield JSON.parse(line);
      }
    },
    get buffering() {
      return rest !== "";
    },
  };
}

function advancedFormat() {
  const { ipcDeserialize, ipcSerialize } = importBuiltin("internal:v8-ipc");
  // Put together when a message is whole: it may come in many pieces.
  let pieces = [];
  let held = 0;
  let needed = 4;
  return {
    encode(message) {
      const body = ipcSerialize(message);
      const head = Buffer.alloc(4);
      head.writeUInt32BE(body.length);
      return Buffer.concat([head, body]);
    },
    *decode(chunk) {
      pieces.push(chunk);
      held += chunk.length;
      while (held >= needed) {
        const whole = pieces.length === 1 ? pieces[0] : Buffer.concat(pieces);
        pieces = [whole];
        needed = 4 + whole.readUInt32BE(0);
        if (held < needed) return;
        const body = whole.subarray(4, needed);
        pieces = [whole.subarray(needed)];
        held -= needed;
        needed = 4;
        yield ipcDeserialize(body);
      }
    },
    get buffering() {
      return held > 0;
    },
  };
}

// What `channel` is: it keeps the process alive, or not.
class Control extends EventEmitter {
  #handle;
  #refs = 0;
  #explicit;

  constructor(handle) {
    super();
    this.#handle = handle;
  }

  // Until something counts, it does not keep the process alive.
  forget() {
    this.#handle.unref();
  }

  refCounted() {
    if (++this.#refs === 1 && this.#explicit === undefined) this.#handle.ref();
  }

  unrefCounted() {
    if (--this.#refs === 0 && this.#explicit === undefined) {
      this.#handle.unref();
      this.emit("unref");
    }
  }

  ref() {
    this.#explicit = true;
    this.#handle.ref();
  }

  unref() {
    this.#explicit = false;
    this.#handle.unref();
  }

  hasRef() {
    return this.#handle.hasRef();
  }

  get fd() {
    return this.#handle.fd;
  }
}

// Gives `target` (a ChildProcess, or the process) `send`, `disconnect`, `connected` and `channel`. `closed` is called when the other side
// has gone, or this one has let go.
export function setupChannel(target, fd, mode, closed = () => {}) {
  const handle = open(fd, true);
  const format = mode === "advanced" ? advancedFormat() : jsonFormat();
  const control = new Control(handle);
  let waiting = []; // messages that came before there was a listener
  let queuedBytes = 0;
  let over = false;

  target.channel = control;
  Object.defineProperty(target, "_channel", { __proto__: null, get: () => target.channel, configurable: true, enumerable: true });
  target.connected = true;

  // One message after the other: a long one is written in several steps.
  let writing = false;
  const later = [];
  const write = (bytes, done, fd) => {
    if (writing) {
      later.push([bytes, done, fd]);
      return 1;
    }
    const written = (errno) => {
      writing = false;
      done(errno);
      while (!writing && later.length > 0) {
        const [bytes, done, fd] = later.shift();
        const state = write(bytes, done, fd);
        if (state !== 1) done(state);
      }
    };
    const state = fd === undefined ? handle.write(bytes, written) : handle.send(bytes, fd, written);
    writing = state === 1;
    return state;
  };

  const emit = (event, message, sentHandle) => {
    if (event === "internalMessage" || target.listenerCount("message") > 0) target.emit(event, message, sentHandle);
    else waiting.push([message, sentHandle]);
  };
  target.on("newListener", () => {
    nextTick(() => {
      if (waiting.length === 0 || target.listenerCount("message") === 0) return;
      const messages = waiting;
      waiting = [];
      for (const message of messages) target.emit("message", ...message);
    });
  });

  const isInternal = (message) =>
    message !== null && typeof message === "object" && typeof message.cmd === "string" && message.cmd.length > INTERNAL_PREFIX.length &&
    message.cmd.startsWith(INTERNAL_PREFIX);

  // Later, in the order in which they came.
  const emitLater = (message, sentHandle) => {
    const event = isInternal(message) ? "internalMessage" : "message";
    nextTick(() => {
      if (event === "internalMessage" || target.channel !== null || waiting !== null) emit(event, message, sentHandle);
    });
  };

  // Handles that came, whose messages have not; and the one that was sent and has not arrived, with what is to be sent after it.
  const descriptors = [];
  let inFlight;
  let ending = false;
  const arrived = () => {
    const { done, queue } = inFlight;
    inFlight = undefined;
    done();
    control.unrefCounted();
    for (const [message, sendHandle, options, callback] of queue) target._send(message, sendHandle, options, callback);
    if (ending && inFlight === undefined) nextTick(finish);
  };

  const receive = (chunk) => {
    for (const message of format.decode(chunk)) {
      switch (message?.cmd) {
        case "NODE_HANDLE_ACK":
          if (inFlight !== undefined) arrived();
          break;
        case "NODE_HANDLE_NACK":
          // It got lost on the way, as may happen on some systems.
          if (inFlight === undefined) break;
          if (inFlight.tries++ < MAX_TRIES) inFlight.resend();
          else {
            importBuiltin("node:process").default.emitWarning("Handle did not reach the receiving process correctly", "SentHandleNotReceivedWarning");
            arrived();
          }
          break;
        case "NODE_HANDLE": {
          const fd = descriptors.shift();
          // Not queued behind a handle of this side's own: both would wait for each other.
          target._send({ cmd: fd === undefined ? "NODE_HANDLE_NACK" : "NODE_HANDLE_ACK" }, undefined, { swallowErrors: true, now: true });
          if (fd !== undefined) importBuiltin("internal:ipc-handles").unpack(target, message, fd, (sentHandle) => emitLater(message.msg, sentHandle));
          break;
        }
        default:
          emitLater(message);
      }
    }
  };

  const finish = () => {
    if (over) return;
    over = true;
    handle.close();
    inFlight?.done();
    target.emit("disconnect");
    closed();
  };

  const read = () =>
    handle.receive(CHUNK_BYTES, (errno, chunk, along) => {
      if (along !== undefined) descriptors.push(...along);
      if (errno !== 0 || chunk === undefined) {
        if (target.connected) target.disconnect();
        if (ending) finish();
        return;
      }
      receive(chunk);
      if (!over && (target.connected || ending)) read();
    });

  target._disconnect = () => {
    target.channel = null;
    // What was sent before goes first.
    ending = inFlight !== undefined;
    if (!ending) nextTick(finish);
  };
  target.disconnect = function disconnect() {
    if (!this.connected) {
      this.emit("error", nodeError("Error", "ERR_IPC_DISCONNECTED", "IPC channel is already disconnected"));
      return;
    }
    this.connected = false;
    this._disconnect();
  };

  target.send = function send(message, sendHandle, options, callback) {
    if (typeof sendHandle === "function") [callback, sendHandle, options] = [sendHandle, undefined, undefined];
    else if (typeof options === "function") [callback, options] = [options, undefined];
    else if (options !== undefined) validateObject(options, "options");
    options = { swallowErrors: false, ...options };
    if (this.connected) return this._send(message, sendHandle, options, callback);
    const error = nodeError("Error", "ERR_IPC_CHANNEL_CLOSED", "Channel closed");
    if (typeof callback === "function") nextTick(callback, error);
    else nextTick(() => this.emit("error", error));
    return false;
  };

  target._send = function _send(message, sendHandle, options = {}, callback) {
    if (message === undefined) throw ERR_MISSING_ARGS("message");
    if (!["string", "object", "number", "boolean"].includes(typeof message))
      throw ERR_INVALID_ARG_TYPE("message", ["string", "object", "number", "boolean"], message);
    if (typeof options === "boolean") options = { swallowErrors: options };
    if (inFlight !== undefined && !options.now) {
      inFlight.queue.push([message, sendHandle, options, callback]);
      return inFlight.queue.length === 1;
    }
    let packed;
    if (sendHandle) {
      packed = importBuiltin("internal:ipc-handles").pack(this, message, sendHandle, options);
      ({ message } = packed);
    }
    const bytes = format.encode(message);
    const fail = (errno) => {
      if (options.swallowErrors) return;
      const error = writeError(errno);
      if (typeof callback === "function") nextTick(callback, error);
      else nextTick(() => this.emit("error", error));
    };
    queuedBytes += bytes.length;
    // What is not written yet keeps the process alive.
    control.refCounted();
    const fd = packed?.raw?.fd;
    if (fd !== undefined) {
      const resend = () => void write(bytes, noop, packed.raw.fd);
      inFlight = { done: packed.done, queue: [], resend, tries: 0 };
      control.refCounted();
    }
    const state = write(bytes, (errno) => {
      queuedBytes -= bytes.length;
      control.unrefCounted();
      if (errno !== 0) fail(errno);
      else if (typeof callback === "function") callback(null);
    }, fd);
    if (state === 1) return queuedBytes < QUEUE_LIMIT_BYTES;
    queuedBytes -= bytes.length;
    control.unrefCounted();
    if (state < 0) fail(state);
    else if (typeof callback === "function") nextTick(callback, null);
    return true;
  };

  read();
  return control;
}

// The process's own side: the channel keeps it alive while somebody listens for messages.
export function attachProcess(process, fd, mode) {
  const control = setupChannel(process, fd, mode);
  control.forget();
  const counted = (event) => event === "message" || event === "disconnect";
  process.on("newListener", (event) => {
    if (counted(event) && process.channel !== null) control.refCounted();
  });
  process.on("removeListener", (event) => {
    if (counted(event) && process.channel !== null) control.unrefCounted();
  });
}
