// Intl.NumberFormat, PluralRules and RelativeTimeFormat. https://tc39.es/ecma402/#numberformat-objects
import { callable, choice, finish, integer, joined, resolveLocale } from "internal:intl-options";

const NBSP = "\u00a0";

// ---- decimals: a sign, digits and where the point is among them, so that numbers of any size are rounded as they are written

function decimalOf(value) {
  if (typeof value === "bigint") return parse(String(value));
  if (typeof value === "string") {
    const text = value.trim();
    const exact = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(text);
    if (exact) return parse(text);
  }
  const number = Number(value);
  if (Number.isNaN(number)) return { special: "nan", isNegative: false };
  if (!Number.isFinite(number)) return { special: "infinity", isNegative: number < 0 };
  return parse(Object.is(number, -0) ? "-0" : String(number));
}

function parse(text) {
  const [, sign, whole = "", fraction = "", exponent = "0"] = /^([+-]?)(\d*)\.?(\d*)(?:e([+-]?\d+))?$/i.exec(text);
  return trimmed({ isNegative: sign === "-", digits: whole + fraction, point: whole.length + Number(exponent) });
}

/** Without zeros at either end; zero has no digits. */
function trimmed({ isNegative, digits, point }) {
  const zeros = /^0*/.exec(digits)[0].length;
  const rest = digits.slice(zeros).replace(/0+$/, "");
  return rest ? { isNegative, digits: rest, point: point - zeros } : { isNegative, digits: "", point: 0 };
}

const shifted = (decimal, places) => (decimal.digits ? { ...decimal, point: decimal.point + places } : decimal);

/** Keeps `count` digits, which may be negative: then only rounding up can leave one. */
function keep(decimal, count, mode) {
  const { digits, isNegative, point } = decimal;
  if (digits.length <= count) return decimal;
  const padded = count < 0 ? "0".repeat(-count) + digits : digits;
  const at = Math.max(count, 0);
  const kept = padded.slice(0, at);
  if (!roundsUp(mode, isNegative, padded.slice(at), Number(kept.at(-1) ?? 0))) return trimmed({ isNegative, digits: kept, point });
  let next = "", carry = 1;
  for (let index = kept.length - 1; index >= 0; index--) {
    const digit = Number(kept[index]) + carry;
    carry = digit > 9 ? 1 : 0;
    next = (digit % 10) + next;
  }
  const grown = carry ? `1${next}` : next;
  return trimmed({ isNegative, digits: grown, point: (count < 0 ? point - count : point) + (carry ? 1 : 0) });
}

function roundsUp(mode, isNegative, rest, last) {
  const first = Number(rest[0]);
  const half = first === 5 && /^50*$/.test(rest) ? 0 : first >= 5 ? 1 : -1;
  switch (mode) {
    case "ceil":
      return !isNegative;
    case "floor":
      return isNegative;
    case "expand":
      return true;
    case "trunc":
      return false;
    case "halfCeil":
      return half > 0 || (half === 0 && !isNegative);
    case "halfFloor":
      return half > 0 || (half === 0 && isNegative);
    case "halfTrunc":
      return half > 0;
    case "halfEven":
      return half > 0 || (half === 0 && last % 2 === 1);
    default:
      return half >= 0;
  }
}

/** The digits before the point and after it. */
function written({ digits, point }, minFraction, minInteger) {
  const whole = point > 0 ? digits.slice(0, point).padEnd(point, "0") : "";
  const fraction = point >= 0 ? digits.slice(Math.max(point, 0)) : "0".repeat(-point) + digits;
  return [whole.padStart(minInteger, "0"), fraction.padEnd(minFraction, "0")];
}

// ---- options

const NO_FRACTION = new Set(
  "AFN ALL BIF CLP COP DJF GNF HUF IDR IQD IRR ISK JPY KMF KPW KRW LAK LBP MGA MMK PKR PYG RWF SLL SOS SYP UGX VND VUV XAF XOF XPF YER".split(" "),
);
const THREE_DIGITS = new Set("BHD JOD KWD LYD OMR TND".split(" "));
const CURRENCIES =
  "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLP CNY COP CRC CUC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HRK HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SLL SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VES VND VUV WST XAF XCD XCG XDR XOF XPF XSU YER ZAR ZMW ZWG ZWL";
