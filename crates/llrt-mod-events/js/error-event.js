// ErrorEvent and PromiseRejectionEvent.
// https://html.spec.whatwg.org/#errorevent, https://html.spec.whatwg.org/#promiserejectionevent
import { ERR_INVALID_ARG_TYPE, ERR_INVALID_THIS, ERR_MISSING_ARGS } from "internal:errors";
import { Event, defineInterface, isObject } from "internal:event-target";

export class ErrorEvent extends Event {
  #message = "";
  #filename = "";
  #lineno = 0;
  #colno = 0;
  #error = undefined;

  constructor(type, options = undefined) {
    if (arguments.length === 0) throw ERR_MISSING_ARGS("type");
    super(type, options);
    if (options === undefined || options === null) return;
    const { colno, error, filename, lineno, message } = options;
    if (message !== undefined) this.#message = `${message}`;
    if (filename !== undefined) this.#filename = `${filename}`;
    if (lineno !== undefined) this.#lineno = lineno >>> 0;
    if (colno !== undefined) this.#colno = colno >>> 0;
    this.#error = error;
  }

  get message() {
    if (!isObject(this) || !(#message in this)) throw ERR_INVALID_THIS("ErrorEvent");
    return this.#message;
  }

  get filename() {
    if (!isObject(this) || !(#message in this)) throw ERR_INVALID_THIS("ErrorEvent");
    return this.#filename;
  }

  get lineno() {
    if (!isObject(this) || !(#message in this)) throw ERR_INVALID_THIS("ErrorEvent");
    return this.#lineno;
  }

  get colno() {
    if (!isObject(this) || !(#message in this)) throw ERR_INVALID_THIS("ErrorEvent");
    return this.#colno;
  }

  get error() {
    if (!isObject(this) || !(#message in this)) throw ERR_INVALID_THIS("ErrorEvent");
    return this.#error;
  }
}

export class PromiseRejectionEvent extends Event {
  #promise;
  #reason;

  constructor(type, options) {
    if (arguments.length < 2) throw ERR_MISSING_ARGS("type", "options");
    super(type, options);
    if (options?.promise === undefined) throw ERR_INVALID_ARG_TYPE("options.promise", "Object", options?.promise);
    this.#promise = options.promise;
    this.#reason = options.reason;
  }

  get promise() {
    if (!isObject(this) || !(#promise in this)) throw ERR_INVALID_THIS("PromiseRejectionEvent");
    return this.#promise;
  }

  get reason() {
    if (!isObject(this) || !(#promise in this)) throw ERR_INVALID_THIS("PromiseRejectionEvent");
    return this.#reason;
  }
}

defineInterface(ErrorEvent);
defineInterface(PromiseRejectionEvent);
