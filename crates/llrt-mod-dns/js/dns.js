// node:dns. Node: https://nodejs.org/api/dns.html
import { isIP, lookupHost, lookupName } from "native:dns";
import { importBuiltin, nextTick } from "internal:host";
import { ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_METHOD_NOT_IMPLEMENTED, ERR_MISSING_ARGS } from "internal:errors";
import { validateBoolean, validateFunction, validateNumber, validateOneOf, validatePort, validateString } from "internal:validators";

export const ADDRCONFIG = 0x20;
export const ALL = 0x10;
export const V4MAPPED = 0x08;

const ORDERS = ["verbatim", "ipv4first", "ipv6first"];
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
  lookupHost(hostname, family, hints, (error, addresses) => (error ? settle(error) : settle(null, sorted(addresses, order))));
}

export function lookup(hostname, options, callback) {
  if (typeof options === "function") [callback, options] = [options, undefined];
  else validateFunction(callback, "callback");
  const checked = lookupOptions(hostname, options);
  lookupChecked(hostname, checked, (error, found) => {
    if (error) callback(error);
    else if (checked.all) callback(null, found);
    else if (found.length === 0) callback(null, null, checked.family === 6 ? 6 : 4);
    else callback(null, found[0].address, found[0].family);
  });
  return {};
}

export function checkService(address, port) {
  if (isIP(address) === 0) throw ERR_INVALID_ARG_VALUE("address", address);
  return validatePort(port);
}

export function lookupService(address, port, callback) {
  if (arguments.length !== 3) throw ERR_MISSING_ARGS("address", "port", "callback");
  const number = checkService(address, port);
  validateFunction(callback, "callback");
  lookupName(address, number, (error, name, service) => (error ? callback(error) : callback(null, name, service)));
  return {};
}

for (const [original, names] of [[lookup, ["address", "family"]], [lookupService, ["hostname", "service"]]])
  Object.defineProperty(original, Symbol.for("nodejs.util.promisify.customArgs"), { __proto__: null, value: names, enumerable: false });

const missing = (name) => ({
  [name]() {
    throw ERR_METHOD_NOT_IMPLEMENTED(name);
  },
})[name];
const NAMES = [
  "getServers", "resolve", "resolve4", "resolve6", "resolveAny", "resolveCaa", "resolveCname", "resolveMx", "resolveNaptr", "resolveNs",
  "resolvePtr", "resolveSoa", "resolveSrv", "resolveTlsa", "resolveTxt", "reverse", "setServers",
];
export const [
  getServers, resolve, resolve4, resolve6, resolveAny, resolveCaa, resolveCname, resolveMx, resolveNaptr, resolveNs, resolvePtr, resolveSoa,
  resolveSrv, resolveTlsa, resolveTxt, reverse, setServers,
] = NAMES.map(missing);
export const Resolver = missing("Resolver");

export default {
  ADDRCONFIG, ALL, Resolver, V4MAPPED, getDefaultResultOrder, lookup, lookupService, setDefaultResultOrder,
  get promises() {
    return importBuiltin("node:dns/promises").default;
  },
};
