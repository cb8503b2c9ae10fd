// Secure contexts: what `createSecureContext` reads from its options, and whom is trusted by default.
// Node: https://nodejs.org/api/tls.html#tlscreatesecurecontextoptions
import { ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_NOT_SUPPORTED, nodeError } from "internal:errors";
import { importBuiltin } from "internal:host";
import { validateInt32, validateInteger, validateString } from "internal:validators";
import { contextSchemes, extraCertificates, listSuites, newContext, readArchive, rootCertificates as bundledCertificates, setTicketKeys, splitPem, ticketKeys } from "native:tls-context";

const { isView } = ArrayBuffer;
const isBytes = (value) => typeof value === "string" || isView(value);
const BYTES = ["string", "Buffer", "TypedArray", "DataView"];

export const DEFAULT_CIPHERS =
  "TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-AES256-GCM-SHA384:DHE-RSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-SHA256:DHE-RSA-AES128-SHA256:ECDHE-RSA-AES256-SHA384:DHE-RSA-AES256-SHA384:ECDHE-RSA-AES256-SHA256:DHE-RSA-AES256-SHA256:HIGH:!aNULL:!eNULL:!EXPORT:!DES:!RC4:!MD5:!PSK:!SRP:!CAMELLIA";

// What a program can assign to on the module's default export.
export const defaults = { ciphers: DEFAULT_CIPHERS, curve: "auto", minVersion: "TLSv1.2", maxVersion: "TLSv1.3" };

// ---- trusted certificates

// A frozen array that is filled when something is first read of it: few programs do.
export const rootCertificates = new Proxy(
  [],
  Object.fromEntries(
    ["get", "getOwnPropertyDescriptor", "has", "isExtensible", "ownKeys"].map((trap) => [
      trap,
      (target, ...rest) => {
        if (target.length === 0) {
          target.push(...bundledCertificates());
          Object.freeze(target);
        }
        return Reflect[trap](target, ...rest);
      },
    ]),
  ),
);
let extra;
let standard; // that setDefaultCACertificates has set
const extraOnce = () => (extra ??= Object.freeze(extraCertificates()));

const SYSTEM_FILES = ["/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem"];
let system;
function systemCertificates() {
  if (system) return system;
  const fs = importBuiltin("node:fs").default;
  const file = [globalThis.process?.env.SSL_CERT_FILE, ...SYSTEM_FILES].find((path) => path && fs.existsSync(path));
  let list = [];
  try {
    if (file) list = [...new Set(splitPem(fs.readFileSync(file)))];
  } catch {
    // As OpenSSL: a store that cannot be read is an empty one.
  }
  return (system = Object.freeze(list));
}

let standardOnce;
function defaultCertificates() {
  if (standard) return standard;
  return (standardOnce ??= Object.freeze([...rootCertificates, ...extraOnce()]));
}

export function getCACertificates(type = "default") {
  validateString(type, "type");
  switch (type) {
    case "default":
      return defaultCertificates();
    case "bundled":
      return rootCertificates;
    case "system":
      return systemCertificates();
    case "extra":
      return extraOnce();
  }
  throw ERR_INVALID_ARG_VALUE("type", type);
}

export function setDefaultCACertificates(certs) {
  if (!Array.isArray(certs)) throw ERR_INVALID_ARG_TYPE("certs", "Array", certs);
  certs.forEach((certificate, index) => {
    if (!isBytes(certificate)) throw ERR_INVALID_ARG_TYPE(`certs[${index}]`, ["string", "ArrayBufferView"], certificate);
  });
  const list = [];
  for (const certificate of certs) {
    let found;
    try {
      found = splitPem(certificate);
    } catch {
      if (`${bytesOf(certificate)}`.includes("-----BEGIN"))
        throw Object.assign(new Error("error:0488000D:PEM routines::ASN1 lib"), {
          library: "PEM routines", reason: "ASN1 lib", code: "ERR_OSSL_PEM_ASN1_LIB",
        });
      throw nodeError("Error", "ERR_CRYPTO_OPERATION_FAILED", "No valid certificates found in the provided array");
    }
    list.push(...found);
  }
  standard = Object.freeze([...new Set(list)]);
}

// ---- ciphers

const SUITES = listSuites();
const is13 = (name) => name.startsWith("TLS_");
export const getCiphers = () => SUITES.map((name) => name.toLowerCase()).sort();

