// util.parseArgs. Node: https://nodejs.org/api/util.html#utilparseargsconfig
import { ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, nodeError } from "internal:errors";
import { importBuiltin } from "internal:host";
import { validateArray, validateBoolean, validateObject, validateString } from "internal:validators";

const fail = (code, message) => nodeError("TypeError", code, message);
const own = (object, key) => (Object.hasOwn(object, key) ? object[key] : undefined);

export function parseArgs(config) {
  const args = own(config, "args") ?? programArguments();
  const strict = own(config, "strict") ?? true;
  const allowPositionals = own(config, "allowPositionals") ?? !strict;
  const returnTokens = own(config, "tokens") ?? false;
  const allowNegative = own(config, "allowNegative") ?? false;
  const options = own(config, "options") ?? { __proto__: null };

  validateArray(args, "args");
  validateBoolean(strict, "strict");
  validateBoolean(allowPositionals, "allowPositionals");
  validateBoolean(returnTokens, "tokens");
  validateBoolean(allowNegative, "allowNegative");
  validateOptions(options);

  const tokens = tokenize(args, options);
  const values = { __proto__: null };
  const positionals = [];
  for (const token of tokens) {
    if (token.kind === "option") {
      if (allowNegative) negate(token, options, strict);
      if (strict) checkOption(token, options, allowPositionals);
      store(token, options, values);
    } else if (token.kind === "positional") {
      if (!allowPositionals)
        throw fail("ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL", `Unexpected argument '${token.value}'. This command does not take positional arguments`);
      positionals.push(token.value);
    }
  }
  for (const [name, option] of Object.entries(options))
    if (name !== "__proto__" && own(option, "default") !== undefined && values[name] === undefined) values[name] = option.default;
  return returnTokens ? { values, positionals, tokens: tokens.map(publicToken) } : { values, positionals };
}

// What the program was called with; what follows `-e CODE` when there is no script.
function programArguments() {
  const { argv, execArgv } = importBuiltin("node:process").default;
  const inline = execArgv.some((arg) => ["-e", "--eval", "-p", "-pe", "--print"].includes(arg) || arg.startsWith("--eval=") || arg.startsWith("--print="));
  return argv.slice(inline ? 1 : 2);
}

function validateOptions(options) {
  validateObject(options, "options");
  for (const [name, option] of Object.entries(options)) {
    const path = `options.${name}`;
    validateObject(option, path);
    const { type } = option;
    if (type !== "string" && type !== "boolean") throw ERR_INVALID_ARG_TYPE(`${path}.type`, "('string|boolean')", type);
    const short = own(option, "short");
    if (short !== undefined) {
      validateString(short, `${path}.short`);
      if (short.length !== 1) throw ERR_INVALID_ARG_VALUE(`${path}.short`, short, "must be a single character");
    }
    const multiple = own(option, "multiple");
    if (multiple !== undefined) validateBoolean(multiple, `${path}.multiple`);
    const fallback = own(option, "default");
    if (fallback === undefined) continue;
    const validate = type === "string" ? validateString : validateBoolean;
    if (!multiple) validate(fallback, `${path}.default`);
    else {
      validateArray(fallback, `${path}.default`);
      fallback.forEach((value, index) => validate(value, `${path}.default[${index}]`));
    }
  }
}

const longName = (short, options) => Object.entries(options).find(([, option]) => own(option, "short") === short)?.[0] ?? short;
const takesValue = (name, options) => Object.hasOwn(options, name) && options[name].type === "string";

