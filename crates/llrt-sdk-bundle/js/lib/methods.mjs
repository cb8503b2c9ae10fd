// Takes what the scenario in ../profile does not use out of classes and functions that it uses, for rare.mjs to move.
//
// Of methods each module gets a table, and one call that gives the classes methods of these names, which look into the table when they are
// called (`lazyMethods` of internal:host). A method stays that needs its class (`super`, private names). A function in a branch that is never
// taken is made elsewhere, by a function that gets the variables that it closes over.
import { coldClosures } from "./closures.mjs";
import { profile } from "./profile.mjs";
import { moving, smallest } from "./rare.mjs";

// What a module has its table of methods in, the call that makes methods of it, and the functions that make functions.
const table = "$methods";
const define = "$lazyMethods";
const makers = "$later";

/** Whether a name is of what only code that never ran mentions. */
export const isOutlined = (name) => name === table || name === makers;

/** Parameters as those of lib/rare.mjs. */
export function outlineMethods(modules, parts, parse, root) {
  const profiles = profile(modules, parts, root);
  const moves = moving(modules, parts, parse, profiles);
  for (const [id, module] of modules) {
    // Of what no call in the scenario loads nothing is known.
    if (!id.startsWith("internal:") || [...profiles.get(id).steps].every((step) => step === "rest")) continue;
    const text = outlined(id, module.text, parse, profiles.get(id), moves.get(id));
    if (text !== module.text) modules.set(id, { ...module, text, imports: [...module.imports, { path: "internal:host" }] });
  }
}

function outlined(id, text, parse, profile, moves) {
  const { body } = parse(text, { ecmaVersion: "latest", sourceType: "module" });
  const stays = ({ start, end }) => !moves.some((other) => other.start <= start && end <= other.end); // else it moves with all that is in it
  const objects = methodsOf(body, text, profile, stays);
  const taken = objects.flatMap(({ methods }) => methods.map(({ method }) => method));
  const isCold = (node) =>
    stays(node) && !taken.some(({ start, end }) => start <= node.start && node.end <= end) && profile.ran(node.start - 1).size === 0 && !profile.calls(node);
  const closures = body.flatMap((statement) => coldClosures(statement, isCold));
  const sizes = [...taken, ...closures.map(({ node }) => node), ...moves.filter(({ isRare }) => isRare)].map(({ start, end }) => end - start);
  if (taken.length + closures.length === 0 || sizes.reduce((sum, size) => sum + size, 0) < smallest) return text;
  for (const name of [table, define, makers]) if (text.includes(name)) throw new Error(`${name} is taken in ${id}`);
  const edits = taken.map(({ start, end }) => ({ start, end, by: "" }));
  const made = [];
  const added = [];
  for (const [index, { node: { start, end }, captured, usesThis }] of closures.entries()) {
    const isAlone = !usesThis && captured.length === 0;
    edits.push({ start, end, by: `${makers}[${index}]${isAlone ? "" : usesThis ? `.call(${["this", ...captured]})` : `(${captured})`}` });
    made.push(isAlone ? text.slice(start, end) : `function(${captured}){return ${text.slice(start, end)}}`);
  }
  if (made.length > 0) added.push(`var ${makers}=[${made}];`);
  let head = "";
  if (objects.length > 0) {
    const heads = objects.map(({ methods }) => methods.map(({ head }) => head).join(" ")).join(";");
    head = `import{lazyMethods as ${define}}from"internal:host";`;
    added.push(`${define}(${[JSON.stringify(`${id}/rare`), JSON.stringify(heads), ...objects.map(({ target }) => target)]});`);
    added.push(`var ${table}=[${objects.map(({ methods }) => `{${methods.map(({ source }) => source)}}`)}];`);
  }
  let done = head, at = 0;
  for (const { start, end, by } of edits.sort((a, b) => a.start - b.start)) {
    done += text.slice(at, start) + by;
    at = end;
  }
  return `${done}${text.slice(at)}\n${added.join("\n")}\n`;
}

/** The methods that go, by object: a class's prototype, or the class. */
function methodsOf(body, text, profile, stays) {
  const names = new Set(body.flatMap(declared));
  const objects = []; // { target, methods }
  for (const { name, node } of classesOf(body)) {
    if (!stays(node)) continue;
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
    objects.push(...[own, fixed].filter(({ methods }) => methods.length > 0));
  }
  return objects;
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
