// The class Console. Node: https://nodejs.org/api/console.html#class-console
import { invoke, methods, newState } from "native:console";
import { console as globalConsole } from "internal:global-console";
import { ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, nodeError } from "internal:errors";
import { validateInteger, validateObject } from "internal:validators";

const isConsole = Symbol("kIsConsole");
const { defineProperty } = Object;
const hidden = (object, name, value) =>
  defineProperty(object, name, { __proto__: null, value, writable: true, enumerable: false, configurable: true });

function checkStream(stream, name) {
  if (!stream || typeof stream.write !== "function")
    throw nodeError("TypeError", "ERR_CONSOLE_WRITABLE_STREAM", `Console expects a writable stream instance for ${name}`);
}

export function Console(options, ...rest) {
  if (!new.target) return Reflect.construct(Console, [options, ...rest]);
  if (!options || typeof options.write === "function") options = { stdout: options, stderr: rest[0], ignoreErrors: rest[1] };
  const { stdout, stderr = stdout, ignoreErrors = true, colorMode = "auto", inspectOptions, groupIndentation } = options;
  checkStream(stdout, "stdout");
  checkStream(stderr, "stderr");
  if (colorMode !== "auto" && typeof colorMode !== "boolean")
    throw ERR_INVALID_ARG_VALUE("colorMode", colorMode, "must be one of: 'auto', true, false");
  if (groupIndentation !== undefined) validateInteger(groupIndentation, "groupIndentation", 0, 1000);
  if (inspectOptions !== undefined) {
    if (inspectOptions === null || typeof inspectOptions !== "object") throw ERR_INVALID_ARG_TYPE("options.inspectOptions", "object", inspectOptions);
    const lists = inspectOptions instanceof Map ? [...inspectOptions.values()] : [inspectOptions];
    if (lists.some((list) => list?.colors !== undefined) && options.colorMode !== undefined)
      throw nodeError("TypeError", "ERR_INCOMPATIBLE_OPTION_PAIR", 'Option "options.inspectOptions.color" cannot be used in combination with option "colorMode"');
  }

  hidden(this, "_stdout", stdout);
  hidden(this, "_stderr", stderr);
  hidden(this, "_ignoreErrors", Boolean(ignoreErrors));
  hidden(this, isConsole, true);
  const self = this;
  const hooks = {
    console: self,
    write: (isError, text) => write(isError ? self._stderr : self._stdout, text, self._ignoreErrors),
    inspectOptions(isError) {
      const stream = isError ? self._stderr : self._stdout;
      const given = inspectOptions instanceof Map ? inspectOptions.get(stream) : inspectOptions;
      if (given?.colors !== undefined) return given;
      return { ...given, colors: colorMode === "auto" ? hasColors(stream) : colorMode };
    },
    clear() {
      if (self._stdout.isTTY && globalThis.process?.env.TERM !== "dumb") write(self._stdout, "\x1b[1;1H\x1b[0J", true);
    },
  };
  const state = newState(groupIndentation ?? 2);
  methods.forEach((name, index) => {
    // A method that a subclass overrides is the subclass's; the base's stays reachable as `super.log`.
    const inherited = this[name];
    const own = { [name]: (...values) => invoke(state, hooks, index, ...values) }[name];
    defineProperty(own, "length", { __proto__: null, value: 0, configurable: true });
    bound.set(this, bound.get(this) ?? []);
    bound.get(this)[index] = own;
    const overridden = typeof inherited === "function" && inherited !== Console.prototype[name];
    const value = overridden ? { [name]: inherited.bind(this) }[name] : own;
    defineProperty(this, name, { __proto__: null, value, writable: true, enumerable: true, configurable: true });
  });
  hidden(this, Symbol.toStringTag, "console");
  defineProperty(this, Symbol.toStringTag, { __proto__: null, writable: false });
}

// The methods that each console's constructor made, for calls through the prototype.
const bound = new WeakMap();

methods.forEach((name, index) => {
  const method = {
    [name](...values) {
      return (bound.get(this)?.[index] ?? globalConsole[name])(...values);
    },
  }[name];
  hidden(Console.prototype, name, method);
});
defineProperty(Console, Symbol.hasInstance, {
  __proto__: null,
  value(instance) {
    return instance === globalConsole || instance?.[isConsole] === true;
  },
});

function hasColors(stream) {
  return Boolean(stream?.isTTY && (typeof stream.getColorDepth === "function" ? stream.getColorDepth() > 2 : true));
}

const nothing = () => {};

function write(stream, text, ignoreErrors) {
  if (!ignoreErrors) return void stream.write(text);
  // A stream may report the failure of this write, now or later, as an event that nobody listens to, which would end the program.
  const guard = () => {
    if (typeof stream.once !== "function" || stream.listenerCount?.("error") !== 0) return false;
    stream.once("error", nothing);
    return true;
  };
  const guarded = guard();
  try {
    stream.write(text, (error) => {
      if (error && !stream._writableState?.errorEmitted) guard();
    });
  } catch (error) {
    // The engine's stack is used up: that is not the stream's failure.
    if (error instanceof RangeError && /stack/.test(error.message)) throw error;
  } finally {
    if (guarded) stream.removeListener?.("error", nothing);
  }
}

hidden(globalConsole, "Console", Console);
defineProperty(globalConsole, "Console", { __proto__: null, enumerable: true });

export const {
  log, info, debug, warn, error, dir, time, timeEnd, timeLog, trace, assert, clear, count, countReset, group, groupEnd, table, dirxml,
  groupCollapsed, profile, profileEnd, timeStamp,
} = globalConsole;
export default globalConsole;