function tokenize(args, options) {
  const tokens = [];
  // Each with the index of the argument it came from; a group of short options becomes several.
  const queue = args.map((arg, index) => ({ arg, index }));
  const value = () => ({ value: queue.shift().arg, inlineValue: false });
  while (queue.length > 0) {
    const { arg, index, grouped } = queue.shift();
    const next = queue[0]?.arg;
    if (arg === "--" && !grouped) {
      tokens.push({ kind: "option-terminator", index });
      for (const rest of queue) tokens.push({ kind: "positional", index: rest.index, value: rest.arg });
      break;
    }
    const option = (name, rawName, found = undefined) =>
      tokens.push({ kind: "option", name, rawName, index, value: found?.value, inlineValue: found?.inlineValue });
    if (arg.length === 2 && arg[0] === "-" && arg[1] !== "-") {
      const name = longName(arg[1], options);
      option(name, arg, takesValue(name, options) && next != null && !queue[0].grouped ? value() : undefined);
    } else if (arg.length > 2 && arg[0] === "-" && arg[1] !== "-") {
      const name = longName(arg[1], options);
      if (takesValue(name, options)) {
        option(name, arg.slice(0, 2), { value: arg.slice(2), inlineValue: true });
        continue;
      }
      queue.unshift(...expandGroup(arg, index, options));
    } else if (arg.length > 2 && arg.startsWith("--")) {
      const equals = arg.indexOf("=", 3);
      if (equals !== -1) {
        option(arg.slice(2, equals), arg.slice(0, equals), { value: arg.slice(equals + 1), inlineValue: true });
        continue;
      }
      const name = arg.slice(2);
      option(name, arg, takesValue(name, options) && next != null ? value() : undefined);
    } else tokens.push({ kind: "positional", index, value: arg });
  }
  return tokens;
}

// `-abc` as `-a`, `-b`, `-c`, where one that takes a value takes the rest: `-abFILE` as `-a`, `-bFILE`.
function expandGroup(arg, index, options) {
  const parts = [];
  for (let at = 1; at < arg.length; at++) {
    const short = arg[at];
    if (!takesValue(longName(short, options), options) || at === arg.length - 1) parts.push({ arg: `-${short}`, index });
    else {
      parts.push({ arg: `-${arg.slice(at)}`, index });
      break;
    }
  }
  return parts;
}

function negate(token, options, strict) {
  if (!token.name.startsWith("no-")) return;
  const name = token.name.slice(3);
  // What nobody declared is taken for a flag, unless it has a value.
  const undeclared = !strict && !Object.hasOwn(options, name) && token.value === undefined;
  if (undeclared || (Object.hasOwn(options, name) && options[name].type === "boolean")) {
    token.name = name;
    token.negated = true;
  }
}

function checkOption({ name, rawName, value, inlineValue }, options, allowPositionals) {
  if (!Object.hasOwn(options, name)) {
    const hint = `. To specify a positional argument starting with a '-', place it at the end of the command after '--', as in '-- ${JSON.stringify(rawName)}`;
    throw fail("ERR_PARSE_ARGS_UNKNOWN_OPTION", `Unknown option '${rawName}'${allowPositionals ? hint : ""}`);
  }
  const { type } = options[name];
  const short = own(options[name], "short");
  const label = `${short ? `-${short}, ` : ""}--${name}`;
  if (type === "string" && typeof value !== "string")
    throw fail("ERR_PARSE_ARGS_INVALID_OPTION_VALUE", `Option '${label} <value>' argument missing`);
  if (type === "boolean" && value != null)
    throw fail("ERR_PARSE_ARGS_INVALID_OPTION_VALUE", `Option '${label}' does not take an argument`);
  if (!inlineValue && value != null && value.length > 1 && value[0] === "-") {
    const example = rawName.startsWith("--") ? `'${rawName}=-XYZ'` : `'--${name}=-XYZ' or '${rawName}-XYZ'`;
    throw fail(
      "ERR_PARSE_ARGS_INVALID_OPTION_VALUE",
      `Option '${rawName}' argument is ambiguous.\nDid you forget to specify the option argument for '${rawName}'?\nTo specify an option argument starting with a dash use ${example}.`,
    );
  }
}

function store({ name, value, negated }, options, values) {
  if (name === "__proto__") return;
  const seen = negated ? false : (value ?? true);
  if (Object.hasOwn(options, name) && own(options[name], "multiple")) (values[name] ??= []).push(seen);
  else values[name] = seen;
}

const publicToken = ({ negated, ...token }) => token;
