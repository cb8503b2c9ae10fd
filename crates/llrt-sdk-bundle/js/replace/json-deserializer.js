// The package makes an object for each member of a structure that it reads, the absent ones too, and asks it six questions for each value. Here the schema's own
// number says what a value is, and an object is made for what is there.
import { determineTimestampFormat } from "../../serde/determineTimestampFormat";
import { NormalizedSchema } from "@smithy/core/schema";
import { fromBase64, LazyJsonString, NumericValue, parseEpochTimestamp, parseRfc3339DateTimeWithOffset, parseRfc7231DateTime, toUtf8, writeKey } from "@smithy/core/serde";
import { SerdeContextConfig } from "../../ConfigurableSerdeContext";
import { jsonReviver } from "../jsonReviver";
import { needsReviver } from "../needsReviver";
import { parseJsonBody } from "../parseJsonBody";

const memberAt = Symbol.for("llrt.sdk.memberAt");
const jsonNames = Symbol("jsonNames");
/** The schema of a list's or a map's values, which is made anew each time that it is asked for. */
const valueSchema = Symbol("valueSchema");

/** Numbers, timestamps, documents, big integers and decimals, and blobs: not strings and booleans. */
const transformed = [1, 4, 5, 6, 7, 15, 17, 19, 21, 42];

export class JsonShapeDeserializer2 extends SerdeContextConfig {
  settings;

  constructor(settings) {
    super();
    this.settings = settings;
  }
  async read(schema, data) {
    if (typeof data !== "string" && !(data instanceof Uint8Array)) return this._read(schema, await parseJsonBody(data, this.serdeContext, schema));
    const text = toUtf8(data);
    if (text.length === 0) return {};
    return this._read(schema, JSON.parse(text, needsReviver(schema, text) ? jsonReviver : undefined));
  }
  readObject(schema, data) {
    return this._read(schema, data);
  }
  _read(schema, value) {
    const ns = NormalizedSchema.of(schema);
    const type = ns.getSchema();
    if (typeof value === "object" && value !== null) {
      if (ns.isStructSchema()) return this._readStruct(ns, value);
      const isDocument = type === 15;
      const isList = Array.isArray(value) && (isDocument || ns.isListSchema());
      if (isList || isDocument || ns.isMapSchema()) {
        const inner = isDocument ? ns : typeof type === "object" ? (type[valueSchema] ??= ns.getValueSchema()) : ns.getValueSchema();
        if (this.needsTransform(inner)) readValues(this, inner, value, isDocument, isList);
        return value;
      }
    }
    switch (type) {
      case 0:
        return typeof value === "string" ? readString(ns, value) : value;
      case 1:
        return typeof value === "string" && /^(-?Infinity|NaN)$/.test(value) ? Number(value) : value;
      case 21:
      case 42:
        return typeof value === "string" ? fromBase64(value) : value;
      case 4:
      case 5:
      case 6:
      case 7:
        return value == null ? value : readTimestamp(ns, this.settings, value);
      case 17:
        return typeof value === "number" || typeof value === "string" ? BigInt(value) : value;
      case 19:
        if (value == null || value instanceof NumericValue) return value;
        return value.type === "bigDecimal" && "string" in value ? new NumericValue(value.string, value.type) : new NumericValue(String(value), "bigDecimal");
    }
    return value;
  }
  _readStruct(ns, record) {
    if (!ns[memberAt]) ns = new NormalizedSchema(ns); // another copy of the package made it
    const type = ns.getSchema();
    const names = type[4];
    const keys = this.settings.jsonName ? (type[jsonNames] ??= names.map((name, i) => ns[memberAt](i)[1].getMergedTraits().jsonName ?? name)) : names;
    const out = {};
    let isEmpty = true;
    for (let i = 0; i < names.length; ++i) {
      const value = record[keys[i]];
      if (value == null) continue;
      isEmpty = false;
      out[names[i]] = this._read(ns[memberAt](i)[1], value);
    }
    if (type[0] === 4) {
      const others = isEmpty ? Object.keys(record).filter((key) => key !== "__type" && !keys.includes(key)) : [];
      if (others.length === 1) out.$unknown = [others[0], record[others[0]]];
    } else if (typeof record.__type === "string") {
      for (const key of Object.keys(record)) {
        const name = names[keys.lastIndexOf(key)] ?? key;
        if (!(name in out)) out[name] = record[key];
      }
    }
    return out;
  }
  needsTransform(ns) {
    const type = ns.getSchema();
    if (type === 0) return !!ns.getMergedTraits().mediaType;
    return transformed.includes(type) || ns.isStructSchema() || ns.isListSchema() || ns.isMapSchema();
  }
}

function readValues(deserializer, ns, values, isDocument, isList) {
  for (const key of isList ? values.keys() : Object.keys(values)) {
    if (key === "__proto__") writeKey(values);
    if (!isDocument || !(values[key] instanceof NumericValue)) values[key] = deserializer._read(ns, values[key]);
  }
}

function readString(ns, value) {
  const { mediaType } = ns.getMergedTraits();
  return mediaType && (mediaType === "application/json" || mediaType.endsWith("+json")) ? LazyJsonString.from(value) : value;
}

function readTimestamp(ns, settings, value) {
  switch (determineTimestampFormat(ns, settings)) {
    case 5:
      return parseRfc3339DateTimeWithOffset(value);
    case 6:
      return parseRfc7231DateTime(value);
    case 7:
      return parseEpochTimestamp(value);
  }
  console.warn("Missing timestamp format, parsing value with Date constructor:", value);
  return new Date(value);
}
