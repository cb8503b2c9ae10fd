// Compares schemas, and the JSON that is made and read by them, with the unmodified packages: every structure of some clients, with values made up for it.
//
//   node schemas.mjs --root WORKSPACE --bundle FOLDER [--seed N]
import { createRequire } from "node:module";
import path from "node:path";
import { twice } from "./twice.mjs";

const clients = ["dynamodb", "ssm", "kms", "sfn", "secrets-manager", "eventbridge", "cloudwatch-logs", "cognito-identity-provider"];
const valuesOfEach = 8;

// A token that nobody gives is a new one each time. Of an object whose type says nothing, the package writes characters beyond ASCII as one byte each.
const same = (line) => line.replace(/[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/g, "TOKEN");
const { random, pick } = twice(import.meta.url, 20_000, same);

// What follows runs twice, with the packages and with the bundle, and prints the same or not.
const require = createRequire(path.join(process.env.SDK_ROOT, "package.json"));
const modules = await Promise.all(["schema", "protocols", "serde"].map((name) => load(`@smithy/core/${name}`)));
const { NormalizedSchema, TypeRegistry, JsonShapeSerializer2, JsonShapeDeserializer2, toBase64, fromBase64, toUtf8 } = Object.assign({}, ...modules);
// Not "__proto__": the package changes the maps that it is given, and loses such a key.
const strings = ["", "a", "text", 'quote " and \\', "é", "日本", "\u{1f600}", "\ud800", "\udc00x", "\n\t\b\f\r\u0000\u001f\u007f\u2028", "toString"];
const numbers = [0, -0, 1, -1.5, 1e21, 1e-7, 2 ** 53, NaN, Infinity, -Infinity];

/** A value that `ns`, of the package, describes, or nearly. */
function valueFor(ns, depth) {
  if (random(12) === 0) return pick([null, undefined, "x", 5, true]);
  if (ns.isStructSchema()) {
    const value = {};
    for (const [name, member] of ns.structIterator()) if (random(3) > 0) value[name] = depth > 0 ? valueFor(member, depth - 1) : undefined;
    if (random(6) === 0) Object.assign(value, { __type: "x", other: pick(strings) });
    if (random(6) === 0) value.$unknown = ["key", pick(strings)];
    return value;
  }
  if (ns.isListSchema()) return Array.from({ length: random(4) }, () => (depth > 0 ? valueFor(ns.getValueSchema(), depth - 1) : null));
  if (ns.isMapSchema())
    return Object.fromEntries(Array.from({ length: random(4) }, () => [pick(strings), depth > 0 ? valueFor(ns.getValueSchema(), depth - 1) : null]));
  if (ns.isBlobSchema()) return pick([new Uint8Array([random(256), 2, 3]), new Uint8Array(random(5)), "text"]);
  if (ns.isTimestampSchema()) return pick([new Date(0), new Date(1.5e12), new Date(1500)]);
  if (ns.isBooleanSchema()) return random(2) === 0;
  if (ns.isStringSchema()) return pick(strings);
  if (ns.isDocumentSchema()) return pick([{ a: [1, "b", null, { c: true }] }, [1, 2], "x", 5, true]);
  if (ns.isBigIntegerSchema()) return 12345678901234567890n;
  return pick(numbers);
}

const settings = [
  { timestampFormat: { useTrait: true, default: 7 }, jsonName: false },
  { timestampFormat: { useTrait: true, default: 5 }, jsonName: true },
  { timestampFormat: { useTrait: false, default: 6 }, jsonName: true, bigNumberAsString: true },
];
const context = { base64Encoder: toBase64, base64Decoder: fromBase64, utf8Encoder: toUtf8 };
const outcome = (body) => {
  try {
    return body();
  } catch (error) {
    return `${error.name}: ${error.message}`;
  }
};
const kinds = ["List", "Map", "Struct", "Union", "Blob", "Timestamp", "Unit", "Document", "String", "Boolean", "Numeric", "BigInteger", "BigDecimal"];
const describe = (ns) => [
  ns.getName(true),
  ns.getName(),
  ns.getMemberName(),
  ns.isMemberSchema(),
  ns.getMergedTraits(),
  ns.getOwnTraits(),
  ns.getMemberTraits(),
  kinds.filter((kind) => ns[`is${kind}Schema`]()),
  ns.isStreaming(),
  ns.isIdempotencyToken(),
  Object.keys(ns),
];
const bytes = (it) => (it instanceof Uint8Array ? Buffer.from(it.buffer, it.byteOffset, it.byteLength).toString("latin1") : it);
function write(schema, value, index) {
  const serializer = new JsonShapeSerializer2(settings[index]);
  serializer.setSerdeContext(context);
  serializer.write(schema, value);
  return bytes(serializer.flush());
}
async function read(schema, json, index) {
  const deserializer = new JsonShapeDeserializer2(settings[index]);
  deserializer.setSerdeContext(context);
  return deserializer.read(schema, json).catch((error) => `${error.name}: ${error.message}`);
}
const plain = (_, it) => (typeof it === "bigint" ? `${it}n` : it);
const print = (...line) => process.stdout.write(`${JSON.stringify(line, plain)}\n`);

for (const client of clients) {
  const module = await load(`@aws-sdk/client-${client}`).catch(() => ({}));
  for (const name of Object.keys(module).sort()) {
    const schema = module[name];
    if (!name.endsWith("$") || !Array.isArray(schema) || ![3, -3, 4].includes(schema[0])) continue;
    const ns = NormalizedSchema.of(schema);
    print(name, "schema", describe(ns), outcome(() => ns.getEventStreamMember()));
    for (let again = 0; again < 2; again++)
      print(name, "members", [...ns.structIterator()].map(([key, member]) => [key, describe(member)]));
    for (const key of [...schema[4], "absent"]) print(name, "member", outcome(() => describe(ns.getMemberSchema(key))));
    for (let i = 0; i < valuesOfEach && schema[4].length > 0; i++) {
      const value = valueFor(ns, 4);
      for (const index of settings.keys()) {
        const json = outcome(() => write(schema, value, index));
        print(name, "json", value, json);
        if (typeof json === "string") print(name, "read", await read(schema, Buffer.from(json, "latin1").toString(), index));
      }
    }
  }
}

const errors = ["A", "B", "C"].map((name) => [-3, "made.up", name, {}, [], []]);
const [first, second] = [TypeRegistry.for("made.up.other"), new TypeRegistry("made.up.second")];
const classes = errors.map(() => class extends Error {});
first.registerError(errors[0], classes[0]);
second.registerError(errors[1], classes[1]);
first.registerError(errors[0], classes[2]);
first.register("Shape", [3, "made.up.other", "Shape", {}, [], []]);
second.copyFrom(first);
const third = TypeRegistry.for("made.up");
print("registry", "names", [first, second, third].map(({ schemas }) => [...schemas.keys()]));
print("registry", "classes", errors.map((error) => [first, second, third].map((registry) => classes.indexOf(registry.getErrorCtor(error)))));
print("registry", "ids", classes.map(({ shapeId }) => shapeId));
for (const [registry, id] of [[first, "Shape"], [first, "Nothing"], [second, "B"], [second, "made.up#A"]])
  print("registry", id, outcome(() => registry.getSchema(id)[2]));
print("registry", "others", second.find(([, , name]) => name === "A")?.[2], second.getBaseException(), second.normalizeShapeId("x"));

/** Without hooks.mjs it is the package that is imported. */
async function load(specifier) {
  return process.env.SDK_BUNDLE ? import(specifier) : require(specifier);
}
