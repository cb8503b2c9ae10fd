import fs from "node:fs";
import { execa, execaSync, execaNode, $, ExecaError } from "execa";

const { stdout, exitCode, command } = await execa("echo", ["unicorns", "a b"]);
console.log(stdout, exitCode, command);
console.log((await $`printf ${"two words"} `).stdout, (await execa({ lines: true })`printf a\nb\n`).stdout, execaSync("sh", ["-c", "echo out; echo err >&2"]).stderr);
const error = await execa("sh", ["-c", "echo before; exit 3"]).catch((it) => it);
console.log(error instanceof ExecaError, error.exitCode, error.failed, error.shortMessage, error.stdout, (await execa("nothing-like-this", { reject: false })).code);
console.log((await execa("cat", { input: "from input" })).stdout, (await execa("echo", ["piped"]).pipe("tr", ["a-z", "A-Z"])).stdout, (await execa({ all: true })`sh -c ${"echo 1; echo 2 >&2"}`).all.split("\n").sort());
const timed = await execa("sleep", ["5"], { timeout: 50, reject: false });
console.log(timed.timedOut, timed.isTerminated, timed.signal);
const cancelled = new AbortController();
setTimeout(() => cancelled.abort(), 20);
console.log((await execa("sleep", ["5"], { cancelSignal: cancelled.signal, reject: false })).isCanceled);
fs.writeFileSync("child.mjs", "console.log(process.argv.slice(2).join()); process.exitCode = Number(process.env.CODE);");
const child = await execaNode("child.mjs", ["x", "y"], { env: { CODE: "4" }, reject: false });
console.log(child.stdout, child.exitCode);
for await (const line of execa`printf ${"l1\nl2\n"}`) console.log(line);
console.log("done");
