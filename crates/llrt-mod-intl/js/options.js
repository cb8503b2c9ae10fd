// Locales, and options that are read and checked. The one locale is English as in the United States.

const LOCALES = ["en", "en-US"];
const DEFAULT_LOCALE = "en-US";
const TAG = /^[a-z]{2,8}(?:-[a-z]{3}){0,3}(?:-[a-z]{4})?(?:-(?:[a-z]{2}|\d{3}))?(?:-(?:[a-z\d]{5,8}|\d[a-z\d]{3}))*(?:-[\da-wyz](?:-[a-z\d]{2,8})+)*(?:-x(?:-[a-z\d]{1,8})+)?$/i;

/** A tag in its canonical case. Aliases of languages and regions are left as they are. */
function canonical(tag) {
  if (!TAG.test(tag)) throw new RangeError(`Incorrect locale information provided`);
  let inExtension = false;
  return tag.split("-").map((part, index) => {
    if (index > 0 && part.length === 1) inExtension = true;
    if (index === 0 || inExtension) return part.toLowerCase();
    if (part.length === 4 && /^[a-z]/i.test(part)) return part[0].toUpperCase() + part.slice(1).toLowerCase();
    return part.length === 2 ? part.toUpperCase() : part.toLowerCase();
  }).join("-");
}

export function canonicalLocales(locales) {
  if (locales === undefined) return [];
  if (locales === null) throw new TypeError("Cannot convert undefined or null to object");
  const list = typeof locales === "string" ? [locales] : Array.from(Object(locales));
  const found = list.map((tag) => {
    if (typeof tag !== "string" && (typeof tag !== "object" || tag === null)) throw new TypeError("Incorrect locale information provided");
    return canonical(String(tag));
  });
  return [...new Set(found)];
}

/** The best that there is for one tag: itself or what it begins with. */
function available(tag) {
  for (let part = tag.replace(/-[\da-z]-.*$/i, ""); part; part = part.slice(0, Math.max(part.lastIndexOf("-"), 0))) if (LOCALES.includes(part)) return part;
}

export function resolveLocale(locales) {
  for (const tag of canonicalLocales(locales)) {
    const found = available(tag);
    if (found) return found;
  }
  return DEFAULT_LOCALE;
}

export function supportedLocalesOf(locales, options) {
  if (options !== undefined) choice(Object(options), "localeMatcher", ["lookup", "best fit"], "best fit", "Intl");
  return canonicalLocales(locales).filter(available);
}

/** `object[name]` as one of `values`, or `fallback`. */
export function choice(object, name, values, fallback, owner) {
  const value = object[name];
  if (value === undefined) return fallback;
  const text = String(value);
  if (values && !values.includes(text)) throw new RangeError(`Value ${text} out of range for Intl.${owner} options property ${name}`);
  return text;
}

export function integer(object, name, min, max, fallback) {
  const value = object[name];
  if (value === undefined) return fallback;
  const number = Number(value);
  if (!(number >= min && number <= max)) throw new RangeError(`${name} value is out of range.`);
  return Math.floor(number);
}

/** What classes of `Intl` have in common. */
export function finish(Class, name) {
  Object.defineProperty(Class.prototype, Symbol.toStringTag, { __proto__: null, value: `Intl.${name}`, configurable: true });
  Object.defineProperty(Class, "supportedLocalesOf", {
    __proto__: null, writable: true, configurable: true,
    value: { supportedLocalesOf(locales, options) { return supportedLocalesOf(locales, options); } }.supportedLocalesOf,
  });
  return Class;
}

/** A class that makes an instance when it is called without `new` too. */
export function callable(Class, name) {
  const constructor = function (locales, options) {
    return Reflect.construct(Class, [locales, options], new.target ?? constructor);
  };
  Object.defineProperties(constructor, {
    name: { __proto__: null, value: name, configurable: true },
    length: { __proto__: null, value: 0, configurable: true },
    prototype: { __proto__: null, value: Class.prototype, writable: false },
  });
  Object.defineProperty(Class.prototype, "constructor", { __proto__: null, value: constructor, writable: true, configurable: true });
  return finish(constructor, name);
}

export const joined = (parts) => parts.map(({ value }) => value).join("");
