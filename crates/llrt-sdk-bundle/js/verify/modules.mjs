import fs from "node:fs";
import path from "node:path";

/** Specifier -> file of the bundle in SDK_BUNDLE. */
export const readModules = () =>
  new Map(fs.readFileSync(path.join(process.env.SDK_BUNDLE, "modules.tsv"), "utf8").trim().split("\n").map((line) => line.split("\t")));
