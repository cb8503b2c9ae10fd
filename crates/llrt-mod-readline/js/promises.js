// node:readline/promises. Node: https://nodejs.org/api/readline.html#promises-api
import { Interface as Base, QUESTION, QUESTION_CANCEL } from "internal:readline-interface";
import { AbortError, ERR_INVALID_ARG_TYPE } from "internal:errors";
import { nextTick } from "internal:host";
import { validateAbortSignal, validateBoolean, validateInteger } from "internal:validators";

export class Interface extends Base {
  question(query, options = {}) {
    return new Promise((resolve, reject) => {
      let callback = resolve;
      if (options?.signal) {
        const { signal } = options;
        validateAbortSignal(signal, "options.signal");
        if (signal.aborted) return reject(new AbortError(undefined, { cause: signal.reason }));
        const abort = () => {
          this[QUESTION_CANCEL]();
          reject(new AbortError(undefined, { cause: signal.reason }));
        };
        signal.addEventListener("abort", abort, { once: true });
        callback = (answer) => {
          signal.removeEventListener("abort", abort);
          resolve(answer);
        };
      }
      this[QUESTION](query, callback);
    });
  }
}

const CSI = "\x1b[";

// Actions that are collected and written together.
export class Readline {
  #autoCommit = false;
  #stream;
  #todo = [];

  constructor(stream, options = undefined) {
    if (stream === null || typeof stream !== "object" || typeof stream.write !== "function") throw ERR_INVALID_ARG_TYPE("stream", "Writable", stream);
    this.#stream = stream;
    if (options?.autoCommit != null) {
      validateBoolean(options.autoCommit, "options.autoCommit");
      this.#autoCommit = options.autoCommit;
    }
  }

  #add(text) {
    if (this.#autoCommit) nextTick(() => this.#stream.write(text));
    else this.#todo.push(text);
    return this;
  }

  cursorTo(x, y = undefined) {
    validateInteger(x, "x");
    if (y != null) validateInteger(y, "y");
    return this.#add(y == null ? `${CSI}${x + 1}G` : `${CSI}${y + 1};${x + 1}H`);
  }
  moveCursor(dx, dy) {
    if (!dx && !dy) return this;
    validateInteger(dx, "dx");
    validateInteger(dy, "dy");
    let text = "";
    if (dx < 0) text += `${CSI}${-dx}D`;
    else if (dx > 0) text += `${CSI}${dx}C`;
    if (dy < 0) text += `${CSI}${-dy}A`;
    else if (dy > 0) text += `${CSI}${dy}B`;
    return this.#add(text);
  }
  clearLine(direction) {
    validateInteger(direction, "dir", -1, 1);
    return this.#add(direction < 0 ? `${CSI}1K` : direction > 0 ? `${CSI}0K` : `${CSI}2K`);
  }
  clearScreenDown() {
    return this.#add(`${CSI}0J`);
  }
  commit() {
    return new Promise((resolve) => {
      this.#stream.write(this.#todo.join(""), resolve);
      this.#todo = [];
    });
  }
  rollback() {
    this.#todo = [];
    return this;
  }
}

export const createInterface = (...args) => new Interface(...args);
export default { Interface, Readline, createInterface };
