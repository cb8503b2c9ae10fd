// Addresses without a network. Node: https://nodejs.org/api/net.html#class-netblocklist
import { addressBytes, isIP, isIPv4, isIPv6, normalAddress } from "native:net-addresses";
import { ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, nodeError } from "internal:errors";
import { validateArray, validateInt32, validateObject, validatePort, validateString, validateUint32 } from "internal:validators";

export { isIP, isIPv4, isIPv6 };

const CUSTOM_INSPECT = Symbol.for("nodejs.util.inspect.custom");
// What internal:structured-clone asks for a copy.
const CLONE_STEPS = Symbol.for("llrt.cloneSteps");
const FAMILIES = ["ipv4", "ipv6"];

// "ipv4", "IPv4" -> "ipv4"
const familyName = (family) => (typeof family?.toLowerCase === "function" ? family.toLowerCase() : family);

export class SocketAddress {
  #address;
  #family;
  #flowlabel;
  #port;

  static isSocketAddress(value) {
    return value !== null && typeof value === "object" && #address in value;
  }

  static parse(input) {
    validateString(input, "input");
    try {
      const { hostname: address, port } = new URL(`http://${input}`);
      if (address.startsWith("[") && address.endsWith("]"))
        return new SocketAddress({ address: address.slice(1, -1), port: port | 0, family: "ipv6" });
      return new SocketAddress({ address, port: port | 0 });
    } catch {
      return undefined;
    }
  }

  constructor(options = { __proto__: null }) {
    validateObject(options, "options");
    let { family = "ipv4" } = options;
    const { address = familyName(family) === "ipv6" ? "::" : "127.0.0.1", port = 0, flowlabel = 0 } = options;
    family = familyName(family);
    if (!FAMILIES.includes(family)) throw ERR_INVALID_ARG_VALUE("options.family", options.family);
    validateString(address, "options.address");
    validatePort(port, "options.port");
    validateUint32(flowlabel, "options.flowlabel");
    if (isIP(address) !== (family === "ipv4" ? 4 : 6))
      throw nodeError("Error", "ERR_INVALID_ADDRESS", "Invalid socket address");
    this.#address = normalAddress(address);
    this.#family = family;
    this.#flowlabel = flowlabel;
    this.#port = port | 0;
  }

  get address() {
    return this.#address;
  }

  get port() {
    return this.#port;
  }

  get family() {
    return this.#family;
  }

  get flowlabel() {
    return this.#flowlabel;
  }

  [CLONE_STEPS]() {
    const options = this.toJSON();
    return { make: () => new SocketAddress(options) };
  }

  toJSON() {
    return { address: this.#address, port: this.#port, family: this.#family, flowlabel: this.#flowlabel };
  }

  [CUSTOM_INSPECT](depth, options, inspect) {
    if (depth < 0) return this;
    return `SocketAddress ${inspect(this.toJSON(), { ...options, depth: options.depth == null ? null : options.depth - 1 })}`;
  }
}

// The bytes of an address that is a text or a SocketAddress.
function bytesOf(address, family, name) {
  if (SocketAddress.isSocketAddress(address)) return { address: address.address, family: address.family, bytes: addressBytes(address.address) };
  validateString(address, name);
  validateString(family, "family");
  family = familyName(family);
  if (!FAMILIES.includes(family)) throw ERR_INVALID_ARG_VALUE("options.family", family);
  const parsed = new SocketAddress({ address, family });
  return { address: parsed.address, family, bytes: addressBytes(parsed.address) };
}

function compare(a, b) {
  for (let index = 0; index < a.length; index++) if (a[index] !== b[index]) return a[index] - b[index];
  return 0;
}

const isMapped = (bytes) => bytes.length === 16 && bytes.every((byte, index) => (index < 10 ? byte === 0 : index < 12 ? byte === 0xff : true));
const LABEL = { ipv4: "IPv4", ipv6: "IPv6" };

export class BlockList {
  // { family, low, high, text, json }, the newest first
  #rules = [];

  static isBlockList(value) {
    return value !== null && typeof value === "object" && #rules in value;
  }

  #add(family, low, high, text) {
    this.#rules.unshift({ family, low, high, text });
  }

  addAddress(address, family = "ipv4") {
    const one = bytesOf(address, family, "address");
    this.#add(one.family, one.bytes, one.bytes, `Address: ${LABEL[one.family]} ${one.address}`);
  }

  addRange(start, end, family = "ipv4") {
    const low = bytesOf(start, family, "start");
    const high = bytesOf(end, family, "end");
    if (low.family !== high.family || compare(low.bytes, high.bytes) > 0) throw ERR_INVALID_ARG_VALUE("start", start, "must come before end");
    this.#add(low.family, low.bytes, high.bytes, `Range: ${LABEL[low.family]} ${low.address}-${high.address}`);
  }

  addSubnet(network, prefix, family = "ipv4") {
    const base = bytesOf(network, family, "network");
    validateInt32(prefix, "prefix", 0, base.bytes.length * 8);
    const low = base.bytes.slice();
    const high = base.bytes.slice();
    for (let index = 0; index < low.length; index++) {
      const kept = Math.min(Math.max(prefix - index * 8, 0), 8);
      const mask = (0xff00 >> kept) & 0xff;
      low[index] &= mask;
      high[index] |= ~mask & 0xff;
    }
    this.#add(base.family, low, high, `Subnet: ${LABEL[base.family]} ${base.address}/${prefix}`);
  }

  check(address, family = "ipv4") {
    let one;
    try {
      one = bytesOf(address, family, "address");
    } catch (error) {
      if (error.code !== "ERR_INVALID_ADDRESS") throw error;
      return false;
    }
    const covers = (list, bytes) => list.some(({ low, high }) => low.length === bytes.length && compare(low, bytes) <= 0 && compare(bytes, high) <= 0);
    if (covers(this.#rules, one.bytes)) return true;
    // An IPv4 address in IPv6's clothes, and the other way round.
    if (isMapped(one.bytes)) return covers(this.#rules, one.bytes.subarray(12));
    return one.bytes.length === 4 && covers(this.#rules, Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, ...one.bytes));
  }

  get rules() {
    return this.#rules.map(({ text }) => text);
  }

  // A copy has the same rules, also those that either gets later.
  [CLONE_STEPS]() {
    const rules = this.#rules;
    return {
      make() {
        const copy = new BlockList();
        copy.#rules = rules;
        return copy;
      },
    };
  }

  toJSON() {
    return this.rules;
  }

  fromJSON(data) {
    if (typeof data === "string") data = JSON.parse(data);
    validateArray(data, "data");
    for (const rule of [...data].reverse()) {
      validateString(rule, "rule");
      const [, kind, version, rest] = /^(Address|Range|Subnet): IPv([46]) (\S+)$/.exec(rule) ?? [];
      if (kind === undefined) throw ERR_INVALID_ARG_VALUE("data", data);
      const family = `ipv${version}`;
      if (kind === "Address") this.addAddress(rest, family);
      else if (kind === "Range") this.addRange(...rest.split("-"), family);
      else {
        const [network, prefix] = rest.split("/");
        this.addSubnet(network, Number(prefix), family);
      }
    }
  }

  [CUSTOM_INSPECT](depth, options, inspect) {
    if (depth < 0) return this;
    return `BlockList ${inspect({ rules: this.rules }, { ...options, depth: options.depth == null ? null : options.depth - 1 })}`;
  }
}