// What OpenSSL's words for groups of suites mean, for the suites that there are.
function matches(suite, word) {
  const parts = suite.split("-");
  switch (word) {
    case "ALL":
    case "HIGH":
    case "DEFAULT":
    case "TLSv1.2":
    case "ECDHE":
    case "EECDH":
    case "kECDHE":
    case "kEECDH":
      return true;
    case "aRSA":
      return parts[1] === "RSA";
    case "ECDSA":
    case "aECDSA":
      return parts[1] === "ECDSA";
    case "AES":
      return suite.includes("AES");
    case "AES128":
    case "AES256":
      return parts.includes(word);
    case "AESGCM":
      return parts.includes("GCM");
    case "CHACHA20":
      return parts.includes(word);
    case "SHA256":
    case "SHA384":
      return parts.includes(word);
  }
  return suite === word;
}

function selectSuites(list) {
  const known = SUITES.filter((name) => !is13(name));
  let chosen = [];
  const banned = new Set();
  for (const token of list) {
    const sign = "!-+".includes(token[0]) ? token[0] : "";
    const words = token.slice(sign.length).split("+");
    const found = known.filter((suite) => words.every((word) => matches(suite, word)));
    if (sign === "") chosen.push(...found.filter((suite) => !chosen.includes(suite) && !banned.has(suite)));
    else if (sign === "+") chosen = [...chosen.filter((suite) => !found.includes(suite)), ...chosen.filter((suite) => found.includes(suite))];
    else {
      chosen = chosen.filter((suite) => !found.includes(suite));
      if (sign === "!") for (const suite of found) banned.add(suite);
    }
  }
  return chosen;
}

// Of OpenSSL's suites and groups of suites that there are not here: to name them is no mistake.
const KNOWN =
  /^(k?(EC)?DHE?|[ak]?(RSA|DSS|ECDSA|PSK|SRP|GOST)|k(RSA|DHE|ECDHE)PSK|EDH|EECDH|A(EC)?DH|AES(128|256|GCM|CCM8?)?|(ARIA|CAMELLIA)(128|256)?|CHACHA20|3?DES|CBC3?|MEDIUM|LOW|[ae]NULL|SHA(1|256|384)?|MD5|SEED|NULL|GCM|CCM8?|POLY1305|COMPLEMENTOF(ALL|DEFAULT)|TLSv1(\.[02])?|SSLv3|-|\+)+$/;

// { suites, tls12 }, with OpenSSL's error when nothing is left.
function readCiphers(ciphers) {
  const tokens = ciphers.replace(/@[A-Z]+(=\d)?/g, "").split(/[:, ]/).filter(Boolean);
  const new_ = tokens.filter(is13);
  const old = tokens.filter((token) => !is13(token));
  const noMatch = () =>
    Object.assign(new Error("error:0A0000B9:SSL routines::no cipher match"), {
      library: "SSL routines", reason: "no cipher match", code: "ERR_SSL_NO_CIPHER_MATCH",
    });
  if (new_.some((token) => !SUITES.includes(token) && !/^TLS_(AES_128_CCM(_8)?_SHA256)$/.test(token))) throw noMatch();
  const chosen = selectSuites(old);
  const added = old.filter((token) => !"!-+".includes(token[0]));
  if (chosen.length === 0 && added.length > 0 && !added.some((token) => KNOWN.test(token))) throw noMatch();
  // Without a word about them those of TLS 1.3 are as they were.
  return { suites: [...(new_.length > 0 ? new_ : SUITES.filter(is13)), ...chosen], tls12: chosen.length > 0 };
}

// ---- versions

const VERSIONS = ["TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"];
const conflict = (version, method) =>
  nodeError("TypeError", "ERR_TLS_PROTOCOL_VERSION_CONFLICT", `TLS protocol version ${JSON.stringify(version)} conflicts with secureProtocol ${JSON.stringify(method)}`);
const badMethod = (text) => nodeError("TypeError", "ERR_TLS_INVALID_PROTOCOL_METHOD", text);

// LLRT_TLS_VERSION=1.2 offers nothing newer to whoever does not ask for it.
const newest = () =>
  defaults.maxVersion === "TLSv1.3" && globalThis.process?.env.LLRT_TLS_VERSION === "1.2" ? "TLSv1.2" : defaults.maxVersion;

function readVersion(value, kind, standard) {
  value ??= standard;
  const index = VERSIONS.indexOf(value);
  if (index < 0) {
    const shown = typeof value === "string" ? `"${value}"` : `${value}`;
    throw nodeError("TypeError", "ERR_TLS_INVALID_PROTOCOL_VERSION", `${shown} is not a valid ${kind} TLS protocol version`);
  }
  return index;
}

