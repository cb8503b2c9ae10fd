// Takes a client apart, so that a program that imports `{ DynamoDBClient, PutItemCommand }` loads these and not sixty other
// commands with the shapes of their requests.
//
// A client's module becomes parts: part 0 holds the client and whatever has an effect when it is evaluated, one its errors, the
// others hold some commands each, and what several of these need. In the module's place stands a list of the names that each part
// exports. Evaluating less than everything is what the packages allow ("sideEffects": false). Errors are what a client has most of,
// and no call that succeeds needs one: their registries load that part when somebody looks for an error.
import { Units, isAlias, moduleText } from "./units.mjs";

const smallest = 2500; // characters of a part: below, loading it costs more than it holds

/**
 * @param {Map<string, { text: string, imports: object[], inputs: object }>} modules
 * @param {typeof import("acorn").parse} parse
 * @param {(alias: string) => string} original the name of what another chunk exports as `alias`
 * @returns {Map<string, { prefix: string, names: string[][] }>} for each client taken apart, the names of each of its parts
 */
export function splitClients(modules, parse, original) {
  const facades = new Map();
  const homes = new Map(); // client -> exported name -> { from, name }
  for (const [id, module] of [...modules]) {
    if (!id.startsWith("@aws-sdk/client-")) continue;
    const from = id.replace("@aws-sdk/", "internal:sdk/");
    const { parts, home, names } = split(new Units(module.text, parse), from, original);
    if (parts.length === 1) continue;
    for (const [index, part] of parts.entries()) modules.set(`${from}/${index}`, { ...part, inputs: index === 0 ? module.inputs : {} });
    modules.delete(id);
    homes.set(id, home);
    facades.set(id, { prefix: `${from}/`, names });
  }
  for (const [id, module] of modules) {
    const text = relink(module.text, homes);
    if (text !== module.text) modules.set(id, { ...module, text, imports: importsOf(text) });
  }
  return facades;
}

function split(units, from, original) {
  if (units.others.length > 0) throw new Error(`${from}: ${units.others}`);
  const inlined = stringConstants(units);
  const errors = registrations(units, original);
  const partOf = assign(units, original, inlined, errors);
  const count = Math.max(...partOf.values()) + 1;
  const lists = Array.from({ length: count }, () => []);
  for (const unit of units.list) if (partOf.has(unit)) lists[partOf.get(unit)].push(unit);
  const wanted = lists.map(() => new Map()); // part -> exported name -> local name
  const home = new Map();
  const names = lists.map(() => []);
  for (const [exported, local] of units.exports) {
    const part = partOf.get(units.owner(local)) ?? 0; // what is only passed on comes from the client's part
    const name = isAlias(exported) ? local : exported;
    home.set(exported, { from: `${from}/${part}`, name });
    wanted[part].set(name, local);
    if (!isAlias(exported)) names[part].push(exported);
  }
  const passedOn = [...units.exports.values()].filter((local) => units.imports.has(local));
  const needs = lists.map((list, part) => {
    const found = new Map(); // module -> imported name -> local name
    for (const { mentions } of part === 0 ? [...list, { mentions: passedOn }] : list)
      for (const name of mentions) {
        if (inlined.has(name)) continue;
        const other = partOf.get(units.owner(name));
        const source = other === undefined ? units.imports.get(name) : other === part ? undefined : { from: `${from}/${other}`, name };
        if (source === undefined) continue;
        if (other !== undefined) wanted[other].set(name, name);
        found.set(source.from, (found.get(source.from) ?? new Map()).set(name, source.name));
      }
    return found;
  });
  const bodies = lists.map((list) => list.map((unit) => units.source(unit, ({ name }) => inlined.get(name))));
  if (errors.length > 0) bodies[0].push(...loadLater(units, errors, `${from}/${partOf.get(errors[0])}`, needs[0]));
  const parts = lists.map((_, part) => ({
    text: moduleText(needs[part], bodies[part], wanted[part]),
    imports: [...needs[part].keys()].map((path) => ({ path })),
  }));
  return { parts, home, names };
}

/** `registry.registerError(schema, class)` for all errors, or nothing where one is in another namespace than its registry. */
function registrations(units, original) {
  const found = [];
  for (const unit of units.list) {
    const { type, callee, arguments: given } = unit.node.expression ?? {};
    if (type !== "CallExpression" || callee.type !== "MemberExpression" || callee.property.name !== "registerError") continue;
    const { init } = units.owner(callee.object.name)?.node ?? {};
    const namespaceOf = ([value]) => value && units.text.slice(value.start, value.end);
    const made = init?.type === "NewExpression" ? init.callee : init?.callee?.object;
    if (made === undefined || original(units.imports.get(made.name)?.name) !== "TypeRegistry") return [];
    if (namespaceOf(init.arguments) !== namespaceOf(units.owner(given[0].name)?.node.init.elements.slice(1) ?? [])) return [];
    found.push(unit);
  }
  return found;
}

