// What node:dns and node:dns/promises have in common. Node: https://nodejs.org/api/dns.html
import { isIP, lookupHost, lookupName, namesInHosts, query, reverseName, systemServers } from "native:dns";
import { channels, importBuiltin, nextTick } from "internal:host";
import { ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, nodeError } from "internal:errors";
import {
  validateArray, validateBoolean, validateFunction, validateInt32, validateNumber, validateOneOf, validatePort, validateString, validateUint32,
} from "internal:validators";

export const ADDRCONFIG = 0x20;
export const ALL = 0x10;
export const V4MAPPED = 0x08;

const ORDERS = ["verbatim", "ipv4first", "ipv6first"];
const DNS_PORT = 53;
let defaultOrder = "verbatim";

export const getDefaultResultOrder = () => defaultOrder;
export function setDefaultResultOrder(value) {
  validateOneOf(value, "dnsOrder", ORDERS);
  defaultOrder = value;
}

function sorted(addresses, order) {
  const list = addresses.map((address) => ({ address, family: isIP(address) }));
  if (order === "ipv4first") return list.sort((a, b) => a.family - b.family);
  return order === "ipv6first" ? list.sort((a, b) => b.family - a.family) : list;
}

// The checked options of lookup().
export function lookupOptions(hostname, options) {
  if (hostname) validateString(hostname, "hostname");
  let family = 0;
  let hints = 0;
  let all = false;
  let order = defaultOrder;
  if (typeof options === "number") {
    validateOneOf(options, "family", [0, 4, 6]);
    family = options;
  } else if (options !== undefined && typeof options !== "object") throw ERR_INVALID_ARG_TYPE("options", ["integer", "object"], options);
  else if (options) {
    if (options.hints != null) {
      validateNumber(options.hints, "options.hints");
      hints = options.hints >>> 0;
      if ((hints & ~(ADDRCONFIG | ALL | V4MAPPED)) !== 0) throw ERR_INVALID_ARG_VALUE("hints", hints, "is invalid");
    }
    if (options.family != null) {
      family = options.family === "IPv4" ? 4 : options.family === "IPv6" ? 6 : options.family;
      validateOneOf(family, "options.family", [0, 4, 6]);
    }
    if (options.all != null) {
      validateBoolean(options.all, "options.all");
      ({ all } = options);
    }
    if (options.verbatim != null) {
      validateBoolean(options.verbatim, "options.verbatim");
      order = options.verbatim ? "verbatim" : "ipv4first";
    }
    if (options.order != null) {
      validateOneOf(options.order, "options.order", ORDERS);
      ({ order } = options);
    }
  }
  return { family, hints, all, order };
}

let warnedHostname = false;
export function warnInvalidHostname(hostname) {
  if (warnedHostname) return;
  warnedHostname = true;
  importBuiltin("node:process").default.emitWarning(
    `The provided hostname "${hostname}" is not a valid hostname, and is supported in the dns module solely for compatibility.`, "DeprecationWarning", "DEP0118");
}

// `settle(error, addresses)`, sorted, soon or later.
export function lookupChecked(hostname, { family, hints, order }, settle) {
  if (!hostname) {
    warnInvalidHostname(hostname);
    return void nextTick(settle, null, []);
  }
  const known = isIP(hostname);
  if (known) return void nextTick(settle, null, [{ address: hostname, family: known }]);
  const measured = channels["perf:dns"]?.begin();
  lookupHost(hostname, family, hints, (error, addresses) => {
    if (error) return settle(error);
    measured?.("lookup", { hostname, family, hints, verbatim: order === "verbatim", order, addresses });
    settle(null, sorted(addresses, order));
  });
}

export function checkService(address, port) {
  if (isIP(address) === 0) throw ERR_INVALID_ARG_VALUE("address", address);
  return validatePort(port);
}

// `settle(error, hostname, service)` later.
export function lookupServiceChecked(host, port, settle) {
  const measured = channels["perf:dns"]?.begin();
  lookupName(host, port, (error, hostname, service) => {
    if (error) return settle(error);
    measured?.("lookupService", { host, port, hostname, service });
    settle(null, hostname, service);
  });
}

// ---- name servers

