// The package makes an object for each member of a structure that it looks at, to ask whether one is a stream or needs a token: fifty for one PutItem. Here the
// schemas themselves are asked first, and an object is made when somebody gets it.
import { deref } from "../deref";
import { translateTraits } from "./translateTraits";

const normalized = Symbol("normalized");
const pairs = Symbol("pairs");
const eventStream = Symbol("eventStream");
/** `ns[memberAt](i)`: the pair of name and schema that the structure's iterator gives at `i`; `ns[needsToken](i)`: whether a token stands in for an absent one. */
const memberAt = Symbol.for("llrt.sdk.memberAt");
const needsToken = Symbol.for("llrt.sdk.needsToken");
const idempotencyBit = 0b100;

export const simpleSchemaCacheN = [];
export const simpleSchemaCacheS = {};

const isMemberSchema = (schema) => Array.isArray(schema) && schema.length === 2;
export const isStaticSchema = (schema) => Array.isArray(schema) && schema.length >= 5;
const isNormalized = (schema) =>
  typeof schema === "object" && schema !== null && !Array.isArray(schema) && schema instanceof NormalizedSchema;
const isStruct = (schema) => typeof schema === "object" && (schema[0] === 3 || schema[0] === -3 || schema[0] === 4);
/** What a static schema of a simple type names is that type. */
const typeOf = (schema) => (Array.isArray(schema) && schema[0] === 0 ? schema[4] : schema);

/** Whether `ask` says yes to one of the sets of traits between a member's schema and the type itself, or to a schema that is normalized already. */
function someTraits(schema, ask) {
  for (; isMemberSchema(schema); schema = schema[0]) if (ask(schema[1])) return true;
  const type = deref(schema);
  return isStaticSchema(type) ? ask(type[3]) : isNormalized(type);
}
const streaming = (traits) => typeof traits === "object" && !!traits?.streaming;
const idempotencyToken = (traits) => (typeof traits === "object" ? !!traits?.idempotencyToken : (traits & idempotencyBit) !== 0);

export class NormalizedSchema {
  static symbol = Symbol.for("@smithy/nor");
  #type; // of `schema`, kept: it is asked for forty times in a call