const SYMBOLS = {
  AUD: "A$", BRL: "R$", CAD: "CA$", CNY: "CN¥", EUR: "€", GBP: "£", HKD: "HK$", ILS: "₪", INR: "₹", JPY: "¥", KRW: "₩", MXN: "MX$", NZD: "NZ$",
  PHP: "₱", TWD: "NT$", USD: "$", VND: "₫", XAF: "FCFA", XCD: "EC$", XCG: "Cg.", XOF: "F\u202fCFA", XPF: "CFPF",
};
const NARROW_SYMBOLS = {
  AFN: "؋", AMD: "֏", AOA: "Kz", ARS: "$", AUD: "$", AZN: "₼", BAM: "KM", BBD: "$", BDT: "৳", BMD: "$", BND: "$", BOB: "Bs", BSD: "$", BWP: "P",
  BZD: "$", CAD: "$", CLP: "$", CNY: "¥", COP: "$", CRC: "₡", CUC: "$", CUP: "$", CZK: "Kč", DKK: "kr", DOP: "$", EGP: "E£", FJD: "$", FKP: "£",
  GEL: "₾", GHS: "GH₵", GIP: "£", GNF: "FG", GTQ: "Q", GYD: "$", HKD: "$", HNL: "L", HRK: "kn", HUF: "Ft", IDR: "Rp", ISK: "kr", JMD: "$", KGS: "⃀",
  KHR: "៛", KMF: "CF", KPW: "₩", KYD: "$", KZT: "₸", LAK: "₭", LBP: "L£", LKR: "Rs", LRD: "$", MGA: "Ar", MMK: "K", MNT: "₮", MUR: "Rs", MXN: "$",
  MYR: "RM", NAD: "$", NGN: "₦", NIO: "C$", NOK: "kr", NPR: "Rs", NZD: "$", PKR: "Rs", PLN: "zł", PYG: "₲", RON: "lei", RUB: "₽", RWF: "RF",
  SBD: "$", SEK: "kr", SGD: "$", SHP: "£", SRD: "$", SSP: "£", STN: "Db", SYP: "£", THB: "฿", TOP: "T$", TRY: "₺", TTD: "$", TWD: "$", UAH: "₴",
  UYU: "$", XCD: "$", ZAR: "R", ZMW: "ZK",
};
const CURRENCY_NAMES = {
  AUD: ["Australian dollar", "Australian dollars"], BRL: ["Brazilian real", "Brazilian reals"], CAD: ["Canadian dollar", "Canadian dollars"],
  CHF: ["Swiss franc", "Swiss francs"], CNY: ["Chinese yuan", "Chinese yuan"], EUR: ["euro", "euros"], GBP: ["British pound", "British pounds"],
  INR: ["Indian rupee", "Indian rupees"], JPY: ["Japanese yen", "Japanese yen"], KRW: ["South Korean won", "South Korean won"],
  MXN: ["Mexican peso", "Mexican pesos"], SEK: ["Swedish krona", "Swedish kronor"], USD: ["US dollar", "US dollars"],
};

