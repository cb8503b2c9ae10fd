// Bodies of requests and responses. https://fetch.spec.whatwg.org/#bodies
//
// A body keeps what it was made of (text, bytes, a Blob, a native body that is still arriving) for as long as it can: streams are
// loaded only for who asks for one.
import { concat, copyBytes, decodeUtf8, encodeUtf8, mimeType } from "native:fetch";
import { domString, illegalInvocation } from "internal:fetch-idl";
import { importBuiltin } from "internal:host";

const DISTURBED = Symbol.for("nodejs.stream.disturbed");

export const webStreams = () => importBuiltin("internal:web-streams/readable");
const blobs = () => importBuiltin("internal:blob");

const tag = (value) => value[Symbol.toStringTag];
export const isStream = (value) => tag(value) === "ReadableStream" && value instanceof webStreams().ReadableStream;

export class Body {
  // Text, a Uint8Array, a Blob or a native body; undefined when there is only `stream`.
  source;
  stream = null;
  used = false;
  controller = null;
  // Of a response from the network: what a native failure becomes, and who may have given the exchange up.
  explain = undefined;
  signal = undefined;
  onEnd = undefined;

  constructor(source, stream = null) {
    this.source = source;
    this.stream = stream;
  }

  get unusable() {
    return this.used || (this.stream !== null && (this.stream.locked || this.stream[DISTURBED]));
  }

  get disturbed() {
    return this.used || (this.stream !== null && this.stream[DISTURBED] === true);
  }

  // How many bytes there are, or null when only reading tells.
  get isWhole() {
    return this.stream === null && (typeof this.source === "string" || this.source instanceof Uint8Array);
  }

  get isNative() {
    return this.stream === null && typeof this.source === "object" && typeof this.source.collect === "function";
  }

  checkSignal() {
    if (this.signal?.aborted) throw this.signal.reason;
  }

  ended() {
    this.onEnd?.();
    this.onEnd = undefined;
  }

  async fail(error) {
    this.ended();
    throw this.explain === undefined ? error : this.explain(error);
  }

  // The stream of this body, made now if need be. https://fetch.spec.whatwg.org/#dom-body-body
  open() {
    if (this.stream !== null) return this.stream;
    const { ReadableStream } = webStreams();
    const body = this;
    const { source } = this;
    let pull;
    if (this.isNative) {
      pull = async (controller) => {
        let part;
        try {
          part = await source.read();
        } catch (error) {
          await body.fail(error);
        }
        if (part === undefined) body.ended();
        give(controller, part);
      };
    } else {
      let given = false;
      pull = async (controller) => {
        if (given) return give(controller, undefined);
        given = true;
        body.checkSignal();
        const bytes = await body.load();
        give(controller, bytes.length > 0 ? bytes : undefined);
      };
    }
    this.stream = new ReadableStream(
      {
        type: "bytes",
        start(controller) {
          body.controller = controller;
        },
        pull,
        cancel() {
          body.controller = null;
          body.ended();
          if (typeof source.cancel === "function") source.cancel();
        },
      },
      { highWaterMark: 0 },
    );
    if (this.used) this.stream.cancel();
    return this.stream;
  }

  // The exchange was given up: whoever reads the stream must learn it.
  abort(reason) {
    if (this.controller !== null) {
      this.controller.error(reason);
      this.controller = null;
    }
  }

  // All bytes of `source`, which is not native.
  load() {
    const { source } = this;
    if (typeof source === "string") return encodeUtf8(source);
    if (source instanceof Uint8Array) return source;
    return blobs().blobBytes(source);
  }

  // Consumes the body: text or a Uint8Array, whichever there is.
  async consume() {
    this.used = true;
    if (this.stream !== null) return readAll(this.stream);
    this.checkSignal();
    if (!this.isNative) return typeof this.source === "string" ? this.source : this.load();
    try {
      const all = await this.source.collect();
      this.ended();
      return all;
    } catch (error) {
      return this.fail(error);
    }
  }

  // A second body with the same content. https://fetch.spec.whatwg.org/#concept-body-clone
  clone() {
    if (this.stream === null && !this.isNative) {
      const copy = new Body(this.source);
      copy.signal = this.signal;
      return copy;
    }
    const [one, two] = this.open().tee();
    this.stream = one;
    this.controller = null;
    return new Body(undefined, two);
  }

  // Nobody wants it.
  discard() {
    if (this.stream !== null) this.stream.cancel().catch(() => {});
    else if (this.isNative) this.source.cancel();
  }
}

function give(controller, part) {
  if (part !== undefined) controller.enqueue(part);
  else {
    controller.close();
    controller.byobRequest?.respond(0);
  }
}

