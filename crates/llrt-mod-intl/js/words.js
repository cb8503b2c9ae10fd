// Intl.ListFormat and Intl.Segmenter. https://tc39.es/ecma402/#listformat-objects, https://tc39.es/ecma402/#segmenter-objects
import { boundaries } from "native:intl-words";
import { choice, finish, joined, resolveLocale } from "internal:intl-options";

/** What stands between two elements, between the last of more, and between others. */
const JOINTS = {
  conjunction: { long: [" and ", ", and "], short: [" & ", ", & "], narrow: [", ", ", "] },
  disjunction: { long: [" or ", ", or "], short: [" or ", ", or "], narrow: [" or ", ", or "] },
  unit: { long: [", ", ", "], short: [", ", ", "], narrow: [" ", " "] },
};

export const ListFormat = finish(class ListFormat {
  #options;
  constructor(locales, options) {
    const locale = resolveLocale(locales);
    if (options !== undefined && (typeof options !== "object" || options === null)) throw new TypeError("Incorrect ListFormat information provided");
    options ??= {};
    const type = choice(options, "type", ["conjunction", "disjunction", "unit"], "conjunction", "ListFormat");
    const style = choice(options, "style", ["long", "short", "narrow"], "long", "ListFormat");
    this.#options = { locale, type, style };
  }
  format(list) {
    return joined(this.formatToParts(list));
  }
  formatToParts(list) {
    const { type, style } = this.#options;
    const elements = list === undefined ? [] : Array.from(list, (element) => {
      if (typeof element !== "string") throw new TypeError("Iterable yielded a non-String value");
      return element;
    });
    const [two, last] = JOINTS[type][style];
    const between = type === "unit" && style === "narrow" ? " " : ", ";
    return elements.flatMap((value, index) => {
      const element = { type: "element", value };
      if (index === 0) return [element];
      const literal = elements.length === 2 ? two : index === elements.length - 1 ? last : between;
      return [{ type: "literal", value: literal }, element];
    });
  }
  resolvedOptions() {
    return { ...this.#options };
  }
}, "ListFormat");

class Segments {
  #text;
  #granularity;
  #starts;
  constructor(text, granularity) {
    this.#text = text;
    this.#granularity = granularity;
    this.#starts = boundaries(text, granularity);
  }
  #at(position) {
    const start = this.#starts[position];
    const next = this.#starts[position + 1];
    const from = start < 0 ? -start - 1 : start;
    const to = next === undefined ? this.#text.length : next < 0 ? -next - 1 : next;
    const data = { segment: this.#text.slice(from, to), index: from, input: this.#text };
    if (this.#granularity === "word") data.isWordLike = start >= 0;
    return data;
  }
  containing(index) {
    const place = Math.trunc(Number(index)) || 0;
    if (place < 0 || place >= this.#text.length) return undefined;
    let [low, high] = [0, this.#starts.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      const start = this.#starts[middle];
      if ((start < 0 ? -start - 1 : start) <= place) low = middle;
      else high = middle - 1;
    }
    return this.#at(low);
  }
  *[Symbol.iterator]() {
    for (let position = 0; position < this.#starts.length; position++) yield this.#at(position);
  }
}

export const Segmenter = finish(class Segmenter {
  #options;
  constructor(locales, options) {
    const locale = resolveLocale(locales);
    if (options !== undefined && (typeof options !== "object" || options === null)) throw new TypeError("Incorrect Segmenter information provided");
    this.#options = { locale, granularity: choice(options ?? {}, "granularity", ["grapheme", "word", "sentence"], "grapheme", "Segmenter") };
  }
  segment(text) {
    return new Segments(String(text), this.#options.granularity);
  }
  resolvedOptions() {
    return { ...this.#options };
  }
}, "Segmenter");
