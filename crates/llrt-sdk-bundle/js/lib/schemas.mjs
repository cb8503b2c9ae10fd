// Lets schemas refer to each other directly. The packages write `()=>KeySchema`, so that a schema may stand before those that it refers to:
// a function for the engine to read and to make for each reference, which takes it longer than the schemas themselves. Here schemas stand after
// those that they refer to, and only what refers back to itself by a circle keeps a function. Whoever takes a reference calls it if it is a
// function, and uses what it is else.
import { Units, moduleText } from "./units.mjs";

/**
 * @param {Map<string, { text: string, imports: object[], inputs: object }>} modules
 * @param {typeof import("acorn").parse} parse
 */
export function refer(modules, parse) {
  const all = new Map([...modules].map(([id, { text }]) => [id, new Units(text, parse)]));
  const schemas = new Map([...all].map(([id, units]) => [id, schemasOf(units)]));
  const imported = importsOf(modules);
  for (const [id, units] of all) {
    const own = schemas.get(id);
    if (own.size === 0) continue;
    /** Whether a name is a schema of another module, which is evaluated before this one. */
    const isEarlier = (name) => {
      const { from, name: exported } = units.imports.get(name) ?? {};
      const other = all.get(from);
      return other !== undefined && schemas.get(from).has(other.owner(other.exports.get(exported))) && !imported(from).has(id);
    };
    modules.set(id, { ...modules.get(id), text: rewrite(units, own, isEarlier) });
  }
}

function rewrite(units, schemas, isEarlier) {
  const done = new Set();
  const open = new Set();
  const direct = new Set(); // functions that become what they return
  const visit = (unit) => {
    open.add(unit);
    for (const thunk of schemas.get(unit)) {
      const { type, name } = thunk.body;
      const target = type === "Identifier" ? units.owner(name) : undefined;
      if (schemas.has(target) && !done.has(target) && !open.has(target)) visit(target);
      if (type === "Literal" || done.has(target) || (target === undefined && isEarlier(name))) direct.add(thunk);
    }
    open.delete(unit);
    done.add(unit);
  };
  for (const unit of schemas.keys()) if (!done.has(unit)) visit(unit);
  const text = (unit) => {
    let out = `${unit.kind} `;
    let at = unit.start;
    for (const thunk of schemas.get(unit)) {
      if (!direct.has(thunk)) continue;
      out += units.text.slice(at, thunk.start);
      at = thunk.body.start;
      out += units.text.slice(at, thunk.body.end);
      at = thunk.end;
    }
    return `${out}${units.text.slice(at, unit.end)};`;
  };
  const imports = new Map();
  for (const [local, { from, name }] of units.imports) imports.set(from, (imports.get(from) ?? new Map()).set(local, name));
  const rest = units.list.filter((unit) => !schemas.has(unit)).map((unit) => units.source(unit));
  return moduleText(imports, [...units.others.map((other) => `${other};`), ...[...done].map(text), ...rest], units.exports);
}

/** The declarations that are static schemas and nothing else, `[3, "namespace", "Name", ...]`, with the functions in each that return another or a constant. */
function schemasOf(units) {
  const assigned = new Set(units.list.flatMap((unit) => [...unit.assigns]));
  const found = new Map();
  for (const unit of units.list) {
    const { node, names, references } = unit;
    const { type, elements } = node.init ?? {};
    if (type !== "ArrayExpression" || elements.length < 5 || names.length !== 1 || assigned.has(names[0]) || !isKind(elements[0])) continue;
    const thunks = [];
    if (elements.every((item) => isData(item, thunks)) && references.every(({ name, parent }) => name === names[0] || thunks.includes(parent))) found.set(unit, thunks);
  }
  return found;
}

const isKind = (node) => node?.type === "Literal" || (node?.type === "UnaryExpression" && node.argument.type === "Literal");

function isData(node, thunks) {
  switch (node?.type) {
    case "Literal":
      return true;
    case "UnaryExpression":
      return node.argument.type === "Literal";
    case "ArrayExpression":
      return node.elements.every((item) => isData(item, thunks));
    case "ObjectExpression":
      return node.properties.every((item) => item.type === "Property" && (!item.computed || item.key.type === "Literal") && isData(item.value, thunks));
    case "ArrowFunctionExpression":
      if (node.params.length > 0 || !/^(Identifier|Literal)$/.test(node.body.type)) return false;
      thunks.push(node);
      return true;
  }
  return false;
}

/** Gives the modules that one imports, and those that these import. */
function importsOf(modules) {
  const known = new Map();
  return (id) => {
    if (known.has(id)) return known.get(id);
    const found = new Set([id]);
    for (const other of found) for (const { path } of modules.get(other)?.imports ?? []) found.add(path);
    known.set(id, found);
    return found;
  };
}
