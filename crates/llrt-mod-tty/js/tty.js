// node:tty. Node: https://nodejs.org/api/tty.html
import { isTerminal } from "native:tty";
import { windowSize } from "native:stdio";
import { setRawMode } from "native:pipe";
import { errnoException, open, Pipe } from "internal:pipe";
import { writeSync } from "internal:stdio";
import { clearLine, clearScreenDown, cursorTo, moveCursor } from "internal:tty-actions";
import { nodeError } from "internal:errors";
import { importBuiltin } from "internal:host";
import { validateInteger } from "internal:validators";

export function isatty(fd) {
  return Number.isInteger(fd) && fd >= 0 && fd <= 2147483647 && isTerminal(fd);
}

function checkDescriptor(fd) {
  if (fd >> 0 !== fd || fd < 0) throw nodeError("RangeError", "ERR_INVALID_FD", `"fd" must be a positive integer: ${fd}`);
  if (isTerminal(fd)) return;
  const error = nodeError("Error", "ERR_TTY_INIT_FAILED", "TTY initialization failed: uv_tty_init returned EINVAL (invalid argument)");
  error.name = "SystemError";
  throw Object.assign(error, { info: { errno: -22, code: "EINVAL", message: "invalid argument", syscall: "uv_tty_init" }, errno: -22, syscall: "uv_tty_init" });
}

export class ReadStream extends Pipe {
  constructor(fd, options) {
    checkDescriptor(fd);
    super(open(fd, false), { highWaterMark: 0, readable: true, writable: false, ...options });
    this.fd = fd;
    this.isRaw = false;
    this.isTTY = true;
  }

  setRawMode(flag) {
    flag = Boolean(flag);
    const errno = setRawMode(this.fd, flag);
    if (errno < 0) {
      this.emit("error", errnoException(errno, "setRawMode"));
      return this;
    }
    this.isRaw = flag;
    return this;
  }
}

export class WriteStream extends Pipe {
  constructor(fd) {
    checkDescriptor(fd);
    super(null, { readable: false, writable: true, manualStart: true });
    this.fd = fd;
    this._type = "tty";
    this.isTTY = true;
    [this.columns, this.rows] = windowSize(fd);
  }

  // Nothing is lost when the process ends.
  _write(chunk, encoding, callback) {
    writeSync(this.fd, chunk, encoding, callback);
  }

  _refreshSize() {
    const { columns, rows } = this;
    [this.columns, this.rows] = windowSize(this.fd);
    if (columns !== this.columns || rows !== this.rows) this.emit("resize");
  }

  getWindowSize() {
    return [this.columns, this.rows];
  }

  cursorTo(x, y, callback) {
    return cursorTo(this, x, y, callback);
  }
  moveCursor(dx, dy, callback) {
    return moveCursor(this, dx, dy, callback);
  }
  clearLine(direction, callback) {
    return clearLine(this, direction, callback);
  }
  clearScreenDown(callback) {
    return clearScreenDown(this, callback);
  }

  getColorDepth(env = importBuiltin("node:process").default.env) {
    return colorDepth(env);
  }

  hasColors(count, env) {
    if (env === undefined && (count === undefined || (typeof count === "object" && count !== null))) {
      env = count;
      count = 16;
    } else validateInteger(count, "count", 2);
    return count <= 2 ** this.getColorDepth(env);
  }
}

// ---- colours: what terminals are known to show, by the names they give themselves

const TERMS = {
  eterm: 4, cons25: 4, console: 4, cygwin: 4, dtterm: 4, gnome: 4, hurd: 4, jfbterm: 4, konsole: 4, kterm: 4, mlterm: 4, mosh: 24, putty: 4, st: 4,
  "rxvt-unicode-24bit": 24, terminator: 24, "xterm-kitty": 24,
};
const TERM_PATTERNS = [/ansi/, /color/, /linux/, /direct/, /^con[0-9]*x[0-9]/, /^rxvt/, /^screen/, /^xterm/, /^vt100/, /^vt220/];
const CI = { APPVEYOR: 8, BUILDKITE: 8, CIRCLECI: 24, DRONE: 8, GITEA_ACTIONS: 24, GITHUB_ACTIONS: 24, GITLAB_CI: 8, TRAVIS: 8 };

let warned = false;
function warnOfForce(env) {
  if (warned) return;
  const name = env.NODE_DISABLE_COLORS !== undefined && env.NODE_DISABLE_COLORS !== "" ? "NODE_DISABLE_COLORS"
    : env.NO_COLOR !== undefined && env.NO_COLOR !== "" ? "NO_COLOR" : undefined;
  if (name === undefined) return;
  warned = true;
  importBuiltin("node:process").default.emitWarning(`The '${name}' env is ignored due to the 'FORCE_COLOR' env being set.`, "Warning");
}

function colorDepth(env) {
  if (env.FORCE_COLOR !== undefined) {
    const depth = { "": 4, 1: 4, true: 4, 2: 8, 3: 24 }[env.FORCE_COLOR];
    if (depth === undefined) return 1;
    warnOfForce(env);
    return depth;
  }
  if ((env.NODE_DISABLE_COLORS !== undefined && env.NODE_DISABLE_COLORS !== "") || (env.NO_COLOR !== undefined && env.NO_COLOR !== "") || env.TERM === "dumb")
    return 1;
  if (env.TMUX) return 24;
  if ("TF_BUILD" in env && "AGENT_NAME" in env) return 4;
  if ("CI" in env) {
    for (const [name, depth] of Object.entries(CI)) if (name in env) return depth;
    return env.CI_NAME === "codeship" ? 8 : 1;
  }
  if ("TEAMCITY_VERSION" in env) return /^(9\.(0*[1-9]\d*)\.|\d{2,}\.)/.test(env.TEAMCITY_VERSION) ? 4 : 1;
  switch (env.TERM_PROGRAM) {
    case "iTerm.app":
      return !env.TERM_PROGRAM_VERSION || /^[0-2]\./.test(env.TERM_PROGRAM_VERSION) ? 8 : 24;
    case "HyperTerm":
    case "MacTerm":
      return 24;
    case "Apple_Terminal":
      return 8;
  }
  if (env.COLORTERM === "truecolor" || env.COLORTERM === "24bit") return 24;
  if (env.TERM) {
    if (env.TERM.startsWith("xterm-256")) return 8;
    const term = env.TERM.toLowerCase();
    if (TERMS[term]) return TERMS[term];
    if (TERM_PATTERNS.some((pattern) => pattern.test(term))) return 4;
  }
  return env.COLORTERM ? 4 : 1;
}

export default { isatty, ReadStream, WriteStream };