  constructor(ref, memberName) {
    const sets = [];
    let inner = ref;
    for (; isMemberSchema(inner); inner = inner[0]) if (inner[1] !== 0) sets.push(inner[1]);
    const isMember = inner !== ref;
    const schema = isMember ? deref(inner) : ref;
    let memberTraits = 0;
    if (isMember) {
      memberTraits = {};
      for (let i = sets.length - 1; i >= 0; --i) Object.assign(memberTraits, translateTraits(sets[i]));
    }
    this.ref = ref;
    this.memberName = memberName;
    this.symbol = NormalizedSchema.symbol;
    if (isNormalized(schema)) {
      Object.assign(this, schema);
      this.#type = typeOf(this.schema);
      this.memberTraits = Object.assign({}, memberTraits, schema.getMemberTraits(), this.getMemberTraits());
      this.normalizedTraits = undefined;
      this.memberName = memberName ?? schema.memberName;
      return;
    }
    const own = deref(schema);
    const isStatic = isStaticSchema(own);
    this.name = isStatic ? `${own[1]}#${own[2]}` : (memberName ?? String(schema));
    this.schema = own;
    this.#type = typeOf(own);
    this._isMemberSchema = isMember;
    this.traits = isStatic ? own[3] : 0;
    this.memberTraits = memberTraits;
    this.normalizedTraits = undefined;
    if (isMember && !memberName)
      throw new Error(`@smithy/core/schema - NormalizedSchema member init ${this.getName(true)} missing member name.`);
  }
  static [Symbol.hasInstance](value) {
    if (this.prototype.isPrototypeOf(value)) return true;
    return typeof value === "object" && value !== null && value.symbol === this.symbol;
  }
  /** A schema that is normalized already stands for itself. */
  get [normalized]() {
    return this;
  }
  static of(ref) {
    const isKey = typeof ref === "function" || (typeof ref === "object" && ref !== null);
    const known = isKey ? ref[normalized] : typeof ref === "number" ? simpleSchemaCacheN[ref] : typeof ref === "string" ? simpleSchemaCacheS[ref] : undefined;
    if (known) return known;
    const schema = deref(ref);
    if (isNormalized(schema)) return schema;
    if (isMemberSchema(schema)) {
      const [inner, traits] = schema;
      if (inner instanceof NormalizedSchema) {
        Object.assign(inner.getMergedTraits(), translateTraits(traits));
        return inner;
      }
      throw new Error(`@smithy/core/schema - may not init unwrapped member schema=${JSON.stringify(ref, null, 2)}.`);
    }
    const made = new NormalizedSchema(schema);
    if (isKey) ref[normalized] = made;
    else if (typeof schema === "string") simpleSchemaCacheS[schema] = made;
    else if (typeof schema === "number") simpleSchemaCacheN[schema] = made;
    return made;
  }
  getSchema() {
    return this.#type;
  }
  getName(withNamespace = false) {
    const { name } = this;
    return !withNamespace && name && name.includes("#") ? name.split("#")[1] : name || undefined;
  }
  getMemberName() {
    return this.memberName;
  }
  isMemberSchema() {
    return this._isMemberSchema;
  }
  isListSchema() {
    const schema = this.getSchema();
    return typeof schema === "number" ? schema >= 64 && schema < 128 : schema[0] === 1;
  }
  isMapSchema() {
    const schema = this.getSchema();
    return typeof schema === "number" ? schema >= 128 && schema < 256 : schema[0] === 2;
  }
  isStructSchema() {
    return isStruct(this.getSchema());
  }
  isUnionSchema() {
    const schema = this.getSchema();
    return typeof schema === "object" && schema[0] === 4;
  }
  isBlobSchema() {
    const schema = this.getSchema();
    return schema === 21 || schema === 42;
  }
  isTimestampSchema() {
    const schema = this.getSchema();
    return typeof schema === "number" && schema >= 4 && schema <= 7;
  }
  isUnitSchema() {
    return this.getSchema() === "unit";
  }
  isDocumentSchema() {
    return this.getSchema() === 15;
  }
  isStringSchema() {
    return this.getSchema() === 0;
  }
  isBooleanSchema() {
    return this.getSchema() === 2;
  }
  isNumericSchema() {
    return this.getSchema() === 1;
  }
  isBigIntegerSchema() {
    return this.getSchema() === 17;
  }
  isBigDecimalSchema() {
    return this.getSchema() === 19;
  }
  isStreaming() {
    return !!this.getMergedTraits().streaming || this.getSchema() === 42;
  }
  isIdempotencyToken() {
    return !!this.getMergedTraits().idempotencyToken;
  }
  getMergedTraits() {
    return (this.normalizedTraits ??= { ...this.getOwnTraits(), ...this.getMemberTraits() });
  }
  getMemberTraits() {
    return translateTraits(this.memberTraits);
  }
  getOwnTraits() {
    return translateTraits(this.traits);
  }
  getKeySchema() {
    const isDocument = this.isDocumentSchema();
    if (!isDocument && !this.isMapSchema()) throw new Error(`@smithy/core/schema - cannot get key for non-map: ${this.getName(true)}`);
    return member([isDocument ? 15 : (this.getSchema()[4] ?? 0), 0], "key");
  }
  getValueSchema() {
    const schema = this.getSchema();
    const isMap = this.isMapSchema();
    let value;
    if (typeof schema === "number") value = 63 & schema;
    else if (schema && typeof schema === "object" && (isMap || this.isListSchema())) value = schema[3 + schema[0]];
    else if (this.isDocumentSchema()) value = 15;
    if (value != null) return member([value, 0], isMap ? "value" : "member");
    throw new Error(`@smithy/core/schema - ${this.getName(true)} has no value member.`);
  }
  getMemberSchema(memberName) {
    const schema = this.getSchema();
    const index = isStruct(schema) ? schema[4].indexOf(memberName) : -1;
    if (index !== -1) {
      const found = schema[5][index];
      return member(isMemberSchema(found) ? found : [found, 0], memberName);
    }
    if (this.isDocumentSchema()) return member([15, 0], memberName);
    throw new Error(`@smithy/core/schema - ${this.getName(true)} has no member=${memberName}.`);
  }
  getMemberSchemas() {
    const found = {};
    try {
      for (const [name, schema] of this.structIterator()) found[name] = schema;
    } catch {
      // As in the package: what is no structure has no members.
    }
    return found;
  }
  getEventStreamMember() {
    const schema = this.getSchema();
    return isStruct(schema) ? (schema[eventStream] ??= this.#eventStreamMember(schema)) : "";
  }
  #eventStreamMember(schema) {
    const names = schema[4];
    const types = schema[5];
    for (let i = 0; i < names.length; ++i) {
      if (!someTraits(types[i], streaming)) continue;
      const [, found] = this[memberAt](i);
      if (found.isStreaming() && found.isStructSchema()) return names[i];
    }
    return "";
  }
  *structIterator() {
    if (this.isUnitSchema()) return;
    const schema = this.getSchema();
    if (!isStruct(schema)) throw new Error("@smithy/core/schema - cannot iterate non-struct schema.");
    for (let i = 0; i < schema[4].length; ++i) yield this[memberAt](i);
  }
  [memberAt](i) {
    const schema = this.getSchema();
    const known = (schema[pairs] ??= []);
    if (known[i] !== undefined) return known[i];
    const name = schema[4][i];
    return (known[i] = [name, member([schema[5][i], 0], name)]);
  }
  [needsToken](i) {
    return someTraits(this.getSchema()[5][i], idempotencyToken) && this[memberAt](i)[1].isIdempotencyToken();
  }
}

function member(schema, memberName) {
  if (isNormalized(schema)) return Object.assign(schema, { memberName, _isMemberSchema: true });
  return new NormalizedSchema(schema, memberName);
}
