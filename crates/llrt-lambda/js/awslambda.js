// The global awslambda. https://docs.aws.amazon.com/lambda/latest/dg/configuration-response-streaming.html
import { isConcurrent, requestId, tenantId, traceId } from "native:awslambda";
import { importBuiltin } from "internal:host";

// @aws/lambda-invoke-store takes it from here: what belongs to the invocation that is being served.
class InvokeStore {
  static PROTECTED_KEYS = {
    REQUEST_ID: Symbol.for("_AWS_LAMBDA_REQUEST_ID"),
    X_RAY_TRACE_ID: Symbol.for("_AWS_LAMBDA_X_RAY_TRACE_ID"),
    TENANT_ID: Symbol.for("_AWS_LAMBDA_TENANT_ID"),
  };

  #values = Object.create(null);
  #request;
  #given;

  // Values last as long as the invocation that set them.
  #context() {
    if (this.#given !== undefined) return this.#given;
    const request = requestId();
    if (request === undefined) return undefined;
    if (this.#request !== request) {
      this.#request = request;
      const { REQUEST_ID, X_RAY_TRACE_ID, TENANT_ID } = InvokeStore.PROTECTED_KEYS;
      this.#values = { [REQUEST_ID]: request, [X_RAY_TRACE_ID]: traceId(), [TENANT_ID]: tenantId() };
    }
    return this.#values;
  }

  getContext() {
    return this.#context();
  }

  hasContext() {
    return this.getContext() !== undefined;
  }

  get(key) {
    return this.getContext()?.[key];
  }

  set(key, value) {
    if (Object.values(InvokeStore.PROTECTED_KEYS).includes(key))
      throw new Error(`Cannot modify protected Lambda context field: ${String(key)}`);
    const context = this.getContext();
    if (context !== undefined) context[key] = value;
  }

  getRequestId() {
    return this.get(InvokeStore.PROTECTED_KEYS.REQUEST_ID) ?? "-";
  }

  getXRayTraceId() {
    return this.get(InvokeStore.PROTECTED_KEYS.X_RAY_TRACE_ID);
  }

  getTenantId() {
    return this.get(InvokeStore.PROTECTED_KEYS.TENANT_ID);
  }

  run(context, callback) {
    const outer = this.#given;
    this.#given = context;
    try {
      return callback();
    } finally {
      this.#given = outer;
    }
  }
}

const KEY = Symbol("values");

// The same where invocations run beside each other: each has values of its own, wherever its callbacks and promises take it.
class ConcurrentInvokeStore extends InvokeStore {
  #frames = importBuiltin("internal:concurrency");

  getContext() {
    const store = this.#frames.current();
    if (store === undefined) return undefined;
    const { REQUEST_ID, X_RAY_TRACE_ID, TENANT_ID } = InvokeStore.PROTECTED_KEYS;
    store[KEY] ??= { [REQUEST_ID]: store.requestId, [X_RAY_TRACE_ID]: store.traceId, [TENANT_ID]: store.tenantId };
    return store[KEY];
  }

  run(context, callback) {
    const { requestId, traceId, tenantId } = this.#frames.current() ?? {};
    return this.#frames.run({ requestId, traceId, tenantId, [KEY]: context }, callback);
  }
}

// The service reads status and headers from in front of the body: JSON, then eight NUL characters.
class HttpResponseStream {
  static from(underlyingStream, prelude) {
    underlyingStream.setContentType("application/vnd.awslambda.http-integration-response");
    const text = JSON.stringify(prelude ?? {});
    underlyingStream._onBeforeFirstWrite = (write) => write(`${text}${"\0".repeat(8)}`);
    return underlyingStream;
  }
}

const STREAMING = Symbol.for("aws.lambda.runtime.handler.streaming");
const HIGH_WATER_MARK = Symbol.for("aws.lambda.runtime.handler.streaming.highWaterMark");

export const awslambda = {
  streamifyResponse(handler, options) {
    handler[STREAMING] = "response";
    if (typeof options?.highWaterMark === "number") handler[HIGH_WATER_MARK] = options.highWaterMark;
    return handler;
  },
  HttpResponseStream,
  InvokeStore: isConcurrent() ? new ConcurrentInvokeStore() : new InvokeStore(),
};