/** Statements that make the registries load the part with the errors. */
function loadLater(units, errors, part, imports) {
  let load = "$loadErrors";
  while (units.owner(load) || units.imports.has(load) || units.nested.has(load)) load += "_";
  imports.set("internal:host", (imports.get("internal:host") ?? new Map()).set(load, "importBuiltin"));
  const registries = new Set(errors.map(({ node }) => node.expression.callee.object.name));
  return [...registries].map((registry) => `${registry}[Symbol.for("llrt.sdk.registerLater")](${load},${JSON.stringify(part)});`);
}

/** Which part each unit goes to: the client's, a command's, the errors', or (the last) the rest. */
function assign(units, original, inlined, errors) {
  const effects = units.list.filter((unit) => unit.names.length === 0 && !isAggregate(unit, units, original) && !errors.includes(unit));
  const exported = [...units.exports].filter(([name]) => !isAlias(name));
  const isBase = (name) => name.endsWith("Client") || (errors.length === 0 && name.endsWith("ServiceException"));
  // The registries are in the client's settings.
  const registries = errors.map(({ node }) => units.owner(node.expression.callee.object.name));
  const clients = [...exported.filter(([name]) => isBase(name)).map(([, local]) => units.owner(local)).filter(Boolean), ...registries];
  const first = units.reach([...effects, ...clients]);
  // Who assigns a variable is where it is declared.
  const topLevel = (name) => units.owner(name) !== undefined;
  for (;;) {
    const movers = units.list.filter((unit) => [...unit.assigns].some((name) => topLevel(name) && !unit.names.includes(name)));
    const missing = movers.flatMap((unit) => [unit, ...[...unit.assigns].filter(topLevel).map((name) => units.owner(name))]).filter((unit) => !first.has(unit));
    if (missing.length === 0) break;
    for (const unit of units.reach(missing)) first.add(unit);
  }
  const isInlined = (unit) => unit.names.length === 1 && inlined.has(unit.names[0]);
  const within = (roots) => new Set([...units.reach(roots)].filter((unit) => !first.has(unit) && !isInlined(unit)));
  const commands = exported.filter(([name, local]) => name.endsWith("Command") && units.owner(local));
  const groups = cluster(commands.map(([, local]) => ({ units: within([units.owner(local)]), name: local })));
  if (errors.length > 0) groups.push({ units: within(errors) });
  const partOf = new Map();
  for (const unit of first) if (!isInlined(unit)) partOf.set(unit, 0);
  const usedBy = new Map();
  for (const group of groups) for (const unit of group.units) usedBy.set(unit, [...(usedBy.get(unit) ?? []), group]);
  const bases = share(units, usedBy);
  const shared = bases.length;
  for (const [unit, users] of usedBy)
    partOf.set(unit, 1 + (users.length > 1 ? bases.findIndex((base) => base.has(unit)) : shared + groups.indexOf(users[0])));
  const rest = 1 + shared + groups.length;
  // Paginators and waiters go with their command.
  for (const unit of units.list) {
    if (partOf.has(unit) || isInlined(unit)) continue;
    const parts = new Set([...units.reach([unit])].map((other) => partOf.get(other)).filter((part) => part > shared && part < rest));
    if (parts.size === 1 && !isAggregate(unit, units, original)) unit.part = [...parts][0];
  }
  for (const unit of units.list) if (!partOf.has(unit) && !isInlined(unit)) partOf.set(unit, unit.part ?? rest);
  settle(units, partOf, shared, rest);
  return dense(partOf);
}

/**
 * Parts for what several groups of commands need: units that the same groups need stand together, and are joined with others while loading one
 * part less is worth what is loaded in vain.
 */
function share(units, usedBy) {
  const sets = new Map();
  for (const [unit, users] of usedBy) {
    if (users.length < 2) continue;
    const base = sets.get(users.map(({ names }) => names).join()) ?? { units: new Set(), users: new Set(users), size: 0 };
    sets.set(users.map(({ names }) => names).join(), base);
    base.units.add(unit);
    base.size += unit.size;
  }
  const bases = [...sets.values()];
  const lacks = (one, other) => [...one.users].filter((user) => !other.users.has(user)).length;
  const gain = (one, other) => smallest * common(one.users, other.users).size - one.size * lacks(other, one) - other.size * lacks(one, other);
  const join = (one, other) => ({ units: both(one.units, other.units), users: both(one.users, other.users), size: one.size + other.size });
  for (;;) {
    let best, most = 0;
    for (const [i, one] of bases.entries())
      for (const other of bases.slice(i + 1)) {
        const score = gain(one, other);
        if (score > most) [best, most] = [[one, other], score];
      }
    if (best === undefined) return withoutCircles(units, bases.map((base) => base.units));
    bases.splice(bases.indexOf(best[1]), 1);
    bases[bases.indexOf(best[0])] = join(...best);
  }
}

