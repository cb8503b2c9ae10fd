import { createRequire } from "node:module";
import fs from "node:fs";
import { spawnSync } from "node:child_process";
import * as esm from "prettier";

const require = createRequire(import.meta.url);
const cjs = require("prettier");
fs.writeFileSync("messy.ts", "const  a:number=1;\nfunction f( x :string ){return {a,'b':x,c:[1,2,3].map(n=>n*2).filter(Boolean).reduce((sum,n)=>sum+n,0),d:`t${x}`}}\nexport default class   A<T> extends B{#p=1;static async *g(){yield* f('x')}}");
fs.writeFileSync(".prettierrc", '{ "singleQuote": true, "overrides": [{ "files": "*.md", "options": { "proseWrap": "always", "printWidth": 30 } }] }');
fs.writeFileSync("text.md", "# Title\n*  item\n*  item two that is long enough to be wrapped by the formatter\n\n|a|b|\n|-|-|\n|1|22|\n");
const config = await esm.resolveConfig("messy.ts");
console.log(config, await esm.getFileInfo("messy.ts"));
const formatted = await esm.format(fs.readFileSync("messy.ts", "utf8"), { ...config, filepath: "messy.ts" });
console.log(formatted, await esm.check(formatted, { ...config, filepath: "messy.ts" }));
for (const [parser, source] of [["babel", "a=b?c:d;if(x)y()"], ["css", "a{color:RED;b:c}@media x{d{e:f}}"], ["json", '{"a":[1,2,{"b":null}]}'], ["html", "<div><p>text<b>bold</b></p><ul><li>1<li>2</ul></div>"], ["yaml", "a:   1\nb: [x,   y]"], ["graphql", "query{a(b:1){c d}}"], ["markdown", "* a\n* b"]])
  console.log(parser, await cjs.format(source, { parser }));
console.log(await cjs.format("let x = ;", { parser: "babel" }).catch((error) => `${error.name} ${error.message}`));
const cli = (...words) => spawnSync(process.execPath, [require.resolve("prettier/bin/prettier.cjs"), ...words], { encoding: "utf8" });
const { status, stdout } = cli("text.md");
console.log(status, stdout, cli("--check", "messy.ts").status);
console.log(cli("--write", "messy.ts").status, fs.readFileSync("messy.ts", "utf8") === formatted, cli("--check", "messy.ts").stdout, cli("--version").stdout === `${esm.version}\n`);
console.log("done");
