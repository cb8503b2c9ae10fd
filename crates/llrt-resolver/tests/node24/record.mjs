// Asks the `node` that runs this file to resolve every line of cases.txt and writes what it answers to node24.json.
// Usage: node record.mjs
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire, isBuiltin, registerHooks } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const ROOT = "<root>";

function plant(root) {
  const [, ...entries] = readFileSync(join(here, "tree.txt"), "utf8").split(/^== /m);
  for (const entry of entries) {
    const end = entry.indexOf("\n");
    const [path, target] = entry.slice(0, end).split(" -> ");
    mkdirSync(dirname(join(root, path)), { recursive: true });
    if (target) symlinkSync(target, join(root, path));
    else writeFileSync(join(root, path), entry.slice(end + 1));
  }
}

function* groups() {
  const [, ...sections] = readFileSync(join(here, "cases.txt"), "utf8").split(/^\[/m);
  for (const section of sections) {
    const [head, ...lines] = section.split("\n");
    const cases = lines.filter(Boolean).map((line) => {
      const [, how, from, rest] = /^(\S+) (\S+) (.*)$/.exec(line);
      return { how, from, specifier: rest.startsWith('"') ? JSON.parse(rest) : rest };
    });
    yield { options: head.slice(0, head.lastIndexOf("]")), cases };
  }
}

async function answer(root, { how, from, specifier }) {
  const parent = join(root, from);
  if (how === "require") {
    const require = createRequire(parent);
    try {
      const path = require.resolve(specifier);
      return isBuiltin(path) ? { builtin: path } : { file: path };
    } catch {
      return attempt(() => require(specifier));
    }
  }
  const { load } = await import(pathToFileURL(parent));
  let seen;
  const hooks = registerHooks({
    resolve(request, context, next) {
      const result = next(request, context);
      seen ??= result;
      return { url: "data:text/javascript,", shortCircuit: true };
    },
  });
  await load(specifier).catch(() => {});
  hooks.deregister();
  const { url, format } = seen ?? {};
  // Errors are taken without the hook in between. Some come only when the module is loaded.
  const error = await attempt(() => load(specifier));
  if (url?.startsWith("node:") && !error) return { builtin: url };
  if (!url?.startsWith("file:")) return error;
  const ofFormat = ["ERR_UNKNOWN_FILE_EXTENSION", "ERR_INVALID_PACKAGE_CONFIG"].includes(error?.code);
  return { url, file: fileURLToPath(url), format: format ?? null, ...(ofFormat && { load: error }) };
}

async function attempt(run) {
  try {
    await run();
  } catch (error) {
    return { class: error.name, code: error.code, message: error.message, url: error.url };
  }
}

if (process.argv[2] === "--answer") {
  const { root, cases } = JSON.parse(readFileSync(0, "utf8"));
  const out = [];
  for (const one of cases) out.push(await answer(root, { ...one, specifier: one.specifier.replaceAll(ROOT, root) }));
  process.stdout.write(JSON.stringify(out));
} else {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "resolve-")));
  plant(root);
  const recorded = [];
  for (const { options, cases } of groups()) {
    const words = options.replaceAll(ROOT, root).split(" ").filter(Boolean);
    const env = Object.fromEntries(words.filter((w) => /^[A-Z_]+=/.test(w)).map((w) => w.split("=")));
    const flags = words.filter((w) => !/^[A-Z_]+=/.test(w));
    const answers = JSON.parse(execFileSync(process.execPath, [...flags, "--no-warnings", import.meta.filename, "--answer"], {
      input: JSON.stringify({ root, cases }),
      env: { ...process.env, ...env },
      encoding: "utf8",
      cwd: join(root, "app"), // the hints in messages depend on it
    }).replaceAll(root, ROOT));
    cases.forEach((one, i) => recorded.push({ ...(options && { options }), ...one, ...answers[i] }));
  }
  rmSync(root, { recursive: true });
  const lines = recorded.map((one) => "  " + JSON.stringify(one));
  writeFileSync(join(here, "node24.json"), `[\n${lines.join(",\n")}\n]\n`);
}
