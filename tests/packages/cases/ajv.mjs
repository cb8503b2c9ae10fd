import Ajv from "ajv";
import { Ajv as Named } from "ajv";
import Ajv2020 from "ajv/dist/2020.js";
import jtd from "ajv/dist/jtd.js";
import standalone from "ajv/dist/standalone/index.js";

const Main = Ajv.default ?? Ajv;
console.log(Main === Named);
const ajv = new Main({ allErrors: true, useDefaults: true, coerceTypes: true, code: { source: true } });
const schema = {
  $id: "https://example.com/user",
  type: "object",
  properties: {
    foo: { type: "integer", minimum: 3 },
    bar: { type: "string", pattern: "^b", nullable: true },
    list: { type: "array", items: { $ref: "#/definitions/item" }, uniqueItems: true },
    size: { type: "number", default: 7 },
  },
  required: ["foo"],
  additionalProperties: false,
  definitions: { item: { enum: ["x", "y"] } },
};
const validate = ajv.compile(schema);
const good = { foo: "12", bar: "baz", list: ["x", "y"] };
console.log(validate(good), good);
console.log(validate({ foo: 1, bar: "a", list: ["x", "x", "z"], more: true }), validate.errors, ajv.errorsText(validate.errors));
ajv.addKeyword({ keyword: "even", type: "number", validate: (wanted, data) => (data % 2 === 0) === wanted, errors: false });
ajv.addFormat("colour", /^#[0-9a-f]{6}$/);
const own = ajv.compile({ type: "object", properties: { n: { even: true, type: "number" }, c: { type: "string", format: "colour" } } });
console.log(own({ n: 2, c: "#00ff00" }), own({ n: 3, c: "red" }), own.errors.map((it) => it.message));
console.log(ajv.validate({ if: { type: "string" }, then: { type: "string", minLength: 2 }, else: { type: "number" } }, "a"), ajv.errors[0].keyword);
const loading = new Main({ loadSchema: async (uri) => ({ $id: uri, type: "number" }) });
const later = await loading.compileAsync({ type: "object", properties: { b: { $ref: "b.json" } } });
console.log(later({ b: 1 }), later({ b: "1" }));
const modern = new (Ajv2020.default ?? Ajv2020)();
console.log(modern.validate({ type: "array", prefixItems: [{ type: "string" }], items: false, minItems: 1 }, ["a", 1]), modern.errorsText());
const types = new (jtd.default ?? jtd)();
const form = { properties: { version: { type: "int32" } }, optionalProperties: { foo: { type: "string" } } };
console.log(types.compileSerializer(form)({ version: 1, foo: 'a"b' }), types.compileParser(form)('{"version":2}'), types.validate(form, { version: "a" }));
console.log((standalone.default ?? standalone)(ajv, validate).length > 500);
try {
  ajv.compile({ type: "nothing" });
} catch (error) {
  console.log(error.message);
}
console.log("done");
