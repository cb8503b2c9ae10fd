// node:punycode. Node: https://nodejs.org/api/punycode.html, RFC 3492: https://www.rfc-editor.org/rfc/rfc3492
const BASE = 36;
const T_MIN = 1;
const T_MAX = 26;
const SKEW = 38;
const DAMP = 700;
const INITIAL_BIAS = 72;
const INITIAL_N = 0x80;
const MAX = 0x7fffffff;
const PREFIX = "xn--";

const OVERFLOW = "Overflow: input needs wider integers to process";
const NOT_BASIC = "Illegal input >= 0x80 (not a basic code point)";
const INVALID = "Invalid input";

// RFC 3492, 6.1
function adapt(delta, points, isFirst) {
  delta = isFirst ? Math.floor(delta / DAMP) : delta >> 1;
  delta += Math.floor(delta / points);
  let k = 0;
  for (; delta > ((BASE - T_MIN) * T_MAX) >> 1; k += BASE) delta = Math.floor(delta / (BASE - T_MIN));
  return Math.floor(k + ((BASE - T_MIN + 1) * delta) / (delta + SKEW));
}

const threshold = (k, bias) => Math.min(Math.max(k - bias, T_MIN), T_MAX);
const digitOf = (value) => String.fromCharCode(value < 26 ? value + 0x61 : value - 26 + 0x30);

function valueOf(code) {
  if (code >= 0x30 && code < 0x3a) return code - 0x30 + 26;
  if (code >= 0x41 && code < 0x5b) return code - 0x41;
  if (code >= 0x61 && code < 0x7b) return code - 0x61;
  return BASE;
}

// RFC 3492, 6.2
export function decode(input) {
  const output = [];
  const delimiter = Math.max(input.lastIndexOf("-"), 0);
  for (let index = 0; index < delimiter; index++) {
    const code = input.charCodeAt(index);
    if (code >= 0x80) throw new RangeError(NOT_BASIC);
    output.push(code);
  }
  let n = INITIAL_N;
  let i = 0;
  let bias = INITIAL_BIAS;
  let at = delimiter > 0 ? delimiter + 1 : 0;
  while (at < input.length) {
    const before = i;
    let weight = 1;
    for (let k = BASE; ; k += BASE) {
      if (at >= input.length) throw new RangeError(INVALID);
      const digit = valueOf(input.charCodeAt(at++));
      if (digit >= BASE) throw new RangeError(INVALID);
      if (digit > Math.floor((MAX - i) / weight)) throw new RangeError(OVERFLOW);
      i += digit * weight;
      const t = threshold(k, bias);
      if (digit < t) break;
      if (weight > Math.floor(MAX / (BASE - t))) throw new RangeError(OVERFLOW);
      weight *= BASE - t;
    }
    const length = output.length + 1;
    bias = adapt(i - before, length, before === 0);
    if (Math.floor(i / length) > MAX - n) throw new RangeError(OVERFLOW);
    n += Math.floor(i / length);
    i %= length;
    output.splice(i++, 0, n);
  }
  return String.fromCodePoint(...output);
}

// RFC 3492, 6.3
export function encode(input) {
  const points = ucs2.decode(input);
  const basic = points.filter((point) => point < 0x80);
  let output = String.fromCharCode(...basic);
  let handled = basic.length;
  if (handled > 0) output += "-";
  let n = INITIAL_N;
  let delta = 0;
  let bias = INITIAL_BIAS;
  while (handled < points.length) {
    const next = Math.min(...points.filter((point) => point >= n));
    if (next - n > Math.floor((MAX - delta) / (handled + 1))) throw new RangeError(OVERFLOW);
    delta += (next - n) * (handled + 1);
    n = next;
    for (const point of points) {
      if (point < n && ++delta > MAX) throw new RangeError(OVERFLOW);
      if (point !== n) continue;
      let q = delta;
      for (let k = BASE; ; k += BASE) {
        const t = threshold(k, bias);
        if (q < t) break;
        output += digitOf(t + ((q - t) % (BASE - t)));
        q = Math.floor((q - t) / (BASE - t));
      }
      output += digitOf(q);
      bias = adapt(delta, handled + 1, handled === basic.length);
      delta = 0;
      handled++;
    }
    delta++;
    n++;
  }
  return output;
}

export const ucs2 = {
  // The code points of a string; a surrogate without its partner stays.
  decode: (string) => Array.from(string, (point) => point.codePointAt(0)),
  encode: (points) => String.fromCodePoint(...points),
};

// The labels of a domain, or of what stands behind the @ of an address.
function mapLabels(domain, convert) {
  const at = domain.lastIndexOf("@");
  const head = at === -1 ? "" : domain.slice(0, domain.indexOf("@") + 1);
  const rest = at === -1 ? domain : domain.split("@")[1];
  return head + rest.replace(/[\u3002\uff0e\uff61]/g, ".").split(".").map(convert).join(".");
}

export function toUnicode(input) {
  return mapLabels(input, (label) => (label.startsWith(PREFIX) ? decode(label.slice(PREFIX.length).toLowerCase()) : label));
}

export function toASCII(input) {
  // eslint-disable-next-line no-control-regex
  return mapLabels(input, (label) => (/[^\0-\x7f]/.test(label) ? PREFIX + encode(label) : label));
}

export const version = "2.1.0";
export default { version, ucs2, decode, encode, toASCII, toUnicode };
