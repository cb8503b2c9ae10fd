// A built module as units: its top-level declarations and statements, each with the top-level names that it mentions.

export class Unit {
  names = []; // what it declares
  mentions = new Set(); // top-level names and imports that may be meant in it: a superset
  references = []; // { name, node, parent, key, within } for each mention, in the text's order
  assigns = new Set(); // names that it assigns
  constructor(kind, node) {
    this.kind = kind; // "var", "let", "const", or "" for what stands as it is
    this.node = node;
  }
  get start() {
    return this.node.start;
  }
  get end() {
    return this.node.end;
  }
  get size() {
    return this.end - this.start;
  }
}

/** The units of an ES module that esbuild has written. */
export class Units {
  list = [];
  imports = new Map(); // local name -> { from, name }
  exports = new Map(); // exported name -> local name
  exportedAs = new Map(); // local name -> one of its exported names
  others = []; // `export * from`, imports for their effects
  nested = new Set(); // names that are also declared below the top level
  #owner = new Map();

  /** @param {typeof import("acorn").parse} parse */
  constructor(text, parse) {
    this.text = text;
    const { body } = parse(text, { ecmaVersion: "latest", sourceType: "module" });
    for (const node of body) this.#add(node);
    for (const unit of this.list) for (const name of unit.names) this.#owner.set(name, unit);
    for (const unit of this.list) this.#scan(unit);
    for (const [exported, local] of this.exports) this.exportedAs.set(local, exported);
  }

  /** The unit that declares a top-level name. */
  owner(name) {
    return this.#owner.get(name);
  }

  /** The first local name of what an import has this local name for. */
  firstImport(local) {
    const wanted = this.imports.get(local);
    for (const [other, { from, name }] of this.imports) if (from === wanted.from && name === wanted.name && !this.nested.has(other)) return other;
    return local;
  }

  /** Everything that `roots` mention, and what that mentions, with the roots. */
  reach(roots) {
    const found = new Set(roots);
    for (const unit of found)
      for (const name of unit.mentions) {
        const other = this.#owner.get(name);
        if (other !== undefined) found.add(other);
      }
    return found;
  }

  #add(node) {
    if (node.type === "ImportDeclaration") {
      for (const { type, local, imported } of node.specifiers) {
        const name = { ImportDefaultSpecifier: "default", ImportNamespaceSpecifier: "*" }[type] ?? imported.name;
        this.imports.set(local.name, { from: node.source.value, name });
      }
      if (node.specifiers.length === 0) this.others.push(this.text.slice(node.start, node.end));
    } else if (node.type === "ExportNamedDeclaration" && node.source === null && node.declaration === null) {
      for (const { local, exported } of node.specifiers) this.exports.set(exported.name, local.name);
    } else if (node.type === "ExportAllDeclaration" || (node.type === "ExportNamedDeclaration" && node.declaration === null)) {
      this.others.push(this.text.slice(node.start, node.end));
    } else if (node.type.startsWith("Export")) {
      throw new Error(`export form ${node.type}`);
    } else if (node.type === "VariableDeclaration") {
      for (const part of node.declarations) {
        const unit = new Unit(node.kind, part);
        bound(part.id, (name) => unit.names.push(name));
        this.list.push(unit);
      }
    } else {
      const unit = new Unit("", node);
      if (node.type === "FunctionDeclaration" || node.type === "ClassDeclaration") unit.names.push(node.id.name);
      this.list.push(unit);
    }
  }

  #scan(unit) {
    walk(unit.node, (node, parent, key, within) => {
      if (node.type === "Identifier" && isReference(node, parent, key)) {
        if (this.#owner.get(node.name) !== unit || node.name === unit.names[0]) unit.mentions.add(node.name);
        unit.references.push({ name: node.name, node, parent, key, within });
      } else if (node.type === "AssignmentExpression") bound(node.left, (name) => unit.assigns.add(name));
      else if (node.type === "UpdateExpression") bound(node.argument, (name) => unit.assigns.add(name));
      else if (node.type === "ForInStatement" || node.type === "ForOfStatement") bound(node.left, (name) => unit.assigns.add(name));
      declared(node, (name) => {
        // A class's own name inside it means the same as the variable's.
        const isOwn = node === unit.node || (node === unit.node.init && node.type === "ClassExpression");
        if (!(isOwn && unit.names.includes(name))) this.nested.add(name);
      });
    });
  }

  /** The text of a unit with the references that `replace(reference)` gives a text for replaced. */
  source(unit, replace = () => undefined) {
    let out = unit.kind && `${unit.kind} `;
    let at = unit.start;
    for (const reference of unit.references) {
      const { node, parent, key } = reference;
      if (node.start < at) continue; // a shorthand property is met twice
      let text = replace(reference);
      if (text === undefined) continue;
      if (parent?.type === "Property" && parent.shorthand) text = `${node.name}:${text}`;
      // A function that becomes a method of what holds it would see another `this`.
      else if (key === "callee" && parent.type === "CallExpression" && text.includes(".")) text = `(0,${text})`;
      else if (key === "tag") text = `(0,${text})`;
      else if (key === "callee" && text.includes("(")) text = `(${text})`;
      out += this.text.slice(at, node.start) + text;
      at = node.end;
    }
    return `${out}${this.text.slice(at, unit.end)};`;
  }
}

