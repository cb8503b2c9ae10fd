import { createRequire } from "node:module";
import * as esm from "js-yaml";

const cjs = createRequire(import.meta.url)("js-yaml");
const text = `
# a comment
name: Ünïcode ☃ "quotes"
when: 2001-12-14t21:59:43.10-05:00
anchors: &base { a: 1, b: [x, y] }
merged:
  <<: *base
  b: other
folded: >-
  some folded
  text

  here
literal: |
  line one
    line two
numbers: [0x1F, 0o17, 1e3, .inf, -.INF, .nan, 1_000, ~, yes, true]
nested:
- - a
  - b
- ? complex key
  : complex value
binary: !!binary R0lGODlhAQABAIAAAAAAAP
set: !!set { a, b }
`;
for (const yaml of [esm, cjs]) {
  for (const schema of ["CORE_SCHEMA", "JSON_SCHEMA", "FAILSAFE_SCHEMA", "DEFAULT_SCHEMA", "YAML11_SCHEMA"].filter((name) => yaml[name])) {
    try {
      console.log(schema, yaml.load(text, { schema: yaml[schema] }));
    } catch (error) {
      console.log(schema, error.name, error.reason, error.mark?.line);
    }
  }
  const data = { a: [1, "two", { three: 3 }], "key: odd": "- x", multi: "one\ntwo\n", empty: [], none: null, on: "yes", long: "word ".repeat(30), number: "012", float: 1.5, date: "2001-01-01" };
  console.log(yaml.dump(data), yaml.dump(data, { indent: 4, flowLevel: 1, sortKeys: true, lineWidth: 40 }));
  console.log(JSON.stringify(yaml.load(yaml.dump(data))) === JSON.stringify(data));
  console.log(yaml.loadAll("--- 1\n--- {a: b}\n---\n- x\n"));
  for (const bad of ["a: b: c", "[1, 2", "a: 1\na: 2", "\tx: 1", "*nothing"])
    try {
      console.log(yaml.load(bad));
    } catch (error) {
      console.log(error.name, error.message);
    }
}
console.log("done");
