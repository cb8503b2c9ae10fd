// What a process of `llrt test` runs: one file.
import { run } from "internal:test/api";
import { importBuiltin } from "internal:host";
import { options } from "native:test/worker";
import process from "node:process";
import { pathToFileURL } from "node:url";

export async function start(importFile) {
  const { file, timeout, pattern } = options();
  const load = () => importFile(pathToFileURL(file).href);
  const finish = () => importBuiltin("internal:test/state").finish();
  await run({ timeout, pattern: pattern === undefined ? undefined : new RegExp(pattern) }, load, finish);
  // Servers and timers that tests left do not keep the process.
  process.exit();
}
