import { expiredLimit, http2Agent, send } from "own:http-handler";
import { NODEJS_TIMEOUT_ERROR_CODES } from "./constants";
import { resolveDefaultSocketTimeout } from "./resolve-default-socket-timeout";

export const DEFAULT_REQUEST_TIMEOUT = 0;

const timeoutError = (message, more) => Object.assign(new Error(message), { name: "TimeoutError" }, more);
const isAgent = (value) => typeof value?.destroy === "function";

/** What only an agent of node:http can do: the caller's own (a proxy, say), or options of its sockets. */
const socketOptions = ["ca", "cert", "key", "pfx", "passphrase", "rejectUnauthorized", "servername", "localAddress", "lookup", "socketPath", "createConnection"];
const needsAgent = (value) => isAgent(value) || socketOptions.some((name) => name in value);

/** The promise of a handler's configuration, given as options or as a function that provides them. */
const provide = (options, finish) => {
  const config = typeof options === "function" ? options().then(finish) : Promise.resolve(finish(options));
  // Whoever sends first learns of a failing provider; until then nobody asked.
  config.catch(() => {});
  return config;
};

/** A limit as the client takes it. */
const positive = (limit) => (Number.isFinite(limit) && limit > 0 ? limit : undefined);

/** Lets `max` requests to one origin run at a time, as an agent's `maxSockets` does. */
class Turns {
  active = new Map();
  waiting = new Map();

  take(origin, max) {
    const active = this.active.get(origin) ?? 0;
    if (active < max) return void this.active.set(origin, active + 1);
    return new Promise((resolve) => {
      const queue = this.waiting.get(origin);
      if (queue) queue.push(resolve);
      else this.waiting.set(origin, [resolve]);
    });
  }

  give(origin) {
    const next = this.waiting.get(origin)?.shift();
    if (next) return next();
    this.active.set(origin, this.active.get(origin) - 1);
  }

  usage(maxSockets) {
    const counts = (map, length) => Object.fromEntries([...map].map(([origin, value]) => [origin, { length: length(value) }]));
    return { maxSockets, sockets: counts(this.active, (n) => n), requests: counts(this.waiting, (queue) => queue.length) };
  }
}

export class NodeHttpHandler {
  config;
  configProvider;
  socketWarningTimestamp = 0;
  externalAgent = false;
  metadata = { handlerProtocol: "http/1.1" };
  #turns = new Turns();
  #delegate;

  static create(instanceOrOptions) {
    if (typeof instanceOrOptions?.handle === "function") return instanceOrOptions;
    return new NodeHttpHandler(instanceOrOptions);
  }

  static checkSocketUsage(agent, socketWarningTimestamp, logger = console) {
    const { sockets, requests, maxSockets } = agent;
    if (typeof maxSockets !== "number" || maxSockets === Infinity) return socketWarningTimestamp;
    if (Date.now() - 15_000 < socketWarningTimestamp || !sockets || !requests) return socketWarningTimestamp;
    for (const origin of Object.keys(sockets)) {
      const socketsInUse = sockets[origin]?.length ?? 0;
      const requestsEnqueued = requests[origin]?.length ?? 0;
      if (socketsInUse < maxSockets || requestsEnqueued < 2 * maxSockets) continue;
      logger?.warn?.(
        `@smithy/node-http-handler:WARN - socket usage at capacity=${socketsInUse} and ${requestsEnqueued} additional requests are enqueued.
See https://docs.aws.amazon.com/sdk-for-javascript/v3/developer-guide/node-configuring-maxsockets.html
or increase socketAcquisitionWarningTimeout=(millis) in the NodeHttpHandler config.`,
      );
      return Date.now();
    }
    return socketWarningTimestamp;
  }

