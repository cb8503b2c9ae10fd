// Just enough of ReadableStream for tests of fetch.
(() => {
  const DISTURBED = Symbol.for("nodejs.stream.disturbed");
  class ReadableStream {
    #queue = [];
    #waiting = [];
    #state = "readable";
    #closing = false;
    #error;
    #source;
    #controller;
    #pulling = false;
    #reader = null;
    [DISTURBED] = false;
    constructor(source = {}) {
      this.#source = source;
      const stream = this;
      this.#controller = {
        byobRequest: null,
        enqueue(chunk) {
          if (stream.#waiting.length > 0) stream.#waiting.shift().resolve({ done: false, value: chunk });
          else stream.#queue.push(chunk);
        },
        close() {
          stream.#closing = true;
          if (stream.#queue.length === 0) stream.#end();
        },
        error(error) {
          if (stream.#state !== "readable") return;
          stream.#state = "errored";
          stream.#error = error;
          stream.#queue = [];
          for (const { reject } of stream.#waiting.splice(0)) reject(error);
        },
      };
      source.start?.(this.#controller);
    }
    #end() {
      this.#state = "closed";
      for (const { resolve } of this.#waiting.splice(0)) resolve({ done: true, value: undefined });
    }
    get locked() {
      return this.#reader !== null;
    }
    getReader() {
      if (this.#reader !== null) throw new TypeError("locked");
      const stream = this;
      this.#reader = {
        read: () => stream.#read(),
        cancel: (reason) => stream.#cancel(reason),
        releaseLock() {
          stream.#reader = null;
        },
      };
      return this.#reader;
    }
    async #read() {
      this[DISTURBED] = true;
      if (this.#queue.length > 0) {
        const value = this.#queue.shift();
        if (this.#closing && this.#queue.length === 0) this.#state = "closed";
        return { done: false, value };
      }
      if (this.#state === "closed") return { done: true, value: undefined };
      if (this.#state === "errored") throw this.#error;
      const waiting = Promise.withResolvers();
      this.#waiting.push(waiting);
      this.#pull();
      return waiting.promise;
    }
    async #pull() {
      if (this.#pulling || !this.#source.pull) return;
      this.#pulling = true;
      try {
        while (this.#waiting.length > 0 && this.#state === "readable") await this.#source.pull(this.#controller);
      } catch (error) {
        this.#controller.error(error);
      }
      this.#pulling = false;
    }
    async #cancel(reason) {
      this[DISTURBED] = true;
      if (this.#state === "errored") throw this.#error;
      if (this.#state === "closed") return;
      this.#queue = [];
      this.#end();
      await this.#source.cancel?.(reason);
    }
    async cancel(reason) {
      if (this.locked) throw new TypeError("locked");
      return this.#cancel(reason);
    }
    tee() {
      const reader = this.getReader();
      const controllers = [];
      const pull = async () => {
        try {
          const { done, value } = await reader.read();
          for (const controller of controllers) done ? controller.close() : controller.enqueue(value.slice());
        } catch (error) {
          for (const controller of controllers) controller.error(error);
        }
      };
      const branch = () => new ReadableStream({ start: (controller) => void controllers.push(controller), pull });
      return [branch(), branch()];
    }
    get [Symbol.toStringTag]() {
      return "ReadableStream";
    }
  }
  return { ReadableStream };
})();