// Node's names of OpenSSL's methods, as the range of versions that they mean.
function readMethod(method, options) {
  validateString(method, "options.secureProtocol");
  for (const name of ["minVersion", "maxVersion"]) if (options[name] != null) throw conflict(options[name], method);
  const [, which] = /^(.*?)_(?:server_|client_)?method$/.exec(method) ?? [];
  switch (which) {
    case "SSLv2":
    case "SSLv3":
      throw badMethod(`${which} methods disabled`);
    case "SSLv23":
      return [0, 2];
    case "TLS":
      return [0, 3];
    case "TLSv1":
      return [0, 0];
    case "TLSv1_1":
      return [1, 1];
    case "TLSv1_2":
      return [2, 2];
  }
  throw badMethod(`Unknown method: ${method}`);
}

// ---- signature algorithms and groups

const SCHEMES = {
  "RSA+SHA1": 0x0201, "ECDSA+SHA1": 0x0203, "RSA+SHA256": 0x0401, "RSA+SHA384": 0x0501, "RSA+SHA512": 0x0601,
  "ECDSA+SHA256": 0x0403, "ECDSA+SHA384": 0x0503, "ECDSA+SHA512": 0x0603, "RSA-PSS+SHA256": 0x0804, "RSA-PSS+SHA384": 0x0805,
  "RSA-PSS+SHA512": 0x0806, rsa_pkcs1_sha256: 0x0401, rsa_pkcs1_sha384: 0x0501, rsa_pkcs1_sha512: 0x0601, rsa_pss_rsae_sha256: 0x0804,
  rsa_pss_rsae_sha384: 0x0805, rsa_pss_rsae_sha512: 0x0806, ecdsa_secp256r1_sha256: 0x0403, ecdsa_secp384r1_sha384: 0x0503,
  ecdsa_secp521r1_sha512: 0x0603, ed25519: 0x0807,
};
// OpenSSL's names of those that both sides take, in the client's order.
export function sharedSchemes(offered, context) {
  const names = new Map();
  for (const name of Object.keys(SCHEMES)) if (!names.has(SCHEMES[name])) names.set(SCHEMES[name], name);
  const own = contextSchemes(context);
  return offered.filter((id) => own.includes(id)).map((id) => names.get(id));
}

function readSchemes(sigalgs) {
  if (sigalgs == null) return undefined;
  validateString(sigalgs, "options.sigalgs");
  if (sigalgs === "") throw ERR_INVALID_ARG_VALUE("options.sigalgs", sigalgs);
  const ids = sigalgs.split(":").map((name) => SCHEMES[name]);
  if (ids.includes(undefined)) throw new Error("error:00000000:lib(0)::reason(0)");
  return ids;
}

const GROUPS = /^(x25519|prime256v1|p-256|secp256r1|secp384r1|p-384)$/i;
const KNOWN_GROUPS = /^(x448|secp521r1|p-521|x25519mlkem768|ffdhe\d+|brainpoolp\d+r1)$/i;
function readGroups(curve) {
  validateString(curve, "options.ecdhCurve");
  if (curve === "auto") return undefined;
  const names = curve.split(":");
  const usable = names.filter((name) => GROUPS.test(name));
  if (names.some((name) => !GROUPS.test(name) && !KNOWN_GROUPS.test(name)) || usable.length === 0)
    throw nodeError("Error", "ERR_CRYPTO_OPERATION_FAILED", "Failed to set ECDH curve");
  return usable;
}

// ---- the context

const bytesOf = (value) => (typeof value === "string" ? Buffer.from(value) : value);
const listOf = (value) => (Array.isArray(value) ? value : [value]);

function checkBytes(value, name) {
  if (!isBytes(value)) throw ERR_INVALID_ARG_TYPE(name, BYTES, value);
  return bytesOf(value);
}

// Keys, and what each is under.
function readKeys({ key, passphrase }) {
  if (!key) return [];
  return listOf(key).map((one) => {
    const bytes = checkBytes((Array.isArray(key) && one?.pem) || one, "options.key");
    const secret = one?.passphrase ?? passphrase;
    if (secret != null && typeof secret !== "string") throw ERR_INVALID_ARG_TYPE("options.passphrase", "string", secret);
    return [bytes, secret];
  });
}

