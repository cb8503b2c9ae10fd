// Stands in for readable-stream's own copy of parts of `node:util`.
import { ERR_UNKNOWN_ENCODING } from "internal:errors";
import { Buffer } from "node:buffer";
import events from "node:events";
import { importBuiltin } from "internal:host";

function once(callback) {
  let called = false;
  return function (...args) {
    if (called) return;
    called = true;
    callback.apply(this, args);
  };
}

function checkEncoding(encoding) {
  if (encoding && !Buffer.isEncoding(encoding)) throw ERR_UNKNOWN_ENCODING(encoding);
  return encoding || "utf8";
}

export default {
  AggregateError,
  checkEncoding,
  kEmptyObject: Object.freeze({}),
  once,
  createDeferredPromise: () => Promise.withResolvers(),
  promisify: { custom: Symbol.for("nodejs.util.promisify.custom") },
  debuglog: () => () => {},
  inspect: (...args) => importBuiltin("node:util").inspect(...args),
  isBlob: (value) => value instanceof Blob,
  deprecate: (f) => f,
  addAbortListener: (signal, listener) => events.addAbortListener(signal, listener),
  AbortSignalAny: (signals) => AbortSignal.any(signals),
};
