// module.registerHooks. Node: https://nodejs.org/api/module.html#synchronous-hooks-accepted-by-moduleregisterhooks
import { askThread, defaultLoad, defaultResolve, setHooks } from "native:hooks";
import { ERR_INVALID_ARG_TYPE, nodeError } from "internal:errors";
import { importBuiltin } from "internal:host";

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
    (specifier, { parentURL, importAttributes, conditions }) =>
      kind === "import" && isThreaded
        ? request("resolve", { specifier: `${specifier}`, parentURL, importAttributes, conditions })
        : { __proto__: null, ...defaultResolve(`${specifier}`, parentURL, kind), importAttributes: undefined },
    (result) => {
      if (typeof result?.url !== "string") throw invalid("a URL string", "url", "resolve", result?.url);
    });
  if (typeof format === "string") formats.set(url, format);
  else formats.delete(url);
  if (isThreaded && kind === "import") types.set(url, type);
  return url;
}

function load(hooks, url, kind) {
  const importAttributes = kind === "require" ? undefined : { __proto__: null };
  const format = formats.get(url);
  if (kind === "require" && sources.has(url)) return { format: "commonjs", source: sources.get(url) };
  const inThread = kind === "import" && isThreaded;
  if (inThread && types.get(url) !== undefined) importAttributes.type = types.get(url);
  // Without load hooks, only what resolve hooks said of a format is to be heeded.
  if (hooks.length === 0 && !inThread && !loadable.includes(format)) return undefined;
  const context = { format, importAttributes, conditions: conditions[kind] };
  const result = ask("load", hooks, url, context, (url, { format, importAttributes, conditions }) => {
    if (inThread) return request("load", { url, format, importAttributes, conditions });
    const loaded = defaultLoad(url);
    return { __proto__: null, ...loaded, format: loadable.includes(format) ? format : loaded.format, responseURL: url };
  }, (result) => {
    const { source } = result;
    if (result.format === "builtin" || (inThread && result.format === "commonjs") || typeof source === "string" || source instanceof ArrayBuffer || ArrayBuffer.isView(source)) return;
    throw invalid("a string, an ArrayBuffer, or a TypedArray", "source", "load", source);
  });
  if (inThread && result.format === "commonjs") {
    // Without a source, CommonJS is read as ever.
    if (result.source === undefined) return undefined;
    sources.set(url, result.source);
  }
  return result;
}

// ---- module.register: hooks in a thread of their own

let isThreaded = false;
// The type attribute of imports, and the sources of CommonJS that hooks gave, by URL.
const types = new Map();
const sources = new Map();

function request(kind, message) {
  const { error, value } = JSON.parse(askThread(JSON.stringify({ kind, ...message })));
  if (error !== undefined) throw revived(error);
  return value;
}

const classes = { __proto__: null, RangeError, ReferenceError, SyntaxError, TypeError };

// What a hook threw, told by its thread.
function revived({ type, text, value, name, message, stack, code }) {
  if (message === undefined) {
    if (type === "symbol") return Symbol(text);
    if (type === "bigint") return BigInt(text);
    return type === undefined ? value : type === "undefined" ? undefined : text;
  }
  const error = new (classes[name] ?? Error)(message);
  Object.defineProperty(error, "stack", { __proto__: null, value: stack, writable: true, configurable: true });
  if (code !== undefined) error.code = code;
  return error;
}

let isAnnounced = false;

// `--experimental-loader`.
export function registerLoader(specifier, parentURL) {
  if (!isAnnounced) {
    isAnnounced = true;
    globalThis.process.emitWarning(
      "`--experimental-loader` may be removed in the future; instead use `register()`:\n--import 'data:text/javascript,import { register } from \"node:module\"; " +
        `import { pathToFileURL } from "node:url"; register(${JSON.stringify(specifier)}, pathToFileURL("./"));'`,
      "ExperimentalWarning",
    );
  }
  register(specifier, parentURL);
}

export function register(specifier, parentURL, data) {
  // Another engine gets a copy.
  request("register", { specifier, parentURL, data: data === undefined ? undefined : importBuiltin("node:v8").serialize(data).toString("base64") });
  isThreaded = true;
  update();
}

function update() {
  const resolvers = registered.filter((hooks) => hooks.resolve !== undefined);
  const loaders = registered.filter((hooks) => hooks.load !== undefined);
  setHooks(
    resolvers.length > 0 || isThreaded ? (...rest) => resolve(resolvers, ...rest) : undefined,
    loaders.length > 0 || resolvers.length > 0 || isThreaded ? (...rest) => load(loaders, ...rest) : undefined,
    isThreaded,
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
