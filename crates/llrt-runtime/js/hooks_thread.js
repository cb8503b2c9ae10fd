// The hooks of module.register and --experimental-loader, in their thread. Node: https://nodejs.org/api/module.html#asynchronous-hooks
import { defaultLoad, defaultResolve } from "native:hooks";
import { ERR_INVALID_ARG_TYPE, nodeError } from "internal:errors";
import { importBuiltin, isBuiltin } from "internal:host";
import { validateObject, validateString } from "internal:validators";

// In order of registration; the last is asked first.
const registered = [];

const describe = (value) => {
  if (value === null || value === undefined) return `${value}`;
  if (typeof value === "function") return `type function (${importBuiltin("node:util").inspect(value)})`;
  if (typeof value === "object") return `an instance of ${value.constructor?.name ?? "Object"}`;
  return `type ${typeof value} (${importBuiltin("node:util").inspect(value)})`;
};
const invalidProperty = (expected, hook, property, value) =>
  nodeError("TypeError", "ERR_INVALID_RETURN_PROPERTY_VALUE",
    `Expected ${expected} to be returned for the "${property}" from the "${hook}" function but got ${describe(value)}.`);

// Asks the hooks called `name` one after the other, and `last` when all have passed it on.
async function ask(name, subject, context, last) {
  const hooks = registered.filter((entry) => entry[name] !== undefined);
  const nextName = name === "resolve" ? "nextResolve" : "nextLoad";
  const step = async (index, subject, context) => {
    if (index < 0) return last(subject, context);
    const { [name]: hook, url } = hooks[index];
    const place = `${url} '${name}' hook's ${nextName}()`;
    let isPassedOn = false;
    const { [nextName]: next } = {
      async [nextName](nextSubject = subject, nextContext = undefined) {
        isPassedOn = true;
        validateString(nextSubject, `${place} ${name === "resolve" ? "specifier" : "url"}`);
        if (nextContext !== undefined) validateObject(nextContext, `${place} context`);
        if (name === "load" && !URL.canParse(nextSubject)) throw nodeError("TypeError", "ERR_INVALID_ARG_VALUE", `The argument '${place} url' must be a valid URL. Received '${nextSubject}'`);
        return step(index - 1, nextSubject, { ...context, ...nextContext });
      },
    };
    const result = await hook(subject, context, next);
    if (typeof result !== "object" || result === null)
      throw nodeError("TypeError", "ERR_INVALID_RETURN_VALUE", `Expected an object to be returned from the "${place}" function but got ${describe(result)}.`);
    if (!isPassedOn && result.shortCircuit !== true)
      throw nodeError("Error", "ERR_LOADER_CHAIN_INCOMPLETE",
        `"${url} '${name}'" did not call the next hook in its chain and did not explicitly signal a short circuit. If this is intentional, include \`shortCircuit: true\` in the hook's return.`);
    return result;
  };
  return step(hooks.length - 1, subject, context);
}

// What only a load hook can load: names are as URLs say.
function foreign(specifier, parentURL) {
  const isRelative = /^\.{0,2}\//.test(specifier) && URL.canParse(specifier, parentURL);
  if (!isRelative && !URL.canParse(specifier)) return undefined;
  const { href, protocol } = isRelative ? new URL(specifier, parentURL) : new URL(specifier);
  return isBuiltin(specifier) || ["file:", "data:", "node:"].includes(protocol) ? undefined : { url: href };
}

async function resolve(specifier, parentURL, importAttributes, conditions) {
  const result = await ask("resolve", specifier, { conditions, importAttributes, parentURL },
    (specifier, { parentURL }) => ({ __proto__: null, ...(foreign(specifier, parentURL) ?? defaultResolve(specifier, parentURL, "import")) }));
  const { url, format } = result;
  if (format !== null && format !== undefined && typeof format !== "string") throw invalidProperty("a string", "resolve", "format", format);
  if (typeof url !== "string") throw invalidProperty("a URL string", "resolve", "url", url);
  if (!URL.canParse(url)) throw invalidProperty("a URL string", "resolve", "url", url);
  return { url, format: format ?? undefined, importAttributes: result.importAttributes };
}

const deserialize = (data) => importBuiltin("node:v8").deserialize(importBuiltin("node:buffer").Buffer.from(data, "base64"));

const requests = {
  __proto__: null,

  async register({ specifier, parentURL, data }) {
    const { url } = await resolve(specifier, parentURL, {}, ["node", "import", "module-sync", "node-addons"]);
    const { initialize, resolve: resolveHook, load } = await import(url);
    await initialize?.(data === undefined ? undefined : deserialize(data));
    for (const [name, hook] of [["resolve", resolveHook], ["load", load]])
      if (hook !== undefined && typeof hook !== "function") throw ERR_INVALID_ARG_TYPE(name, "function", hook);
    registered.push({ url, resolve: resolveHook, load });
  },

  resolve: ({ specifier, parentURL, importAttributes, conditions }) => resolve(specifier, parentURL, importAttributes, conditions),

  async load({ url, format, importAttributes, conditions }) {
    const result = await ask("load", url, { conditions, format, importAttributes }, (url, { format }) => {
      const loaded = defaultLoad(url, format || undefined);
      // CommonJS is read where it is run.
      if ((format ?? loaded.format) === "commonjs") loaded.source = null;
      return { __proto__: null, format: format ?? loaded.format, source: loaded.source, responseURL: url };
    });
    const { source } = result;
    if (typeof result.format !== "string") throw invalidProperty("a string", "load", "format", result.format);
    if (source === null || source === undefined) {
      if (result.format !== "builtin" && result.format !== "commonjs") throw invalidProperty("a string, an ArrayBuffer, or a TypedArray", "load", "source", source);
      return { format: result.format };
    }
    const isBytes = source instanceof ArrayBuffer || source instanceof SharedArrayBuffer || ArrayBuffer.isView(source);
    if (typeof source !== "string" && !isBytes) throw invalidProperty("a string, an ArrayBuffer, or a TypedArray", "load", "source", source);
    return { format: result.format, source: isBytes ? new TextDecoder().decode(source) : source };
  },
};

// An error as it can be told; anything else by what it looks like.
function told(error) {
  if (error instanceof Error) return { name: error.constructor.name, message: error.message, stack: error.stack, code: error.code };
  if (error === undefined || typeof error === "symbol" || typeof error === "bigint" || typeof error === "function")
    return { type: typeof error, text: typeof error === "symbol" ? error.description : `${error}` };
  return { value: error };
}

export async function answer(text) {
  const { kind, ...request } = JSON.parse(text);
  try {
    return JSON.stringify({ value: await requests[kind](request) });
  } catch (error) {
    return JSON.stringify({ error: told(error) });
  }
}
