// node:readline. Node: https://nodejs.org/api/readline.html
import { Interface as Base, QUESTION, QUESTION_CANCEL } from "internal:readline-interface";
import { emitKeypressEvents } from "internal:readline-keys";
import { clearLine, clearScreenDown, cursorTo, moveCursor } from "internal:tty-actions";
import { AbortError } from "internal:errors";
import promises from "node:readline/promises";
import { validateAbortSignal } from "internal:validators";

export { clearLine, clearScreenDown, cursorTo, emitKeypressEvents, moveCursor };

class CallbackInterface extends Base {
  question(query, options, callback) {
    callback = typeof options === "function" ? options : callback;
    if (options !== null && typeof options === "object" && options.signal) {
      const { signal } = options;
      validateAbortSignal(signal, "options.signal");
      if (signal.aborted) return;
      const abort = () => this[QUESTION_CANCEL]();
      signal.addEventListener("abort", abort, { once: true });
      const answered = callback;
      callback = (answer) => {
        signal.removeEventListener("abort", abort);
        if (typeof answered === "function") answered(answer);
      };
    }
    if (typeof callback === "function") this[QUESTION](query, callback);
  }
}
CallbackInterface.prototype.question[Symbol.for("nodejs.util.promisify.custom")] = function question(query, options) {
  options = options !== null && typeof options === "object" ? options : {};
  if (options.signal?.aborted) return Promise.reject(new AbortError(undefined, { cause: options.signal.reason }));
  return new Promise((resolve, reject) => {
    let callback = resolve;
    if (options.signal) {
      const abort = () => reject(new AbortError(undefined, { cause: options.signal.reason }));
      options.signal.addEventListener("abort", abort, { once: true });
      callback = (answer) => {
        options.signal.removeEventListener("abort", abort);
        resolve(answer);
      };
    }
    this.question(query, options, callback);
  });
};

// Callable without `new`, as it always was.
export function Interface(...args) {
  return Reflect.construct(CallbackInterface, args, new.target ?? Interface);
}
Interface.prototype = CallbackInterface.prototype;
Object.setPrototypeOf(Interface, Base);
Object.defineProperty(CallbackInterface.prototype, "constructor", { __proto__: null, value: Interface, writable: true, configurable: true });
export const createInterface = (...args) => new Interface(...args);

export { promises };
export default { Interface, clearLine, clearScreenDown, createInterface, cursorTo, emitKeypressEvents, moveCursor, promises };
