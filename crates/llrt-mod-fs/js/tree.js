// cp and glob: whole trees. Node: https://nodejs.org/api/fs.html#fscpsrc-dest-options-callback
//
// Each algorithm is written once, as a generator of file operations, which are done at once or awaited.
import fs from "node:fs";
import path from "node:path";
import { queueMicrotask } from "internal:host";
import { ERR_INVALID_ARG_TYPE, ERR_INVALID_RETURN_VALUE, nodeError } from "internal:errors";
import { validateBoolean, validateFunction, validateObject } from "internal:validators";
import { checkMode, pathText, refused } from "native:fs-tree";

function runSync(steps) {
  let result;
  let error;
  for (;;) {
    const { value: step, done } = error ? steps.throw(error.thrown) : steps.next(result);
    if (done) return step;
    error = undefined;
    try {
      result = typeof step === "function" ? step(true) : fs[`${step[0]}Sync`](...step.slice(1));
    } catch (thrown) {
      error = { thrown };
    }
  }
}

async function runAsync(steps) {
  let result;
  let error;
  for (;;) {
    const { value: step, done } = error ? steps.throw(error.thrown) : steps.next(result);
    if (done) return step;
    error = undefined;
    try {
      result = await (typeof step === "function" ? step(false) : fs.promises[step[0]](...step.slice(1)));
    } catch (thrown) {
      error = { thrown };
    }
  }
}

const answer = (promise, callback) =>
  promise.then(
    (value) => queueMicrotask(() => (value === undefined ? callback(null) : callback(null, value))),
    (error) => queueMicrotask(() => callback(error)),
  );

// ---- cp

const E = { EXIST: 17, NOTDIR: 20, ISDIR: 21, INVAL: 22 };

function checkOptions(options) {
  const all = {
    dereference: false,
    errorOnExist: false,
    filter: undefined,
    force: true,
    preserveTimestamps: false,
    recursive: false,
    verbatimSymlinks: false,
    mode: 0,
  };
  if (options === undefined) return all;
  validateObject(options, "options");
  for (const name of Object.keys(all)) if (name in options) all[name] = options[name];
  for (const name of ["dereference", "errorOnExist", "force", "preserveTimestamps", "recursive", "verbatimSymlinks"])
    validateBoolean(all[name], `options.${name}`);
  all.mode = checkMode(options.mode);
  if (all.dereference && all.verbatimSymlinks)
    throw nodeError(
      "TypeError",
      "ERR_INCOMPATIBLE_OPTION_PAIR",
      'Option "dereference" cannot be used in combination with option "verbatimSymlinks"',
    );
  if (all.filter !== undefined) validateFunction(all.filter, "options.filter");
  return all;
}

const begin = (src, dest, options) => {
  options = checkOptions(options);
  return cpSteps(pathText(src, "src"), pathText(dest, "dest"), options);
};

export function cpSync(src, dest, options) {
  runSync(begin(src, dest, options));
}

export async function cpPromise(src, dest, options) {
  await runAsync(begin(src, dest, options));
}

export function cp(src, dest, options, callback) {
  if (typeof options === "function") [options, callback] = [undefined, options];
  validateFunction(callback, "cb");
  answer(runAsync(begin(src, dest, options)), callback);
}

function* statOrNull(name, file) {
  try {
    return yield [name, file, { bigint: true }];
  } catch (error) {
    if (error.code === "ENOENT") return null;
    throw error;
  }
}

const same = (a, b) => a.ino === b.ino && a.dev === b.dev && a.ino !== 0n;

function isBelow(parent, child) {
  const parts = path.resolve(child).split(path.sep);
  return path
    .resolve(parent)
    .split(path.sep)
    .every((part, index) => part === "" || parts[index] === part);
}

const filtered = (options, src, dest) =>
  function (isSync) {
    const answer = options.filter(src, dest);
    if (isSync && typeof answer?.then === "function") throw ERR_INVALID_RETURN_VALUE("boolean", "filter", answer);
    return answer;
  };

function* cpSteps(src, dest, options) {
  if (options.filter && !(yield filtered(options, src, dest))) return;
  const [srcStat, destStat] = yield* inspect(src, dest, options);
  yield* checkParents(src, srcStat, dest);
  const parent = path.dirname(dest);
  if ((yield* statOrNull("stat", parent)) === null) yield ["mkdir", parent, { recursive: true }];
  yield* copy(src, srcStat, dest, destStat, options);
}

