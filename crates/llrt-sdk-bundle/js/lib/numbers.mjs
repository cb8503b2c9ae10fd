// Long tables of numbers, which the rules of endpoints are, as the bytes that they have in memory: otherwise the engine reads and runs
// an instruction for each number, and asks an iterator for it.

const fewest = 64;

/**
 * @param {Map<string, { text: string, imports: object[] }>} modules
 * @param {typeof import("acorn").parse} parse
 */
export function packNumbers(modules, parse) {
  for (const [id, module] of modules) {
    const text = packed(module.text, parse);
    if (text !== module.text) modules.set(id, { ...module, text, imports: [...module.imports, { path: "internal:codec" }] });
  }
}

function packed(text, parse) {
  if (!text.includes("new Int32Array([")) return text;
  const { body } = parse(text, { ecmaVersion: "latest", sourceType: "module" });
  const declared = body.filter(({ type }) => type === "VariableDeclaration").flatMap((node) => node.declarations);
  const constants = new Map(declared.filter(({ init }) => typeof init?.value === "number").map(({ id, init }) => [id.name, init.value]));
  let done = "", at = 0;
  for (const { init } of declared) {
    if (init?.type !== "NewExpression" || init.callee.name !== "Int32Array" || init.arguments[0]?.type !== "ArrayExpression") continue;
    const numbers = init.arguments[0].elements.map((node) => valueOf(node, constants));
    if (numbers.length < fewest || numbers.includes(undefined)) continue;
    const bytes = Buffer.from(Int32Array.from(numbers).buffer).toString("base64");
    done += `${text.slice(at, init.start)}new Int32Array($bytes(${JSON.stringify(bytes)}).buffer)`;
    at = init.end;
  }
  if (at === 0) return text;
  if (text.includes("$bytes")) throw new Error("$bytes is taken");
  return `import{base64Decode as $bytes}from"internal:codec";\n${done}${text.slice(at)}`;
}

function valueOf(node, constants) {
  switch (node?.type) {
    case "Literal":
      return typeof node.value === "number" ? node.value : undefined;
    case "Identifier":
      return constants.get(node.name);
    case "UnaryExpression":
      return node.operator === "-" ? -valueOf(node.argument, constants) : undefined;
    case "BinaryExpression": {
      const sum = valueOf(node.left, constants) + valueOf(node.right, constants);
      return node.operator === "+" && !Number.isNaN(sum) ? sum : undefined;
    }
  }
  return undefined;
}