export const codes = {
  NODATA: "ENODATA", FORMERR: "EFORMERR", SERVFAIL: "ESERVFAIL", NOTFOUND: "ENOTFOUND", NOTIMP: "ENOTIMP", REFUSED: "EREFUSED", BADQUERY: "EBADQUERY",
  BADNAME: "EBADNAME", BADFAMILY: "EBADFAMILY", BADRESP: "EBADRESP", CONNREFUSED: "ECONNREFUSED", TIMEOUT: "ETIMEOUT", EOF: "EOF", FILE: "EFILE",
  NOMEM: "ENOMEM", DESTRUCTION: "EDESTRUCTION", BADSTR: "EBADSTR", BADFLAGS: "EBADFLAGS", NONAME: "ENONAME", BADHINTS: "EBADHINTS",
  NOTINITIALIZED: "ENOTINITIALIZED", LOADIPHLPAPI: "ELOADIPHLPAPI", ADDRGETNETWORKPARAMS: "EADDRGETNETWORKPARAMS", CANCELLED: "ECANCELLED",
};

const failure = (code, syscall, hostname, errno = undefined) => Object.assign(new Error(`${syscall} ${code} ${hostname}`), { errno, code, syscall, hostname });
const invalidAddress = (text) => nodeError("TypeError", "ERR_INVALID_IP_ADDRESS", `Invalid IP address: ${text}`);

const plain = (record) => {
  delete record.type;
  return record;
};
const value = ({ value }) => value;
// By method: Node's name of the query, the type's number, and what one record becomes.
const address = ({ address, ttl }, withTtl) => (withTtl ? { address, ttl } : address);
const METHODS = {
  resolveAny: ["Any", 255, (record) => record], resolve4: ["A", 1, address], resolve6: ["Aaaa", 28, address], resolveCaa: ["Caa", 257, plain],
  resolveCname: ["Cname", 5, value], resolveMx: ["Mx", 15, plain], resolveNs: ["Ns", 2, value], resolveTlsa: ["Tlsa", 52, plain],
  resolveTxt: ["Txt", 16, ({ entries }) => entries], resolveSrv: ["Srv", 33, plain], resolvePtr: ["Ptr", 12, value], resolveNaptr: ["Naptr", 35, plain],
  resolveSoa: ["Soa", 6, plain], reverse: ["Ptr", 12, value],
};
const methodOfType = { A: "resolve4", AAAA: "resolve6" };
for (const name of Object.keys(METHODS)) if (!/\d|reverse/.test(name)) methodOfType[name.slice(7).toUpperCase()] = name;
export const methodNames = Object.keys(METHODS);

// "1.2.3.4", "1.2.3.4:5", "::1", "[::1]", "[::1]:5" -> [address, port]
function parseServer(text) {
  if (isIP(text) !== 0) return [text, DNS_PORT];
  const [, bracketed, ipv6Port] = /^\[([^[\]]{1,64})\](?::(\d+))?$/.exec(text) ?? [];
  if (bracketed !== undefined && isIP(bracketed) === 6) return [bracketed, ipv6Port === undefined ? DNS_PORT : +ipv6Port];
  const [, ipv4, port] = /^([\d.]{1,15}):(\d+)$/.exec(text) ?? [];
  if (ipv4 !== undefined && isIP(ipv4) === 4) return [ipv4, +port];
  throw invalidAddress(text);
}

// What both Resolvers have.
class ResolverBase {
  #options;
  #pending = new Set();

