import { createRequire } from "node:module";
import * as esm from "yup";

const cjs = createRequire(import.meta.url)("yup");
for (const { object, string, number, date, array, boolean, mixed, ref, lazy, ValidationError, reach } of [esm, cjs]) {
  const schema = object({ name: string().trim().required(), age: number().required().positive().integer(), email: string().email(), site: string().url().nullable(), since: date().default(() => new Date(0)), list: array().of(number().max(3)), yes: boolean(), other: mixed().oneOf([ref("name"), 1]), any: lazy((value) => (typeof value === "number" ? number() : string())) });
  console.log(await schema.validate({ name: " jimmy ", age: "24", list: ["1"], yes: "true", any: "x" }), schema.cast({ name: "a", age: "5" }), await schema.isValid({ age: -1 }));
  const problem = await schema.validate({ age: -1.5, email: "x", list: [5], other: 2 }, { abortEarly: false }).catch((error) => error);
  console.log(problem instanceof ValidationError, problem.name, problem.errors, problem.inner.map((it) => it.path));
  console.log(reach(schema, "list[0]").type, schema.fields.age.describe().tests, await string().test("own", "${path} is no x", (value) => value === "x").validate("y").catch((error) => error.message), string().when("$flag", { is: true, then: (it) => it.required() }).isValidSync(undefined, { context: { flag: true } }));
}
console.log("done");
