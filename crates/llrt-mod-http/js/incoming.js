// node:_http_incoming: what is received.
// Node: https://nodejs.org/api/http.html#class-httpincomingmessage
import { nextTick } from "internal:host";
import { finished, Readable } from "node:stream";

const kHeaders = Symbol("kHeaders");
const kHeadersDistinct = Symbol("kHeadersDistinct");
const kHeadersCount = Symbol("kHeadersCount");
const kTrailers = Symbol("kTrailers");
const kTrailersDistinct = Symbol("kTrailersDistinct");
const kTrailersCount = Symbol("kTrailersCount");
const kAbort = Symbol("kAbortController");

export function readStart(socket) {
  if (socket && !socket._paused && socket.readable) socket.resume();
}

export function readStop(socket) {
  if (socket) socket.pause();
}

export function IncomingMessage(socket) {
  Readable.call(this, socket ? { highWaterMark: socket.readableHighWaterMark } : undefined);
  this._readableState.readingMore = true;
  this.socket = socket;
  this.httpVersionMajor = null;
  this.httpVersionMinor = null;
  this.httpVersion = null;
  this.complete = false;
  this[kHeaders] = null;
  this[kHeadersCount] = 0;
  this.rawHeaders = [];
  this[kTrailers] = null;
  this[kTrailersCount] = 0;
  this.rawTrailers = [];
  this.joinDuplicateHeaders = false;
  this.aborted = false;
  this.upgrade = null;
  this.url = "";
  this.method = null;
  this.statusCode = null;
  this.statusMessage = null;
  this.client = socket;
  this._consuming = false;
  this._dumped = false;
}
Object.setPrototypeOf(IncomingMessage.prototype, Readable.prototype);
Object.setPrototypeOf(IncomingMessage, Readable);

// A view of the raw pairs that is made when it is asked for.
function lazyFields(name, store, raw, count, add, makes) {
  Object.defineProperty(IncomingMessage.prototype, name, {
    __proto__: null,
    configurable: true,
    get() {
      if (!this[store]) {
        this[store] = makes();
        const pairs = this[raw];
        for (let index = 0; index < this[count]; index += 2) this[add](pairs[index], pairs[index + 1], this[store]);
      }
      return this[store];
    },
    set(value) {
      this[store] = value;
    },
  });
}
lazyFields("headers", kHeaders, "rawHeaders", kHeadersCount, "_addHeaderLine", () => ({}));
lazyFields("headersDistinct", kHeadersDistinct, "rawHeaders", kHeadersCount, "_addHeaderLineDistinct", () => ({ __proto__: null }));
lazyFields("trailers", kTrailers, "rawTrailers", kTrailersCount, "_addHeaderLine", () => ({}));
lazyFields("trailersDistinct", kTrailersDistinct, "rawTrailers", kTrailersCount, "_addHeaderLineDistinct", () => ({ __proto__: null }));

Object.defineProperties(IncomingMessage.prototype, {
  connection: {
    __proto__: null,
    configurable: true,
    get() {
      return this.socket;
    },
    set(value) {
      this.socket = value;
    },
  },
  // Aborted when the message is over before its time.
  signal: {
    __proto__: null,
    configurable: true,
    get() {
      if (this[kAbort] === undefined) {
        const controller = (this[kAbort] = new AbortController());
        if (this.destroyed) controller.abort();
        else {
          const abort = () => controller.abort();
          this.once("close", () => {
            this.socket?.removeListener("close", abort);
            if (this.aborted || this.errored) abort();
          });
          this.socket?.once("close", abort);
        }
      }
      return this[kAbort].signal;
    },
  },
});

IncomingMessage.prototype.setTimeout = function setTimeout(msecs, callback) {
  if (callback) this.on("timeout", callback);
  this.socket.setTimeout(msecs);
  return this;
};

// The parser pushes: reading lets it go on.
IncomingMessage.prototype._read = function _read(n) {
  if (!this._consuming) {
    this._readableState.readingMore = false;
    this._consuming = true;
  }
  if (this.socket?.readable) readStart(this.socket);
};

IncomingMessage.prototype._destroy = function _destroy(error, callback) {
  if (!this.readableEnded || !this.complete) {
    this.aborted = true;
    this.emit("aborted");
  }
  // An error that nobody listens to is the connection's alone.
  const done = (failure) => callback(this.listenerCount("error") === 0 ? undefined : failure);
  if (this.socket && !this.socket.destroyed && this.aborted) {
    this.socket.destroy(error);
    const stop = finished(this.socket, (failure) => {
      if (failure?.code === "ERR_STREAM_PREMATURE_CLOSE") failure = null;
      stop();
      nextTick(done, failure || error);
    });
  } else nextTick(done, error);
};

IncomingMessage.prototype._addHeaderLines = function _addHeaderLines(fields, count) {
  if (!fields?.length) return;
  let made;
  if (this.complete) {
    this.rawTrailers = fields;
    this[kTrailersCount] = count;
    made = this[kTrailers];
  } else {
    this.rawHeaders = fields;
    this[kHeadersCount] = count;
    made = this[kHeaders];
  }
  if (made) for (let index = 0; index < count; index += 2) this._addHeaderLine(fields[index], fields[index + 1], made);
};

// Fields that make no sense twice: the first one counts.
const single = new Set(
  ("age,authorization,content-length,content-type,etag,expires,from,host,if-modified-since,if-unmodified-since,last-modified," +
    "location,max-forwards,proxy-authorization,referer,retry-after,server,user-agent").split(","),
);

IncomingMessage.prototype._addHeaderLine = function _addHeaderLine(field, value, into) {
  const name = field.toLowerCase();
  const known = into[name];
  if (name === "set-cookie") {
    if (known !== undefined) known.push(value);
    else into[name] = [value];
  } else if (typeof known !== "string") into[name] = value;
  else if (!single.has(name) || this.joinDuplicateHeaders) into[name] = `${known}${name === "cookie" ? "; " : ", "}${value}`;
};

IncomingMessage.prototype._addHeaderLineDistinct = function _addHeaderLineDistinct(field, value, into) {
  const name = field.toLowerCase();
  if (into[name]) into[name].push(value);
  else into[name] = [value];
};

IncomingMessage.prototype._dumpAndCloseReadable = function _dumpAndCloseReadable() {
  this._dumped = true;
  this._readableState.ended = true;
  this._readableState.endEmitted = true;
  this._readableState.destroyed = true;
  this._readableState.closed = true;
  this._readableState.closeEmitted = true;
};

// Reads what is left, for nobody.
IncomingMessage.prototype._dump = function _dump() {
  if (this._dumped) return;
  this._dumped = true;
  const isEmpty = this.complete && this.readableLength === 0;
  // Nobody hears of its end.
  if (isEmpty && this.listenerCount("end") === 0 && this.listenerCount("close") === 0) return this._dumpAndCloseReadable();
  if (this.listenerCount("data") > 0) this.removeAllListeners("data");
  this.resume();
};

export default { IncomingMessage, readStart, readStop };
