import { Writable } from "node:stream";
import ora, { oraPromise, spinners } from "ora";

const written = [];
const stream = new Writable({ write: (chunk, _, next) => (written.push(String(chunk)), next()) });
const spinner = ora({ text: "Loading 🦄", stream, isEnabled: false }).start();
console.log(spinner.isSpinning, spinner.text, spinner.color, Object.keys(spinners).length > 50);
spinner.text = "Still";
spinner.succeed("Loaded");
ora({ stream, isEnabled: false, prefixText: "[x]" }).start("two").fail();
console.log(await oraPromise(Promise.resolve(5), { text: "promise", stream, isEnabled: false, successText: (n) => `got ${n}` }), await oraPromise(Promise.reject(new Error("no")), { stream, isEnabled: false, text: "bad" }).catch((error) => error.message));
const shown = ora({ text: "frames", stream, isEnabled: true, hideCursor: false, discardStdin: false, spinner: { interval: 5, frames: ["-", "+"] }, color: "red" });
console.log(JSON.stringify(shown.frame()), JSON.stringify(shown.frame()), shown.interval);
console.log(written);
console.log("done");
