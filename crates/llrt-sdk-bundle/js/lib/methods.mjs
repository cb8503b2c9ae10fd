// Makes top-level functions of the methods that the scenario in ../profile does not use, for rare.mjs to move: in their places stand methods that call them. A method stays that
// needs its class (`super`, private names) or is hardly longer than a call.
import { calledFunctions } from "./profile.mjs";

const smallest = 200; // characters

/** Parameters as those of lib/rare.mjs. */
export function outlineMethods(modules, parts, parse, root) {
  const called = calledFunctions(modules, parts, root);
  for (const [id, module] of modules) {
    if (!id.startsWith("internal:")) continue;
    const text = outlined(module.text, parse, called.get(id));
    if (text !== module.text) modules.set(id, { ...module, text });
  }
}

function outlined(text, parse, called) {
  const isCalled = ({ start, end }) => called.some(([from, to]) => from >= start && to <= end);
  const functions = [];
  let done = "", at = 0;
  for (const { name, node } of classesOf(parse(text, { ecmaVersion: "latest", sourceType: "module" }).body)) {
    for (const method of node.body.body) {
      const { value, key } = method;
      if (method.type !== "MethodDefinition" || method.kind !== "method" || method.computed || key.type !== "Identifier") continue;
      if (value.end - value.start < smallest || isCalled(method) || needsClass(value, node.id && node.id.name !== name ? node.id.name : undefined)) continue;
      // Its name shows in stack traces.
      const target = `${key.name}$${functions.length}`;
      if (text.includes(target)) throw new Error(`${target} is taken`);
      const isPlain = value.params.every(({ type }) => type === "Identifier") && !mentions(value, "arguments");
      const args = value.params.map((param) => text.slice(param.start, param.end));
      const call = isPlain ? `(${args}){return ${target}.call(${["this", ...args]})}` : `(...$){return ${target}.apply(this,$)}`;
      done += text.slice(at, method.start) + (method.static ? "static " : "") + key.name + call;
      at = method.end;
      const kind = `${value.async ? "async " : ""}function${value.generator ? "*" : ""}`;
      functions.push(`var ${target}=${kind}${text.slice(value.start, value.end)};`);
    }
  }
  return functions.length === 0 ? text : `${done}${text.slice(at)}\n${functions.join("\n")}\n`;
}

/** Classes at the top level, in the text's order. */
function* classesOf(body) {
  for (const node of body) {
    if (node.type === "ClassDeclaration") yield { name: node.id.name, node };
    if (node.type !== "VariableDeclaration") continue;
    for (const { id, init } of node.declarations) if (init?.type === "ClassExpression") yield { name: id.name, node: init };
  }
}

function some(node, test) {
  if (Array.isArray(node)) return node.some((item) => some(item, test));
  if (typeof node?.type !== "string") return false;
  return test(node) || Object.values(node).some((value) => typeof value === "object" && value !== null && some(value, test));
}

const mentions = (node, name) => some(node, ({ type, name: other }) => type === "Identifier" && other === name);

const needsClass = (node, name) =>
  some(node, ({ type }) => type === "Super" || type === "PrivateIdentifier" || type === "MetaProperty") || (name !== undefined && mentions(node, name));
