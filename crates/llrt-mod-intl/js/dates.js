// Intl.DateTimeFormat. https://tc39.es/ecma402/#datetimeformat-objects
import { localZone, offsetAt, zoneNamed } from "native:intl-dates";
import { importBuiltin } from "internal:host";
import { callable, choice, integer, joined, resolveLocale } from "internal:intl-options";

const MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];
const WEEKDAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const ERAS = { long: ["Before Christ", "Anno Domini"], short: ["BC", "AD"], narrow: ["B", "A"] };
const RANGE = "\u2009–\u2009";

const WIDTHS = ["narrow", "short", "long"];
const DIGITS = ["2-digit", "numeric"];
const FIELDS = [
  ["weekday", WIDTHS], ["era", WIDTHS], ["year", DIGITS], ["month", [...DIGITS, ...WIDTHS]], ["day", DIGITS], ["dayPeriod", WIDTHS],
  ["hour", DIGITS], ["minute", DIGITS], ["second", DIGITS], ["fractionalSecondDigits", undefined],
  ["timeZoneName", ["short", "long", "shortOffset", "longOffset", "shortGeneric", "longGeneric"]],
];
const NAMES = new Set([...FIELDS.map(([name]) => name), "fractionalSecond"]);
const DATE_FIELDS = ["weekday", "year", "month", "day"];
const TIME_FIELDS = ["dayPeriod", "hour", "minute", "second", "fractionalSecondDigits"];
const STYLES = ["full", "long", "medium", "short"];
const DATE_STYLES = {
  full: { weekday: "long", year: "numeric", month: "long", day: "numeric" },
  long: { year: "numeric", month: "long", day: "numeric" },
  medium: { year: "numeric", month: "short", day: "numeric" },
  short: { year: "2-digit", month: "numeric", day: "numeric" },
};
const TIME_STYLES = {
  full: { hour: "numeric", minute: "2-digit", second: "2-digit", timeZoneName: "long" },
  long: { hour: "numeric", minute: "2-digit", second: "2-digit", timeZoneName: "short" },
  medium: { hour: "numeric", minute: "2-digit", second: "2-digit" },
  short: { hour: "numeric", minute: "2-digit" },
};

// ---- time zones

const UTC_NAMES = /^(?:etc\/)?(?:utc|uct|universal|zulu)$/i;
const OFFSET = /^([+-])([01]\d|2[0-3])(?::?([0-5]\d))?$/;

function readZone(value) {
  const name = value === undefined ? localZone() : String(value);
  if (UTC_NAMES.test(name)) return "UTC";
  const offset = OFFSET.exec(name);
  if (offset) {
    const [, sign, hours, minutes = "00"] = offset;
    return `${hours === "00" && minutes === "00" ? "+" : sign}${hours}:${minutes}`;
  }
  const found = zoneNamed(name);
  if (found === undefined) throw new RangeError(`Invalid time zone specified: ${name}`);
  return UTC_NAMES.test(found) ? "UTC" : found;
}

/** Seconds east of UTC, and whether it is summer time. */
function offsetOf(zone, time) {
  if (zone === "UTC") return [0, false];
  const fixed = OFFSET.exec(zone);
  if (fixed) return [(fixed[1] === "-" ? -60 : 60) * (fixed[2] * 60 + Number(fixed[3])), false];
  return offsetAt(zone, time);
}

function offsetName(seconds, isLong) {
  const [sign, size] = seconds < 0 ? ["-", -seconds] : ["+", seconds];
  const two = (number) => String(number).padStart(2, "0");
  const [hours, minutes, rest] = [Math.floor(size / 3600), Math.floor(size / 60) % 60, size % 60];
  const tail = rest ? `:${two(minutes)}:${two(rest)}` : minutes || isLong ? `:${two(minutes)}` : "";
  return `GMT${sign}${isLong ? two(hours) : hours}${tail}`;
}

