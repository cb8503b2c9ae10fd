// What terminals are told, for node:tty and node:readline. Node: https://nodejs.org/api/readline.html#readlinecursortostream-x-y-callback
import { ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, nodeError } from "internal:errors";
import { nextTick } from "internal:host";

const CSI = "\x1b[";

const checkCallback = (callback) => {
  if (callback !== undefined && typeof callback !== "function") throw ERR_INVALID_ARG_TYPE("callback", "Function", callback);
};
const nothing = (callback) => {
  if (typeof callback === "function") nextTick(callback, null);
  return true;
};

export function cursorTo(stream, x, y, callback) {
  checkCallback(callback);
  if (typeof y === "function") [callback, y] = [y, undefined];
  if (Number.isNaN(x)) throw ERR_INVALID_ARG_VALUE("x", x);
  if (Number.isNaN(y)) throw ERR_INVALID_ARG_VALUE("y", y);
  if (stream == null || (typeof x !== "number" && typeof y !== "number")) return nothing(callback);
  if (typeof x !== "number") throw nodeError("TypeError", "ERR_INVALID_CURSOR_POS", "Cannot set cursor row without setting its column");
  return stream.write(typeof y !== "number" ? `${CSI}${x + 1}G` : `${CSI}${y + 1};${x + 1}H`, callback);
}

export function moveCursor(stream, dx, dy, callback) {
  checkCallback(callback);
  if (stream == null || !(dx || dy)) return nothing(callback);
  let text = "";
  if (dx < 0) text += `${CSI}${-dx}D`;
  else if (dx > 0) text += `${CSI}${dx}C`;
  if (dy < 0) text += `${CSI}${-dy}A`;
  else if (dy > 0) text += `${CSI}${dy}B`;
  return stream.write(text, callback);
}

export function clearLine(stream, direction, callback) {
  checkCallback(callback);
  if (stream == null) return nothing(callback);
  return stream.write(direction < 0 ? `${CSI}1K` : direction > 0 ? `${CSI}0K` : `${CSI}2K`, callback);
}

export function clearScreenDown(stream, callback) {
  checkCallback(callback);
  if (stream == null) return nothing(callback);
  return stream.write(`${CSI}0J`, callback);
}
