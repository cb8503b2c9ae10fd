// node:dns/promises. Node: https://nodejs.org/api/dns.html#dns-promises-api
import { checkService, getDefaultResultOrder, lookupChecked, lookupOptions, lookupService as lookupServiceCallback, setDefaultResultOrder } from "node:dns";

export { getDefaultResultOrder, setDefaultResultOrder };

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
  checkService(address, port);
  return new Promise((resolve, reject) => {
    lookupServiceCallback(address, port, (error, hostname, service) => (error ? reject(error) : resolve({ hostname, service })));
  });
}

export default { getDefaultResultOrder, lookup, lookupService, setDefaultResultOrder };
