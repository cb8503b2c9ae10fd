// Whether a type holds big numbers is asked of the schemas themselves: the package makes an object for each type within.
import { deref, NormalizedSchema } from "@smithy/core/schema";

const REVIVER_SYMBOL = Symbol.for("@aws-sdk/reviver");

/**
 * A number that may not survive as one has 16 digits or more (the point may be among them) or an exponent; what has none, in a text that is short enough to be
 * looked through, needs no answer from the schema.
 */
const mayBeBig = /\d[\d.]{15}|\d[eE]/;
const shortText = 1000;

export function needsReviver(schema, text) {
  const ns = NormalizedSchema.of(schema);
  const raw = ns.getSchema();
  const isStruct = Array.isArray(raw) && ns.isStructSchema();
  if (isStruct && REVIVER_SYMBOL in raw) return raw[REVIVER_SYMBOL];
  if (text !== undefined && text.length < shortText && !mayBeBig.test(text)) return false;
  const seen = new Set();
  const result = holdsBigNumbers(raw, seen);
  if (isStruct) raw[REVIVER_SYMBOL] = result;
  // What the types within hold is known with that, unless the search ended early.
  if (!result) for (const type of seen) if (isStructure(type)) type[REVIVER_SYMBOL] = false;
  return result;
}

/** Big integers, big decimals, and documents, which may hold them. */
const isBig = (type) => type === 17 || type === 19 || type === 15;
const isStructure = (type) => type[0] === 3 || type[0] === -3 || type[0] === 4;

function holdsBigNumbers(schema, seen) {
  while (Array.isArray(schema) && schema.length === 2) [schema] = schema;
  let type = deref(schema);
  if (typeof type === "object" && type !== null && !Array.isArray(type) && type instanceof NormalizedSchema) type = type.getSchema();
  if (Array.isArray(type) && type[0] === 0) type = type[4];
  if (typeof type === "number") return isBig(type >= 64 && type < 256 ? 63 & type : type);
  if (!Array.isArray(type) || seen.has(type)) return false;
  if (!isStructure(type)) {
    seen.add(type);
    return (type[0] === 1 || type[0] === 2) && holdsBigNumbers(type[3 + type[0]], seen);
  }
  if (REVIVER_SYMBOL in type) return type[REVIVER_SYMBOL];
  seen.add(type);
  for (const member of type[5]) if (typeof member === "number" && member < 64 ? isBig(member) : holdsBigNumbers(member, seen)) return true;
  return false;
}
