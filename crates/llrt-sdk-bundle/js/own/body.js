// The body of a response: a Node Readable that is made only when somebody treats it as one.
//
// Most responses are collected whole by the SDK itself, which asks for the bytes through `takeBytes` and never pays for
// node:stream. An unmade body has nothing but its source and a prototype that, at the first look at any property,
// turns the object into the Readable it stands for.
import { importBuiltin } from "internal:host";

const source = Symbol("source");
let prototype;

const unmadePrototype = new Proxy(
  {},
  {
    get(target, key, body) {
      // A promise that resolves with the body asks for `then`, which no Readable has.
      if (key === "then" || !isUnmade(body)) return Reflect.get(Object.prototype, key, body);
      make(body);
      return body[key];
    },
    set(target, key, value, body) {
      if (isUnmade(body)) make(body);
      return Reflect.set(body, key, value);
    },
    has: (target, key) => key in readablePrototype(),
    getPrototypeOf: () => readablePrototype(),
  },
);

/**
 * A body over `content`: all bytes, or a reader ({ read, collect, cancel }) of them. `head` is what an IncomingMessage says
 * of its head; `done` is called when the body is over, however it ended.
 */
export function createBody(content, head, done) {
  if (content instanceof Uint8Array) done?.();
  return Object.create(unmadePrototype, { [source]: { value: { content, head, done }, writable: true } });
}

export const isUnmade = (body) => typeof body === "object" && body !== null && Object.hasOwn(body, source) && body[source] !== undefined;

/** All bytes of an unmade body, as a promise or at once; undefined for anything else. Its stream is at its end then. */
export function takeBytes(body) {
  if (!isUnmade(body)) return undefined;
  const { content, done } = body[source];
  body[source].content = undefined;
  if (content === undefined || content instanceof Uint8Array) return content ?? new Uint8Array(0);
  const all = content.collect();
  if (done) all.then(done, done);
  return all;
}

/** The same object becomes a Readable. */
function make(body) {
  const { content, head, done } = body[source];
  body[source] = undefined;
  Object.setPrototypeOf(body, readablePrototype());
  const buffer = (bytes) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const whole = content === undefined || content instanceof Uint8Array;
  const { Readable } = importBuiltin("node:stream");
  Readable.call(body, {
    read() {
      if (whole) {
        this.complete = true;
        if (content?.length > 0) this.push(buffer(content));
        this.push(null);
        return;
      }
      content.read().then(
        (chunk) => {
          if (chunk === undefined) this.complete = true;
          this.push(chunk === undefined ? null : buffer(chunk));
        },
        (error) => this.destroy(error),
      );
    },
    destroy(error, callback) {
      if (!whole && !this.complete) {
        this.aborted = true;
        content.cancel();
      }
      done?.();
      callback(error);
    },
  });
  Object.assign(body, head, { complete: false, aborted: false });
}

function readablePrototype() {
  if (prototype === undefined) {
    const { Readable } = importBuiltin("node:stream");
    class IncomingMessage {}
    prototype = IncomingMessage.prototype;
    Object.setPrototypeOf(prototype, Readable.prototype);
  }
  return prototype;
}