/**
 * The text of a module.
 * @param {Map<string, Map<string, string>>} imports module -> local name -> imported name
 * @param {string[]} body
 * @param {Map<string, string>} exports exported name -> local name
 */
export function moduleText(imports, body, exports) {
  const renamed = (one, other) => (one === other ? one : `${one} as ${other}`);
  const head = [...imports].flatMap(([from, list]) => {
    const names = [...list].filter(([, name]) => name !== "*").map(([local, name]) => renamed(name, local));
    const whole = [...list].filter(([, name]) => name === "*").map(([local]) => `import*as ${local} from${JSON.stringify(from)};`);
    return names.length > 0 ? [`import{${names}}from${JSON.stringify(from)};`, ...whole] : whole;
  });
  return `${head.join("")}${body.join("")}export{${[...exports].map(([exported, local]) => renamed(local, exported))}};\n`;
}

/** Names that the linker gives what only other chunks ask for. */
export const isAlias = (name) => /^\$[0-9a-z]+$/.test(name);

/**
 * Calls `visit(node, parent, key, within)` for a node and all below it. `within` is the innermost function (or field of an instance) that it
 * is in; what has none runs when the module is evaluated.
 */
function walk(node, visit, parent = undefined, key = undefined, within = undefined) {
  visit(node, parent, key, within);
  for (const name in node) {
    const value = node[name];
    const opens = (/Function/.test(node.type) && name !== "id") || (node.type === "PropertyDefinition" && name === "value" && !node.static);
    const inside = opens ? node : within;
    if (Array.isArray(value)) {
      for (const item of value) if (item && typeof item.type === "string") walk(item, visit, node, name, inside);
    } else if (value && typeof value.type === "string") walk(value, visit, node, name, inside);
  }
}

/** Whether an identifier is one that a scope binds, not a property's name or a label. */
export function isReference(node, parent, key) {
  if (parent === undefined) return true;
  if (parent.type === "MemberExpression") return key !== "property" || parent.computed;
  if (/^(Property|MethodDefinition|PropertyDefinition)$/.test(parent.type)) return key !== "key" || parent.computed;
  return !/^(LabeledStatement|BreakStatement|ContinueStatement|MetaProperty)$/.test(parent.type);
}

/** The names that a pattern binds or assigns. */
export function bound(pattern, give) {
  if (pattern === null) return;
  if (pattern.type === "Identifier") give(pattern.name);
  else if (pattern.type === "ObjectPattern") for (const part of pattern.properties) bound(part.value ?? part.argument, give);
  else if (pattern.type === "ArrayPattern") for (const part of pattern.elements) bound(part, give);
  else if (pattern.type === "AssignmentPattern") bound(pattern.left, give);
  else if (pattern.type === "RestElement") bound(pattern.argument, give);
}

/** The names that this node, by itself, declares. */
export function declared(node, give) {
  if (node.type === "VariableDeclarator") bound(node.id, give);
  else if (node.type === "CatchClause") bound(node.param, give);
  else if (/Function|Class/.test(node.type)) {
    if (node.id) give(node.id.name);
    for (const param of node.params ?? []) bound(param, give);
  }
}
