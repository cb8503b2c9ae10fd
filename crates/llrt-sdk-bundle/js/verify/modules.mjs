import fs from "node:fs";
import path from "node:path";

const rows = (file) => fs.readFileSync(path.join(process.env.SDK_BUNDLE, file), "utf8").trim().split("\n").map((line) => line.split("\t"));

/** Specifier -> file of the bundle in SDK_BUNDLE. */
export const readModules = () => new Map(rows("modules.tsv"));

/** Specifier -> source of a module that passes on what its parts export. */
export const readParts = () =>
  new Map(rows("parts.tsv").map(([id, prefix, names]) => [id, names.split(";").map((list, i) => (list ? `export{${list}}from"${prefix}${i}";` : "")).join("")]));
