// Which invocation the JavaScript that runs belongs to, where several are served at once.
import { AsyncLocalStorage } from "node:async_hooks";
import { currentFrame } from "native:concurrency";

const storage = new AsyncLocalStorage();

// The frame that an invocation runs in; `store` is what `current` gives there.
export const frameOf = (store) => storage.run(store, currentFrame);
export const current = () => storage.getStore();
export const run = (store, callback) => storage.run(store, callback);
