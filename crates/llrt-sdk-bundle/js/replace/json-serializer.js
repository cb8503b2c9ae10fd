// JSON as a string, of which the engine makes the bytes at the end: the package writes byte by byte, ten instructions of the interpreter each.
import { determineTimestampFormat } from "../../serde/determineTimestampFormat";
import { NormalizedSchema } from "@smithy/core/schema";
import { dateToUtcString, fromUtf8, generateIdempotencyToken, LazyJsonString, NumericValue, toBase64 } from "@smithy/core/serde";
import { SerdeContextConfig } from "../../ConfigurableSerdeContext";
import { hasOwn } from "@smithy/core/transport";
import { JsonBytesStringAdapter } from "./JsonBytesStringAdapter";

const memberAt = Symbol.for("llrt.sdk.memberAt");
const needsToken = Symbol.for("llrt.sdk.needsToken");
const isJsonType = (mediaType) => mediaType === "application/json" || mediaType.endsWith("+json");
const isSpecial = (value) => Number.isNaN(value) || value === Infinity || value === -Infinity;

function bytesOf(text) {
  const { buffer, byteOffset, byteLength } = fromUtf8(text);
  return new JsonBytesStringAdapter(buffer, byteOffset, byteLength);
}

export class JsonShapeSerializer2 extends SerdeContextConfig {
  settings;
  json = "";
  rootSchema;
  rawValue;
  passthrough = false;

