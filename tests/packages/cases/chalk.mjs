import { createRequire } from "node:module";
import chalk, { Chalk, chalkStderr, supportsColor, modifierNames, colorNames } from "chalk";

console.log(createRequire(import.meta.url)("chalk").default === chalk);
console.log(chalk.blue("plain: no terminal"), chalk.level, supportsColor, chalkStderr.level);
for (const level of [0, 1, 2, 3]) {
  const c = new Chalk({ level });
  const text = [c.blue("Hello") + " World" + c.red("!"), c.blue.bgRed.bold("Hello"), c.red("a", c.underline.bgBlue("nested"), "b"), c.rgb(123, 45, 67).underline("x"), c.hex("#DEADED").bold("y"), c.bgAnsi256(194)("z"), c.green("line\nbreak"), c.inverse.visible("v"), c.dim.italic.strikethrough.overline("s")];
  console.log(JSON.stringify(text));
}
const error = new Chalk({ level: 1 }).bold.red;
console.log(JSON.stringify(error("Error!")), JSON.stringify(error.reset("x")), error("") === "", modifierNames.length, colorNames.length);
try {
  new Chalk({ level: 10 });
} catch (problem) {
  console.log(problem.message);
}
console.log("done");
