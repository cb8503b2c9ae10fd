import { createRequire } from "node:module";
import fs from "node:fs";

// Its functions that wait use a worker thread unless they are told not to.
process.env.ESBUILD_WORKER_THREADS = "0";
const esbuild = await import("esbuild");

const cjs = createRequire(import.meta.url)("esbuild");
console.log(esbuild.version === cjs.version);
console.log((await esbuild.transform("let x: number = 1; export enum E { A, B }", { loader: "ts", target: "es2020" })).code);
console.log(cjs.transformSync("const f = (a) => a ?? <b>hi</b>", { loader: "jsx", minify: true, target: "es2019" }).code);
fs.mkdirSync("src");
fs.writeFileSync("src/app.ts", 'import { greet } from "./greet"; import data from "./data.json"; import virtual from "virtual:it"; console.log(greet(data.name), virtual);');
fs.writeFileSync("src/greet.ts", "export const greet = (name: string): string => `hello ${name}`; export const unused = 1;");
fs.writeFileSync("src/data.json", '{ "name": "you", "other": 1 }');
const plugin = {
  name: "virtual",
  setup(build) {
    build.onStart(() => console.log("started"));
    build.onResolve({ filter: /^virtual:/ }, ({ path }) => ({ path, namespace: "virtual" }));
    build.onLoad({ filter: /.*/, namespace: "virtual" }, async () => ({ contents: "export default 42", loader: "js" }));
    build.onEnd((result) => console.log("ended", result.errors.length));
  },
};
const options = { entryPoints: ["src/app.ts"], bundle: true, outfile: "out.js", format: "esm", plugins: [plugin], metafile: true, sourcemap: true, logLevel: "silent" };
const result = await esbuild.build(options);
console.log(fs.readFileSync("out.js", "utf8"), Object.keys(result.metafile.inputs), fs.existsSync("out.js.map"));
console.log((await esbuild.build({ ...options, write: false, minify: true, sourcemap: false })).outputFiles[0].text, await esbuild.analyzeMetafile(result.metafile));
const context = await esbuild.context({ ...options, plugins: [plugin] });
await context.rebuild();
await context.dispose();
try {
  await esbuild.transform("let = ;", { logLevel: "silent" });
} catch (error) {
  console.log(error.message, error.errors[0].location, await esbuild.formatMessages(error.errors, { kind: "error", color: false }));
}
await esbuild.stop();
console.log("done");
