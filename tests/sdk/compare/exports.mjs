// The names that each specifier of INPUT exports. `default` and what CommonJS interop adds are left out: the packages have CommonJS builds for Node.js.
const interop = new Set(["default", "module.exports", "__esModule", "__proto__"]);
/** What modules of the bundle give each other; no package has such a name. */
const link = /^\$[0-9a-z]+$/;

for (const specifier of process.env.INPUT.split(" ")) {
  let names;
  try {
    names = Object.keys(await import(specifier)).filter((name) => !interop.has(name) && !link.test(name)).sort();
  } catch (error) {
    console.log(`${specifier}\t${JSON.stringify(`${error.name}: ${error.message}`)}`);
    continue;
  }
  console.log(`${specifier}\t${names.length}`);
  for (const name of names) console.log(`${specifier} ${name}\ttrue`);
}