/** Units: short for one, short for others, long for one, long for others, narrow. A name that begins with no letter follows without a space. */
const UNITS = {
  acre: ["ac", "ac", "acre", "acres", "ac"], bit: ["bit", "bit", "bit", "bits", "bit"], byte: ["byte", "byte", "byte", "bytes", "B"],
  celsius: ["°C", "°C", "degree Celsius", "degrees Celsius", "°C"], centimeter: ["cm", "cm", "centimeter", "centimeters", "cm"],
  day: ["day", "days", "day", "days", "d"], degree: ["deg", "deg", "degree", "degrees", "°"],
  fahrenheit: ["°F", "°F", "degree Fahrenheit", "degrees Fahrenheit", "°"], "fluid-ounce": ["fl oz", "fl oz", "fluid ounce", "fluid ounces", "fl oz"],
  foot: ["ft", "ft", "foot", "feet", "′"], gallon: ["gal", "gal", "gallon", "gallons", "gal"], gigabit: ["Gb", "Gb", "gigabit", "gigabits", "Gb"],
  gigabyte: ["GB", "GB", "gigabyte", "gigabytes", "GB"], gram: ["g", "g", "gram", "grams", "g"], hectare: ["ha", "ha", "hectare", "hectares", "ha"],
  hour: ["hr", "hr", "hour", "hours", "h"], inch: ["in", "in", "inch", "inches", "″"], kilobit: ["kb", "kb", "kilobit", "kilobits", "kb"],
  kilobyte: ["kB", "kB", "kilobyte", "kilobytes", "kB"], kilogram: ["kg", "kg", "kilogram", "kilograms", "kg"],
  kilometer: ["km", "km", "kilometer", "kilometers", "km"], liter: ["L", "L", "liter", "liters", "L"], megabit: ["Mb", "Mb", "megabit", "megabits", "Mb"],
  megabyte: ["MB", "MB", "megabyte", "megabytes", "MB"], meter: ["m", "m", "meter", "meters", "m"],
  microsecond: ["μs", "μs", "microsecond", "microseconds", "μs"], mile: ["mi", "mi", "mile", "miles", "mi"],
  "mile-scandinavian": ["smi", "smi", "mile-scandinavian", "miles-scandinavian", "smi"], milliliter: ["mL", "mL", "milliliter", "milliliters", "mL"],
  millimeter: ["mm", "mm", "millimeter", "millimeters", "mm"], millisecond: ["ms", "ms", "millisecond", "milliseconds", "ms"],
  minute: ["min", "min", "minute", "minutes", "m"], month: ["mth", "mths", "month", "months", "m"],
  nanosecond: ["ns", "ns", "nanosecond", "nanoseconds", "ns"], ounce: ["oz", "oz", "ounce", "ounces", "oz"],
  percent: ["%", "%", "percent", "percent", "%"], petabyte: ["PB", "PB", "petabyte", "petabytes", "PB"], pound: ["lb", "lb", "pound", "pounds", "#"],
  second: ["sec", "sec", "second", "seconds", "s"], stone: ["st", "st", "stone", "stones", "st"], terabit: ["Tb", "Tb", "terabit", "terabits", "Tb"],
  terabyte: ["TB", "TB", "terabyte", "terabytes", "TB"], week: ["wk", "wks", "week", "weeks", "w"], yard: ["yd", "yd", "yard", "yards", "yd"],
  year: ["yr", "yrs", "year", "years", "y"],
};

export const currencies = () => CURRENCIES.split(" ");
export const units = () => Object.keys(UNITS).sort();

const ROUNDING = ["ceil", "floor", "expand", "trunc", "halfCeil", "halfFloor", "halfExpand", "halfTrunc", "halfEven"];
const COMPACT_SHORT = ["", "K", "M", "B", "T"];
const COMPACT_LONG = ["", "thousand", "million", "billion", "trillion"];

