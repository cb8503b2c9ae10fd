import { createRequire } from "node:module";
import * as esm from "commander";

const cjs = createRequire(import.meta.url)("commander");
console.log(esm.Command === cjs.Command);
const { Argument, Command, CommanderError, InvalidArgumentError, Option } = cjs;
function make() {
  const program = new Command("string-util");
  program.description("CLI to some JavaScript string utilities").version("0.8.0").exitOverride().configureOutput({ writeErr: (text) => process.stdout.write(`error output: ${text}`) });
  program
    .command("split")
    .alias("s")
    .description("Split a string into substrings and display as an array.")
    .argument("<string>", "string to split")
    .option("--first", "display just the first substring")
    .option("-s, --separator <char>", "separator character", ",")
    .action((text, options) => {
      const limit = options.first ? 1 : undefined;
      console.log(text.split(options.separator, limit), options);
    });
  program
    .command("add")
    .argument("<numbers...>", "numbers to add", (text, before = 0) => {
      if (Number.isNaN(Number(text))) throw new InvalidArgumentError("Not a number.");
      return before + Number(text);
    })
    .addOption(new Option("-d, --drink <size>", "drink cup size").choices(["small", "medium", "large"]).default("small").env("DRINK"))
    .addOption(new Option("--disable-server", "no server").conflicts("port").implies({ cheese: "none" }))
    .addOption(new Option("-p, --port <number>").argParser(Number))
    .option("--no-sauce", "without sauce")
    .action(async (sum, options, command) => console.log(command.name(), sum, options));
  program.command("size").addArgument(new Argument("[size]", "how large").choices(["s", "l"]).default("s")).action((size) => console.log(size));
  program.hook("preAction", (_, action) => console.log("before", action.name()));
  return program;
}
const run = async (...words) => {
  try {
    await make().parseAsync(words, { from: "user" });
  } catch (error) {
    console.log(error instanceof CommanderError, error.code, error.exitCode, error.message);
  }
};
await run("split", "-s", "/", "--first", "a/b/c");
await run("s", "a,b");
await run("add", "1", "2", "3", "--no-sauce", "-d", "large", "--port=80");
await run("add", "x");
await run("add", "1", "--disable-server", "-p", "1");
await run("add", "1", "-d", "huge");
await run("size", "m");
await run("spilt", "x");
await run("split");
await run("--version");
await run("help", "split");
await run("add", "--help");
console.log(make().helpInformation());
console.log(cjs.program.argument("[rest...]").option("-t, --tags <tag...>").parse(["a", "b", "--tags", "x", "y"], { from: "user" }).opts());
console.log("done");
