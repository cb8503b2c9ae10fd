// internal:http-client in plain Node: enough of it to run the handlers of the bundle.
import http from "node:http";
import https from "node:https";

const agents = {
  "http:": new http.Agent({ keepAlive: true }),
  "https:": new https.Agent({ keepAlive: true }),
};

export class Agent {
  destroy() {}
}

export class Canceller {
  listeners = new Set();
  cancel() {
    for (const listener of this.listeners) listener();
  }
}

export class BodySink {
  constructor(length) {
    this.length = length;
  }
  attach(request) {
    this.request = request;
    this.ready?.();
  }
  #attached = new Promise((resolve) => (this.ready = resolve));
  async write(chunk) {
    await this.#attached;
    return new Promise((resolve) => this.request.write(chunk, (error) => resolve(!error)));
  }
  end() {
    this.#attached.then(() => this.request.end());
  }
}

const late = (text) => Object.assign(new Error(text), { code: "ETIMEDOUT" });

export function request({ protocol, hostname, port, path, method, headers, body, canceller, connectTimeout, requestTimeout, socketTimeout }) {
  return new Promise((resolve, reject) => {
    const module = protocol === "https:" ? https : http;
    const request = module.request({ host: hostname, port, path, method, headers, agent: agents[protocol] });
    const cancel = () => request.destroy(Object.assign(new Error("The operation was aborted"), { name: "AbortError", code: "ABORT_ERR" }));
    canceller?.listeners.add(cancel);
    request.on("close", () => canceller?.listeners.delete(cancel));
    request.on("error", reject);
    if (connectTimeout) {
      const timer = setTimeout(() => request.destroy(late("Connect Timeout Error")), connectTimeout);
      request.on("socket", (socket) => (socket.connecting ? socket.on("connect", () => clearTimeout(timer)) : clearTimeout(timer)));
      request.on("close", () => clearTimeout(timer));
    }
    if (requestTimeout) request.setTimeout(requestTimeout, () => request.destroy(late("Headers Timeout Error")));
    request.on("response", (message) => {
      if (socketTimeout) request.setTimeout(socketTimeout, () => message.destroy(late("Body Timeout Error")));
      const collected = {};
      for (const [name, value] of Object.entries(message.headers)) collected[name] = Array.isArray(value) ? value.join(", ") : value;
      const chunks = message[Symbol.asyncIterator]();
      const body = {
        read: async () => {
          const { done, value } = await chunks.next();
          return done ? undefined : new Uint8Array(value);
        },
        collect: async () => {
          const list = [];
          for await (const chunk of { [Symbol.asyncIterator]: () => chunks }) list.push(chunk);
          return new Uint8Array(Buffer.concat(list));
        },
        cancel: () => message.destroy(),
      };
      resolve({ statusCode: message.statusCode, reason: message.statusMessage, headers: collected, body });
    });
    if (body instanceof BodySink) body.attach(request);
    else request.end(body);
  });
}