// What is at both ends, and whether one may go to the other.
function* inspect(src, dest, options) {
  const name = options.dereference ? "stat" : "lstat";
  const srcStat = yield [name, src, { bigint: true }];
  const destStat = yield* statOrNull(name, dest);
  if (destStat) {
    if (same(srcStat, destStat)) throw refused("ERR_FS_CP_EINVAL", E.INVAL, "src and dest cannot be the same", dest);
    if (srcStat.isDirectory() && !destStat.isDirectory())
      throw refused("ERR_FS_CP_DIR_TO_NON_DIR", E.ISDIR, `cannot overwrite non-directory ${dest} with directory ${src}`, dest);
    if (!srcStat.isDirectory() && destStat.isDirectory())
      throw refused("ERR_FS_CP_NON_DIR_TO_DIR", E.NOTDIR, `cannot overwrite directory ${dest} with non-directory ${src}`, dest);
  }
  if (srcStat.isDirectory() && isBelow(src, dest)) throw intoItself(src, dest);
  return [srcStat, destStat];
}

const intoItself = (src, dest) => refused("ERR_FS_CP_EINVAL", E.INVAL, `cannot copy ${src} to a subdirectory of self ${dest}`, dest);

// Under another name, through links, the destination may still lie in the source.
function* checkParents(src, srcStat, dest) {
  const srcParent = path.resolve(path.dirname(src));
  for (let parent = path.resolve(path.dirname(dest)); parent !== srcParent; parent = path.dirname(parent)) {
    if (parent === path.parse(parent).root) return;
    const stat = yield* statOrNull("stat", parent);
    if (stat && same(srcStat, stat)) throw intoItself(src, dest);
  }
}

function* copy(src, srcStat, dest, destStat, options) {
  if (srcStat.isDirectory()) return yield* copyDirectory(src, srcStat, dest, destStat, options);
  if (srcStat.isFile() || srcStat.isCharacterDevice() || srcStat.isBlockDevice())
    return yield* copyOne(src, srcStat, dest, destStat, options);
  if (srcStat.isSymbolicLink()) return yield* copyLink(src, dest, destStat, options);
  if (srcStat.isSocket()) throw refused("ERR_FS_CP_SOCKET", E.INVAL, `cannot copy a socket file: ${dest}`, dest);
  if (srcStat.isFIFO()) throw refused("ERR_FS_CP_FIFO_PIPE", E.INVAL, `cannot copy a FIFO pipe: ${dest}`, dest);
  throw refused("ERR_FS_CP_UNKNOWN", E.INVAL, `cannot copy an unknown file type: ${dest}`, dest);
}

function* copyOne(src, srcStat, dest, destStat, options) {
  if (destStat) {
    if (!options.force) {
      if (options.errorOnExist) throw refused("ERR_FS_CP_EEXIST", E.EXIST, `${dest} already exists`, dest);
      return;
    }
    yield ["unlink", dest];
  }
  yield ["copyFile", src, dest, options.mode];
  if (!options.preserveTimestamps) return;
  const mode = Number(srcStat.mode);
  // Times of a file that nobody may write cannot be set everywhere.
  if ((mode & 0o200) === 0) yield ["chmod", dest, mode | 0o200];
  const { atime, mtime } = yield ["stat", src];
  yield ["utimes", dest, atime, mtime];
  yield ["chmod", dest, mode];
}

function* copyDirectory(src, srcStat, dest, destStat, options) {
  if (!options.recursive) throw refused("ERR_FS_EISDIR", E.ISDIR, `${src} is a directory (not copied)`, src);
  if (destStat && options.errorOnExist && !options.force) throw refused("ERR_FS_CP_EEXIST", E.EXIST, `${dest} already exists`, dest);
  if (!destStat) yield ["mkdir", dest];
  for (const name of yield ["readdir", src]) {
    const [from, to] = [path.join(src, name), path.join(dest, name)];
    if (options.filter && !(yield filtered(options, from, to))) continue;
    const [fromStat, toStat] = yield* inspect(from, to, options);
    yield* copy(from, fromStat, to, toStat, options);
  }
  if (!destStat) yield ["chmod", dest, Number(srcStat.mode)];
}

