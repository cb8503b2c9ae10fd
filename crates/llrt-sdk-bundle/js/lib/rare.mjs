// Takes what functions seldom need out of the modules that every function loads.
//
// Top-level functions and classes that the scenario in ../profile does not use, and the tables that only these use, move to a
// module of their own, `<module>/rare`. Where a function mentions one of them, the mention becomes a look into that module,
// which is loaded then: at once, as built-in modules are. What runs while a module is evaluated never moves. What only few of
// the scenario's services use moves to `<module>/<services>` in the same way.
import { isOutlined } from "./methods.mjs";
import { profile } from "./profile.mjs";
import { Units, isAlias, moduleText } from "./units.mjs";

/** Characters: less is not worth a module. */
export const smallest = 1500;

/**
 * @param {Map<string, { text: string, imports: object[], inputs: object }>} modules
 * @param {Map<string, { prefix: string, names: string[][] }>} parts
 * @param {typeof import("acorn").parse} parse
 * @param {string} root the folder of node_modules
 */
export function moveRare(modules, parts, parse, root) {
  const profiles = profile(modules, parts, root);
  const all = new Map([...modules].map(([id, { text }]) => [id, new Units(text, parse)]));
  const program = new Program(all, publicNames(parts));
  const homes = program.homes(profiles);
  for (const [id, units] of all)
    for (const unit of units.list) if (isOutlined(unit.names[0]) && homes.get(unit) !== rareId(id)) throw new Error(`${unit.names[0]} stays in ${id}`);
  for (const [id, units] of all) {
    const { inputs } = modules.get(id);
    for (const [home, module] of program.emit(id, units, homes)) modules.set(home, { ...module, inputs: home === id ? inputs : {} });
  }
}

/**
 * What would move of the modules as they are.
 * @param {Map<string, import("./profile.mjs").Profile>} profiles
 * @returns {Map<string, { start: number, end: number, isRare: boolean }[]>} by module: where it stands, and whether nobody uses it
 */
export function moving(modules, parts, parse, profiles) {
  const all = new Map([...modules].map(([id, { text }]) => [id, new Units(text, parse)]));
  const found = new Map([...modules.keys()].map((id) => [id, []]));
  for (const [unit, home] of new Program(all, publicNames(parts)).homes(profiles)) {
    const id = home.replace(/\/[^/]+$/, "");
    found.get(id).push({ start: unit.start, end: unit.end, isRare: home === rareId(id) });
  }
  return found;
}

const rareId = (id) => `${id}/rare`;

/** The module for what these steps of the scenario use, of those that have to do with the module `id`. */
function homeOf(id, users) {
  const services = [...users].filter((step) => step !== "rest").sort();
  return users.size === 0 ? rareId(id) : `${id}/${services.length === 0 ? "rest" : services.join("+")}`;
}

/** Whether what these steps use is better loaded by them alone: few of the many that have to do with a module. */
const isFew = (users, { steps }) => users.size === 0 || (steps.size >= 9 && !users.has("load") && users.size * 3 <= steps.size);

/** Module -> names that programs import from it. */
function publicNames(parts) {
  const found = new Map();
  for (const { prefix, names } of parts.values()) for (const [index, list] of names.entries()) found.set(`${prefix}${index}`, new Set(list));
  return found;
}

class Program {
  #all;
  #public;
  #targets = new Map(); // module -> import's local name -> { id, unit }

  constructor(all, publicOf) {
    this.#all = all;
    this.#public = publicOf;
    for (const [id, units] of all) {
      const targets = new Map();
      for (const [local, { from, name }] of units.imports) {
        const unit = all.get(from)?.owner(all.get(from).exports.get(name));
        if (unit !== undefined) targets.set(local, { id: from, unit, name: unit.names[0] });
      }
      this.#targets.set(id, targets);
    }
  }

