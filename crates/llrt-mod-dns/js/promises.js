// node:dns/promises. Node: https://nodejs.org/api/dns.html#dns-promises-api
import {
  checkService, codes, getDefaultResultOrder, lookupChecked, lookupOptions, lookupServiceChecked, ofDefault, PromiseResolver,
  setDefaultResultOrder, setServers,
} from "internal:dns";
import { ERR_MISSING_ARGS } from "internal:errors";

export { getDefaultResultOrder, setDefaultResultOrder, setServers };
export const Resolver = Object.defineProperty(PromiseResolver, "name", { __proto__: null, value: "Resolver", configurable: true });

export function lookup(hostname, options) {
  const checked = lookupOptions(hostname, options);
  return new Promise((resolve, reject) => {
    lookupChecked(hostname, checked, (error, found) => {
      if (error) reject(error);
      else if (checked.all) resolve(found);
      else resolve(found[0] ?? { address: null, family: checked.family === 6 ? 6 : 4 });
    });
  });
}

export function lookupService(address, port) {
  if (arguments.length !== 2) throw ERR_MISSING_ARGS("address", "port");
  const number = checkService(address, port);
  return new Promise((resolve, reject) => {
    lookupServiceChecked(address, number, (error, hostname, service) => (error ? reject(error) : resolve({ hostname, service })));
  });
}

const methods = [
  "resolve4", "resolve6", "resolveAny", "resolveCaa", "resolveCname", "resolveMx", "resolveNaptr", "resolveNs", "resolvePtr", "resolveSoa",
  "resolveSrv", "resolveTlsa", "resolveTxt", "reverse",
];
export const [
  getServers, resolve, resolve4, resolve6, resolveAny, resolveCaa, resolveCname, resolveMx, resolveNaptr, resolveNs, resolvePtr,
  resolveSoa, resolveSrv, resolveTlsa, resolveTxt, reverse,
] = ["getServers", "resolve", ...methods].map((name) => ofDefault(1, name));

export const {
  NODATA, FORMERR, SERVFAIL, NOTFOUND, NOTIMP, REFUSED, BADQUERY, BADNAME, BADFAMILY, BADRESP, CONNREFUSED, TIMEOUT, EOF, FILE, NOMEM,
  DESTRUCTION, BADSTR, BADFLAGS, NONAME, BADHINTS, NOTINITIALIZED, LOADIPHLPAPI, ADDRGETNETWORKPARAMS, CANCELLED,
} = codes;

export default {
  lookup, lookupService, Resolver, getDefaultResultOrder, setDefaultResultOrder, setServers, ...codes,
  getServers, resolve, resolve4, resolve6, resolveAny, resolveCaa, resolveCname, resolveMx, resolveNaptr, resolveNs, resolvePtr,
  resolveSoa, resolveSrv, resolveTlsa, resolveTxt, reverse,
};
