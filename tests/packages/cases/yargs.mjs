import { createRequire } from "node:module";
import yargs from "yargs";
import { hideBin } from "yargs/helpers";

console.log(hideBin(["node", "script", "--x"]), typeof createRequire(import.meta.url)("yargs"));
const make = (words) => yargs(words).scriptName("tool").locale("en").exitProcess(false);
console.log(await make(["--ships=4", "--distance", "22", "-abc", "--no-color", "--a.b.c=7", "rest", "--", "--last"]).parse());
const cli = (words) =>
  make(words)
    .usage("Usage: $0 <command> [options]")
    .command("serve [port]", "start the server", (it) => it.positional("port", { describe: "port to bind on", default: 5000, type: "number" }), (argv) => console.log("serving", argv.port, argv.verbose))
    .command(["get <source> [proxy..]", "fetch"], "make a GET request", {}, async (argv) => console.log("got", argv.source, argv.proxy))
    .option("verbose", { alias: "v", type: "boolean", description: "Run with verbose logging" })
    .option("size", { choices: ["s", "m", "l"], default: "m", describe: "a size", group: "Sizes:" })
    .option("level", { count: true, describe: "as often as you like" })
    .coerce("when", (text) => new Date(text).getTime())
    .example("$0 serve 80", "serves")
    .epilogue("for more information, read the manual")
    .env("TOOL")
    .strict()
    .demandCommand(1, "one command, please")
    .wrap(80)
    .version("1.2.3")
    .fail((message, error) => console.log("failed:", message ?? error.message));
process.env.TOOL_SIZE = "l";
await cli(["serve", "80", "-v", "--when", "2020-01-01T00:00:00Z"]).parse();
console.log((await cli(["get", "a", "b", "c", "--level", "--level"]).parse()).level);
for (const words of [[], ["serve", "--size", "xl"], ["serve", "--nothing"], ["get"]]) await cli(words).parse();
console.log(await cli([]).getHelp());
await make(["--help"]).option("file", { demandOption: true, type: "string", describe: "日本語 👩‍👩‍👧 wide text" }).parse("--help", (error, argv, output) => console.log(error, output));
console.log(await make(["--file", "x", "--n", "5"]).check((argv) => argv.n < 10 || "n is too large").middleware((argv) => ({ ...argv, more: true })).parse());
console.log("done");
