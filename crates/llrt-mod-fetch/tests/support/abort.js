// Just enough of AbortController for tests of fetch.
(() => {
  class AbortSignal {
    aborted = false;
    reason = undefined;
    listeners = new Set();
    addEventListener(type, listener) {
      this.listeners.add(listener);
    }
    removeEventListener(type, listener) {
      this.listeners.delete(listener);
    }
    fire(reason) {
      if (this.aborted) return;
      this.aborted = true;
      this.reason = reason === undefined ? Object.assign(new Error("This operation was aborted"), { name: "AbortError" }) : reason;
      for (const listener of [...this.listeners]) listener();
    }
    static abort(reason) {
      const signal = new AbortSignal();
      signal.fire(reason);
      return signal;
    }
    static any(signals) {
      const signal = new AbortSignal();
      for (const other of signals) {
        if (other.aborted) signal.fire(other.reason);
        else other.addEventListener("abort", () => signal.fire(other.reason));
      }
      return signal;
    }
  }
  class AbortController {
    signal = new AbortSignal();
    abort(reason) {
      this.signal.fire(reason);
    }
  }
  return { AbortController, AbortSignal };
})();
