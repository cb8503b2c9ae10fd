// Whether a type holds big numbers is asked of the schemas themselves: the package makes an object for each type within.
import { deref, NormalizedSchema } from "@smithy/core/schema";

const REVIVER_SYMBOL = Symbol.for("@aws-sdk/reviver");

export function needsReviver(schema) {
  const ns = NormalizedSchema.of(schema);
  const raw = ns.getSchema();
  if (!(Array.isArray(raw) && ns.isStructSchema())) return holdsBigNumbers(raw, new Set());
  if (!(REVIVER_SYMBOL in raw)) raw[REVIVER_SYMBOL] = holdsBigNumbers(raw, new Set());
  return raw[REVIVER_SYMBOL];
}

/** Big integers, big decimals, and documents, which may hold them. */
const isBig = (type) => type === 17 || type === 19 || type === 15;

function holdsBigNumbers(schema, seen) {
  while (Array.isArray(schema) && schema.length === 2) [schema] = schema;
  let type = deref(schema);
  if (typeof type === "object" && type !== null && !Array.isArray(type) && type instanceof NormalizedSchema) type = type.getSchema();
  if (Array.isArray(type) && type[0] === 0) type = type[4];
  if (typeof type === "number") return isBig(type >= 64 && type < 256 ? 63 & type : type);
  if (!Array.isArray(type) || seen.has(type)) return false;
  seen.add(type);
  switch (type[0]) {
    case 1:
    case 2:
      return holdsBigNumbers(type[3 + type[0]], seen);
    case 3:
    case -3:
    case 4:
      for (const member of type[5]) if (typeof member === "number" && member < 64 ? isBig(member) : holdsBigNumbers(member, seen)) return true;
  }
  return false;
}
