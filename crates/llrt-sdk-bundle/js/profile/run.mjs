// Runs the scenario in a bundle whose modules are `m0.mjs`, `m1.mjs` ... of the working directory and prints, for each of them,
// the ranges of the functions that were called: `node run.mjs < {"specifier": file, ...}`.
import fs from "node:fs";
import { Session } from "node:inspector/promises";
import path from "node:path";
import { pathToFileURL } from "node:url";

const files = JSON.parse(fs.readFileSync(0, "utf8"));
Object.assign(process.env, { AWS_ACCESS_KEY_ID: "AKIDEXAMPLE", AWS_SECRET_ACCESS_KEY: "secret", AWS_REGION: "us-east-1", HOME: "/nonexistent" });
const url = (file) => pathToFileURL(path.resolve(file)).href;

const session = new Session();
session.connect();
await session.post("Profiler.enable");
await session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: false });
for (const specifier of Object.keys(files)) await import(url(files[specifier]));
const { run } = await import(url("scenario.mjs"));
await run(async (specifier) => files[specifier] && import(url(files[specifier])));
const { result } = await session.post("Profiler.takePreciseCoverage");

const urls = new Map(Object.values(files).map((file) => [url(file), file]));
const called = {};
for (const { url, functions } of result) {
  const file = urls.get(url);
  if (file === undefined) continue;
  const ranges = functions.map(({ ranges: [range] }) => range).filter(({ count, startOffset }) => count > 0 && startOffset > 0);
  called[file] = ranges.map(({ startOffset, endOffset }) => [startOffset, endOffset]);
}
process.stdout.write(JSON.stringify(called));