async function readAll(stream) {
  const reader = stream.getReader();
  const parts = [];
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    if (!(value instanceof Uint8Array)) throw new TypeError("Received non-Uint8Array chunk");
    parts.push(value);
  }
  return parts.length === 1 ? parts[0] : concat(parts);
}

// A body and its type from what a program passed. https://fetch.spec.whatwg.org/#concept-bodyinit-extract
export function extract(object, name, keepalive = false) {
  if (typeof object === "object" && object !== null) {
    switch (tag(object)) {
      case "ReadableStream":
        if (!isStream(object)) break;
        if (keepalive) throw new TypeError("keepalive");
        if (object.locked || object[DISTURBED])
          throw new TypeError("Response body object should not be disturbed or locked");
        return [new Body(undefined, object), null];
      case "Blob":
      case "File":
        if (!blobs().isBlob(object)) break;
        return [new Body(object), object.type || null];
      case "FormData": {
        const forms = importBuiltin("internal:form-data");
        if (!forms.isFormData(object)) break;
        const { bytes, type } = forms.encode(object);
        return [new Body(bytes), type];
      }
      case "URLSearchParams":
        if (!(object instanceof importBuiltin("node:url").URLSearchParams)) break;
        return [new Body(object.toString()), "application/x-www-form-urlencoded;charset=UTF-8"];
    }
    const bytes = copyBytes(object);
    if (bytes !== undefined) return [new Body(bytes), null];
    // Not of the standard: an asynchronous iterable, as in Node.
    if (typeof object[Symbol.asyncIterator] === "function") {
      if (keepalive) throw new TypeError("keepalive");
      return [new Body(undefined, fromIterable(object)), null];
    }
  }
  return [new Body(domString(object, `${name}: body`).toWellFormed()), "text/plain;charset=UTF-8"];
}

function fromIterable(iterable) {
  const iterator = iterable[Symbol.asyncIterator]();
  return new (webStreams().ReadableStream)(
    {
      type: "bytes",
      async pull(controller) {
        const { done, value } = await iterator.next();
        if (done) return give(controller, undefined);
        const part = typeof value === "string" ? encodeUtf8(value) : copyBytes(value);
        if (part === undefined) throw new TypeError("Received non-Uint8Array chunk");
        if (part.length > 0) give(controller, part);
      },
      async cancel(reason) {
        await iterator.return?.(reason);
      },
    },
    { highWaterMark: 0 },
  );
}

const EMPTY = new Body("");
const text = (content) => (typeof content === "string" ? content : decodeUtf8(content));
const bytesOf = (content) => (typeof content === "string" ? encodeUtf8(content) : content);

// Adds the methods of bodies to a class. `partsOf(object)` gives its body (or null) and its header list; undefined when it is no
// instance. https://fetch.spec.whatwg.org/#body-mixin
export function defineBody(Class, partsOf) {
  const method = (name, convert) => ({
    async [name]() {
      const parts = partsOf(this);
      if (parts === undefined) throw illegalInvocation();
      const body = parts.body ?? EMPTY;
      if (body !== EMPTY && body.unusable) throw new TypeError("Body is unusable: Body has already been read");
      return convert(body === EMPTY ? "" : await body.consume(), parts);
    },
  });
  const methods = {
    ...method("blob", (content, { headers }) => {
      const type = mimeType(headers.get("content-type") ?? "")?.text ?? "";
      return new (blobs().Blob)([bytesOf(content)], { type });
    }),
    ...method("arrayBuffer", (content) => {
      const bytes = bytesOf(content);
      return bytes.byteLength === bytes.buffer.byteLength ? bytes.buffer : bytes.slice().buffer;
    }),
    ...method("text", text),
    ...method("json", (content) => JSON.parse(text(content))),
    ...method("formData", (content, { headers }) => toFormData(content, mimeType(headers.get("content-type") ?? ""))),
    ...method("bytes", (content) => bytesOf(content)),
  };
  for (const [name, value] of Object.entries(methods))
    Object.defineProperty(Class.prototype, name, { value, writable: true, enumerable: true, configurable: true });
}

function toFormData(content, type) {
  const forms = importBuiltin("internal:form-data");
  if (type?.essence === "multipart/form-data") {
    try {
      if (type.boundary === undefined) throw new Error("missing boundary in content-type header");
      return forms.decode(bytesOf(content), type.boundary);
    } catch (cause) {
      throw new TypeError("Failed to parse body as FormData.", { cause });
    }
  }
  if (type?.essence === "application/x-www-form-urlencoded")
    return forms.fromPairs(new (importBuiltin("node:url").URLSearchParams)(text(content)));
  throw new TypeError(
    'Content-Type was not one of "multipart/form-data" or "application/x-www-form-urlencoded".',
  );
}