function zoneName(style, zone, [seconds, isSummer]) {
  if (style === "longOffset" || style === "shortOffset") return offsetName(seconds, style === "longOffset");
  const isLong = style.startsWith("long");
  if (zone === "UTC") return isLong ? "Coordinated Universal Time" : "UTC";
  const names = importBuiltin("internal:intl-zone-names").namesOf(zone);
  if (names) {
    const [standard, summer, shortStandard, shortSummer] = names;
    if (style === "longGeneric" && standard !== "Greenwich Mean Time") return standard.replace(" Standard", "");
    if (style === "shortGeneric" && shortSummer) return shortStandard.replace("ST", "T");
    const name = isLong ? (isSummer ? summer : standard) : isSummer ? shortSummer : shortStandard;
    if (name && !style.endsWith("Generic")) return name;
  }
  return seconds === 0 && !isLong ? "GMT" : offsetName(seconds, isLong);
}

// ---- patterns: names of fields, and text between them

function datePattern(options) {
  const { weekday, era, year, month, day } = options;
  const pattern = [];
  const add = (...parts) => pattern.push(...parts);
  if (month !== undefined && !DIGITS.includes(month)) {
    add("month");
    if (day) add(" ", "day");
    if (year) add(day ? ", " : " ", "year");
  } else if (month !== undefined) {
    add("month");
    if (day) add("/", "day");
    if (year) add("/", "year");
  } else if (year && day) add("year", " (day: ", "day", ")");
  else if (year) add("year");
  else if (day) add("day");
  if (weekday && day && month) pattern.unshift("weekday", ", ");
  else if (weekday) add(...(pattern.length ? [" "] : []), "weekday");
  if (era) add(...(pattern.length ? [" "] : []), "era");
  return pattern;
}

function timePattern(options, isHalf) {
  const { hour, minute, second, fractionalSecondDigits: digits, dayPeriod } = options;
  const pattern = [];
  if (hour) pattern.push("hour");
  if (minute) pattern.push(...(hour ? [":"] : []), "minute");
  if (second && hour && !minute) return [...pattern, ...(isHalf ? [" ", "dayPeriod"] : []), " (second: ", "second", ")"];
  if (second) pattern.push(...(minute ? [":"] : []), "second");
  if (digits) pattern.push(...(second ? ["."] : minute ? [":"] : []), "fractionalSecond");
  if (hour && isHalf) pattern.push(" ", "dayPeriod");
  else if (dayPeriod && !hour) pattern.push(...(pattern.length ? [" "] : []), "dayPeriod");
  return pattern;
}

function glue(options, dateStyle) {
  if (dateStyle) return dateStyle === "full" || dateStyle === "long" ? " at " : ", ";
  if (options.month === "long") return " at ";
  return options.month || options.day || options.year ? ", " : " ";
}

function wholePattern(options, resolved) {
  const date = datePattern(options);
  const time = timePattern(options, resolved.hour12);
  if (options.timeZoneName) time.push(...(time.length ? [" "] : []), "timeZoneName");
  return date.length && time.length ? [...date, glue(options, resolved.dateStyle), ...time] : [...date, ...time];
}

// ---- values

function dayPeriodName(width, hour, isExact) {
  if (hour === 12 && isExact) return width === "narrow" ? "n" : "noon";
  if (hour < 12) return "in the morning";
  if (hour < 18) return "in the afternoon";
  return hour < 21 ? "in the evening" : "at night";
}

const text = (names, index, width) => (width === "long" ? names[index] : names[index].slice(0, width === "short" ? 3 : 1));
const digits = (number, style) => (style === "2-digit" ? String(number % 100).padStart(2, "0") : String(number));

function hourValue(hour, cycle) {
  switch (cycle) {
    case "h11":
      return hour % 12;
    case "h12":
      return hour % 12 || 12;
    case "h24":
      return hour || 24;
    default:
      return hour;
  }
}