function* copyLink(src, dest, destStat, options) {
  const absolute = (target, link) =>
    options.verbatimSymlinks || path.isAbsolute(target) ? target : path.resolve(path.dirname(link), target);
  const from = absolute(yield ["readlink", src], src);
  if (!destStat) return yield ["symlink", from, dest];
  let to;
  try {
    to = yield ["readlink", dest];
  } catch (error) {
    // Not a link: making one there says that it exists.
    if (error.code === "EINVAL" || error.code === "UNKNOWN") return yield ["symlink", from, dest];
    throw error;
  }
  to = absolute(to, dest);
  const stat = yield* statOrNull("stat", src);
  if (stat?.isDirectory() && options.recursive && isBelow(from, to)) throw intoItself(from, to);
  if (stat?.isDirectory() && isBelow(to, from))
    throw refused("ERR_FS_CP_SYMLINK_TO_SUBDIRECTORY", E.INVAL, `cannot overwrite ${to} with ${from}`, dest);
  yield ["unlink", dest];
  yield ["symlink", from, dest];
}

// ---- glob

function globOptions(pattern, options) {
  const patterns = Array.isArray(pattern) ? pattern : [pattern];
  for (const [index, one] of patterns.entries())
    if (typeof one !== "string")
      throw ERR_INVALID_ARG_TYPE(Array.isArray(pattern) ? `patterns[${index}]` : "patterns", ["string", "string[]"].slice(0, Array.isArray(pattern) ? 1 : 2), one);
  if (options !== undefined) validateObject(options, "options");
  const { exclude, withFileTypes = false, followSymlinks = false } = options ?? {};
  let { cwd = "." } = options ?? {};
  cwd = pathText(cwd, "options.cwd");
  validateBoolean(withFileTypes ?? false, "options.withFileTypes");
  validateBoolean(followSymlinks, "options.followSymlinks");
  let excludes = () => false;
  if (typeof exclude === "function") {
    excludes = (relative, entry) => exclude(withFileTypes ? entry : relative);
  } else if (exclude !== undefined) {
    if (!Array.isArray(exclude) || exclude.some((one) => typeof one !== "string"))
      throw ERR_INVALID_ARG_TYPE("options.exclude", ["function", "string[]"], exclude);
    const matchers = exclude.flatMap(expandBraces).map((one) => path.normalize(one).replace(/\/$/, ""));
    excludes = (relative) => matchers.some((one) => relative === one || path.matchesGlob(relative, one));
  }
  return { patterns: patterns.flatMap(expandBraces), cwd, excludes, withFileTypes, followSymlinks };
}

// `a{b,c}d` to `abd` and `acd`; `{1..3}` counts.
function expandBraces(pattern) {
  for (let open = -1, depth = 0, index = 0, commas = []; index < pattern.length; index++) {
    const c = pattern[index];
    if (c === "\\") index++;
    else if (c === "{" && pattern[index - 1] !== "$") {
      if (depth++ === 0) [open, commas] = [index, []];
    } else if (c === "," && depth === 1) commas.push(index);
    else if (c === "}" && depth > 0 && --depth === 0) {
      const [head, tail] = [pattern.slice(0, open), expandBraces(pattern.slice(index + 1))];
      const range = /^(-?\d+|[a-zA-Z])\.\.(-?\d+|[a-zA-Z])(?:\.\.(-?\d+))?$/.exec(pattern.slice(open + 1, index));
      let middles;
      if (range) middles = countRange(range);
      else if (commas.length === 0) continue;
      else
        middles = [open, ...commas].flatMap((start, part) => expandBraces(pattern.slice(start + 1, commas[part] ?? index)));
      return middles.flatMap((middle) => tail.map((end) => head + middle + end));
    }
  }
  return [pattern];
}

function countRange([, from, to, by = "1"]) {
  const isLetter = /[a-zA-Z]/.test(from + to);
  const code = (text) => (isLetter ? text.charCodeAt(0) : Number(text));
  const [start, end, step] = [code(from), code(to), Math.max(1, Math.abs(Number(by)))];
  const width = !isLetter && /^-?0\d/.test(`${from} ${to}`) ? Math.max(from.length, to.length) : 0;
  const list = [];
  for (let at = start; start <= end ? at <= end : at >= end; at += start <= end ? step : -step)
    list.push(isLetter ? String.fromCharCode(at) : String(at).padStart(width, "0"));
  return list;
}

