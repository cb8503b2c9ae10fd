// Takes what functions seldom need out of the modules that every function loads.
//
// Top-level functions and classes that the scenario in ../profile does not use, and the tables that only these use, move to a
// module of their own, `<module>/rare`. Where a function mentions one of them, the mention becomes a look into that module,
// which is loaded then: at once, as built-in modules are. What runs while a module is evaluated never moves.
import { table } from "./methods.mjs";
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
  const rare = program.rare(profiles);
  for (const [id, units] of all) if (units.owner(table) !== undefined && !rare.has(units.owner(table))) throw new Error(`${table} stays in ${id}`);
  for (const [id, units] of all) {
    const { hot, cold } = program.emit(id, units, rare);
    const { inputs } = modules.get(id);
    if (hot !== undefined) modules.set(id, { ...hot, inputs });
    if (cold !== undefined) modules.set(rareId(id), { ...cold, inputs: {} });
  }
}

/**
 * What would move of the modules as they are.
 * @param {Map<string, import("./profile.mjs").Profile>} profiles
 * @returns {Map<string, { start: number, end: number, size: number }[]>} by module: where it stands
 */
export function moving(modules, parts, parse, profiles) {
  const all = new Map([...modules].map(([id, { text }]) => [id, new Units(text, parse)]));
  const found = new Map([...modules.keys()].map((id) => [id, []]));
  for (const [unit, id] of new Program(all, publicNames(parts)).rare(profiles)) found.get(id).push(unit);
  return found;
}

const rareId = (id) => `${id}/rare`;

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
  #exported = new Map(); // module -> local names that others ask for, for the rare half

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

  /** @returns {Map<object, string>} unit -> its module, for all that moves */
  rare(profiles) {
    const candidates = new Map();
    for (const [id, units] of this.#all) {
      if (!id.startsWith("internal:")) continue;
      const assigned = new Set(units.list.flatMap((unit) => [...unit.assigns]));
      const visible = this.#public.get(id) ?? new Set();
      const shown = new Set([...units.exports].filter(([name]) => visible.has(name)).map(([, local]) => local));
      for (const unit of units.list) {
        const [name] = unit.names;
        if (unit.names.length !== 1 || assigned.has(name) || shown.has(name) || units.nested.has(name)) continue;
        if ([...unit.assigns].some((other) => units.owner(other) !== undefined)) continue;
        if (canMove(unit) && !profiles.get(id).calls(unit)) candidates.set(unit, id);
      }
    }
    do this.#settle(candidates, profiles);
    while (dropSmall(candidates));
    return candidates;
  }

  /** Takes back what cannot move because of who mentions it. */
  #settle(candidates, profiles) {
    for (let before = -1; before !== candidates.size; ) {
      before = candidates.size;
      for (const [id, units] of this.#all) {
        for (const [, local] of units.exports) {
          const meaning = this.#targets.get(id).get(local);
          if (meaning !== undefined && id.startsWith("internal:")) candidates.delete(meaning.unit);
        }
        for (const unit of units.list) {
          if (candidates.has(unit)) continue;
          for (const { name, node, within } of unit.references) {
            const meaning = this.#meaning(id, units, name);
            if (meaning === undefined || meaning.unit === unit || !candidates.has(meaning.unit)) continue;
            const late = within !== undefined && !isTable(meaning.unit) && !units.nested.has(name) && !profiles.get(id).ran(node.start);
            if (!late && id.startsWith("internal:")) candidates.delete(meaning.unit);
          }
        }
      }
    }
  }

  emit(id, units, rare) {
    const isRare = (unit) => rare.has(unit);
    const stays = units.list.filter((unit) => !isRare(unit));
    const moves = units.list.filter(isRare);
    const exports = new Map([...units.exports].filter(([, local]) => !isRare(units.owner(local))));
    const cold = moves.length === 0 ? undefined : this.#write(id, units, moves, new Map(moves.map(({ names: [name] }) => [name, name])), rare, true);
    // What the rare half takes from this one.
    for (const unit of moves)
      for (const name of unit.mentions) {
        const own = units.owner(name);
        if (own !== undefined && !isRare(own)) exports.set(name, name);
      }
    const affected = moves.length > 0 || [...this.#targets.get(id).values()].some(({ unit }) => isRare(unit));
    return { hot: affected ? this.#write(id, units, stays, exports, rare, false) : undefined, cold };
  }

  #write(id, units, list, exports, rare, isCold) {
    const imports = new Map();
    const take = (from, local, name) => imports.set(from, (imports.get(from) ?? new Map()).set(local, name));
    const looks = new Map(); // rare module -> the function that gives its namespace
    const taken = (name) => units.owner(name) !== undefined || units.imports.has(name) || units.nested.has(name);
    const look = (target) => {
      if (!looks.has(target)) {
        let name = `$rare${looks.size}`;
        while (taken(name)) name += "_";
        looks.set(target, name);
      }
      return `${looks.get(target)}()`;
    };
    const here = isCold ? rareId(id) : id;
    const body = list.map((unit) =>
      units.source(unit, ({ name, within }) => {
        const meaning = this.#meaning(id, units, name);
        if (meaning === undefined) {
          const { from, name: imported } = units.imports.get(name) ?? {};
          if (from !== undefined) take(from, name, imported);
          return undefined;
        }
        const home = rare.has(meaning.unit) ? rareId(meaning.id) : meaning.id;
        if (home === here) return undefined;
        if (rare.has(meaning.unit) && within !== undefined && !units.nested.has(name) && id.startsWith("internal:")) return `${look(home)}.${meaning.name}`;
        if (meaning.id === id) take(home, name, name);
        else take(home, name, rare.has(meaning.unit) ? meaning.name : units.imports.get(name).name);
        return undefined;
      }),
    );
    for (const local of exports.values()) {
      if (!units.imports.has(local)) continue;
      const { from, name } = units.imports.get(local);
      const meaning = this.#targets.get(id).get(local);
      if (meaning !== undefined && rare.has(meaning.unit)) take(rareId(meaning.id), local, meaning.name);
      else take(from, local, name);
    }
    if (looks.size > 0) {
      let load = "$loadRare";
      while (taken(load)) load += "_";
      take("internal:host", load, "importBuiltin");
      for (const [target, name] of looks) body.unshift(`let ${name}_;const ${name}=()=>${name}_??=${load}(${JSON.stringify(target)});`);
    }
    if (!isCold) body.unshift(...units.others.map((text) => `${text};`));
    return { text: moduleText(imports, body, exports), imports: [...imports.keys()].map((path) => ({ path })) };
  }
}

function dropSmall(candidates) {
  const sizes = new Map();
  for (const [unit, id] of candidates) sizes.set(id, (sizes.get(id) ?? 0) + unit.size);
  const small = [...candidates].filter(([, id]) => sizes.get(id) < smallest);
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
      value.body.body.every((member) => member.type !== "StaticBlock" && !member.computed && (!member.static || member.type !== "PropertyDefinition" || isConstant(member.value)));
  return kind !== "" && isConstant(value);
}

function isConstant(node) {
  if (node === null || node.type === "Literal" || /Function/.test(node.type)) return true;
  if (node.type === "ArrayExpression") return node.elements.every((item) => item === null || (item.type !== "SpreadElement" && isConstant(item)));
  if (node.type === "ObjectExpression") return node.properties.every((item) => item.type === "Property" && !item.computed && isConstant(item.value));
  if (node.type === "UnaryExpression") return isConstant(node.argument);
  return node.type === "NewExpression" && /^(Set|Map)$/.test(node.callee.name) && node.arguments.every(isConstant);
}
