// What a TLSSocket has for a handle: the interface that node:net's sockets use, over another handle, with TLS between.
import { nextTick } from "internal:host";
import {
  accept, closeNotify, exportKeyingMaterial, feed, hello, info, keyLines, newClient, newServer, newSessions, ownCertificate, peerCertificates,
  read, refuse, sessionName, setMaxFragment, stapled, take, verify, write,
} from "native:tls-handles";

const EOF = -4095;
const EPIPE = -32;
const ECANCELED = -125;
const NO_APPLICATION_PROTOCOL = 120;

// What feeding a connection has led to.
const HELLO = 1;
const SECURE = 2;
const END = 8;
const KEYS = 16;
const SESSION = 32;

// What a client may send before it has an answer to its first message.
const MAX_HELD_BYTES = 65536;

const noop = () => {};
const { isView } = ArrayBuffer;

function bytesOf(data, latin1) {
  if (typeof data === "string") return Buffer.from(data, latin1 ? "latin1" : "utf8");
  if (isView(data)) return data;
  return Buffer.concat(data.map((one) => bytesOf(one, false)));
}

// Before there is a handle to work over.
const NOWHERE = {
  readStart: () => 0, readStop: () => 0, write: () => EPIPE, shutdown: () => 1, close: (callback) => nextTick(callback), bytesRead: 0, bytesWritten: 0,
};

// ---- over a handle

export class TLSHandle {
  owner = null;
  onread = noop;
  onerror = noop;
  reading = false;
  #parent = NOWHERE;
  #wrapped; // the socket whose handle `#parent` is, if it is not our own
  #connection = null;
  #server;
  #secure = false;
  #answering = false; // the client's first message
  #held = 0; // bytes that came meanwhile
  #ended = false; // `onread` has been told
  #closed = false;
  #waiting = []; // writes and a shutdown before the handshake is over
  #buffer = null;
  #plaintext = [];

  writeQueueSize = 0;

  // `hooks` has onhello(hello), onsecure(), onkeys(line), onsession(name), onwaiting(), oncertificate(OCSP's response).
  constructor(isServer, hooks) {
    this.#server = isServer;
    this.hooks = hooks;
  }

  // From now on it works over `parent`, which is `wrapped`'s if there is such a socket.
  over(parent, wrapped) {
    this.#parent = parent;
    this.#wrapped = wrapped;
    parent.onread = (count, chunk) => this.#onParentRead(count, chunk);
  }

  get _parent() {
    return this.#parent;
  }
  // The socket below, or what makes one of a stream: packages take its class from here.
  get _parentWrap() {
    return this.#wrapped ?? this.#parent;
  }
  get secure() {
    return this.#secure;
  }
  get started() {
    return this.#connection !== null;
  }

  startServer(logsKeys) {
    this.#connection = newServer(logsKeys);
  }

  startClient(context, servername, alpn, session, logsKeys) {
    try {
      this.#connection = newClient(context, servername, alpn, session, logsKeys);
    } catch (error) {
      this.onerror(error);
      return;
    }
    this.#flush();
  }