/** Joins parts that mention each other: what a schema refers to is to be evaluated before it. */
function withoutCircles(units, bases) {
  const needs = (base) => new Set(bases.filter((other) => other !== base && [...units.reach(base)].some((unit) => other.has(unit))));
  for (const base of bases) {
    const other = [...needs(base)].find((other) => needs(other).has(base));
    if (other !== undefined) return withoutCircles(units, [...bases.filter((it) => it !== base && it !== other), both(base, other)]);
  }
  return bases;
}

/** A unit that something in another command's part, or in a shared one, mentions is shared too (or belongs to the rest). */
function settle(units, partOf, shared, rest) {
  for (let changed = true; changed; ) {
    changed = false;
    for (const [unit, part] of partOf)
      for (const name of unit.mentions) {
        const other = units.owner(name);
        const where = partOf.get(other);
        if (where === undefined || where === part || where <= shared || part === rest) continue;
        // `part` would import from a part that is no base of it.
        partOf.set(unit, rest);
        changed = true;
        break;
      }
  }
}

function dense(partOf) {
  const used = [...new Set(partOf.values())].sort((a, b) => a - b);
  return new Map([...partOf].map(([unit, part]) => [unit, used.indexOf(part)]));
}

/** `createAggregatedClient(commands, DynamoDB, ...)`: gives a class, and nothing else, its methods. */
function isAggregate({ node }, units, original) {
  if (node.type !== "ExpressionStatement" || node.expression.type !== "CallExpression") return false;
  const { callee } = node.expression;
  const imported = callee.type === "Identifier" ? units.imports.get(callee.name) : undefined;
  return imported !== undefined && original(imported.name) === "createAggregatedClient";
}

/**
 * Joins commands until each group is worth a part: first those that share most of what few others need, then those whose
 * names are alike. A unit counts for the share of it that falls to each command.
 */
function cluster(commands) {
  const users = new Map();
  for (const { units } of commands) for (const unit of units) users.set(unit, (users.get(unit) ?? 0) + 1);
  const weight = (units) => [...units].reduce((sum, unit) => sum + unit.size / users.get(unit) ** 2, 0);
  const size = (units) => [...units].reduce((sum, unit) => sum + unit.size / users.get(unit), 0);
  const list = commands.map(({ units, name }) => ({ units, names: [name], size: size(units) }));
  for (;;) {
    list.sort((a, b) => a.size - b.size || (a.names[0] < b.names[0] ? -1 : 1));
    const [small, ...others] = list;
    if (small === undefined || small.size >= smallest || others.length === 0) return list;
    let best = others[0];
    let most = -Infinity;
    for (const other of others) {
      const shared = weight(common(small.units, other.units));
      const score = shared / weight(small.units) + alike(small.names, other.names) / 2 - other.size / (8 * smallest);
      if (score > most) [best, most] = [other, score];
    }
    for (const unit of small.units) best.units.add(unit);
    best.names.push(...small.names);
    best.size = size(best.units);
    list.shift();
  }
}

const both = (some, others) => new Set([...some, ...others]);
const common = (some, others) => new Set([...some].filter((item) => others.has(item)));

/** The share of nouns in the names of one group that the other has too: PutItem and GetItem, not PutItem and PutResourcePolicy. */
function alike(some, others) {
  const nouns = (names) => new Set(names.flatMap((name) => name.replace(/Command\d*$/, "").match(/[A-Z][a-z0-9]+/g)?.slice(1) ?? []).map((word) => word.replace(/s$/, "")));
  const mine = nouns(some);
  return mine.size === 0 ? 0 : common(mine, nouns(others)).size / mine.size;
}

/** Top-level variables that only ever hold one string: name -> literal. */
function stringConstants(units) {
  const exported = new Set(units.exports.values());
  const assigned = new Set(units.list.flatMap((unit) => [...unit.assigns]));
  const found = new Map();
  for (const { node, names } of units.list)
    if (node.type === "VariableDeclarator" && node.init?.type === "Literal" && typeof node.init.value === "string") {
      const [name] = names;
      if (!exported.has(name) && !assigned.has(name) && !units.nested.has(name)) found.set(name, node.init.raw);
    }
  return found;
}

const importOf = /(import|export)\{([^}]*)\}from"([^"]+)"/g;

/** Imports from a client that is in parts become imports from these. */
function relink(text, homes) {
  return text.replace(importOf, (all, keyword, list, from) => {
    const home = homes.get(from);
    if (home === undefined) return all;
    const sources = new Map();
    for (const part of list.split(",")) {
      const [name, local = name] = part.trim().split(/\s+as\s+/);
      const target = home.get(name);
      if (target === undefined) throw new Error(`${from} does not export ${name}`);
      sources.set(target.from, [...(sources.get(target.from) ?? []), target.name === local ? local : `${target.name} as ${local}`]);
    }
    return [...sources].map(([source, names]) => `${keyword}{${names}}from"${source}"`).join(";");
  });
}

const importsOf = (text) => [...text.matchAll(importOf)].map(([, , , path]) => ({ path }));