const MAGIC = /[*?[\\]|[!@+]\(/;

// One segment of a pattern: `**`, a plain name, or a test of names.
function segment(text) {
  if (text === "**" || !MAGIC.test(text)) return text;
  const source = segmentSource(text);
  // What stands for any character does not stand for a leading dot.
  const dot = text[0] === "." || text.startsWith("\\.") ? "" : "(?!\\.)";
  const test = new RegExp(`^${dot}${source}$`, "su");
  return (name) => test.test(name);
}

const CLASSES = { alpha: "\\p{L}", digit: "\\p{Nd}", alnum: "\\p{L}\\p{Nd}", upper: "\\p{Lu}", lower: "\\p{Ll}", space: "\\s", punct: "\\p{P}", xdigit: "0-9A-Fa-f", word: "\\w" };
const quote = (text) => text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");

// Where the bracket that opens at `open` closes, or -1.
function closing(text, open) {
  for (let index = open, depth = 0; index < text.length; index++) {
    if (text[index] === "\\") index++;
    else if (text[index] === "(") depth++;
    else if (text[index] === ")" && --depth === 0) return index;
  }
  return -1;
}

function alternatives(text) {
  const parts = [""];
  for (let index = 0, depth = 0; index < text.length; index++) {
    if (text[index] === "(") depth++;
    else if (text[index] === ")") depth--;
    if (text[index] === "|" && depth === 0) parts.push("");
    else parts[parts.length - 1] += text[index] === "\\" ? text[index] + (text[++index] ?? "") : text[index];
  }
  return parts.map(segmentSource).join("|");
}

function segmentSource(text) {
  let source = "";
  for (let index = 0; index < text.length; index++) {
    const c = text[index];
    const close = "?*+@!".includes(c) && text[index + 1] === "(" ? closing(text, index + 1) : -1;
    if (close > 0) {
      const inner = alternatives(text.slice(index + 2, close));
      if (c === "!") return `${source}(?!(?:${inner})${segmentSource(text.slice(close + 1))}$)[^/]*?${segmentSource(text.slice(close + 1))}`;
      source += `(?:${inner})${c === "@" ? "" : c}`;
      index = close;
    } else if (c === "*") {
      source += "[^/]*?";
    } else if (c === "?") {
      source += "[^/]";
    } else if (c === "\\" && index + 1 < text.length) {
      source += quote(text[++index]);
    } else if (c === "[") {
      const match = /^\[([!^]?)((?:\[:\w+:\]|\\.|[^\]\\]|(?<=^\[[!^]?)\])+)\]/s.exec(text.slice(index));
      if (match === null) {
        source += "\\[";
        continue;
      }
      const members = match[2].replace(/\[:(\w+):\]|\\(.)|[\\^$.*+?()[\]{}|/]/gs, (all, name, escaped) =>
        name ? (CLASSES[name] ?? "") : escaped ? quote(escaped) : `\\${all}`,
      );
      source += `[${match[1] ? "^" : ""}${members}]`;
      index += match[0].length - 1;
    } else {
      source += quote(c);
    }
  }
  return source;
}

const join = (directory, name) => (directory === "" ? name : directory.endsWith("/") ? directory + name : `${directory}/${name}`);

// Yields file operations and, as `{ found }`, results.
function* globSteps({ patterns, cwd, excludes, withFileTypes, followSymlinks }) {
  const seen = new Set();
  const listings = new Map();
  const full = (relative) => path.resolve(cwd, relative);
  let isFirst;

  function* list(relative) {
    const key = full(relative);
    let entries = listings.get(key);
    if (entries === undefined) {
      try {
        entries = yield ["readdir", key, { withFileTypes: true }];
      } catch {
        entries = [];
      }
      listings.set(key, entries);
    }
    return entries;
  }
  function* entryOf(relative) {
    try {
      const stat = yield ["lstat", full(relative)];
      const types = [["isFile", 1], ["isDirectory", 2], ["isSymbolicLink", 3], ["isFIFO", 4], ["isSocket", 5], ["isCharacterDevice", 6]];
      const type = types.find(([name]) => stat[name]())?.[1] ?? 7;
      return new fs.Dirent(path.basename(full(relative)), type, path.dirname(full(relative)));
    } catch {
      return null;
    }
  }
  function* isDirectory(relative, entry, follow) {
    if (entry.isDirectory()) return true;
    if (!follow || !entry.isSymbolicLink()) return false;
    try {
      return (yield ["stat", full(relative)]).isDirectory();
    } catch {
      return false;
    }
  }
  function* report(relative, entry) {
    const key = relative === "" ? "." : path.normalize(relative).replace(/(?<=.)\/$/, "");
    if (seen.has(key)) return;
    seen.add(key);
    yield { found: withFileTypes ? entry : key };
  }
  function* walk(relative, segments, index) {
    if (index === segments.length) {
      const entry = yield* entryOf(relative || ".");
      if (entry && !excludes(relative, entry)) yield* report(relative, entry);
      return;
    }
    const part = segments[index];
    const isLast = index === segments.length - 1;
    if (part === "**") {
      yield* deep(relative, segments, index);
    } else if (typeof part === "string") {
      // An empty last segment asks for a directory; a link to one will do after `**` only.
      if (part === "") {
        const entry = yield* entryOf(relative || ".");
        if (entry && (yield* isDirectory(relative, entry, segments[index - 1] === "**")) && !excludes(relative, entry)) yield* report(relative, entry);
        return;
      }
      const next = join(relative, part);
      if (isLast) return yield* walk(next, segments, index + 1);
      const entry = yield* entryOf(next);
      if (!entry || !(yield* isDirectory(next, entry, true)) || excludes(next, entry)) return;
      yield* walk(next, segments, index + 1);
    } else {
      for (const entry of yield* list(relative)) {
        if (!part(entry.name)) continue;
        const next = join(relative, entry.name);
        if (excludes(next, entry)) continue;
        if (isLast) yield* report(next, entry);
        else if (yield* isDirectory(next, entry, true)) yield* walk(next, segments, index + 1);
      }
    }
  }
  // What `**` matches: nothing, or any number of directories.
  function* deep(relative, segments, index) {
    const isLast = index === segments.length - 1;
    if (isLast) {
      const entry = yield* entryOf(relative || ".");
      if (entry && !excludes(relative, entry)) yield* report(relative, entry);
    } else {
      yield* walk(relative, segments, index + 1);
    }
    for (const entry of yield* list(relative)) {
      if (entry.name[0] === ".") continue;
      const next = join(relative, entry.name);
      if (excludes(next, entry)) continue;
      if (yield* isDirectory(next, entry, followSymlinks)) yield* deep(next, segments, index);
      else if (isLast) yield* report(next, entry);
      // Node's `**` ends at a link, but what follows it goes through one, except in the first place.
      else if (entry.isSymbolicLink() && !isFirst(index)) yield* walk(next, segments, index + 1);
    }
  }

  for (const pattern of patterns) {
    isFirst = (index) => index === 0 && !pattern.startsWith("./");
    const isAbsolute = pattern.startsWith("/");
    const parts = pattern.split("/").filter((part, index, all) => part !== "." && (part !== "" || (index === all.length - 1 && index > 0)));
    const segments = parts.filter((part, index) => part !== "**" || parts[index - 1] !== "**").map(segment);
    if (segments.length > 0) yield* walk(isAbsolute ? "/" : "", segments, 0);
  }
}

export function globSync(pattern, options) {
  const steps = globSteps(globOptions(pattern, options));
  const found = [];
  runSync(
    (function* () {
      let result;
      let error;
      for (;;) {
        const { value: step, done } = error ? steps.throw(error.thrown) : steps.next(result);
        if (done) return;
        error = undefined;
        if (step.found !== undefined) found.push(step.found);
        else
          try {
            result = yield step;
          } catch (thrown) {
            error = { thrown };
          }
      }
    })(),
  );
  return found;
}

export async function* globPromise(pattern, options) {
  const steps = globSteps(globOptions(pattern, options));
  let result;
  let error;
  for (;;) {
    const { value: step, done } = error ? steps.throw(error.thrown) : steps.next(result);
    if (done) return;
    error = undefined;
    if (step.found !== undefined) {
      yield step.found;
      continue;
    }
    try {
      result = await fs.promises[step[0]](...step.slice(1));
    } catch (thrown) {
      error = { thrown };
    }
  }
}

export function glob(pattern, options, callback) {
  if (typeof options === "function") [options, callback] = [undefined, options];
  validateFunction(callback, "callback");
  globOptions(pattern, options);
  const collect = async () => {
    const found = [];
    for await (const one of globPromise(pattern, options)) found.push(one);
    return found;
  };
  answer(collect(), callback);
}