function readArchives({ pfx, passphrase }) {
  if (pfx == null) return [];
  return listOf(pfx).map((one) => {
    const bytes = one?.buf ?? one;
    if (!isBytes(bytes)) throw nodeError("Error", "ERR_CRYPTO_OPERATION_FAILED", "Unable to load PFX certificate");
    const { key, certs } = readArchive(bytesOf(bytes), one?.passphrase ?? passphrase);
    const [own, ...above] = certs.map(bytesOf);
    return { key: bytesOf(key), own, above };
  });
}

export class SecureContext {
  constructor(options = {}) {
    const range = options.secureProtocol
      ? readMethod(options.secureProtocol, options)
      : [readVersion(options.minVersion, "minimum", defaults.minVersion), readVersion(options.maxVersion, "maximum", newest())];
    const { secureOptions, ticketKeys, sessionTimeout, sessionIdContext, dhparam, crl } = options;
    if (secureOptions) validateInteger(secureOptions, "secureOptions");
    const ca = options.ca ? listOf(options.ca).map((one) => checkBytes(one, "options.ca")) : undefined;
    const certs = options.cert ? listOf(options.cert).map((one) => checkBytes(one, "options.cert")) : [];
    const keys = readKeys(options);
    const { ciphers = defaults.ciphers } = options;
    if (options.ciphers != null) validateString(options.ciphers, "options.ciphers");
    const chosen = readCiphers(ciphers || defaults.ciphers);
    const schemes = readSchemes(options.sigalgs);
    checkEngine(options);
    const groups = readGroups(options.ecdhCurve ?? defaults.curve);
    if (dhparam != null && dhparam !== "auto") checkBytes(dhparam, "options.dhparam");
    const crls = crl != null ? listOf(crl).map((one) => checkBytes(one, "options.crl")) : [];
    if (sessionIdContext != null) validateString(sessionIdContext, "options.sessionIdContext");
    const archives = readArchives(options);
    const { clientCertEngine } = options;
    if (typeof clientCertEngine === "string") throw ERR_NOT_SUPPORTED("The option clientCertEngine");
    if (clientCertEngine != null) throw ERR_INVALID_ARG_TYPE("options.clientCertEngine", ["string", "null", "undefined"], clientCertEngine);
    if (ticketKeys != null) {
      if (!isView(ticketKeys)) throw ERR_INVALID_ARG_TYPE("options.ticketKeys", ["Buffer", "TypedArray", "DataView"], ticketKeys);
      if (ticketKeys.byteLength !== 48) throw ERR_INVALID_ARG_VALUE("options.ticketKeys", ticketKeys.byteLength, "must be exactly 48 bytes");
    }
    if (sessionTimeout != null) validateInt32(sessionTimeout, "options.sessionTimeout", 0);
    const usesDefault = ca === undefined;
    this.context = newContext({
      certs: [...certs, ...archives.map(({ own }) => own)],
      keys: [...keys.map(([key]) => key), ...archives.map(({ key }) => key)],
      crls,
      passphrases: keys.map(([, secret]) => secret),
      ca: [...(ca ?? (standard ?? extraOnce()).map(bytesOf)), ...archives.flatMap(({ above }) => above)],
      anchors: usesDefault && standard === undefined,
      allowPartial: Boolean(options.allowPartialTrustChain),
      suites: chosen.suites, groups, schemes,
      tls12: chosen.tls12 && range[0] <= 2 && range[1] >= 2,
      tls13: range[0] <= 3 && range[1] >= 3,
      ticketKeys: ticketKeys ?? undefined, sessionTimeout: sessionTimeout ?? undefined,
      noTickets: Boolean(secureOptions & SSL_OP_NO_TICKET),
      clientOrder: !options.honorCipherOrder,
    });
  }
}

const SSL_OP_NO_TICKET = 0x4000;

// Keys in OpenSSL engines: checked as in Node, and then not to be had.
function checkEngine({ privateKeyEngine: engine, privateKeyIdentifier: identifier }) {
  if (identifier == null) return;
  if (engine == null) throw ERR_INVALID_ARG_VALUE("options.privateKeyEngine", engine);
  if (typeof engine !== "string") throw ERR_INVALID_ARG_TYPE("options.privateKeyEngine", ["string", "null", "undefined"], engine);
  if (typeof identifier !== "string") throw ERR_INVALID_ARG_TYPE("options.privateKeyIdentifier", ["string", "null", "undefined"], identifier);
  throw ERR_NOT_SUPPORTED("The option privateKeyEngine");
}

export const createSecureContext = (options) => new SecureContext(options ?? {});
export { setTicketKeys, ticketKeys };
