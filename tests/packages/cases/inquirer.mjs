// Imported only: it asks in a terminal.
import inquirer from "inquirer";


console.log(Object.keys(inquirer.prompt.prompts).sort(), typeof inquirer.createPromptModule(), new inquirer.Separator("--").separator);
console.log(await inquirer.prompt([{ type: "input", name: "a", message: "?" }, { type: "confirm", name: "b", when: false }], { a: "given" }));
console.log("done");
