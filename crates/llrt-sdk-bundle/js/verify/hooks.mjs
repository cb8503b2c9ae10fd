// Makes `import "@aws-sdk/..."` mean the bundle in SDK_BUNDLE (node --import hooks.mjs).
import { registerHooks } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { readModules, readParts } from "./modules.mjs";

const modules = readModules();
const parts = readParts();
const found = (url) => ({ url, format: "module", shortCircuit: true });

registerHooks({
  resolve(specifier, context, next) {
    const file = modules.get(specifier);
    if (file) return found(pathToFileURL(path.join(process.env.SDK_BUNDLE, file)).href);
    if (parts.has(specifier)) return found(`parts:${specifier}`);
    const internal = /^internal:(.*)$/.exec(specifier);
    if (internal) return found(new URL(`internal-${internal[1]}.mjs`, import.meta.url).href);
    return next(specifier, context);
  },
  load(url, context, next) {
    if (url.startsWith("parts:")) return { format: "module", source: parts.get(url.slice(6)), shortCircuit: true };
    return next(url, context);
  },
});