  /** What a name means in a module: a unit of it or of another, or nothing that is known. */
  #meaning(id, units, name) {
    const own = units.owner(name);
    return own === undefined ? this.#targets.get(id).get(name) : { id, unit: own, name };
  }

  /** @returns {Map<object, string>} unit -> the module that it moves to, for all that moves */
  homes(profiles) {
    const candidates = new Map(); // unit -> { id, users }
    for (const [id, units] of this.#all) {
      if (!id.startsWith("internal:")) continue;
      const profile = profiles.get(id);
      const assigned = new Set(units.list.flatMap((unit) => [...unit.assigns]));
      const visible = this.#public.get(id) ?? new Set();
      const shown = new Set([...units.exports].filter(([name]) => visible.has(name)).map(([, local]) => local));
      for (const unit of units.list) {
        const [name] = unit.names;
        if (unit.names.length !== 1 || assigned.has(name) || shown.has(name) || units.nested.has(name)) continue;
        if ([...unit.assigns].some((other) => units.owner(other) !== undefined)) continue;
        const users = profile.callers(unit);
        if (canMove(unit) && isFew(users, profile)) candidates.set(unit, { id, users });
      }
    }
    for (const [id, units] of this.#all)
      for (const local of units.exports.values()) {
        const meaning = this.#targets.get(id).get(local);
        if (meaning !== undefined && id.startsWith("internal:")) candidates.delete(meaning.unit);
      }
    do this.#settle(candidates, profiles);
    while (dropSmall(candidates));
    return new Map([...candidates].map(([unit, { id, users }]) => [unit, homeOf(id, users)]));
  }

  /** Adds the users of those who mention a candidate to its own, and takes back what cannot move because of them. */
  #settle(candidates, profiles) {
    for (let changed = true; changed; ) {
      changed = false;
      for (const [id, units] of this.#all) {
        if (!id.startsWith("internal:")) continue;
        const profile = profiles.get(id);
        for (const unit of units.list)
          for (const { name, node, within } of unit.references) {
            const meaning = this.#meaning(id, units, name);
            const candidate = meaning !== undefined && meaning.unit !== unit ? candidates.get(meaning.unit) : undefined;
            if (candidate === undefined) continue;
            const isLate = within !== undefined && (!isTable(meaning.unit) || isOutlined(name)) && !units.nested.has(name);
            const mover = candidates.get(unit);
            // Who mentions it otherwise imports it.
            const more = isLate ? profile.ran(node.start) : mover !== undefined ? mover.users : id === meaning.id ? undefined : profile.steps;
            const users = more && new Set([...candidate.users, ...more]);
            if (users?.size === candidate.users.size) continue;
            changed = true;
            if (users !== undefined && isFew(users, profiles.get(meaning.id))) candidate.users = users;
            else candidates.delete(meaning.unit);
          }
      }
    }
  }

  /** @returns {Map<string, { text: string, imports: object[] }>} what becomes of a module, if anything: itself and those that take something of it */
  emit(id, units, homes) {
    const found = new Map();
    const stays = units.list.filter((unit) => !homes.has(unit));
    const exports = new Map([...units.exports].filter(([, local]) => !homes.has(units.owner(local))));
    const own = new Map(units.list.filter((unit) => homes.has(unit)).map((unit) => [unit, homes.get(unit)]));
    for (const home of new Set(own.values())) {
      const moves = [...own.keys()].filter((unit) => own.get(unit) === home);
      found.set(home, this.#write(id, home, units, moves, new Map(moves.map(({ names: [name] }) => [name, name])), homes));
      // What they take from this one.
      for (const unit of moves)
        for (const name of unit.mentions) {
          const other = units.owner(name);
          if (other !== undefined && !homes.has(other) && !units.exportedAs.has(name)) exports.set(name, name);
        }
    }
    if (found.size > 0 || [...this.#targets.get(id).values()].some(({ unit }) => homes.has(unit))) found.set(id, this.#write(id, id, units, stays, exports, homes));
    return found;
  }

  #write(id, here, units, list, exports, homes) {
    const imports = new Map();
    const take = (from, local, name) => imports.set(from, (imports.get(from) ?? new Map()).set(local, name));
    const taken = (name) => units.owner(name) !== undefined || units.imports.has(name) || units.nested.has(name);
    const unused = (name) => (taken(name) ? unused(`${name}_`) : name);
    // The modules that are looked into, by one function that gives their namespaces; the one that most are in is its default.
    const looks = [rareId(id)];
    const namespace = unused("$rare");
    const look = (target) => {
      if (!looks.includes(target)) looks.push(target);
      isLooking = true;
      return `${namespace}(${looks.indexOf(target) || ""})`;
    };
    let isLooking = false;
    const body = list.map((unit) =>
      units.source(unit, ({ name, within }) => {
        const meaning = this.#meaning(id, units, name);
        if (meaning === undefined) {
          const { from, name: imported } = units.imports.get(name) ?? {};
          if (from === undefined) return undefined;
          // Each file that was linked has an import of its own.
          const first = units.firstImport(name);
          take(from, first, imported);
          return first === name ? undefined : first;
        }
        const home = homes.get(meaning.unit) ?? meaning.id;
        if (home === here) return undefined;
        if (homes.has(meaning.unit) && within !== undefined && !units.nested.has(name) && id.startsWith("internal:")) return `${look(home)}.${meaning.name}`;
        if (meaning.id === id) {
          // One name less where another chunk has made it export this under a short one.
          const short = home === id ? units.exportedAs.get(name) : undefined;
          if (short !== undefined && isAlias(short) && !taken(short) && !units.nested.has(name)) {
            take(home, short, short);
            return short;
          }
          take(home, name, short ?? name);
        }
        else take(home, name, homes.has(meaning.unit) ? meaning.name : units.imports.get(name).name);
        return undefined;
      }),
    );
    for (const local of exports.values()) {
      if (!units.imports.has(local)) continue;
      const { from, name } = units.imports.get(local);
      const meaning = this.#targets.get(id).get(local);
      if (meaning !== undefined && homes.has(meaning.unit)) take(homes.get(meaning.unit), local, meaning.name);
      else take(from, local, name);
    }
    if (isLooking) {
      const host = [...(imports.get("internal:host") ?? [])];
      const [load] = host.find(([, name]) => name === "importBuiltin") ?? [unused("$loadRare")];
      take("internal:host", load, "importBuiltin");
      const [kept, argument, one, which] = looks.length === 1 ? ["", "", "", ""] : ["=[]", "i=0", "[i]", `${JSON.stringify(looks)}[i]`];
      body.unshift(`let ${namespace}_${kept};const ${namespace}=(${argument})=>${namespace}_${one}??=${load}(${which || JSON.stringify(looks[0])});`);
    }
    if (here === id) body.unshift(...units.others.map((text) => `${text};`));
    return { text: moduleText(imports, body, exports), imports: [...imports.keys()].map((path) => ({ path })) };
  }
}

function dropSmall(candidates) {
  const homes = new Map([...candidates].map(([unit, { id, users }]) => [unit, homeOf(id, users)]));
  const sizes = new Map();
  for (const [unit, home] of homes) sizes.set(home, (sizes.get(home) ?? 0) + unit.size);
  const small = [...homes].filter(([, home]) => sizes.get(home) < smallest);
  for (const [unit] of small) candidates.delete(unit);
  return small.length > 0;
}

const isTable = ({ kind, node }) => kind !== "" && !/Function|Class/.test(node.init?.type);

/** Whether evaluating a declaration later is the same: a function, a class without effects, or a table of constants. */
function canMove({ kind, node }) {
  const value = kind === "" ? node : node.init;
  if (value === null) return false;
  if (/Function/.test(value.type)) return true;
  if (/^Class/.test(value.type))
    return (value.superClass === null || value.superClass.type === "Identifier") &&
      value.body.body.every((member) => member.type !== "StaticBlock" && (!member.computed || isSymbol(member.key)) && (!member.static || member.type !== "PropertyDefinition" || isConstant(member.value)));
  return kind !== "" && isConstant(value);
}

/** `Symbol.iterator`, `Symbol.for("x")`. */
function isSymbol({ type, callee, arguments: args, object, property }) {
  if (type === "CallExpression") return isSymbol(callee) && callee.property.name === "for" && args.every(isConstant);
  return type === "MemberExpression" && object.name === "Symbol" && property.type === "Identifier";
}

function isConstant(node) {
  if (node === null || node.type === "Literal" || /Function/.test(node.type) || isSymbol(node)) return true;
  if (node.type === "ArrayExpression") return node.elements.every((item) => item === null || (item.type !== "SpreadElement" && isConstant(item)));
  if (node.type === "ObjectExpression") return node.properties.every((item) => item.type === "Property" && !item.computed && isConstant(item.value));
  if (node.type === "UnaryExpression") return isConstant(node.argument);
  return node.type === "NewExpression" && /^(Set|Map)$/.test(node.callee.name) && node.arguments.every(isConstant);
}
