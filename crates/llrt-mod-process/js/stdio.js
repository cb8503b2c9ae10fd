// process.stdin, stdout, stderr. Node: https://nodejs.org/api/process.html#process-io
import { isTerminal, read, windowSize, write } from "native:stdio";
import { importBuiltin } from "internal:host";

const CHUNK_BYTES = 65536;

// A warning's text, without a stream.
export function writeError(text) {
  try {
    write(2, text);
  } catch {
    // Nobody reads standard error: there is nobody to tell.
  }
}

// Writes are synchronous, as Node's are for files and terminals: nothing is lost when the process ends.
function output(descriptor) {
  const { Writable } = importBuiltin("node:stream");
  const stream = new Writable({
    decodeStrings: false,
    write(chunk, encoding, callback) {
      try {
        write(descriptor, typeof chunk === "string" && encoding !== "utf8" && encoding !== "utf-8" ? Buffer.from(chunk, encoding) : chunk);
        callback();
      } catch (error) {
        callback(error);
      }
    },
  });
  stream.fd = descriptor;
  stream._type = isTerminal(descriptor) ? "tty" : "fs";
  // Closing a standard stream would let the next file take its descriptor.
  stream._destroy = (error, callback) => callback(error);
  stream.destroySoon = stream.destroy;
  if (isTerminal(descriptor)) makeTerminal(stream, descriptor);
  return stream;
}

function makeTerminal(stream, descriptor) {
  stream.isTTY = true;
  const size = (index) => ({ __proto__: null, get: () => windowSize(descriptor)[index], configurable: true, enumerable: true });
  Object.defineProperties(stream, { columns: size(0), rows: size(1) });
  stream.getWindowSize = () => windowSize(descriptor);
  const escape = (text, callback) => stream.write(text, callback);
  stream.clearLine = (direction, callback) => escape(direction < 0 ? "\x1b[1K" : direction > 0 ? "\x1b[0K" : "\x1b[2K", callback);
  stream.clearScreenDown = (callback) => escape("\x1b[0J", callback);
  stream.cursorTo = (x, y, callback) =>
    typeof y === "number" ? escape(`\x1b[${y + 1};${x + 1}H`, callback) : escape(`\x1b[${x + 1}G`, y ?? callback);
  stream.moveCursor = (dx, dy, callback) => {
    let text = "";
    if (dx < 0) text += `\x1b[${-dx}D`;
    else if (dx > 0) text += `\x1b[${dx}C`;
    if (dy < 0) text += `\x1b[${-dy}A`;
    else if (dy > 0) text += `\x1b[${dy}B`;
    return escape(text, callback);
  };
  stream.getColorDepth = (env = process.env) => {
    if (env.FORCE_COLOR !== undefined) return { "": 4, 1: 4, true: 4, 2: 8, 3: 24 }[env.FORCE_COLOR] ?? 1;
    if (env.NO_COLOR || env.NODE_DISABLE_COLORS || env.TERM === "dumb") return 1;
    if (env.COLORTERM === "truecolor" || env.COLORTERM === "24bit") return 24;
    return /256(color)?$/.test(env.TERM ?? "") ? 8 : env.TERM ? 4 : 1;
  };
  stream.hasColors = (count = 16, env = undefined) => {
    if (typeof count === "object") [count, env] = [16, count];
    return count <= 2 ** stream.getColorDepth(env);
  };
}

export const stdout = () => output(1);
export const stderr = () => output(2);

export function stdin() {
  const { Readable } = importBuiltin("node:stream");
  let reading = false;
  const stream = new Readable({
    highWaterMark: CHUNK_BYTES,
    read() {
      if (reading) return;
      reading = true;
      read(CHUNK_BYTES).then(
        (chunk) => {
          reading = false;
          stream.push(chunk.length === 0 ? null : chunk);
        },
        (error) => stream.destroy(error),
      );
    },
  });
  stream.fd = 0;
  if (isTerminal(0)) {
    stream.isTTY = true;
    stream.isRaw = false;
  }
  return stream;
}
