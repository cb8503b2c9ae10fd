// The global Intl. Its classes are loaded when they are first read.
import { zones } from "native:intl";
import { importBuiltin } from "internal:host";
import { canonicalLocales } from "internal:intl-options";

export const Intl = {};
Object.defineProperty(Intl, Symbol.toStringTag, { __proto__: null, value: "Intl", configurable: true });

const define = (name, value) => Object.defineProperty(Intl, name, { __proto__: null, value, writable: true, configurable: true });

for (const [module, names] of [
  ["internal:intl-dates", ["DateTimeFormat"]],
  ["internal:intl-numbers", ["NumberFormat", "PluralRules", "RelativeTimeFormat"]],
  ["internal:intl-words", ["ListFormat", "Segmenter"]],
])
  for (const name of names)
    Object.defineProperty(Intl, name, {
      __proto__: null,
      get() {
        const Class = importBuiltin(module)[name];
        define(name, Class);
        return Class;
      },
      set(value) {
        define(name, value);
      },
      configurable: true,
    });

const VALUES = {
  calendar: () => ["gregory"],
  collation: () => [],
  currency: () => importBuiltin("internal:intl-numbers").currencies(),
  numberingSystem: () => ["latn"],
  timeZone: () => zones().filter((name) => /^(?:Africa|America|Antarctica|Arctic|Asia|Atlantic|Australia|Europe|Indian|Pacific)\/|^UTC$/.test(name)).sort(),
  unit: () => importBuiltin("internal:intl-numbers").units(),
};

define("getCanonicalLocales", function getCanonicalLocales(locales) {
  return canonicalLocales(locales);
});
define("supportedValuesOf", function supportedValuesOf(key) {
  const name = String(key);
  if (!Object.hasOwn(VALUES, name)) throw new RangeError(`Invalid key : ${name}`);
  return VALUES[name]();
});
