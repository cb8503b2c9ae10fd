// Commands without a class around their class: `class PutItemCommand extends command(..., "PutItem", ...) {}` adds nothing to what
// replace/command-builder.js makes but its name, which that gives already, and costs a function to read and a second class to make.

/**
 * @param {Map<string, { text: string }>} modules
 * @param {typeof import("acorn").parse} parse
 * @param {(alias: string) => string} original the name of what another chunk exports as `alias`
 */
export function plainCommands(modules, parse, original) {
  for (const [id, module] of modules) {
    const text = plain(module.text, parse, original);
    if (text !== module.text) modules.set(id, { ...module, text });
  }
}

function plain(text, parse, original) {
  if (!text.includes("Command=class extends ")) return text;
  const { body } = parse(text, { ecmaVersion: "latest", sourceType: "module" });
  const specifiers = body.filter(({ type }) => type === "ImportDeclaration").flatMap((node) => node.specifiers);
  const imported = new Map(specifiers.map(({ local, imported }) => [local.name, original(imported?.name)]));
  const declared = body.filter(({ type }) => type === "VariableDeclaration").flatMap((node) => node.declarations);
  const calls = (node, name) => node?.type === "CallExpression" && node.callee.type === "Identifier" && name(node.callee.name);
  const builders = new Set(declared.filter(({ init }) => calls(init, (name) => imported.get(name) === "makeBuilder")).map(({ id }) => id.name));
  let done = "", at = 0;
  for (const { id, init } of declared) {
    if (init?.type !== "ClassExpression" || init.body.body.length > 0 || !calls(init.superClass, (name) => builders.has(name))) continue;
    const operation = init.superClass.arguments[2].value;
    if (id.name !== `${operation[0].toUpperCase()}${operation.slice(1)}Command`) continue;
    done += text.slice(at, init.start) + text.slice(init.superClass.start, init.superClass.end);
    at = init.end;
  }
  return done + text.slice(at);
}
