// node:tls. Node: https://nodejs.org/api/tls.html
import net from "node:net";
import { ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_METHOD_NOT_IMPLEMENTED, ERR_OUT_OF_RANGE, nodeError } from "internal:errors";
import { importBuiltin, nextTick } from "internal:host";
import {
  createSecureContext, DEFAULT_CIPHERS, defaults, getCACertificates, getCiphers, rootCertificates, SecureContext, setDefaultCACertificates,
  setTicketKeys, sharedSchemes, ticketKeys,
} from "internal:tls-context";
import { StreamHandle, TLSHandle } from "internal:tls-handles";
import {
  validateBuffer, validateFunction, validateInt32, validateNumber, validateObject, validateString, validateUint32,
} from "internal:validators";
import { certificatesFor, describe } from "native:tls";

export { createSecureContext, getCACertificates, getCiphers, rootCertificates, SecureContext, setDefaultCACertificates };
export const getCertificateCompressionAlgorithms = () => [];

const { isView } = ArrayBuffer;

const kOptions = Symbol("connect-options");
const kPendingSession = Symbol("pendingSession");
const kIsVerified = Symbol("verified");
const kErrorEmitted = Symbol("error-emitted");
const kSession = Symbol("session");
const kALPN = Symbol("alpn");
const kHandle = Symbol("tls-handle");
const kKeyCert = Symbol("key-cert");
const kSchemes = Symbol("schemes");
const kStartNow = Symbol("startNow");

export const CLIENT_RENEG_LIMIT = 3;
export const CLIENT_RENEG_WINDOW = 600;
const DEFAULT_HANDSHAKE_TIMEOUT_MS = 120_000;

// ---- names

// The wire format of a list of protocols, as `out.ALPNProtocols`.
export function convertALPNProtocols(protocols, out) {
  if (Array.isArray(protocols)) {
    const list = protocols.map((name, index) => {
      const bytes = Buffer.from(name);
      if (bytes.length > 255)
        throw ERR_OUT_OF_RANGE(`The byte length of the protocol at index ${index} exceeds the maximum length.`, "<= 255", bytes.length);
      return Buffer.concat([Buffer.from([bytes.length]), bytes]);
    });
    out.ALPNProtocols = Buffer.concat(list);
  } else if (isView(protocols)) out.ALPNProtocols = Buffer.from(Buffer.from(protocols.buffer, protocols.byteOffset, protocols.byteLength));
}

function splitProtocols(wire) {
  const list = [];
  for (let at = 0; wire && at < wire.length; at += 1 + wire[at]) list.push(wire.subarray(at + 1, at + 1 + wire[at]));
  return list;
}

// One form for each address: the shortest that the URL parser makes.
function canonicalAddress(text) {
  const family = net.isIP(text);
  if (family === 4) return text;
  if (family === 6) return new URL(`http://[${text.replace(/%.*/, "")}]`).hostname.slice(1, -1);
  return "";
}

const withoutDot = (host) => (host.endsWith(".") ? host.slice(0, -1) : host);
// Only ASCII letters: no other character may become one of them.
const lower = (text) => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
const labels = (host) => lower(withoutDot(host)).split(".");

// RFC 6125, section 6.4, with wildcards as Node takes them.
function matchesName(host, pattern) {
  if (!pattern) return false;
  const wanted = labels(pattern);
  if (wanted.length !== host.length || wanted.includes("") || !/^[\x21-\x7f]*$/.test(pattern)) return false;
  for (let index = 1; index < host.length; index++) if (host[index] !== wanted[index]) return false;
  const [first] = wanted;
  const parts = first.split("*");
  if (parts.length === 1 || first.includes("xn--")) return host[0] === first;
  if (parts.length > 2 || wanted.length <= 2) return false;
  const [prefix, suffix] = parts;
  return prefix.length + suffix.length <= host[0].length && host[0].startsWith(prefix) && host[0].endsWith(suffix);
}

