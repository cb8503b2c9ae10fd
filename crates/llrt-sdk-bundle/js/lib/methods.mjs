// Takes methods that the scenario in ../profile does not use out of classes that it uses, for rare.mjs to move: each module gets a table of them, and one call that gives the
// classes methods of these names, which look into the table when they are called (`lazyMethods` of internal:host). A method stays that needs its class (`super`, private names).
import { profile } from "./profile.mjs";
import { moving, smallest } from "./rare.mjs";

/** What a module has its table in, and a call that makes methods of it. */
export const table = "$methods";
const define = "$lazyMethods";

/** Parameters as those of lib/rare.mjs. */
export function outlineMethods(modules, parts, parse, root) {
  const profiles = profile(modules, parts, root);
  const moves = moving(modules, parts, parse, profiles);
  for (const [id, module] of modules) {
    if (!id.startsWith("internal:")) continue;
    const text = outlined(id, module.text, parse, profiles.get(id), moves.get(id));
    if (text !== module.text) modules.set(id, { ...module, text, imports: [...module.imports, { path: "internal:host" }] });
  }
}

function outlined(id, text, parse, profile, moves) {
  const { body } = parse(text, { ecmaVersion: "latest", sourceType: "module" });
  const names = new Set(body.flatMap(declared));
  const objects = []; // { target, methods }
  let done = "", at = 0;
  for (const { name, node } of classesOf(body)) {
    if (moves.some(({ start, end }) => start <= node.start && node.end <= end)) continue; // with all its methods
    const own = { target: `${name}.prototype`, methods: [] };
    const fixed = { target: name, methods: [] };
    for (const method of node.body.body) {
      const { value, key } = method;
      if (method.type !== "MethodDefinition" || method.kind !== "method" || method.computed || key.type !== "Identifier") continue;
      if (profile.calls(method) || needsClass(value, node.id && node.id.name !== name ? node.id.name : undefined)) continue;
      // What assigns a variable of the module stays beside it.
      if (some(value, (it) => assigned(it).some((target) => names.has(target)))) continue;
      const source = text.slice(method.start, method.end).replace(method.static ? /^static\s*/ : "", "");
      (method.static ? fixed : own).methods.push({ method, source, head: `${lengthOf(value)}${key.name}` });
    }
    for (const { method } of [...own.methods, ...fixed.methods].sort((a, b) => a.method.start - b.method.start)) {
      done += text.slice(at, method.start);
      at = method.end;
    }
    objects.push(...[own, fixed].filter(({ methods }) => methods.length > 0));
  }
  const sizes = [...objects.flatMap(({ methods }) => methods.map(({ source }) => source.length)), ...moves.map(({ size }) => size)];
  if (objects.length === 0 || sizes.reduce((sum, size) => sum + size, 0) < smallest) return text;
  for (const taken of [table, define]) if (text.includes(taken)) throw new Error(`${taken} is taken in ${id}`);
  const tables = objects.map(({ methods }) => `{${methods.map(({ source }) => source)}}`);
  const heads = objects.map(({ methods }) => methods.map(({ head }) => head).join(" ")).join(";");
  const call = `${define}(${[JSON.stringify(`${id}/rare`), JSON.stringify(heads), ...objects.map(({ target }) => target)]})`;
  return `import{lazyMethods as ${define}}from"internal:host";${done}${text.slice(at)}\n${call};var ${table}=[${tables}];\n`;
}

/** Classes at the top level, in the text's order. */
function* classesOf(body) {
  for (const node of body) {
    if (node.type === "ClassDeclaration") yield { name: node.id.name, node };
    if (node.type !== "VariableDeclaration") continue;
    for (const { id, init } of node.declarations) if (init?.type === "ClassExpression") yield { name: id.name, node: init };
  }
}

/** The names of variables that a statement declares. */
const declared = ({ type, declarations = [] }) => (type === "VariableDeclaration" ? declarations.flatMap(({ id }) => (id.type === "Identifier" ? id.name : [])) : []);

/** The names that a node, by itself, assigns. */
function assigned({ type, left, argument }) {
  const target = { AssignmentExpression: left, UpdateExpression: argument, ForInStatement: left, ForOfStatement: left }[type];
  if (target?.type === "Identifier") return [target.name];
  const found = [];
  if (/Pattern$/.test(target?.type)) some(target, (it) => it.type === "Identifier" && found.push(it.name) === 0);
  return found;
}

function some(node, test) {
  if (Array.isArray(node)) return node.some((item) => some(item, test));
  if (typeof node?.type !== "string") return false;
  return test(node) || Object.values(node).some((value) => typeof value === "object" && value !== null && some(value, test));
}

const mentions = (node, name) => some(node, ({ type, name: other }) => type === "Identifier" && other === name);

const needsClass = (node, name) =>
  some(node, ({ type }) => type === "Super" || type === "PrivateIdentifier" || type === "MetaProperty") || (name !== undefined && mentions(node, name));

/** The `length` of a function. */
function lengthOf({ params }) {
  const index = params.findIndex(({ type }) => type === "AssignmentPattern" || type === "RestElement");
  const length = index < 0 ? params.length : index;
  if (length > 9) throw new Error(`${length} parameters`);
  return length;
}
