// Files that the cases need beside handlers/, and that cannot stand in the repository as they are: broken sources,
// odd bytes, a directory where a file is expected, packages, and one folder for each combination of file extensions.
import fs from "node:fs";
import path from "node:path";

const cjs = (text) => `exports.handler = async () => ${JSON.stringify(text)};\n`;
const esm = (text) => `export const handler = async () => ${JSON.stringify(text)};\n`;

/** Path under the task root -> contents; `null` makes an empty directory. */
export const files = {
  "syntax-error.mjs": "export const handler = async () => {\n  const x = ;\n};\n",
  "syntax-error-cjs.cjs": "exports.handler = async () => {\n  const x = ;\n};\n",
  "syntax-error-dep.mjs": 'import "./syntax-error.mjs";\nexport const handler = async () => 1;\n',
  "esm-syntax.cjs": esm("never"),
  "invalid-utf8.cjs": Buffer.from('exports.handler = async () => "b\xff\xfeb".length;\n', "latin1"),
  "bom.mjs": "\ufeff" + esm("bom"),
  "bom-cjs.cjs": "\ufeff" + cjs("bom"),
  "hashbang.mjs": "#!/usr/bin/env node\n" + esm("hashbang"),
  "empty.mjs": "",
  "directory.mjs": null,
  "dir-index/index.js": cjs("index of a directory"),
  "with space/fun.js": cjs("spaced"),
  "node_modules/with-exports/package.json": '{"name":"with-exports","version":"1.0.0","exports":{".":"./index.js"}}',
  "node_modules/with-exports/index.js": "exports.shown = true;\n",
  "node_modules/with-exports/hidden.js": "exports.hidden = true;\n",
  "node_modules/dep/index.js": cjs("from a package"),

  "order/js-mjs-cjs/index.js": cjs("index.js"),
  "order/js-mjs-cjs/index.mjs": esm("index.mjs"),
  "order/js-mjs-cjs/index.cjs": cjs("index.cjs"),
  "order/mjs-cjs/index.mjs": esm("index.mjs"),
  "order/mjs-cjs/index.cjs": cjs("index.cjs"),
  "order/js-mjs/index.js": cjs("index.js"),
  "order/js-mjs/index.mjs": esm("index.mjs"),
  "order/js-cjs/index.js": cjs("index.js"),
  "order/js-cjs/index.cjs": cjs("index.cjs"),
  "order/no-extension/index": cjs("index"),
  "order/bare-js/index": cjs("index"),
  "order/bare-js/index.js": cjs("index.js"),
  "order/type-module/package.json": '{"type":"module"}',
  "order/type-module/index.js": esm("type module"),
  "order/type-module-cjs/package.json": '{"type":"module"}',
  "order/type-module-cjs/index.js": cjs("never"),
  "order/esm-in-js/index.js": esm("never"),
  "order/json/index.json": '{"handler":1}',
  "order/ts/index.ts": "export const handler = async (): Promise<string> => 'ts';\n",
};

/** Copies the handlers and writes the files above into `root`. */
export function makeTaskRoot(handlers, root) {
  fs.cpSync(handlers, root, { recursive: true });
  for (const [name, contents] of Object.entries(files)) {
    const target = path.join(root, name);
    fs.mkdirSync(contents === null ? target : path.dirname(target), { recursive: true });
    if (contents !== null) fs.writeFileSync(target, contents);
  }
}
