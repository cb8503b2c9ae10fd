// Gives variables inside functions short names, as one name less is one less for the engine to read and to remember. What stands at the top level, and with it the names of
// classes and functions in stack traces, stays.

/**
 * @param {Map<string, { text: string }>} modules
 * @param {typeof import("esbuild")} esbuild
 * @param {typeof import("acorn").parse} parse
 */
export async function shortenLocals(modules, esbuild, parse) {
  for (const [id, module] of modules) modules.set(id, { ...module, text: await shortened(module.text, esbuild, parse) });
}

async function shortened(text, esbuild, parse) {
  const pieces = [];
  let script = "";
  const flush = async () => {
    // Without imports and exports it is a script to esbuild, whose global variables it leaves alone.
    if (script !== "") pieces.push((await esbuild.transform(script, { minifyIdentifiers: true, minifyWhitespace: true, target: "es2023", legalComments: "none" })).code);
    script = "";
  };
  for (const node of parse(text, { ecmaVersion: "latest", sourceType: "module" }).body) {
    const source = text.slice(node.start, node.end);
    if (/^(Import|Export)/.test(node.type) || needsModule(node)) {
      await flush();
      pieces.push(`${source}\n`);
    } else {
      script += `${withoutInnerName(source, node)}\n`;
    }
  }
  await flush();
  return pieces.join("");
}

/** `var X=class X{}` without the second X, which its name does not need, and esbuild would shorten. */
function withoutInnerName(source, { start, declarations = [] }) {
  for (const { id, init } of declarations.toReversed())
    if (init?.type === "ClassExpression" && init.id !== null && init.id.name === id.name)
      source = source.slice(0, init.id.start - 1 - start) + source.slice(init.id.end - start);
  return source;
}

/** What a script cannot hold, and classes that need their inner name: under another than the variable's, or while they are evaluated. */
function needsModule(node) {
  if (some(node, ({ type }) => type === "MetaProperty" || type === "AwaitExpression")) {
    if (some(node, (it) => it.type === "MetaProperty" && it.meta.name === "import")) return true;
    if (someOutsideFunctions(node, ({ type }) => type === "AwaitExpression")) return true;
  }
  return (node.declarations ?? []).some(({ id, init }) => init?.type === "ClassExpression" && init.id !== null && (init.id.name !== id.name || usesItself(init)));
}

const usesItself = ({ id, superClass, body }) =>
  mentions(superClass, id.name) ||
  body.body.some(
    (member) =>
      (member.computed && mentions(member.key, id.name)) ||
      ((member.type === "StaticBlock" || (member.type === "PropertyDefinition" && member.static)) && mentions(member.type === "StaticBlock" ? member.body : member.value, id.name)),
  );

const mentions = (node, name) => some(node, (it) => it.type === "Identifier" && it.name === name);
const someOutsideFunctions = (node, test) => some(node, test, ({ type }) => /Function/.test(type));

function some(node, test, stop = () => false) {
  if (Array.isArray(node)) return node.some((item) => some(item, test, stop));
  if (typeof node?.type !== "string" || stop(node)) return false;
  return test(node) || Object.values(node).some((value) => typeof value === "object" && value !== null && some(value, test, stop));
}
