// FormData, and multipart/form-data both ways. https://xhr.spec.whatwg.org/#interface-formdata
import { concat, parseMultipart } from "native:fetch";
import {
  INSPECT,
  finishClass,
  illegalInvocation,
  makeIterators,
  requireArguments,
  usvString,
} from "internal:fetch-idl";
import { importBuiltin } from "internal:host";

let entriesOf; // (form) => [[name, value]]

const blobs = () => importBuiltin("internal:blob");
const tagged = (value, ...tags) =>
  typeof value === "object" && value !== null && tags.includes(value[Symbol.toStringTag]) && blobs().isBlob(value);

// https://xhr.spec.whatwg.org/#create-an-entry
function makeEntry(name, value, filename, hasFilename, method) {
  name = usvString(name, `${method}: name`);
  if (!tagged(value, "Blob", "File")) {
    if (hasFilename) {
      const shown = typeof value === "string" ? JSON.stringify(value) : String(value);
      throw new TypeError(`${method}: Expected value ("${shown}") to be an instance of Blob.`);
    }
    return [name, usvString(value, `${method}: value`)];
  }
  const { File, isFile } = blobs();
  if (hasFilename || !isFile(value)) {
    const title = hasFilename ? usvString(filename, `${method}: filename`) : "blob";
    const lastModified = isFile(value) ? value.lastModified : undefined;
    value = new File([value], title, { type: value.type, lastModified });
  }
  return [name, value];
}

export class FormData {
  #entries = [];

  static {
    entriesOf = (form) => form.#entries;
  }

  constructor(form = undefined) {
    if (form !== undefined) throw new TypeError("FormData constructor: Argument 1 could not be converted to: undefined.");
  }

  append(name, value, filename = undefined) {
    if (!isFormData(this)) throw illegalInvocation();
    requireArguments(arguments.length, 2, "FormData.append");
    this.#entries.push(makeEntry(name, value, filename, arguments.length > 2, "FormData.append"));
  }

  delete(name) {
    if (!isFormData(this)) throw illegalInvocation();
    requireArguments(arguments.length, 1, "FormData.delete");
    name = usvString(name, "FormData.delete: name");
    this.#entries = this.#entries.filter((entry) => entry[0] !== name);
  }

  get(name) {
    if (!isFormData(this)) throw illegalInvocation();
    requireArguments(arguments.length, 1, "FormData.get");
    name = usvString(name, "FormData.get: name");
    return this.#entries.find((entry) => entry[0] === name)?.[1] ?? null;
  }

  getAll(name) {
    if (!isFormData(this)) throw illegalInvocation();
    requireArguments(arguments.length, 1, "FormData.getAll");
    name = usvString(name, "FormData.getAll: name");
    return this.#entries.filter((entry) => entry[0] === name).map((entry) => entry[1]);
  }

  has(name) {
    if (!isFormData(this)) throw illegalInvocation();
    requireArguments(arguments.length, 1, "FormData.has");
    name = usvString(name, "FormData.has: name");
    return this.#entries.some((entry) => entry[0] === name);
  }

  set(name, value, filename = undefined) {
    if (!isFormData(this)) throw illegalInvocation();
    requireArguments(arguments.length, 2, "FormData.set");
    const entry = makeEntry(name, value, filename, arguments.length > 2, "FormData.set");
    const index = this.#entries.findIndex((other) => other[0] === entry[0]);
    if (index < 0) this.#entries.push(entry);
    else {
      const rest = this.#entries.slice(index + 1).filter((other) => other[0] !== entry[0]);
      this.#entries = [...this.#entries.slice(0, index), entry, ...rest];
    }
  }

  static #brand(form) {
    if (typeof form !== "object" || form === null || !(#entries in form)) throw illegalInvocation();
  }

  static {
    makeIterators(FormData, "FormData", (form) => form.#entries, FormData.#brand);
  }

  [INSPECT](depth, options, inspect) {
    const object = {};
    for (const [name, value] of this.#entries)
      object[name] = name in object ? [].concat(object[name], value) : value;
    return inspect ? `FormData ${inspect(object, options)}` : object;
  }

  static is(value) {
    return typeof value === "object" && value !== null && #entries in value;
  }
}

export const isFormData = FormData.is;
delete FormData.is;
finishClass(FormData, "FormData", ["append", "delete", "get", "getAll", "has", "set"]);
Object.defineProperty(FormData.prototype, INSPECT, { enumerable: false });

const escape = (text) => text.replace(/\n/g, "%0A").replace(/\r/g, "%0D").replace(/"/g, "%22");
const lines = (text) => text.replace(/\r\n?|\n/g, "\r\n");

// https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#multipart-form-data
export function encode(form) {
  const digits = String(Math.trunc(Math.random() * 1e11)).padStart(12, "0");
  const boundary = `----formdata-llrt-${digits}`;
  const parts = [];
  for (const [name, value] of entriesOf(form)) {
    const head = `--${boundary}\r\nContent-Disposition: form-data; name="${escape(lines(name))}"`;
    if (typeof value === "string") parts.push(`${head}\r\n\r\n${lines(value)}\r\n`);
    else {
      const type = value.type || "application/octet-stream";
      parts.push(`${head}; filename="${escape(value.name)}"\r\nContent-Type: ${type}\r\n\r\n`);
      parts.push(blobs().blobBytes(value), "\r\n");
    }
  }
  parts.push(`--${boundary}--\r\n`);
  return { bytes: concat(parts), type: `multipart/form-data; boundary=${boundary}` };
}

// Names, file names, types and contents in turn.
export function decode(bytes, boundary) {
  const form = new FormData();
  const entries = entriesOf(form);
  const flat = parseMultipart(bytes, boundary);
  for (let index = 0; index < flat.length; index += 4) {
    const [name, filename, type, content] = flat.slice(index, index + 4);
    entries.push([name, filename === undefined ? content : new (blobs().File)([content], filename, { type })]);
  }
  return form;
}

export function fromPairs(pairs) {
  const form = new FormData();
  for (const [name, value] of pairs) entriesOf(form).push([name, value]);
  return form;
}
