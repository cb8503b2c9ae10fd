// node:dns. Node: https://nodejs.org/api/dns.html
import {
  ADDRCONFIG, ALL, checkService, codes, getDefaultResultOrder, lookupChecked, lookupOptions, lookupServiceChecked, ofDefault, Resolver,
  setDefaultResultOrder, setServers, V4MAPPED,
} from "internal:dns";
import { ERR_MISSING_ARGS } from "internal:errors";
import { validateFunction } from "internal:validators";
import promises from "node:dns/promises";

export { ADDRCONFIG, ALL, getDefaultResultOrder, promises, Resolver, setDefaultResultOrder, setServers, V4MAPPED };

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

export function lookupService(address, port, callback) {
  if (arguments.length !== 3) throw ERR_MISSING_ARGS("address", "port", "callback");
  const number = checkService(address, port);
  validateFunction(callback, "callback");
  lookupServiceChecked(address, number, (error, name, service) => (error ? callback(error) : callback(null, name, service)));
  return {};
}

for (const [original, names] of [[lookup, ["address", "family"]], [lookupService, ["hostname", "service"]]])
  Object.defineProperty(original, Symbol.for("llrt.util.promisify.args"), { __proto__: null, value: names, enumerable: false });


const methods = [
  "resolve4", "resolve6", "resolveAny", "resolveCaa", "resolveCname", "resolveMx", "resolveNaptr", "resolveNs", "resolvePtr", "resolveSoa",
  "resolveSrv", "resolveTlsa", "resolveTxt", "reverse",
];
export const [
  getServers, resolve, resolve4, resolve6, resolveAny, resolveCaa, resolveCname, resolveMx, resolveNaptr, resolveNs, resolvePtr,
  resolveSoa, resolveSrv, resolveTlsa, resolveTxt, reverse,
] = ["getServers", "resolve", ...methods].map((name) => ofDefault(0, name));

export const {
  NODATA, FORMERR, SERVFAIL, NOTFOUND, NOTIMP, REFUSED, BADQUERY, BADNAME, BADFAMILY, BADRESP, CONNREFUSED, TIMEOUT, EOF, FILE, NOMEM,
  DESTRUCTION, BADSTR, BADFLAGS, NONAME, BADHINTS, NOTINITIALIZED, LOADIPHLPAPI, ADDRGETNETWORKPARAMS, CANCELLED,
} = codes;

export default {
  lookup, lookupService, Resolver, getDefaultResultOrder, setDefaultResultOrder, setServers, ADDRCONFIG, ALL, V4MAPPED, ...codes,
  getServers, resolve, resolve4, resolve6, resolveAny, resolveCaa, resolveCname, resolveMx, resolveNaptr, resolveNs, resolvePtr,
  resolveSoa, resolveSrv, resolveTlsa, resolveTxt, reverse, promises,
};
