import { createRequire } from "node:module";
import fs from "node:fs";
import * as esm from "glob";

const cjs = createRequire(import.meta.url)("glob");
for (const file of ["a.js", "b.ts", "src/c.js", "src/deep/d.js", "src/deep/e.test.js", "node_modules/x/index.js", ".hidden/f.js", "src/[odd]/g.js"]) {
  fs.mkdirSync(file.split("/").slice(0, -1).join("/") || ".", { recursive: true });
  fs.writeFileSync(file, file);
}
fs.symlinkSync("src", "link");
for (const { glob, globSync, globStream, globIterate, Glob, hasMagic, escape, unescape } of [esm, cjs]) {
  const sorted = (list) => [...list].sort();
  console.log(sorted(await glob("**/*.js", { ignore: "node_modules/**" })), sorted(globSync("**/*.js", { dot: true })));
  console.log(sorted(await glob(["*.{js,ts}", "src/*/"], { mark: true })), sorted(await glob("src/**", { nodir: true, maxDepth: 2 })), sorted(await glob("link/**/*.js", { follow: true })));
  console.log(sorted((await glob("**/d.js", { withFileTypes: true })).map((it) => `${it.relative()} ${it.isFile()} ${it.parent.name}`)), sorted(await glob("src/**/!(*.test).js")), sorted(globSync("*.+(js|ts)", { cwd: "src", nocase: true })));
  const found = [];
  for await (const name of globIterate("src/**/*.js")) found.push(name);
  const streamed = await new Promise((resolve, reject) => {
    const names = [];
    globStream("src/**/*.js").on("data", (name) => names.push(name)).on("end", () => resolve(names)).on("error", reject);
  });
  console.log(sorted(found), sorted(streamed), hasMagic("a/*"), escape("src/[odd]"), unescape("a\\*"), sorted(globSync(escape("src/[odd]") + "/*")));
  console.log(sorted(await new Glob("*", { absolute: true }).walk()).map((it) => it.replace(process.cwd(), "CWD")), sorted(globSync("src/**", { stat: true, withFileTypes: true }).map((it) => `${it.name} ${it.isDirectory() ? "" : it.size}`)));
  const stop = AbortSignal.abort(new Error("stopped"));
  console.log(await glob("**", { signal: stop }).catch((error) => error.message));
}
console.log("done");