// The names in `DNS:a, IP Address:b`; a name in quotes is JSON.
function splitAltNames(text) {
  const names = [];
  let rest = text;
  while (rest !== "") {
    const [, plain, quoted] = /^([^,"]*)("(?:[^"\\]|\\.)*")?/.exec(rest);
    let name = plain;
    if (quoted !== undefined) {
      try {
        name += JSON.parse(quoted);
      } catch {
        throw nodeError("SyntaxError", "ERR_TLS_CERT_ALTNAME_FORMAT", "Invalid subject alternative name string");
      }
    }
    names.push(name);
    rest = rest.slice(plain.length + (quoted?.length ?? 0));
    if (rest === "") break;
    if (!rest.startsWith(", ")) throw nodeError("SyntaxError", "ERR_TLS_CERT_ALTNAME_FORMAT", "Invalid subject alternative name string");
    rest = rest.slice(2);
  }
  return names;
}

export function checkServerIdentity(hostname, cert) {
  const { subject, subjectaltname: altNames } = cert;
  const dnsNames = [];
  const addresses = [];
  hostname = `${hostname}`;
  if (altNames) {
    const list = altNames.includes('"') ? splitAltNames(altNames) : altNames.split(", ");
    for (const name of list) {
      if (name.startsWith("DNS:")) dnsNames.push(name.slice(4));
      else if (name.startsWith("IP Address:")) addresses.push(canonicalAddress(name.slice(11)));
    }
  }
  let valid = false;
  let reason;
  hostname = withoutDot(hostname);
  if (net.isIP(hostname)) {
    valid = addresses.includes(canonicalAddress(hostname));
    reason = `IP: ${hostname} is not in the cert's list: ${addresses.join(", ")}`;
  } else if (dnsNames.length > 0 || subject?.CN) {
    const host = labels(hostname);
    if (dnsNames.length > 0) {
      valid = dnsNames.some((name) => matchesName(host, name));
      reason = `Host: ${hostname}. is not in the cert's altnames: ${altNames}`;
    } else {
      const { CN } = subject;
      valid = Array.isArray(CN) ? CN.some((name) => matchesName(host, name)) : matchesName(host, CN);
      reason = `Host: ${hostname}. is not cert's CN: ${CN}`;
    }
  } else reason = "Cert does not contain a DNS name";
  if (valid) return undefined;
  const error = nodeError("Error", "ERR_TLS_CERT_ALTNAME_INVALID", `Hostname/IP does not match certificate's altnames: ${reason}`);
  return Object.assign(error, { reason, host: hostname, cert });
}

// ---- TLSSocket

const connReset = (text) => Object.assign(new Error(text), { code: "ECONNRESET" });
const tlsError = (code, text, kind = "Error") => nodeError(kind, code, text);

export function TLSSocket(socket, options) {
  if (!(this instanceof TLSSocket)) return new TLSSocket(socket, options);
  options = { ...options };
  this._tlsOptions = options;
  this._secureEstablished = false;
  this._securePending = false;
  this._newSessionPending = false;
  this._controlReleased = false;
  this.secureConnecting = true;
  this._SNICallback = null;
  this.servername = null;
  this.alpnProtocol = null;
  this.authorized = false;
  this.authorizationError = null;
  this[kHandle] = null;
  this[kSession] = undefined;
  this[kPendingSession] = null;
  this[kStartNow] = false;
  this[kErrorEmitted] = false;
  if (options.ALPNProtocols) convertALPNProtocols(options.ALPNProtocols, options);
  this[kALPN] = splitProtocols(options.ALPNProtocols);
  this._rejectUnauthorized = Boolean(options.rejectUnauthorized);
  this._requestCert = Boolean(options.requestCert) || !options.isServer;
  options.secureContext ||= createSecureContext(options);

  // A socket that has no connection yet has a handle that may still change.
  const isNet = socket instanceof net.Socket;
  const ready = socket && (!isNet || (socket._handle && !socket.connecting));
  const handle = makeHandle(this);
  // What a socket has not written yet must go out first.
  const direct = isNet && !socket.writableLength;
  if (ready) handle.over(direct ? socket._handle : streamHandle(this, socket), direct ? socket : null);
  net.Socket.call(this, {
    handle: ready ? handle : undefined, allowHalfOpen: socket ? socket.allowHalfOpen : options.allowHalfOpen, pauseOnCreate: options.pauseOnConnect, manualStart: true,
    highWaterMark: options.highWaterMark, onread: socket ? null : options.onread, signal: options.signal, lookup: options.lookup,
  });
  this.ssl = handle;
  this[kHandle] = handle;
  if (options.pauseOnConnect) this._readableState.flowing = false;
  if (options.isServer && options.server) this.server = options.server;

  this.on("close", this._destroySSL);
  if (socket) {
    this._parent = socket;
    socket.on("close", () => {
      const { ended, endEmitted } = this._readableState;
      // What has come is still there to be read.
      if (!direct && ended && !endEmitted) this.once("end", () => this.destroy());
      else this.destroy();
    });
    if (isNet) socket.on("error", (error) => emitTLSError(this, error));
    if (!ready) {
      this.connecting = true;
      this.once("close", () => socket.destroy());
      socket.once("connect", () => {
        if (this.destroyed) return;
        this.connecting = false;
        attach(this, socket._handle, socket);
        this.emit("connect");
      });
    }
  } else {
    this.connecting = true;
    // net.Socket makes the handle, and perhaps several, until one is connected.
    this.on("connect", () => {
      if (this._handle && this._handle !== handle) attach(this, this._handle, null);
    });
  }
  this.on("error", this._tlsError);
  if (options.isServer) startServer(this, options);
  if (ready) receiveBuffered(socket, handle);
  // Later, so that there are listeners.
  nextTick(() => {
    if (this._handle && this._handle === this[kHandle] && !this.destroyed && !options.pauseOnConnect) this.read(0);
    else if (options.pauseOnConnect && this._handle && !this._secureEstablished) this._handle.readStart();
  });
}
Object.setPrototypeOf(TLSSocket.prototype, net.Socket.prototype);
Object.setPrototypeOf(TLSSocket, net.Socket);

function streamHandle(owner, stream) {
  const handle = new StreamHandle(stream);
  handle.onstreamerror = (error) => emitTLSError(owner, error);
  return handle;
}

function makeHandle(socket) {
  const options = socket._tlsOptions;
  const handle = new TLSHandle(Boolean(options.isServer), {
    onhello: (hello) => answerHello(socket, hello),
    onsecure: () => socket._finishInit(),
    onkeys: (line) => {
      if (options.isServer) options.server?.emit("keylog", line, socket);
      else socket.emit("keylog", line);
    },
    oncertificate: (response) => {
      if (options.requestOCSP) socket.emit("OCSPResponse", response ?? null);
    },
    onsession: (name) => {
      socket[kSession] = name;
      if (socket[kIsVerified]) socket.emit("session", name);
      else socket[kPendingSession] = name;
    },
    onwaiting: () => {
      if (!options.isServer && !handle.started) socket._start();
    },
  });
  handle.onerror = (error) => onHandleError(socket, error);
  if (options.isServer) handle.startServer(Boolean(options.server?.listenerCount("keylog")));
  return handle;
}

// Takes the place of the handle that node:net has given the socket.
function attach(socket, parent, wrapped) {
  const handle = socket[kHandle];
  handle.owner = socket;
  handle.onread = parent.onread;
  handle.over(parent, wrapped);
  socket._handle = handle;
  const { onread } = socket._tlsOptions;
  if (onread?.buffer && !wrapped) {
    // It is for plaintext.
    parent.useBuffer(null);
    handle.useBuffer(onread.buffer);
  }
  if (socket[kStartNow]) socket._start();
}

function receiveBuffered(wrapped, handle) {
  if (!wrapped.readableLength) return;
  for (let chunk; (chunk = wrapped.read()) !== null; ) handle.receive(typeof chunk === "string" ? Buffer.from(chunk) : chunk);
}

// Control is the socket's own until its user has it: after that, errors are emitted.
function onHandleError(socket, error) {
  if (socket._hadError) return;
  socket._hadError = true;
  if (!socket._secureEstablished) {
    // A listener for it may still use the handle.
    socket._closeAfterHandlingError = true;
    socket.destroy(error);
  } else if (socket._tlsOptions.isServer && socket._rejectUnauthorized && error.code === "ERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE") socket.destroy();
  else emitTLSError(socket, error);
}

function emitTLSError(socket, error) {
  const emitted = socket._tlsError(error);
  if (emitted) socket.emit("error", emitted);
}

function startServer(socket, options) {
  socket._SNICallback = options.SNICallback;
  const { handshakeTimeout } = options;
  if (handshakeTimeout > 0) socket.setTimeout(handshakeTimeout, socket._handleTimeout);
  if (options.ALPNCallback !== undefined) {
    validateFunction(options.ALPNCallback, "options.ALPNCallback");
    if (options.ALPNProtocols)
      throw tlsError("ERR_TLS_ALPN_CALLBACK_WITH_PROTOCOLS", "The ALPNCallback and ALPNProtocols TLS options are mutually exclusive", "TypeError");
  }
  if (options.SNICallback !== undefined && options.SNICallback !== null) validateFunction(options.SNICallback, "options.SNICallback");
}

// A client has said what it wants.
function answerHello(socket, { servername, protocols, schemes }) {
  const options = socket._tlsOptions;
  socket.servername = servername ?? false;
  socket[kSchemes] = schemes;
  const fail = (error) => {
    if (!socket.destroyed) onHandleError(socket, error);
  };
  const go = (context) => {
    if (socket.destroyed) return;
    let alpn = socket[kALPN];
    if (options.ALPNCallback && protocols.length > 0) {
      let chosen;
      try {
        chosen = options.ALPNCallback.call(socket, { servername: servername ?? "", protocols });
      } catch (error) {
        return fail(error);
      }
      if (chosen === undefined) {
        socket._handle.refuseProtocols();
        return fail(sslError(0x0a0000eb, "no application protocol"));
      }
      if (!protocols.includes(chosen))
        return fail(tlsError("ERR_TLS_ALPN_CALLBACK_INVALID_RESULT",
          `ALPN callback returned a value (${chosen}) that did not match any of the client's offered protocols (${protocols.join(", ")})`, "TypeError"));
      alpn = [Buffer.from(chosen, "latin1")];
    }
    const accept = (response) => {
      if (!socket.destroyed)
        socket[kHandle].accept(socket[kKeyCert] ?? context, alpn, Boolean(options.requestCert), Boolean(options.requestCert) && socket._rejectUnauthorized, response);
    };
    if (!options.server?.listenerCount("OCSPRequest")) return accept();
    const [certificate, issuer = null] = certificatesFor(socket[kKeyCert] ?? context, schemes);
    if (certificate === undefined) return accept();
    let answered = false;
    options.server.emit("OCSPRequest", certificate, issuer, (error, response) => {
      if (answered) return void socket.destroy(tlsError("ERR_MULTIPLE_CALLBACK", "Callback called multiple times"));
      answered = true;
      if (error) socket.destroy(error);
      else accept(response ?? undefined);
    });
  };
  const { context } = options.secureContext;
  if (!servername || !socket._SNICallback) return go(context);
  let called = false;
  try {
    socket._SNICallback(servername, (error, found) => {
      if (called) return void socket.destroy(tlsError("ERR_MULTIPLE_CALLBACK", "Callback called multiple times"));
      called = true;
      if (error) return void socket.destroy(error);
      if (!found) return go(context);
      const own = found instanceof SecureContext ? found.context : found.context instanceof Object ? found.context : undefined;
      if (!own) return fail(tlsError("ERR_TLS_INVALID_CONTEXT", "Invalid SNI context", "TypeError"));
      socket._sniContext = own;
      go(own);
    });
  } catch (error) {
    fail(error);
  }
}

const sslError = (number, reason) =>
  Object.assign(new Error(`error:${number.toString(16).toUpperCase().padStart(8, "0")}:SSL routines::${reason}`), {
    library: "SSL routines", reason, code: `ERR_SSL_${reason.toUpperCase().replaceAll(" ", "_")}`,
  });

const certificateOf = (der) => der && describe(der);

const methods = {
  disableRenegotiation() {},

  renegotiate(options, callback) {
    validateObject(options, "options");
    if (callback !== undefined) validateFunction(callback, "callback");
    if (this.destroyed) return undefined;
    const error = this.getProtocol() === "TLSv1.3" ? sslError(0x0a00010a, "wrong ssl version") : ERR_METHOD_NOT_IMPLEMENTED("tlsSocket.renegotiate()");
    if (callback) nextTick(callback, error);
    return false;
  },

  exportKeyingMaterial(length, label, context) {
    validateUint32(length, "length", true);
    validateString(label, "label");
    if (context !== undefined) validateBuffer(context, "context");
    if (!this._secureEstablished) throw tlsError("ERR_TLS_INVALID_STATE", "TLS socket connection must be securely established");
    return this[kHandle].exportKeyingMaterial(length, label, context);
  },

  setMaxSendFragment(size) {
    validateInt32(size, "size");
    if (size < 512 || size > 16384) return false;
    this[kHandle]?.setMaxFragment(size);
    return true;
  },

  _handleTimeout() {
    emitTLSError(this, tlsError("ERR_TLS_HANDSHAKE_TIMEOUT", "TLS handshake timeout"));
  },

  _emitTLSError(error) {
    emitTLSError(this, error);
  },

  _tlsError(error) {
    this.emit("_tlsError", error);
    return this._controlReleased ? error : null;
  },

  _destroySSL() {
    this.ssl = null;
  },

  _releaseControl() {
    if (this._controlReleased) return false;
    this._controlReleased = true;
    this.removeListener("error", this._tlsError);
    return true;
  },

  _finishInit() {
    if (!this._handle) return;
    const { alpn } = this[kHandle].info();
    this.alpnProtocol = alpn ?? false;
    if (this.servername === null) this.servername = this[kOptions]?.sni || false;
    this._secureEstablished = true;
    if (this._tlsOptions.handshakeTimeout > 0) this.setTimeout(0, this._handleTimeout);
    this.emit("secure");
  },

  // A client's first message.
  _start() {
    this[kStartNow] = true;
    const handle = this[kHandle];
    if (this.connecting || !handle || handle.started || this.destroyed || this._handle !== handle) return;
    const options = this._tlsOptions;
    const { context } = options.secureContext;
    const { sni } = this[kOptions] ?? {};
    handle.startClient(context, sni, this[kALPN], options.session, this.listenerCount("keylog") > 0);
  },

  setServername(name) {
    validateString(name, "name");
    if (this._tlsOptions.isServer) throw tlsError("ERR_TLS_SNI_FROM_SERVER", "Cannot issue SNI from a TLS server-side socket");
    (this[kOptions] ??= {}).sni = name;
  },

  setSession(session) {
    if (typeof session === "string") session = Buffer.from(session, "latin1");
    this._tlsOptions.session = session;
  },

  getSession() {
    if (!this._handle) return null;
    if (this.isSessionReused() && !this._tlsOptions.isServer) return this._tlsOptions.session;
    return this[kSession] ?? this[kHandle].sessionName();
  },

  getTLSTicket() {
    if (!this._handle) return null;
    return this.isSessionReused() && !this._tlsOptions.isServer ? this._tlsOptions.session : this[kSession];
  },

  isSessionReused() {
    return this._handle ? Boolean(this[kHandle].info()?.resumed) : null;
  },

  getPeerCertificate(detailed) {
    if (!this._handle) return null;
    const chain = this[kHandle].peerCertificates();
    if (chain.length === 0) return {};
    const leaf = describe(chain[0]);
    if (!detailed) return leaf;
    let current = leaf;
    for (const der of chain.slice(1)) current = current.issuerCertificate = describe(der);
    if (isSelfIssued(current)) current.issuerCertificate = current;
    return leaf;
  },

  getCertificate() {
    if (!this._handle) return null;
    return certificateOf(this[kHandle].ownCertificate()) ?? {};
  },

  getPeerX509Certificate() {
    const chain = this._handle ? this[kHandle].peerCertificates() : [];
    return chain.length > 0 ? importBuiltin("internal:x509").fromChain(chain) : undefined;
  },

  getX509Certificate() {
    const der = this._handle ? this[kHandle].ownCertificate() : undefined;
    return der && importBuiltin("internal:x509").fromChain([der]);
  },

  setKeyCert(context) {
    if (!this._handle) return;
    this[kKeyCert] = (context instanceof SecureContext ? context : createSecureContext(context)).context;
  },

  getCipher() {
    if (!this._handle) return null;
    const { name, standardName, protocol } = this[kHandle].info() ?? {};
    return name === undefined ? {} : { name, standardName, version: protocol };
  },

  getSharedSigalgs() {
    return this[kSchemes] ? sharedSchemes(this[kSchemes], this._tlsOptions.secureContext.context) : [];
  },

  getEphemeralKeyInfo() {
    if (!this._handle) return null;
    const { group, groupSize } = this[kHandle].info() ?? {};
    return this._tlsOptions.isServer ? null : group === undefined ? {} : { type: "ECDH", name: group, size: groupSize };
  },

  getFinished() {
    if (this._handle && this._secureEstablished) throw ERR_METHOD_NOT_IMPLEMENTED("tlsSocket.getFinished()");
  },

  getPeerFinished() {
    if (this._handle && this._secureEstablished) throw ERR_METHOD_NOT_IMPLEMENTED("tlsSocket.getPeerFinished()");
  },

  getProtocol() {
    return this._handle ? (this[kHandle].info()?.protocol ?? null) : null;
  },

  enableTrace() {
    throw ERR_METHOD_NOT_IMPLEMENTED("tlsSocket.enableTrace()");
  },
};
const isSelfIssued = ({ subject, issuer }) => JSON.stringify(subject) === JSON.stringify(issuer);
for (const name of Object.keys(methods))
  Object.defineProperty(TLSSocket.prototype, name, { __proto__: null, value: methods[name], writable: true, configurable: true, enumerable: true });
Object.defineProperty(TLSSocket.prototype, "encrypted", { __proto__: null, value: true, writable: true, configurable: true, enumerable: true });

// ---- clients

function onConnectEnd() {
  if (this._hadError) return;
  this._hadError = true;
  const { path, host, port, localAddress } = this[kOptions];
  const error = connReset("Client network socket disconnected before secure TLS connection was established");
  this.destroy(Object.assign(error, { path, host, port, localAddress }));
}

function onConnectSecure() {
  const options = this[kOptions];
  let error = this._handle.verifyError();
  if (!error && !this.isSessionReused()) {
    const host = options.servername || options.host || options.socket?._host || "localhost";
    error = options.checkServerIdentity(host, this.getPeerCertificate(true));
  }
  if (error) {
    this.authorized = false;
    this.authorizationError = error.code || error.message;
    if (options.rejectUnauthorized) return void this.destroy(error);
  } else this.authorized = true;
  this.secureConnecting = false;
  this.emit("secureConnect");
  this[kIsVerified] = true;
  const session = this[kPendingSession];
  this[kPendingSession] = null;
  if (session) this.emit("session", session);
  this.removeListener("end", onConnectEnd);
}

let warnedOfServername = false;
let warnedOfInsecure = false;
const warn = (...args) => importBuiltin("node:process").default.emitWarning(...args);

function allowsUnauthorized() {
  const allows = globalThis.process?.env.NODE_TLS_REJECT_UNAUTHORIZED === "0";
  if (allows && !warnedOfInsecure) {
    warnedOfInsecure = true;
    warn("Setting the NODE_TLS_REJECT_UNAUTHORIZED environment variable to '0' makes TLS connections and HTTPS requests insecure by disabling certificate verification.");
  }
  return allows;
}

// [options, callback] of (options), (path), (port, host), each with options and a callback after.
function normalizeConnectArgs(args) {
  const normalized = net._normalizeArgs(args);
  const [options, callback] = normalized;
  if (args[1] !== null && typeof args[1] === "object") Object.assign(options, args[1]);
  else if (args[2] !== null && typeof args[2] === "object") Object.assign(options, args[2]);
  return callback ? [options, callback] : [options];
}

// What rustls has not, or does not show.
function refuseMissing(options) {
  for (const name of ["pskCallback", "enableTrace"]) if (options[name]) throw ERR_METHOD_NOT_IMPLEMENTED(name);
}

export function connect(...args) {
  const [given, callback] = normalizeConnectArgs(args);
  const options = { rejectUnauthorized: !allowsUnauthorized(), ciphers: defaults.ciphers, checkServerIdentity, minDHSize: 1024, ...given };
  if (!options.keepAlive) options.singleUse = true;
  validateFunction(options.checkServerIdentity, "options.checkServerIdentity");
  validateNumber(options.minDHSize, "options.minDHSize", 1);
  const { socket: transport, servername } = options;
  const secureContext = options.secureContext || tls.createSecureContext(options);
  refuseMissing(options);
  const socket = new TLSSocket(transport, {
    allowHalfOpen: transport ? transport.allowHalfOpen : Boolean(options.allowHalfOpen), pipe: Boolean(options.path), secureContext, isServer: false,
    requestCert: true, requestOCSP: options.requestOCSP, rejectUnauthorized: options.rejectUnauthorized !== false, session: options.session, ALPNProtocols: options.ALPNProtocols,
    highWaterMark: options.highWaterMark, onread: options.onread,
    signal: options.signal, lookup: options.lookup,
  });
  options.rejectUnauthorized = options.rejectUnauthorized !== false;
  socket[kOptions] = options;
  if (callback) socket.once("secureConnect", callback);
  if (!transport) {
    if (options.timeout) socket.setTimeout(options.timeout);
    // An aborted one would come to life again.
    if (!socket.destroyed) socket.connect(options, socket._start);
  }
  socket._releaseControl();
  if (options.session) socket.setSession(options.session);
  if (servername) {
    if (!warnedOfServername && net.isIP(servername)) {
      warn("Setting the TLS ServerName to an IP address is not permitted by RFC 6066. This will be ignored in a future version.", "DeprecationWarning", "DEP0123");
      warnedOfServername = true;
    }
    socket.setServername(servername);
  }
  if (transport) nextTick(() => socket._start());
  socket.on("secure", onConnectSecure);
  socket.prependListener("end", onConnectEnd);
  return socket;
}

// ---- servers

function onServerSocketSecure() {
  if (this._requestCert) {
    const error = this._handle.verifyError();
    if (error) {
      this.authorizationError = error.code;
      if (this._rejectUnauthorized) this.destroy();
    } else this.authorized = true;
  }
  this.secureConnecting = false;
  if (!this.destroyed && this._releaseControl()) this._tlsOptions.server.emit("secureConnection", this);
}

function onServerSocketError(error) {
  if (!this._controlReleased && !this[kErrorEmitted]) {
    this[kErrorEmitted] = true;
    this._tlsOptions.server.emit("tlsClientError", error, this);
  }
}

function onServerSocketClose(error) {
  if (this._controlReleased || this[kErrorEmitted]) return;
  this[kErrorEmitted] = true;
  this._tlsOptions.server.emit("tlsClientError", connReset("socket hang up"), this);
}

function onConnection(raw) {
  const socket = new TLSSocket(raw, {
    secureContext: this._sharedCreds, isServer: true, server: this, requestCert: this.requestCert, rejectUnauthorized: this.rejectUnauthorized,
    handshakeTimeout: this._handshakeTimeout, ALPNProtocols: this.ALPNProtocols, ALPNCallback: this.ALPNCallback,
    SNICallback: this._SNICallback ?? ((name, callback) => findContext(this, name, callback)), pauseOnConnect: this.pauseOnConnect,
  });
  socket.on("secure", onServerSocketSecure);
  socket.on("close", onServerSocketClose);
  socket.on("_tlsError", onServerSocketError);
  socket.on("error", onServerSocketError);
}

function findContext(server, name, callback) {
  for (let index = server._contexts.length - 1; index >= 0; index--) {
    const [pattern, context] = server._contexts[index];
    if (pattern.test(name)) return callback(null, context);
  }
  callback(null, undefined);
}

const CONTEXT_OPTIONS = [
  "pfx", "key", "passphrase", "cert", "ca", "minVersion", "maxVersion", "secureProtocol", "crl", "sigalgs", "ciphers", "ecdhCurve", "dhparam",
  "sessionTimeout", "ticketKeys", "sessionIdContext", "privateKeyIdentifier", "privateKeyEngine", "allowPartialTrustChain", "clientCertEngine",
];

export function Server(options, listener) {
  if (!(this instanceof Server)) return new Server(options, listener);
  if (typeof options === "function") {
    listener = options;
    options = {};
  } else if (options == null || typeof options === "object") options ??= {};
  else throw ERR_INVALID_ARG_TYPE("options", "Object", options);
  this._contexts = [];
  this.requestCert = options.requestCert === true;
  this.rejectUnauthorized = options.rejectUnauthorized !== false;
  this.ALPNCallback = options.ALPNCallback;
  if (this.ALPNCallback) validateFunction(this.ALPNCallback, "options.ALPNCallback");
  if (options.sessionTimeout) this.sessionTimeout = options.sessionTimeout;
  if (options.ticketKeys) this.ticketKeys = options.ticketKeys;
  if (options.ALPNProtocols) convertALPNProtocols(options.ALPNProtocols, this);
  if (this.ALPNCallback && this.ALPNProtocols)
    throw tlsError("ERR_TLS_ALPN_CALLBACK_WITH_PROTOCOLS", "The ALPNCallback and ALPNProtocols TLS options are mutually exclusive", "TypeError");
  this.setSecureContext(options);
  this._handshakeTimeout = options.handshakeTimeout || DEFAULT_HANDSHAKE_TIMEOUT_MS;
  validateNumber(this._handshakeTimeout, "options.handshakeTimeout");
  this._SNICallback = options.SNICallback;
  if (this._SNICallback) validateFunction(this._SNICallback, "options.SNICallback");
  if (options.pskCallback) validateFunction(options.pskCallback, "options.pskCallback");
  if (options.pskIdentityHint) validateString(options.pskIdentityHint, "options.pskIdentityHint");
  refuseMissing(options);
  net.Server.call(this, options, onConnection);
  if (listener) this.on("secureConnection", listener);
}
Object.setPrototypeOf(Server.prototype, net.Server.prototype);
Object.setPrototypeOf(Server, net.Server);

const serverMethods = {
  setSecureContext(options) {
    validateObject(options, "options");
    for (const name of CONTEXT_OPTIONS) this[name] = options[name] || undefined;
    this.honorCipherOrder = options.honorCipherOrder === undefined ? true : Boolean(options.honorCipherOrder);
    this.secureOptions = options.secureOptions;
    if (options.sessionIdContext) validateString(options.sessionIdContext, "options.sessionIdContext");
    const own = { honorCipherOrder: this.honorCipherOrder, secureOptions: this.secureOptions };
    for (const name of CONTEXT_OPTIONS) own[name] = this[name];
    this._sharedCreds = createSecureContext(own);
  },

  getTicketKeys() {
    return ticketKeys(this._sharedCreds.context);
  },

  setTicketKeys(keys) {
    validateBuffer(keys);
    if (keys.byteLength !== 48) throw ERR_INVALID_ARG_VALUE("keys", keys.byteLength, "Session ticket keys must be a 48-byte buffer");
    setTicketKeys(this._sharedCreds.context, keys);
  },

  addContext(servername, context) {
    if (!servername) throw tlsError("ERR_TLS_REQUIRED_SERVER_NAME", '"servername" is required parameter for Server.addContext');
    const pattern = new RegExp(`^${servername.replace(/([.^$+?\-\\[\]{}])/g, "\\$1").replaceAll("*", "[^.]*")}$`);
    this._contexts.push([pattern, context instanceof SecureContext ? context : createSecureContext(context)]);
  },

  _getServerData() {
    return { ticketKeys: this.getTicketKeys().toString("hex") };
  },

  _setServerData({ ticketKeys }) {
    this.setTicketKeys(Buffer.from(ticketKeys, "hex"));
  },

  [Symbol.for("nodejs.rejection")](error, event, socket) {
    if (event === "secureConnection") socket.destroy(error);
    else net.Server.prototype[Symbol.for("nodejs.rejection")]?.call(this, error, event, socket);
  },
};
for (const name of Reflect.ownKeys(serverMethods))
  Object.defineProperty(Server.prototype, name, { __proto__: null, value: serverMethods[name], writable: true, configurable: true, enumerable: typeof name === "string" });

export const createServer = (options, listener) => new Server(options, listener);

// ---- what a program can assign to

export { DEFAULT_CIPHERS };
export const DEFAULT_ECDH_CURVE = "auto";
export const DEFAULT_MIN_VERSION = "TLSv1.2";
export const DEFAULT_MAX_VERSION = "TLSv1.3";

const tls = {
  CLIENT_RENEG_LIMIT, CLIENT_RENEG_WINDOW,
  get DEFAULT_CIPHERS() {
    return defaults.ciphers;
  },
  set DEFAULT_CIPHERS(value) {
    defaults.ciphers = value;
  },
  get DEFAULT_ECDH_CURVE() {
    return defaults.curve;
  },
  set DEFAULT_ECDH_CURVE(value) {
    defaults.curve = value;
  },
  get DEFAULT_MIN_VERSION() {
    return defaults.minVersion;
  },
  set DEFAULT_MIN_VERSION(value) {
    defaults.minVersion = value;
  },
  get DEFAULT_MAX_VERSION() {
    return defaults.maxVersion;
  },
  set DEFAULT_MAX_VERSION(value) {
    defaults.maxVersion = value;
  },
  getCiphers, getCertificateCompressionAlgorithms,
  get rootCertificates() {
    return rootCertificates;
  },
  getCACertificates, setDefaultCACertificates, convertALPNProtocols, checkServerIdentity, createSecureContext, SecureContext, TLSSocket, Server,
  createServer, connect,
};
export default tls;