/** What of digits classes of this file share. */
function readDigits(given, resolved, minDefault, maxDefault) {
  resolved.minimumIntegerDigits = integer(given, "minimumIntegerDigits", 1, 21, 1);
  const minFraction = given.minimumFractionDigits, maxFraction = given.maximumFractionDigits;
  const minSignificant = given.minimumSignificantDigits, maxSignificant = given.maximumSignificantDigits;
  const roundingMode = choice(given, "roundingMode", ROUNDING, "halfExpand", "NumberFormat");
  const trailingZeroDisplay = choice(given, "trailingZeroDisplay", ["auto", "stripIfInteger"], "auto", "NumberFormat");
  let roundingPriority = choice(given, "roundingPriority", ["auto", "morePrecision", "lessPrecision"], "auto", "NumberFormat");
  const increment = integer(given, "roundingIncrement", 1, 5000, 1);
  if (increment !== 1 || roundingPriority !== "auto") throw new RangeError("rounding increments and priorities are not available in this runtime");
  if (minSignificant !== undefined || maxSignificant !== undefined) {
    const least = integer(given, "minimumSignificantDigits", 1, 21, 1);
    resolved.minimumSignificantDigits = least;
    resolved.maximumSignificantDigits = integer(given, "maximumSignificantDigits", least, 21, 21);
  } else if (minFraction !== undefined || maxFraction !== undefined || resolved.notation !== "compact") {
    let least = integer(given, "minimumFractionDigits", 0, 100);
    let most = integer(given, "maximumFractionDigits", 0, 100);
    least ??= most === undefined ? minDefault : Math.min(minDefault, most);
    most ??= Math.max(maxDefault, least);
    if (least > most) throw new RangeError("maximumFractionDigits value is out of range.");
    resolved.minimumFractionDigits = least;
    resolved.maximumFractionDigits = most;
  } else {
    Object.assign(resolved, { minimumFractionDigits: 0, maximumFractionDigits: 0, minimumSignificantDigits: 1, maximumSignificantDigits: 2 });
    roundingPriority = "morePrecision";
  }
  return { roundingIncrement: 1, roundingMode, roundingPriority, trailingZeroDisplay };
}

function readNumberOptions(locales, given) {
  const locale = resolveLocale(locales);
  if (given === null) throw new TypeError("Cannot convert undefined or null to object");
  given = given === undefined ? {} : Object(given);
  const read = (name, values, fallback) => choice(given, name, values, fallback, "NumberFormat");
  read("localeMatcher", ["lookup", "best fit"]);
  read("numberingSystem");
  const style = read("style", ["decimal", "percent", "currency", "unit"], "decimal");
  const resolved = { locale, numberingSystem: "latn", style };
  const currency = read("currency");
  if (currency !== undefined && !/^[a-z]{3}$/i.test(currency)) throw new RangeError(`Invalid currency code : ${currency}`);
  if (style === "currency" && currency === undefined) throw new TypeError("Currency code is required with currency style.");
  const currencyDisplay = read("currencyDisplay", ["code", "symbol", "narrowSymbol", "name"], "symbol");
  const currencySign = read("currencySign", ["standard", "accounting"], "standard");
  const unit = read("unit");
  if (unit !== undefined && !unit.split("-per-").every((part) => Object.hasOwn(UNITS, part))) throw new RangeError(`Invalid unit argument for Intl.NumberFormat() '${unit}'`);
  if (style === "unit" && unit === undefined) throw new TypeError("Required unit argument");
  const unitDisplay = read("unitDisplay", ["short", "narrow", "long"], "short");
  if (style === "currency") Object.assign(resolved, { currency: currency.toUpperCase(), currencyDisplay, currencySign });
  if (style === "unit") Object.assign(resolved, { unit, unitDisplay });
  const notation = read("notation", ["standard", "scientific", "engineering", "compact"], "standard");
  const cents = style === "currency" && notation === "standard" ? (NO_FRACTION.has(resolved.currency) ? 0 : THREE_DIGITS.has(resolved.currency) ? 3 : 2) : undefined;
  const rounding = readDigits(given, Object.defineProperty(resolved, "notation", { value: notation, configurable: true }), cents ?? 0, cents ?? (style === "percent" ? 0 : 3));
  const compactDisplay = read("compactDisplay", ["short", "long"], "short");
  let useGrouping = given.useGrouping;
  if (useGrouping === undefined) useGrouping = notation === "compact" ? "min2" : "auto";
  else if (useGrouping === true) useGrouping = "always";
  else if (!useGrouping) useGrouping = false;
  else if (!["min2", "auto", "always", "true", "false"].includes(String(useGrouping))) throw new RangeError(`Value ${useGrouping} out of range for Intl.NumberFormat options property useGrouping`);
  else useGrouping = /^(?:true|false)$/.test(useGrouping) ? "auto" : String(useGrouping);
  resolved.useGrouping = useGrouping;
  delete resolved.notation;
  resolved.notation = notation;
  if (notation === "compact") resolved.compactDisplay = compactDisplay;
  resolved.signDisplay = read("signDisplay", ["auto", "never", "always", "exceptZero", "negative"], "auto");
  return Object.assign(resolved, rounding);
}

