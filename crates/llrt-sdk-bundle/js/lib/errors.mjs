// The errors of a client are classes that differ in a few words. Those of exactly that shape become calls of own/errors.js, which makes them.

export const isErrors = (file) => /^@aws-sdk\/(client-[^/]+\/dist-es|nested-clients\/dist-es\/submodules\/[^/]+)\/models\/errors\.js$/.test(file);

const pattern =
  /^export class (\w+) extends (\w+) \{\n(?: {4}static shapeId = "([\w.]+#\1)";\n)? {4}name = "\1";\n {4}\$fault = "(client|server)";\n((?: {4}.*\n)*?) {4}constructor\(opts\) \{\n {8}super\(\{\n {12}name: "\1",\n {12}\$fault: "\4",\n {12}\.\.\.opts,?\n {8}\}\);\n {8}Object\.setPrototypeOf\(this, \1\.prototype\);\n((?: {8}.*\n)*?) {4}\}\n\}\n/gm;
const fields = /^(?: {4}\$retryable = (\{[^;]*\});\n)?((?: {4}\w+;\n)*)$/;
const assignments = /^(?: {8}this\.(\w+) = opts\.\1;\n)*$/;

/** The text of `models/errors.js`, with calls for the classes. */
export function withoutClasses(source) {
  const text = source.replace(pattern, (all, name, base, id, fault, declared, assigned) => {
    const [, retryable, members] = fields.exec(declared) ?? [];
    if (members === undefined || !assignments.test(assigned)) return all;
    const names = [...members.matchAll(/\w+/g)].map(String);
    if (names.join() !== [...assigned.matchAll(/opts\.(\w+)/g)].map(([, member]) => member).join()) return all;
    const rest = retryable ? [JSON.stringify(names), retryable] : names.length > 0 ? [JSON.stringify(names)] : [];
    return `export const ${name} = /* @__PURE__ */ errorClass(${[base, JSON.stringify(id ?? name), JSON.stringify(fault), ...rest].join(", ")});\n`;
  });
  return text === source ? source : `import { errorClass } from "own:errors";\n${text}`;
}
