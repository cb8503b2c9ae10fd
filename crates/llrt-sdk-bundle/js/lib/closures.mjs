// Finds functions in code that the scenario in ../profile never reaches, which can be made elsewhere: by a function that is given the variables
// that they close over. They are not even made, in what is used, and yet the engine reads them with the function that they are in.
import { bound, declared, isReference } from "./units.mjs";

/**
 * @param {object} root a top-level statement
 * @param {(node: object) => boolean} isCold whether a function may go
 * @returns {{ node: object, captured: string[], usesThis: boolean }[]} the outermost of them, in the text's order
 */
export function coldClosures(root, isCold) {
  const found = [];
  const assigned = new Set();
  visit(root, (node) => assigns(node, (name) => assigned.add(name)));
  visit(root, (node, ancestors, key) => {
    const parent = ancestors.at(-1);
    if (!/^(Arrow)?FunctionExpression$/.test(node.type) || isPart(parent, key) || !ancestors.some(({ type }) => /Function/.test(type)) || !isCold(node)) return undefined;
    const { used, own, needs } = inside(node);
    if (needs.has("place")) return undefined;
    const captured = [];
    for (const name of used) {
      const declaration = visible(name, ancestors);
      if (declaration === undefined) continue;
      // Its value is the same whenever it is looked at.
      if (assigned.has(name) || own.has(name) || declaration.end > node.start) return undefined;
      captured.push(name);
    }
    found.push({ node, captured, usesThis: needs.has("this") });
    return false;
  });
  return found;
}

/** What is no value by itself: a method, a top-level function; `new function(){}` too. */
const isPart = (parent, key) =>
  parent === undefined ||
  /^(MethodDefinition|PropertyDefinition)$/.test(parent.type) ||
  (parent.type === "Property" && (parent.method || parent.kind !== "init")) ||
  (parent.type === "NewExpression" && key === "callee");

/** What a function mentions, which of that it declares, and whether it needs `this` of where it is, or more that only stands there ("place"). */
function inside(root) {
  const used = new Set();
  const own = new Set();
  const needs = new Set();
  visit(root, (node, ancestors, key) => {
    const hasOwn = () => [root, ...ancestors].some(({ type }) => /^Function|^Class/.test(type));
    declared(node, (name) => own.add(name));
    if (/^(PrivateIdentifier|Super|MetaProperty)$/.test(node.type)) needs.add("place");
    else if (node.type === "ThisExpression" && !hasOwn()) needs.add("this");
    else if (node.type === "Identifier" && isReference(node, ancestors.at(-1), key)) {
      if (node.name === "arguments" && !hasOwn()) needs.add("place");
      used.add(node.name);
    }
  });
  return { used, own, needs };
}

/** Where the variable is declared that a name means below `ancestors`, if in one of them; `end` is where it has its value. */
function visible(name, ancestors) {
  for (const node of ancestors.toReversed()) {
    let found;
    const declare = (pattern, end) => bound(pattern, (other) => other === name && (found = { end }));
    if (/Function/.test(node.type)) {
      for (const param of node.params) declare(param, node.body.start);
      if (node.type === "FunctionExpression" && node.id) declare(node.id, node.start);
      if (node.body.type === "BlockStatement")
        visit(node.body, (inner) => {
          if (/Function|^Class/.test(inner.type)) return false;
          if (inner.type === "VariableDeclaration" && inner.kind === "var") for (const { id, end } of inner.declarations) declare(id, end);
          return undefined;
        });
    }
    const statements = { BlockStatement: node.body, StaticBlock: node.body, SwitchStatement: node.cases?.flatMap(({ consequent }) => consequent) }[node.type] ?? [];
    for (const heads of [statements, [node.init, node.left]].filter(Boolean))
      for (const statement of heads) {
        if (statement?.type === "VariableDeclaration") for (const { id, end } of statement.declarations) declare(id, end);
        else if (statement?.type === "FunctionDeclaration") declare(statement.id, node.start);
        else if (statement?.type === "ClassDeclaration") declare(statement.id, statement.end);
      }
    if (node.type === "CatchClause" && node.param) declare(node.param, node.param.end);
    if (/^Class/.test(node.type) && node.id) declare(node.id, node.end);
    if (found !== undefined) return found;
  }
  return undefined;
}

function assigns(node, give) {
  if (node.type === "AssignmentExpression") bound(node.left, give);
  else if (node.type === "UpdateExpression") bound(node.argument, give);
  else if (/^For(In|Of)Statement$/.test(node.type) && node.left.type !== "VariableDeclaration") bound(node.left, give);
}

/** Calls `see(node, ancestors, key)` for a node and all below it, but for what is below one for which it gives false. */
function visit(node, see, ancestors = [], key = undefined) {
  if (see(node, ancestors, key) === false) return;
  const below = [...ancestors, node];
  for (const name in node) for (const item of [node[name]].flat()) if (typeof item?.type === "string") visit(item, see, below, name);
}