// ---- numbers to parts

function rounded(decimal, resolved) {
  const { maximumSignificantDigits: significant, maximumFractionDigits: fraction, roundingMode: mode } = resolved;
  const byFraction = (count) => keep(decimal, decimal.point + count, mode);
  if (significant === undefined) return byFraction(fraction);
  // Compact notation keeps whole numbers whole.
  if (resolved.roundingPriority === "morePrecision" && decimal.point >= significant) return byFraction(fraction);
  return keep(decimal, significant, mode);
}

function numberParts(decimal, resolved) {
  const { minimumSignificantDigits: least, minimumIntegerDigits } = resolved;
  const kept = rounded(decimal, resolved);
  // Zeros count as significant digits from the first digit that is none; zero itself counts as one.
  const missing = least === undefined ? (resolved.minimumFractionDigits ?? 0) : Math.max(0, least - (kept.digits ? kept.point : 1));
  let [whole, fraction] = written(kept, missing, minimumIntegerDigits);
  if (resolved.trailingZeroDisplay === "stripIfInteger" && /^0*$/.test(fraction)) fraction = "";
  const parts = [];
  const { useGrouping } = resolved;
  const groups = useGrouping !== false && whole.length > (useGrouping === "min2" ? 4 : 3);
  if (groups) {
    const first = whole.length % 3 || 3;
    parts.push({ type: "integer", value: whole.slice(0, first) });
    for (let at = first; at < whole.length; at += 3) parts.push({ type: "group", value: "," }, { type: "integer", value: whole.slice(at, at + 3) });
  } else parts.push({ type: "integer", value: whole });
  if (fraction) parts.push({ type: "decimal", value: "." }, { type: "fraction", value: fraction });
  return { parts, isZero: kept.digits === "", isOne: whole === "1" && fraction === "" };
}

/** The exponent of compact and scientific notation. Rounding can raise it: 999,999 is 1M. */
function exponentOf(decimal, resolved) {
  if (!decimal.digits) return 0;
  const step = resolved.notation === "scientific" ? 1 : 3;
  const pick = (point) => {
    const exponent = Math.floor((point - 1) / step) * step;
    return resolved.notation === "compact" ? Math.min(Math.max(exponent, 0), 12) : exponent;
  };
  const exponent = pick(decimal.point);
  const kept = rounded(shifted(decimal, -exponent), resolved);
  return pick(kept.point + exponent);
}

function signOf(decimal, isZero, display) {
  switch (display) {
    case "never":
      return "";
    case "always":
      return decimal.isNegative ? "-" : "+";
    case "exceptZero":
      return isZero || decimal.special === "nan" ? "" : decimal.isNegative ? "-" : "+";
    case "negative":
      return decimal.isNegative && !isZero ? "-" : "";
    default:
      return decimal.isNegative ? "-" : "";
  }
}

function partsOf(value, resolved) {
  let decimal = decimalOf(value);
  let body, isZero = false, isOne = false;
  if (decimal.special) body = [{ type: decimal.special, value: decimal.special === "nan" ? "NaN" : "∞" }];
  else {
    if (resolved.style === "percent") decimal = shifted(decimal, 2);
    const exponent = resolved.notation === "standard" ? 0 : exponentOf(decimal, resolved);
    ({ parts: body, isZero, isOne } = numberParts(shifted(decimal, -exponent), resolved));
    if (resolved.notation === "compact" && exponent) {
      const isLong = resolved.compactDisplay === "long";
      if (isLong) body.push({ type: "literal", value: " " });
      body.push({ type: "compact", value: (isLong ? COMPACT_LONG : COMPACT_SHORT)[exponent / 3] });
      isOne = false;
    } else if (resolved.notation !== "standard" && resolved.notation !== "compact") {
      body.push({ type: "exponentSeparator", value: "E" });
      if (exponent < 0) body.push({ type: "exponentMinusSign", value: "-" });
      body.push({ type: "exponentInteger", value: String(Math.abs(exponent)) });
    }
  }
  const sign = signOf(decimal, isZero, resolved.signDisplay);
  const signs = sign ? [{ type: sign === "-" ? "minusSign" : "plusSign", value: sign }] : [];
  switch (resolved.style) {
    case "percent":
      return [...signs, ...body, { type: "percentSign", value: "%" }];
    case "currency":
      return currencyParts(signs, body, isOne, resolved);
    case "unit":
      return unitParts(signs, body, isOne, resolved);
    default:
      return [...signs, ...body];
  }
}