function valueOf(field, { options, resolved }, local, time, zone) {
  const year = local.getUTCFullYear();
  const hour = local.getUTCHours();
  switch (field) {
    case "weekday":
      return text(WEEKDAYS, local.getUTCDay(), options.weekday);
    case "era":
      return ERAS[options.era][year > 0 ? 1 : 0];
    case "year":
      return digits(year > 0 ? year : 1 - year, options.year);
    case "month":
      return DIGITS.includes(options.month) ? digits(local.getUTCMonth() + 1, options.month) : text(MONTHS, local.getUTCMonth(), options.month);
    case "day":
      return digits(local.getUTCDate(), options.day);
    case "hour":
      return digits(hourValue(hour, resolved.hourCycle), resolved.hour12 ? options.hour : "2-digit");
    case "minute":
      return digits(local.getUTCMinutes(), options.hour || options.second ? "2-digit" : "numeric");
    case "second":
      return digits(local.getUTCSeconds(), options.minute ? "2-digit" : "numeric");
    case "fractionalSecond":
      return String(local.getUTCMilliseconds()).padStart(3, "0").slice(0, options.fractionalSecondDigits);
    case "dayPeriod":
      if (options.dayPeriod) return dayPeriodName(options.dayPeriod, hour, !options.minute || local.getUTCMinutes() === 0);
      return hour < 12 ? "AM" : "PM";
    default:
      return zoneName(options.timeZoneName, resolved.timeZone, zone);
  }
}

function timeOf(value) {
  const time = value === undefined ? Date.now() : Number(value);
  if (!(Math.abs(time) <= 864e13)) throw new RangeError("Invalid time value");
  return Math.trunc(time) + 0;
}

function partsOf(state, time) {
  const zone = offsetOf(state.resolved.timeZone, time);
  const local = new Date(time + zone[0] * 1000);
  return state.pattern.map((field) => {
    if (!NAMES.has(field)) return { type: "literal", value: field };
    return { type: field, value: valueOf(field, state, local, time, zone) };
  });
}

/** The same with the fields of the date that tell two times apart. */
function withDifference(state, times) {
  const { options, resolved } = state;
  if (resolved.dateStyle || !(options.hour || options.minute || options.second)) return state;
  const [first, last] = times.map((time) => new Date(time + offsetOf(resolved.timeZone, time)[0] * 1000).toISOString().split(/(?=-\d\d-)|T/));
  if (first[0] === last[0] && first[1] === last[1]) return state;
  const more = { ...options, month: options.month ?? "numeric", day: options.day ?? "numeric" };
  if (first[0] !== last[0] || !options.month) more.year ??= "numeric";
  return { options: more, resolved, pattern: wholePattern(more, resolved) };
}

// ---- options

function readOptions(locales, given, required, defaults) {
  const locale = resolveLocale(locales);
  if (given === null) throw new TypeError("Cannot convert undefined or null to object");
  given = given === undefined ? {} : Object(given);
  const read = (name, values, fallback) => choice(given, name, values, fallback, "DateTimeFormat");
  read("localeMatcher", ["lookup", "best fit"]);
  read("calendar");
  read("numberingSystem");
  const hour12 = given.hour12 === undefined ? undefined : Boolean(given.hour12);
  let hourCycle = read("hourCycle", ["h11", "h12", "h23", "h24"]);
  const timeZone = readZone(given.timeZone);
  const options = {};
  for (const [name, values] of FIELDS) {
    const value = name === "fractionalSecondDigits" ? integer(given, name, 1, 3) : read(name, values);
    if (value !== undefined) options[name] = value;
  }
  read("formatMatcher", ["basic", "best fit"]);
  const dateStyle = read("dateStyle", STYLES);
  const timeStyle = read("timeStyle", STYLES);
  if (dateStyle || timeStyle) {
    const mixed = Object.keys(options).length > 0 || (required === "date" && timeStyle) || (required === "time" && dateStyle);
    if (mixed) throw new TypeError("Invalid option : option");
    Object.assign(options, DATE_STYLES[dateStyle], TIME_STYLES[timeStyle]);
  } else {
    const asked = (names) => names.some((name) => options[name] !== undefined);
    const needsDefaults = !((required !== "time" && asked(DATE_FIELDS)) || (required !== "date" && asked(TIME_FIELDS)));
    if (needsDefaults && defaults !== "time") Object.assign(options, { year: "numeric", month: "numeric", day: "numeric" });
    if (needsDefaults && defaults !== "date") Object.assign(options, { hour: "numeric", minute: "2-digit", second: "2-digit" });
  }
  const resolved = { locale, calendar: "gregory", numberingSystem: "latn", timeZone };
  if (options.hour) {
    if (hour12 !== undefined) hourCycle = hour12 ? "h12" : "h23";
    resolved.hourCycle = hourCycle ??= "h12";
    resolved.hour12 = hourCycle === "h11" || hourCycle === "h12";
  }
  if (dateStyle || timeStyle) {
    if (dateStyle) resolved.dateStyle = dateStyle;
    if (timeStyle) resolved.timeStyle = timeStyle;
  } else {
    const inOrder = FIELDS.map(([name]) => name).filter((name) => options[name] !== undefined);
    for (const name of inOrder) resolved[name] = options[name];
    if (options.minute && (options.hour || options.second)) resolved.minute = "2-digit";
    if (options.second && options.minute) resolved.second = "2-digit";
    if (options.hour && !resolved.hour12) resolved.hour = "2-digit";
  }
  const state = { options, resolved };
  state.pattern = wholePattern(options, resolved);
  return state;
}