  // Answers a client whose first message has come.
  accept(context, alpn, requestCert, rejectUnauthorized, response) {
    if (this.#closed) return;
    this.#answering = false;
    if (this.#held > MAX_HELD_BYTES) this.#parent.readStart();
    this.#step(() => accept(this.#connection, context, alpn, requestCert, rejectUnauthorized, response));
  }

  refuseProtocols() {
    refuse(this.#connection, NO_APPLICATION_PROTOCOL);
    this.#flush();
  }

  // Ciphertext that somebody else has read.
  receive(chunk) {
    this.#onParentRead(chunk.length, chunk);
  }

  #onParentRead(count, chunk) {
    if (this.#closed) return;
    if (count <= 0) {
      if (count === 0 || this.#ended) return;
      this.#end(count);
      return;
    }
    if (this.#connection === null) this.startServer(false);
    if (this.#answering) {
      this.#held += count;
      if (this.#held > MAX_HELD_BYTES) this.#parent.readStop();
    }
    this.#step(() => feed(this.#connection, chunk));
  }

  // What one step of the protocol has led to, in Node's order.
  #step(act) {
    let events;
    try {
      events = act();
    } catch (error) {
      this.#keep();
      this.#deliver();
      this.#flush();
      this.#fail();
      this.onerror(error);
      return;
    }
    const { hooks } = this;
    if (events & KEYS) for (const line of keyLines(this.#connection)) hooks.onkeys(Buffer.from(line));
    this.#keep();
    if (events & SECURE) {
      // Whoever does not trust the peer closes the connection before its last message goes out.
      this.#secure = true;
      if (!this.#server) {
        hooks.oncertificate(stapled(this.#connection));
        if (this.#closed) return;
      }
      hooks.onsecure();
      if (this.#closed) return;
      this.#release();
    }
    this.#flush();
    if (events & SESSION) for (const name of newSessions(this.#connection)) hooks.onsession(name);
    if (this.#closed) return;
    if (events & HELLO) {
      if (this.#answering) return;
      this.#answering = true;
      return void hooks.onhello(hello(this.#connection));
    }
    this.#deliver();
    if (events & END && !this.#ended && !this.#closed) this.#end(EOF);
  }

  // After what has not been read yet.
  #end(count) {
    this.#ended = true;
    this.#deliver();
    if (this.#plaintext.length === 0) this.onread(count);
    else this.#plaintext.push(count);
  }

  #keep() {
    for (let chunk; (chunk = read(this.#connection)) !== undefined; ) this.#plaintext.push(chunk);
  }

  #deliver() {
    while (this.reading && this.#plaintext.length > 0 && !this.#closed) {
      const chunk = this.#plaintext.shift();
      if (typeof chunk === "number") this.onread(chunk);
      else if (this.#buffer === null) this.onread(chunk.length, chunk);
      else {
        const size = Math.min(this.#buffer.byteLength, chunk.length);
        const { buffer, byteOffset } = this.#buffer;
        new Uint8Array(buffer, byteOffset, size).set(chunk.subarray(0, size));
        if (size < chunk.length) this.#plaintext.unshift(chunk.subarray(size));
        this.onread(size);
      }
    }
  }

  // Sends what is to be sent: 0, 1 or an error number, as `write` gives.
  #flush(done = noop) {
    if (this.#connection === null) return 0;
    const output = take(this.#connection);
    if (output === undefined) return 0;
    return this.#parent.write(output, false, done);
  }

  #release() {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const { data, done } of waiting) {
      if (data === undefined) {
        const status = this.shutdown(done);
        if (status !== 0) done(Math.min(status, 0));
      } else {
        const status = this.#writeNow(data, done);
        if (status < 0) done(status);
      }
    }
  }

  #fail() {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const { done } of waiting) done(ECANCELED);
  }

  // ---- what node:net calls

  write(data, latin1, done) {
    if (this.#closed) return EPIPE;
    data = bytesOf(data, latin1);
    if (!this.#secure) {
      this.#waiting.push({ data, done });
      this.hooks.onwaiting?.();
      return 1;
    }
    return this.#writeNow(data, done);
  }

  // Done in a later turn, as in Node: what is written meanwhile goes out as one.
  #writeNow(data, done) {
    write(this.#connection, data);
    this.writeQueueSize += data.byteLength;
    const finish = (errno) => {
      this.writeQueueSize -= data.byteLength;
      done(errno);
    };
    const status = this.#flush(finish);
    if (status === 0) nextTick(finish, 0);
    else if (status < 0) this.writeQueueSize -= data.byteLength;
    return status < 0 ? status : 1;
  }

  // 0 when `done` will be called, 1 when there is nothing to wait for, as libuv has it.
  shutdown(done) {
    if (!this.#secure && this.#waiting.length > 0) {
      this.#waiting.push({ done });
      return 0;
    }
    if (this.#secure) {
      closeNotify(this.#connection);
      this.#flush();
    }
    return this.#parent.shutdown(done);
  }

  readStart() {
    this.reading = true;
    if (this.#plaintext.length > 0)
      nextTick(() => {
        if (this.reading) this.#deliver();
      });
    return this.#parent.readStart();
  }

  readStop() {
    this.reading = false;
    // The handshake goes on.
    return this.#secure ? this.#parent.readStop() : 0;
  }

  close(callback = noop) {
    if (this.#closed) return;
    this.#closed = true;
    const wrapped = this.#wrapped;
    const closed = () => {
      this.#fail();
      callback();
    };
    if (!wrapped) return void this.#parent.close(closed);
    if (wrapped.destroyed) return void nextTick(closed);
    wrapped.once("close", closed);
    wrapped.destroy();
  }

  reset(callback) {
    if (!this.#parent.reset) {
      this.close(callback);
      return 0;
    }
    this.#closed = true;
    this.#fail();
    return this.#parent.reset(callback);
  }

  useBuffer(view) {
    this.#buffer = view;
  }

  ref() {
    this.#parent.ref?.();
  }
  unref() {
    this.#parent.unref?.();
  }
  hasRef() {
    return this.#parent.hasRef?.() ?? false;
  }
  setNoDelay(on) {
    return this.#parent.setNoDelay?.(on);
  }
  setKeepAlive(on, delay_s) {
    return this.#parent.setKeepAlive?.(on, delay_s);
  }
  getsockname() {
    return this.#parent.getsockname?.();
  }
  getpeername() {
    return this.#parent.getpeername?.();
  }
  getAsyncId() {
    return this.#parent.getAsyncId?.();
  }
  get fd() {
    return this.#parent.fd;
  }
  get bytesRead() {
    return this.#parent.bytesRead;
  }
  get bytesWritten() {
    return this.#parent.bytesWritten;
  }
  get isPipe() {
    return this.#parent.isPipe;
  }

  // ---- what a TLSSocket asks

  info() {
    return this.#connection === null ? undefined : info(this.#connection);
  }
  // undefined, or the error that the peer's certificate would have been refused with.
  verifyError() {
    const chain = this.peerCertificates();
    const verdict = chain.length > 0 ? verify(this.#connection) : ["UNABLE_TO_GET_ISSUER_CERT", "unable to get issuer certificate"];
    if (verdict === undefined) return undefined;
    const [code, text] = verdict;
    const hint = HINTED.has(code) ? "; if the root CA is installed locally, try running Node.js with --use-system-ca" : "";
    return Object.assign(new Error(text + hint), { code });
  }
  peerCertificates() {
    return this.#connection === null ? [] : peerCertificates(this.#connection);
  }
  ownCertificate() {
    return this.#connection === null ? undefined : ownCertificate(this.#connection);
  }
  sessionName() {
    return this.#connection === null || this.#server ? undefined : sessionName(this.#connection);
  }
  exportKeyingMaterial(length, label, context) {
    return exportKeyingMaterial(this.#connection, length, label, context);
  }
  setMaxFragment(size) {
    setMaxFragment(this.#connection, size);
  }
}

const HINTED = new Set([
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE", "SELF_SIGNED_CERT_IN_CHAIN", "DEPTH_ZERO_SELF_SIGNED_CERT", "UNABLE_TO_GET_ISSUER_CERT",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
]);

// ---- over a stream

// A stream in the clothes of a handle.
export class StreamHandle {
  owner = null;
  onread = noop;
  reading = false;
  bytesRead = 0;
  bytesWritten = 0;
  isPipe = true;
  #stream;
  #closed = false;
  #ended = false;
  #pending = new Set();

  constructor(stream) {
    this.#stream = stream;
    stream.pause();
    stream.on("data", (chunk) => {
      if (typeof chunk === "string") chunk = Buffer.from(chunk, stream.readableEncoding ?? "utf8");
      this.bytesRead += chunk.length;
      if (!this.#closed) this.onread(chunk.length, chunk);
    });
    stream.once("end", () => this.#end());
    stream.on("error", (error) => {
      this.#settle(EPIPE);
      this.onstreamerror?.(error);
    });
    stream.once("close", () => {
      this.#settle(ECANCELED);
      this.#end();
    });
    stream.pause();
  }

  #end() {
    if (this.#ended || this.#closed) return;
    this.#ended = true;
    this.onread(EOF);
  }

  #settle(errno) {
    const pending = [...this.#pending];
    this.#pending.clear();
    for (const done of pending) done(errno);
  }

  #once(done) {
    this.#pending.add(done);
    return (error) => {
      if (this.#pending.delete(done)) done(error ? EPIPE : 0);
    };
  }

  readStart() {
    this.reading = true;
    this.#stream.resume();
    return 0;
  }
  readStop() {
    this.reading = false;
    this.#stream.pause();
    return 0;
  }
  write(data, latin1, done) {
    if (this.#stream.destroyed || this.#stream.writableEnded) return EPIPE;
    data = bytesOf(data, latin1);
    this.bytesWritten += data.length;
    this.#stream.write(data, this.#once(done));
    return 1;
  }
  shutdown(done) {
    if (this.#stream.destroyed || this.#stream.writableFinished) return 1;
    this.#stream.end(this.#once(done));
    return 0;
  }
  close(callback = noop) {
    if (this.#closed) return;
    this.#closed = true;
    this.#settle(ECANCELED);
    this.#stream.destroy();
    nextTick(callback);
  }
  ref() {
    this.#stream.ref?.();
  }
  unref() {
    this.#stream.unref?.();
  }
  hasRef() {
    return true;
  }
}