  constructor(options = undefined) {
    const { timeout = -1, tries = 4, maxTimeout = 0 } = { ...options };
    validateInt32(timeout, "options.timeout", -1);
    validateInt32(tries, "options.tries", 1);
    validateUint32(maxTimeout, "options.maxTimeout");
    this.#options = { __proto__: null, servers: undefined, checked: false, timeout, tries, maxTimeout, local4: undefined, local6: undefined };
    // Node's name for what does the work.
    this._handle = { getServers: () => this.#servers() };
  }

  #servers() {
    return (this.#options.servers ??= systemServers());
  }

  cancel() {
    for (const cancel of this.#pending) cancel();
  }

  getServers() {
    const servers = this._handle.getServers() || [];
    return servers.map(([address, port]) => (!port || port === DNS_PORT ? address : isIP(address) === 6 ? `[${address}]:${port}` : `${address}:${port}`));
  }

  setServers(servers) {
    validateArray(servers, "servers");
    const list = [];
    servers.forEach((server, index) => {
      validateString(server, `servers[${index}]`);
      list.push(parseServer(server));
    });
    if (this.#pending.size > 0)
      throw nodeError("Error", "ERR_DNS_SET_SERVERS_FAILED", `c-ares failed to set servers: "There are pending queries." [${servers}]`);
    this.#options.servers = list;
    this.#options.checked = true;
  }

  setLocalAddress(ipv4, ipv6) {
    validateString(ipv4, "ipv4");
    if (ipv6 !== undefined) validateString(ipv6, "ipv6");
    const first = isIP(ipv4);
    if (first === 0) throw nodeError("TypeError", "ERR_INVALID_ARG_VALUE", "Invalid IP address.");
    if (ipv6 !== undefined && isIP(ipv6) === 0) throw nodeError("TypeError", "ERR_INVALID_ARG_VALUE", "Invalid IP address.");
    if (ipv6 !== undefined && first === isIP(ipv6))
      throw nodeError("TypeError", "ERR_INVALID_ARG_VALUE", `Cannot specify two IPv${first} addresses.`);
    this.#options[`local${first}`] = ipv4;
    this.#options[`local${first === 4 ? 6 : 4}`] = ipv6;
  }

  // `settle(error, result)` later.
  _ask(method, name, ttl, settle) {
    const [type, kind, convert] = METHODS[method];
    const syscall = method === "reverse" ? "getHostByAddr" : `query${type}`;
    let asked = name;
    if (method === "reverse") {
      asked = reverseName(name);
      if (asked === undefined) throw failure("EINVAL", syscall, name, -22);
      const known = namesInHosts(name);
      if (known.length > 0) return void nextTick(settle, null, known);
    } else if (/[^\0-\x7f]/.test(name)) asked = importBuiltin("node:url").domainToASCII(name);
    this.#servers();
    const measured = channels["perf:dns"]?.begin();
    const answered = (code, records) => {
      this.#pending.delete(cancel);
      if (code) return settle(failure(code, syscall, name));
      const result = method === "resolveSoa" ? convert(records[0]) : records.map((record) => convert(record, ttl));
      measured?.(syscall, { host: name, ttl, result: Array.isArray(result) ? result : [result] });
      settle(null, result);
    };
    let cancel;
    try {
      cancel = query(this.#options, asked, kind, answered);
    } catch (error) {
      // A server that the policy forbids.
      return void nextTick(settle, error);
    }
    this.#pending.add(cancel);
  }
}

function methodFor(type) {
  const method = methodOfType[type];
  if (method === undefined) throw ERR_INVALID_ARG_VALUE("rrtype", type);
  return method;
}

// Node's methods are called what they query.
const named = (name, method) => Object.defineProperty(method, "name", { __proto__: null, value: name, configurable: true });
const nameOf = (method) => (method === "reverse" ? "getHostByAddr" : `query${METHODS[method][0]}`);
const hidden = (value) => ({ __proto__: null, value, writable: true, configurable: true, enumerable: true });

export class Resolver extends ResolverBase {
  resolve(hostname, rrtype, callback) {
    if (typeof rrtype === "function") [callback, rrtype] = [rrtype, "A"];
    else if (typeof rrtype !== "string") throw ERR_INVALID_ARG_TYPE("rrtype", "string", rrtype);
    return this[methodFor(rrtype)](hostname, callback);
  }
}

export class PromiseResolver extends ResolverBase {
  resolve(hostname, rrtype = "A") {
    if (typeof rrtype !== "string") throw ERR_INVALID_ARG_TYPE("rrtype", "string", rrtype);
    return this[methodFor(rrtype)](hostname);
  }
}

for (const method of methodNames) {
  const callbackForm = function (name, options, callback) {
    if (arguments.length <= 2) [callback, options] = [options, undefined];
    validateString(name, "name");
    validateFunction(callback, "callback");
    const request = {};
    this._ask(method, name, Boolean(options?.ttl), (error, result) => (error ? callback(error) : callback(null, result)));
    return request;
  };
  Object.defineProperty(callbackForm, "length", { __proto__: null, value: 2, configurable: true });
  Object.defineProperty(Resolver.prototype, method, hidden(named(nameOf(method), callbackForm)));
  const promiseForm = function (name, options) {
    validateString(name, "name");
    const { promise, resolve, reject } = Promise.withResolvers();
    this._ask(method, name, Boolean(options?.ttl), (error, result) => (error ? reject(error) : resolve(result)));
    return promise;
  };
  Object.defineProperty(PromiseResolver.prototype, method, hidden(named(nameOf(method), promiseForm)));
}

// The resolvers of the functions of both modules. setServers() of either exchanges both: queries that are on their way go on.
let defaults = [new Resolver(), new PromiseResolver()];
export function setServers(servers) {
  const next = [new Resolver(), new PromiseResolver()];
  for (const resolver of next) resolver.setServers(servers);
  defaults = next;
}
// The module's function of that name: 0 for callbacks, 1 for promises.
export function ofDefault(index, method) {
  const bound = (...args) => defaults[index][method](...args);
  Object.defineProperty(bound, "length", { __proto__: null, value: Resolver.prototype[method]?.length ?? 0, configurable: true });
  return named(`bound ${METHODS[method] ? nameOf(method) : method}`, bound);
}