export const DateTimeFormat = callable(class DateTimeFormat {
  #state;
  #format;
  constructor(locales, options, required = "any", defaults = "date") {
    this.#state = readOptions(locales, options, required, defaults);
  }
  get format() {
    this.#state;
    return (this.#format ??= Object.defineProperty((date) => joined(this.formatToParts(date)), "name", { __proto__: null, value: "" }));
  }
  formatToParts(date) {
    return partsOf(this.#state, timeOf(date));
  }
  formatRange(start, end) {
    return joined(this.formatRangeToParts(start, end));
  }
  /** Both ends are whole, where Node leaves out of the second what they share. */
  formatRangeToParts(start, end) {
    if (start === undefined || end === undefined) throw new TypeError("startDate or endDate cannot be undefined");
    const times = [timeOf(start), timeOf(end)];
    const state = withDifference(this.#state, times);
    const [first, last] = times.map((time) => partsOf(state, time));
    const from = (parts, source) => parts.map((part) => ({ ...part, source }));
    if (joined(first) === joined(last)) return from(first, "shared");
    return [...from(first, "startRange"), { type: "literal", value: RANGE, source: "shared" }, ...from(last, "endRange")];
  }
  resolvedOptions() {
    return { ...this.#state.resolved };
  }
}, "DateTimeFormat");

// ---- what Date.prototype has

function dateMethod(name, required, defaults) {
  const cache = new Map();
  return {
    [name](locales, options) {
      const time = Date.prototype.getTime.call(this);
      if (Number.isNaN(time)) return "Invalid Date";
      // The plain call is the common one.
      const isPlain = options === undefined && (locales === undefined || typeof locales === "string");
      let state = isPlain ? cache.get(locales) : undefined;
      if (state === undefined) {
        state = readOptions(locales, options, required, defaults);
        if (isPlain) cache.set(locales, state);
      }
      return joined(partsOf(state, time));
    },
  }[name];
}
export const dateToString = dateMethod("toLocaleString", "any", "all");
export const dateToDateString = dateMethod("toLocaleDateString", "date", "date");
export const dateToTimeString = dateMethod("toLocaleTimeString", "time", "time");

const { getHours, getMinutes, getSeconds, getTime, getTimezoneOffset, toDateString } = Date.prototype;
const { apply } = Reflect;

// `01:00:00 GMT+0100 (Central European Standard Time)`
function timeAndZone(date, time) {
  const two = (number) => String(number).padStart(2, "0");
  const [hours, minutes, seconds] = [getHours, getMinutes, getSeconds].map((get) => two(apply(get, date, [])));
  const east = -apply(getTimezoneOffset, date, []);
  const size = Math.abs(east);
  const zone = readZone(undefined);
  const offset = offsetOf(zone, time);
  // The system may have zones of its own.
  const name = Math.trunc(offset[0] / 60) === east ? zoneName("long", zone, offset) : offsetName(east * 60, true);
  return `${hours}:${minutes}:${seconds} GMT${east < 0 ? "-" : "+"}${two(Math.floor(size / 60))}${two(size % 60)} (${name})`;
}

function fullMethod(text) {
  return function () {
    const time = apply(getTime, this, []);
    return Number.isNaN(time) ? "Invalid Date" : text(this, time);
  };
}
export const dateToFullString = fullMethod((date, time) => `${apply(toDateString, date, [])} ${timeAndZone(date, time)}`);
export const dateToFullTime = fullMethod(timeAndZone);