function currencyParts(signs, body, isOne, { currency, currencyDisplay, currencySign }) {
  if (currencyDisplay === "name") {
    const name = CURRENCY_NAMES[currency]?.[isOne ? 0 : 1] ?? currency;
    return [...signs, ...body, { type: "literal", value: " " }, { type: "currency", value: name }];
  }
  const narrow = currencyDisplay === "narrowSymbol" ? NARROW_SYMBOLS[currency] : undefined;
  const symbol = currencyDisplay === "code" ? currency : (narrow ?? SYMBOLS[currency] ?? currency);
  const amount = [{ type: "currency", value: symbol }, ...(/[a-z]$/i.test(symbol) ? [{ type: "literal", value: NBSP }] : []), ...body];
  if (currencySign === "accounting" && signs[0]?.type === "minusSign") return [{ type: "literal", value: "(" }, ...amount, { type: "literal", value: ")" }];
  return [...signs, ...amount];
}

function unitParts(signs, body, isOne, { unit, unitDisplay }) {
  const [first, second] = unit.split("-per-");
  const words = (name, one) => UNITS[name][unitDisplay === "narrow" ? 4 : (unitDisplay === "long" ? 2 : 0) + (one ? 0 : 1)];
  let name = words(first, isOne);
  if (unit === "mile-per-gallon" && unitDisplay !== "long") name = "mpg";
  else if (second) name = unitDisplay === "long" ? `${name} per ${words(second, true)}` : `${name}/${second === "hour" || second === "second" ? UNITS[second][4] : words(second, true)}`;
  const isApart = unitDisplay === "long" || (unitDisplay === "short" && /^[\p{L}]/u.test(name));
  return [...signs, ...body, ...(isApart ? [{ type: "literal", value: " " }] : []), { type: "unit", value: name }];
}