  constructor(settings) {
    super();
    this.settings = settings;
  }
  write(schema, value) {
    this.json = "";
    this.rawValue = value;
    this.rootSchema = NormalizedSchema.of(schema);
    this.passthrough = this.rootSchema.isBlobSchema() || this.rootSchema.isStringSchema();
    if (!this.passthrough) this.writeValue(this.rootSchema, value, undefined);
  }
  writeDiscriminatedDocument(schema, value) {
    this.json = "";
    const ns = (this.rootSchema = NormalizedSchema.of(schema));
    this.writeValue(ns, value, undefined);
    if (ns.isStructSchema() && value != null && typeof value === "object")
      this.json = `${this.json[0]}"__type":"${ns.getName(true) ?? "Unknown"}",${this.json.slice(1)}`;
  }
  flush() {
    const { json, rawValue } = this;
    this.rootSchema = this.rawValue = undefined;
    this.json = "";
    return json === "" ? rawValue : bytesOf(json);
  }
  writeAscii(text) {
    this.json += text;
  }
  writeAsciiQuoted(text) {
    this.json += `"${text}"`;
  }
  writeJsonString(text) {
    if (typeof text === "string" || text instanceof String) this.json += JSON.stringify(text);
    else if (text.length > 0) text.charCodeAt(0);
    else this.json += '""';
  }
  writeBase64(data) {
    this.json += `"${toBase64(data)}"`;
  }
  writeValue(schema, value, container) {
    if (value == null) {
      if (!container?.isStructSchema()) this.json += "null";
      else if (value === undefined && NormalizedSchema.of(schema).isIdempotencyToken()) this.writeAsciiQuoted(generateIdempotencyToken());
      return;
    }
    const ns = NormalizedSchema.of(schema);
    if (ns.isStringSchema()) {
      const { mediaType } = ns.getMergedTraits();
      if (mediaType && isJsonType(mediaType)) return this.writeJsonString(LazyJsonString.from(value).toString());
    }
    if (this.settings.bigNumberAsString && (ns.isBigIntegerSchema() || ns.isBigDecimalSchema()))
      return this.writeAsciiQuoted(value instanceof NumericValue ? value.string : String(value));
    switch (typeof value) {
      case "object":
        return this.writeObject(ns, value);
      case "string":
        return ns.isBlobSchema()
          ? this.writeAsciiQuoted((this.serdeContext?.base64Encoder ?? toBase64)(value))
          : this.writeJsonString(value);
      case "number":
        return isSpecial(value) ? this.writeAsciiQuoted(value) : this.writeAscii(value);
    }
    this.writeAscii(String(value));
  }
  writeObject(ns, value) {
    const isDocument = ns.isDocumentSchema();
    if (ns.isStructSchema()) this.writeStruct(ns, value);
    else if (Array.isArray(value) && (isDocument || ns.isListSchema())) this.writeList(ns, value, isDocument);
    else if (ns.isMapSchema()) this.writeMap(ns, value, false);
    else if (value instanceof Uint8Array && (isDocument || ns.isBlobSchema())) this.writeBase64(value);
    else if (value instanceof Date && (isDocument || ns.isTimestampSchema())) this.writeTimestamp(ns, value);
    else if (value instanceof NumericValue) this.writeAscii(value.string);
    else if (isDocument) this.writeMap(ns, value, true);
    else this.writeAscii(JSON.stringify(value));
  }
  writeStruct(ns, value) {
    if (!ns[memberAt]) ns = new NormalizedSchema(ns); // another copy of the package made it
    this.json += "{";
    const hasType = typeof value.__type === "string";
    const written = hasType ? new Set() : undefined;
    let separator = "";
    const names = ns.getSchema()[4];
    for (let i = 0; i < names.length; ++i) {
      const item = value[names[i]];
      if (item == null && !ns[needsToken](i)) continue;
      const name = names[i];
      const schema = ns[memberAt](i)[1];
      const key = this.settings.jsonName ? (schema.getMergedTraits().jsonName ?? name) : name;
      written?.add(name).add(key);
      this.json += `${separator}"${key}":`;
      separator = ",";
      this.writeValue(schema, item, ns);
    }
    if (separator === "" && ns.isUnionSchema()) {
      if (Array.isArray(value.$unknown)) {
        const [key, item] = value.$unknown;
        this.json += `"${key}":`;
        this.writeValue(15, item, ns);
      }
    } else if (hasType) {
      for (const key in value) {
        if (written.has(key)) continue;
        written.add(key);
        this.json += `${separator}"${key}":`;
        separator = ",";
        this.writeValue(15, value[key], undefined);
      }
    }
    this.json += "}";
  }
  writeList(ns, value, isDocument) {
    const sparse = !!ns.getMergedTraits().sparse;
    const type = ns.getValueSchema();
    if (!isDocument && isPlain(type)) {
      let items = value;
      for (const item of value) {
        if (!isSpecial(item) && (item != null || sparse)) continue;
        items = [...value].filter((other) => other != null || sparse).map((other) => (isSpecial(other) ? String(other) : other));
        break;
      }
      this.json += JSON.stringify(items);
      return;
    }
    let separator = "";
    this.json += "[";
    for (const item of value) {
      if (isDocument ? item === undefined : item == null && !sparse) continue;
      this.json += separator;
      separator = ",";
      this.writeValue(type, item, undefined);
    }
    this.json += "]";
  }
  writeMap(ns, value, isDocument) {
    const sparse = !!ns.getMergedTraits().sparse;
    const type = ns.getValueSchema();
    if (!isDocument && isPlain(type)) {
      const entries = Object.entries(value);
      const isAsItIs = entries.every(([, item]) => !isSpecial(item) && (item !== null || sparse));
      const text = ([key, item]) => [key, isSpecial(item) ? String(item) : item];
      this.json += JSON.stringify(isAsItIs ? value : Object.fromEntries(entries.filter(([, item]) => item !== null || sparse).map(text)));
      return;
    }
    let separator = "";
    this.json += "{";
    for (const key in value) {
      if (!hasOwn(value, key)) continue;
      const item = value[key];
      if (isDocument ? item === undefined : item == null && !sparse) continue;
      this.json += `${separator}${JSON.stringify(key)}:`;
      separator = ",";
      this.writeValue(type, item, undefined);
    }
    this.json += "}";
  }
  writeTimestamp(ns, value) {
    switch (determineTimestampFormat(ns, this.settings)) {
      case 5:
        return this.writeAsciiQuoted(value.toISOString().replace(".000Z", "Z"));
      case 6:
        return this.writeAsciiQuoted(dateToUtcString(value));
    }
    this.writeAscii(String(value.getTime() / 1000));
  }
}

/** The engine's own JSON does for values of this type. */
const isPlain = (type) => type.isStringSchema() || type.isNumericSchema() || type.isBooleanSchema();
