// Runs the scenario in a bundle whose modules are `m0.mjs`, `m1.mjs` ... of the working directory and prints, for each of them and for each
// step, how often its functions and what is conditional in them ran: `node run.mjs CORE < {"specifier": file, ...}`. The steps are to load the
// module CORE and to use it for the first time ("load"), the calls of each service, and to load all that is left ("rest").
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

const urls = new Map(Object.values(files).map((file) => [url(file), file]));
const counts = {};

/** Keeps what ran since the last step. */
async function take(step) {
  const { result } = await session.post("Profiler.takePreciseCoverage");
  for (const { url, functions } of result) {
    const file = urls.get(url);
    // What runs while a class is evaluated is no call.
    const all = functions.filter(({ functionName }) => functionName !== "<static_initializer>").map(({ ranges }) => ranges);
    if (file === undefined || all.every(([{ count }]) => count === 0)) continue;
    const ranges = all.map((list) => list.map(({ startOffset, endOffset, count }) => [startOffset, endOffset, count]));
    (counts[file] ??= []).push([step, ranges]);
  }
}

await import(url(files[process.argv[2]]));
await take("load");
const { run } = await import(url("scenario.mjs"));
await run(async (specifier) => files[specifier] && import(url(files[specifier])), take);
for (const specifier of Object.keys(files)) await import(url(files[specifier]));
await take("rest");
process.stdout.write(JSON.stringify(counts));
