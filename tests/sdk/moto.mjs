// A moto server (https://docs.getmoto.org) on a free port.
import { spawn } from "node:child_process";

/** Starts it with the given Python; resolves to its endpoint when it listens. */
export function startMoto(python) {
  return new Promise((resolve, reject) => {
    const child = spawn(python, ["-m", "moto.server", "-H", "127.0.0.1", "-p", "0"], { stdio: ["ignore", "pipe", "pipe"] });
    process.once("exit", () => child.kill()); // also when this program fails
    let log = "";
    const read = (d) => {
      log += d;
      const endpoint = /Running on (http:\/\/127\.0\.0\.1:\d+)/.exec(log)?.[1];
      if (!endpoint) return;
      child.stdout.removeAllListeners("data").resume();
      child.stderr.removeAllListeners("data").resume();
      resolve({ endpoint, stop: () => child.kill() });
    };
    child.stdout.on("data", read);
    child.stderr.on("data", read);
    child.on("error", reject);
    child.on("exit", (code) => reject(new Error(`moto ended with ${code}:\n${log}`)));
  });
}
