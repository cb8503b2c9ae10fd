// module.registerHooks. Node: https://nodejs.org/api/module.html#synchronous-hooks-accepted-by-moduleregisterhooks
import { defaultLoad, defaultResolve, setHooks } from "native:hooks";
import { ERR_INVALID_ARG_TYPE, nodeError } from "internal:errors";

// In order of registration; the last is asked first.
let registered = [];
// What the resolve hooks said about the format of a URL.
const formats = new Map();

const loadable = ["module", "commonjs", "json"];

const conditions = {
  import: ["node", "import", "module-sync", "node-addons"],
  require: ["require", "node", "node-addons", "module-sync"],
};

const invalid = (expected, property, hook, value) =>
  nodeError("TypeError", "ERR_INVALID_RETURN_PROPERTY_VALUE",
    `Expected ${expected} to be returned for the "${property}" from the "${hook}" hook but got ${describe(value)}.`);

const describe = (value) => {
  if (value === null || value === undefined) return String(value);
  if (typeof value === "object" || typeof value === "function") return `an instance of ${value.constructor?.name ?? "Object"}`;
  return `type ${typeof value} (${typeof value === "string" ? `'${value}'` : String(value)})`;
};

// Asks the hooks called `name` one after the other, and `last` when all have passed it on.
function ask(name, hooks, subject, context, last, check) {
  const step = (index, subject, context) => {
    if (index < 0) return last(subject, context);
    let passedOn = false;
    const next = (nextSubject = subject, nextContext = undefined) => {
      passedOn = true;
      return step(index - 1, nextSubject, { ...context, ...nextContext });
    };
    const result = hooks[index][name](subject, context, next);
    if (!passedOn && result?.shortCircuit !== true) throw invalid("true", "shortCircuit", name, result?.shortCircuit);
    check(result);
    return result;
  };
  return step(hooks.length - 1, subject, context);
}

function resolve(hooks, specifier, parentURL, kind, type) {
  const importAttributes = kind === "require" ? undefined : { __proto__: null };
  if (type !== undefined) importAttributes.type = type;
  const { url, format } = ask("resolve", hooks, specifier, { parentURL, importAttributes, conditions: conditions[kind] },
    (specifier, { parentURL }) => ({ __proto__: null, ...defaultResolve(`${specifier}`, parentURL, kind), importAttributes: undefined }),
    (result) => {
      if (typeof result?.url !== "string") throw invalid("a URL string", "url", "resolve", result?.url);
    });
  if (typeof format === "string") formats.set(url, format);
  else formats.delete(url);
  return url;
}

function load(hooks, url, kind) {
  const importAttributes = kind === "require" ? undefined : { __proto__: null };
  const format = formats.get(url);
  // Without load hooks, only what resolve hooks said of a format is to be heeded.
  if (hooks.length === 0 && !loadable.includes(format)) return undefined;
  const context = { format, importAttributes, conditions: conditions[kind] };
  return ask("load", hooks, url, context, (url, { format }) => {
    const loaded = defaultLoad(url);
    return { __proto__: null, ...loaded, format: loadable.includes(format) ? format : loaded.format, responseURL: url };
  }, (result) => {
    const { source } = result;
    if (result.format === "builtin" || typeof source === "string" || source instanceof ArrayBuffer || ArrayBuffer.isView(source)) return;
    throw invalid("a string, an ArrayBuffer, or a TypedArray", "source", "load", source);
  });
}

function update() {
  const resolvers = registered.filter((hooks) => hooks.resolve !== undefined);
  const loaders = registered.filter((hooks) => hooks.load !== undefined);
  setHooks(
    resolvers.length > 0 ? (...rest) => resolve(resolvers, ...rest) : undefined,
    loaders.length > 0 || resolvers.length > 0 ? (...rest) => load(loaders, ...rest) : undefined,
  );
}

class ModuleHooks {
  constructor(resolve, load) {
    this.resolve = resolve;
    this.load = load;
  }

  deregister() {
    registered = registered.filter((hooks) => hooks !== this);
    update();
  }
}

export function registerHooks(hooks) {
  const { resolve, load } = hooks;
  if (resolve !== undefined && typeof resolve !== "function") throw ERR_INVALID_ARG_TYPE("hooks.resolve", "function", resolve);
  if (load !== undefined && typeof load !== "function") throw ERR_INVALID_ARG_TYPE("hooks.load", "function", load);
  const entry = new ModuleHooks(resolve, load);
  registered = [...registered, entry];
  update();
  return entry;
}