  constructor(options) {
    this.configProvider = provide(options, (given) => this.#resolve(given));
  }

  destroy() {
    this.#delegate?.then((handler) => handler.destroy());
    for (const agent of [this.config?.httpAgent, this.config?.httpsAgent]) if (isAgent(agent)) agent.destroy();
  }

  async handle(request, { abortSignal, requestTimeout } = {}) {
    const config = (this.config ??= await this.configProvider);
    const agent = request.protocol === "https:" ? config.httpsAgent : config.httpAgent;
    if (needsAgent(agent)) {
      this.externalAgent = isAgent(agent);
      this.#delegate ??= import("./node-http-handler").then(({ NodeHttpHandler: ThroughAgents }) => new ThroughAgents(config));
      return (await this.#delegate).handle(request, { abortSignal, requestTimeout });
    }
    const limit = requestTimeout ?? config.requestTimeout;
    const serviceDefault = config.socketTimeout === undefined ? resolveDefaultSocketTimeout(config) : undefined;
    const idleTimeout = positive(serviceDefault ?? config.socketTimeout);
    const origin = `${request.protocol}//${request.hostname}:${request.port ?? ""}`;
    const turn = this.#turns.take(origin, agent.maxSockets);
    if (turn !== undefined) await this.#wait(turn, agent, config);
    return send(request, {
      abortSignal,
      connectTimeout: positive(config.connectionTimeout),
      idleTimeout,
      close: agent.keepAlive === false,
      watch: limit ? (cancel, reject) => watchRequest(limit, config, cancel, reject) : undefined,
      done: () => this.#turns.give(origin),
      mapError: (error) => {
        const expired = expiredLimit(error);
        if (expired === "connect")
          return timeoutError(
            `@smithy/node-http-handler - the request socket did not establish a connection with the server within the configured timeout of ${config.connectionTimeout} ms.`,
          );
        if (expired === "idle") {
          const origin = serviceDefault ? "service default socket timeout" : "configured by client requestHandler";
          return timeoutError(`@smithy/node-http-handler - the request socket timed out after ${idleTimeout} ms of inactivity (${origin}).`);
        }
        return NODEJS_TIMEOUT_ERROR_CODES.includes(error.code) ? Object.assign(error, { name: "TimeoutError" }) : error;
      },
    });
  }

  updateHttpClientConfig(key, value) {
    this.config = undefined;
    this.configProvider = this.configProvider.then((config) => {
      if (key === Symbol.for("logger")) return { ...config, logger: config.logger ?? value };
      if (key === Symbol.for("@smithy/defaultSocketTimeout"))
        return { ...config, defaultSocketTimeout: resolveDefaultSocketTimeout(config) ?? value };
      this.#delegate = undefined;
      return { ...config, [key]: key === "httpAgent" || key === "httpsAgent" ? agentOptions(value) : value };
    });
  }

  httpHandlerConfigs() {
    return this.config ?? {};
  }

  #resolve(options) {
    const {
      requestTimeout, connectionTimeout, socketTimeout, socketAcquisitionWarningTimeout, httpAgent, httpsAgent, throwOnRequestTimeout, logger,
    } = options || {};
    return {
      connectionTimeout,
      requestTimeout,
      socketTimeout,
      defaultSocketTimeout: resolveDefaultSocketTimeout(options),
      socketAcquisitionWarningTimeout,
      throwOnRequestTimeout,
      httpAgent: agentOptions(httpAgent),
      httpsAgent: agentOptions(httpsAgent),
      logger,
    };
  }

  /** Waits for a turn, and says so when many do for long. */
  async #wait(turn, { maxSockets }, { socketAcquisitionWarningTimeout, requestTimeout, connectionTimeout, logger }) {
    const delay = socketAcquisitionWarningTimeout ?? (requestTimeout ?? 2000) + (connectionTimeout ?? 1000);
    const timer = setTimeout(() => {
      this.socketWarningTimestamp = NodeHttpHandler.checkSocketUsage(this.#turns.usage(maxSockets), this.socketWarningTimestamp, logger);
    }, delay);
    await turn;
    clearTimeout(timer);
  }
}

const agentOptions = (given) => (isAgent(given) ? given : { keepAlive: true, maxSockets: 50, ...given });

function watchRequest(limit, config, cancel, reject) {
  const timer = setTimeout(() => {
    const level = config.throwOnRequestTimeout ? "ERROR" : "WARN";
    const message = `@smithy/node-http-handler - [${level}] a request has exceeded the configured ${limit} ms requestTimeout.`;
    if (config.throwOnRequestTimeout) {
      cancel();
      reject(timeoutError(message, { code: "ETIMEDOUT" }));
    } else (config.logger ?? console).warn?.(`${message} Init client requestHandler with throwOnRequestTimeout=true to turn this into an error.`);
  }, limit);
  return () => clearTimeout(timer);
}

// HTTP/2 with servers that speak it. Others, and builds without it, get HTTP/1.1.
export class NodeHttp2Handler {
  config;
  configProvider;
  metadata = { handlerProtocol: "h2" };
  #agent;

  static create(instanceOrOptions) {
    if (typeof instanceOrOptions?.handle === "function") return instanceOrOptions;
    return new NodeHttp2Handler(instanceOrOptions);
  }

  constructor(options) {
    this.configProvider = provide(options, (given) => given || {});
  }

  destroy() {
    this.#agent?.destroy();
    this.#agent = undefined;
  }

  async handle(request, { abortSignal, requestTimeout } = {}) {
    if (!this.config) {
      const config = await this.configProvider;
      this.config = { ...config, defaultSocketTimeout: resolveDefaultSocketTimeout(config) };
      this.#agent = undefined;
    }
    this.#agent ??= http2Agent(this.config.nodeHttp2ConnectOptions, !this.config.disableConcurrentStreams);
    const { requestTimeout: configured, sessionTimeout, defaultSocketTimeout } = this.config;
    const limit = requestTimeout ?? configured;
    const idleTimeout = positive(limit ?? sessionTimeout ?? defaultSocketTimeout);
    return send(request, {
      abortSignal,
      agent: this.#agent,
      idleTimeout,
      mapError: (error) =>
        expiredLimit(error) ? timeoutError(`Stream timed out because of no activity for ${idleTimeout} ms`) : error,
    });
  }

  updateHttpClientConfig(key, value) {
    this.config = undefined;
    this.configProvider = this.configProvider.then((config) =>
      key === Symbol.for("@smithy/defaultSocketTimeout")
        ? { ...config, defaultSocketTimeout: resolveDefaultSocketTimeout(config) ?? value }
        : { ...config, [key]: value },
    );
  }

  httpHandlerConfigs() {
    return this.config ?? {};
  }
}

export { streamCollector } from "@smithy/core/serde";
