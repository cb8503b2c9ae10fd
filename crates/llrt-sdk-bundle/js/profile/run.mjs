// Runs the scenario in a bundle whose modules are `m0.mjs`, `m1.mjs` ... of the working directory and prints, for each of them,
// how often its functions and what is conditional in them ran: `node run.mjs < {"specifier": file, ...}`.
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
await session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: true });
for (const specifier of Object.keys(files)) await import(url(files[specifier]));
const { run } = await import(url("scenario.mjs"));
await run(async (specifier) => files[specifier] && import(url(files[specifier])));
const { result } = await session.post("Profiler.takePreciseCoverage");

const urls = new Map(Object.values(files).map((file) => [url(file), file]));
const counts = {};
for (const { url, functions } of result) {
  const file = urls.get(url);
  if (file === undefined) continue;
  // What runs while a class is evaluated is no call.
  const all = functions.filter(({ functionName }) => functionName !== "<static_initializer>");
  counts[file] = all.map(({ ranges }) => ranges.map(({ startOffset, endOffset, count }) => [startOffset, endOffset, count]));
}
process.stdout.write(JSON.stringify(counts));