export const NumberFormat = callable(class NumberFormat {
  #resolved;
  #format;
  constructor(locales, options) {
    this.#resolved = readNumberOptions(locales, options);
  }
  get format() {
    this.#resolved;
    return (this.#format ??= Object.defineProperty((value) => joined(this.formatToParts(value)), "name", { __proto__: null, value: "" }));
  }
  formatToParts(value) {
    return partsOf(value, this.#resolved);
  }
  resolvedOptions() {
    return { ...this.#resolved };
  }
}, "NumberFormat");

// ---- Intl.PluralRules. https://tc39.es/ecma402/#pluralrules-objects

export const PluralRules = finish(class PluralRules {
  #resolved;
  constructor(locales, options) {
    const locale = resolveLocale(locales);
    options = options === undefined ? {} : Object(options);
    const resolved = { locale, type: choice(options, "type", ["cardinal", "ordinal"], "cardinal", "PluralRules") };
    const rounding = readDigits(options, resolved, 0, 3);
    resolved.pluralCategories = resolved.type === "cardinal" ? ["one", "other"] : ["few", "one", "two", "other"];
    this.#resolved = Object.assign(resolved, rounding);
  }
  select(value) {
    const number = Number(value);
    if (!Number.isFinite(number)) return "other";
    const text = joined(numberParts(decimalOf(number), { ...this.#resolved, minimumIntegerDigits: 1, useGrouping: false }).parts);
    if (this.#resolved.type === "cardinal") return text === "1" ? "one" : "other";
    if (!/^\d+$/.test(text) || /1[123]$/.test(text)) return "other";
    return { 1: "one", 2: "two", 3: "few" }[text.at(-1)] ?? "other";
  }
  selectRange(start, end) {
    if (start === undefined || end === undefined) throw new TypeError("startRange or endRange cannot be undefined");
    if (Number.isNaN(Number(start)) || Number.isNaN(Number(end))) throw new RangeError("startRange or endRange is NaN");
    return this.#resolved.type === "cardinal" ? "other" : this.select(end);
  }
  resolvedOptions() {
    return { ...this.#resolved, pluralCategories: [...this.#resolved.pluralCategories] };
  }
}, "PluralRules");

// ---- Intl.RelativeTimeFormat. https://tc39.es/ecma402/#relativetimeformat-objects

/** Short for one and for others, narrow, and what the present one is called short. */
const TIMES = {
  second: ["sec.", "sec.", "s", "now"], minute: ["min.", "min.", "m", "minute"], hour: ["hr.", "hr.", "h", "hour"], day: ["day", "days", "d", "today"],
  week: ["wk.", "wk.", "w", "wk."], month: ["mo.", "mo.", "mo", "mo."], quarter: ["qtr.", "qtrs.", "q", "qtr."], year: ["yr.", "yr.", "y", "yr."],
};
const DAYS = { "-1": "yesterday", 0: "today", 1: "tomorrow" };
const NEAR = { "-1": "last", 0: "this", 1: "next" };

/** A word for a time that is near: `yesterday`, `next week`. */
function nearby(value, unit, style) {
  if (unit === "day") return DAYS[value];
  if (unit === "second") return value === 0 ? "now" : undefined;
  if (!(value in NEAR) || (value !== 0 && (unit === "minute" || unit === "hour"))) return undefined;
  return `${NEAR[value]} ${style === "long" ? unit : TIMES[unit][3]}`;
}

export const RelativeTimeFormat = finish(class RelativeTimeFormat {
  #resolved;
  #numbers;
  constructor(locales, options) {
    const locale = resolveLocale(locales);
    options = options === undefined ? {} : Object(options);
    const style = choice(options, "style", ["long", "short", "narrow"], "long", "RelativeTimeFormat");
    const numeric = choice(options, "numeric", ["always", "auto"], "always", "RelativeTimeFormat");
    this.#resolved = { locale, style, numeric, numberingSystem: "latn" };
    this.#numbers = readNumberOptions(locales, undefined);
  }
  format(value, unit) {
    return joined(this.formatToParts(value, unit));
  }
  formatToParts(value, unit) {
    const { style, numeric } = this.#resolved;
    const number = Number(value);
    const name = String(unit).replace(/s$/, "");
    if (!Object.hasOwn(TIMES, name)) throw new RangeError(`Invalid unit argument for format() '${unit}'`);
    if (!Number.isFinite(number)) throw new RangeError("The value must be finite");
    const near = numeric === "auto" ? nearby(number, name, style) : undefined;
    if (near !== undefined) return [{ type: "literal", value: near }];
    const digits = partsOf(Math.abs(number), this.#numbers);
    const isOne = joined(digits) === "1";
    const word = style === "long" ? `${name}${isOne ? "" : "s"}` : TIMES[name][style === "narrow" ? 2 : isOne ? 0 : 1];
    const after = `${style === "narrow" ? "" : " "}${word}`;
    const parts = digits.map((part) => ({ ...part, unit: name }));
    if (number < 0 || Object.is(number, -0)) return [...parts, { type: "literal", value: `${after} ago` }];
    return [{ type: "literal", value: "in " }, ...parts, { type: "literal", value: after }];
  }
  resolvedOptions() {
    return { ...this.#resolved };
  }
}, "RelativeTimeFormat");

// ---- what Number.prototype and BigInt.prototype have

export function numberToString(locales, options) {
  if (typeof this !== "number" && typeof this !== "bigint" && typeof this?.valueOf() !== "number" && typeof this?.valueOf() !== "bigint")
    throw new TypeError("Number.prototype.toLocaleString requires that 'this' be a Number");
  return joined(partsOf(this.valueOf(), readNumberOptions(locales, options)));
}
