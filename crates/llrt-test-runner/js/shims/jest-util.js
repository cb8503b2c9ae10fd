// What `expect` and `jest-mock` use of jest-util.
class ErrorWithStack extends Error {
  constructor(message, callsite, limit) {
    const before = Error.stackTraceLimit;
    if (limit) Error.stackTraceLimit = limit;
    super(message);
    if (Error.captureStackTrace) Error.captureStackTrace(this, callsite);
    Error.stackTraceLimit = before;
  }
}

export default {
  ErrorWithStack,
  isPromise: (value) => value !== null && (typeof value === "object" || typeof value === "function") && typeof value.then === "function",
  pluralize: (word, count, ending = "s") => `${count} ${word}${count === 1 ? "" : ending}`,
};
