// What terminals send for keys, as `keypress` events. Node: https://nodejs.org/api/readline.html#readlineemitkeypresseventsstream-interface
import { StringDecoder } from "node:string_decoder";

const ESC = "\x1b";
const ESCAPE_TIMEOUT_MS = 500;

// By what follows the escape; of xterm, gnome, rxvt, putty and the Linux console.
const NAMES = new Map();
const name = (key, ...codes) => codes.forEach((code) => NAMES.set(code, { name: key }));
"P Q R S".split(" ").forEach((c, i) => name(`f${i + 1}`, `O${c}`, `[${c}`, `[${11 + i}~`));
"A B C D E".split(" ").forEach((c, i) => name(`f${i + 1}`, `[[${c}`));
[15, 17, 18, 19, 20, 21, 23, 24].forEach((n, i) => name(`f${i + 5}`, `[${n}~`));
Object.entries({ A: "up", B: "down", C: "right", D: "left", E: "clear", F: "end", H: "home" }).forEach(([c, key]) => name(key, `[${c}`, `O${c}`));
Object.entries({ 1: "home", 2: "insert", 3: "delete", 4: "end", 5: "pageup", 6: "pagedown", 7: "home", 8: "end" }).forEach(([n, key]) => {
  name(key, `[${n}~`);
  if (n === "2" || n === "3" || n >= "5") {
    NAMES.set(`[${n}$`, { name: key, shift: true });
    NAMES.set(`[${n}^`, { name: key, ctrl: true });
  }
});
name("pageup", "[[5~");
name("pagedown", "[[6~");
name("paste-start", "[200~");
name("paste-end", "[201~");
Object.entries({ a: "up", b: "down", c: "right", d: "left", e: "clear" }).forEach(([c, key]) => {
  NAMES.set(`[${c}`, { name: key, shift: true });
  NAMES.set(`O${c}`, { name: key, ctrl: true });
});
NAMES.set("[Z", { name: "tab", shift: true });

const PLAIN = { "\r": "return", "\n": "enter", "\t": "tab", "\b": "backspace", "\x7f": "backspace", [ESC]: "escape", " ": "space" };
const isDigit = (c) => c >= "0" && c <= "9";

// Takes characters one by one (an empty one when no more came in time) and emits keys.
function* parser(stream) {
  while (true) {
    let c = yield;
    let sequence = c;
    let escaped = false;
    const key = { sequence: null, name: undefined, ctrl: false, meta: false, shift: false };
    if (c === ESC) {
      escaped = true;
      sequence += c = yield;
      if (c === ESC) sequence += c = yield;
    }
    if (escaped && (c === "O" || c === "[")) {
      let code = c;
      let modifier = 0;
      if (c === "O") {
        sequence += c = yield;
        if (isDigit(c)) {
          modifier = Number(c) - 1;
          sequence += c = yield;
        }
        code += c;
      } else {
        sequence += c = yield;
        if (c === "[") {
          code += c;
          sequence += c = yield;
        }
        const start = sequence.length - 1;
        // Up to three digits, then perhaps a semicolon and a digit.
        for (let digits = 0; digits < 3 && isDigit(c); digits++) sequence += c = yield;
        if (c === ";") {
          sequence += c = yield;
          if (isDigit(c)) sequence += c = yield;
        }
        const command = sequence.slice(start);
        let match;
        if ((match = /^(?:(\d\d?)(?:;(\d))?([~^$])|(\d{3}~))$/.exec(command))) {
          if (match[4]) code += match[4];
          else {
            code += match[1] + match[3];
            modifier = (match[2] || 1) - 1;
          }
        } else if ((match = /^((\d;)?(\d))?([A-Za-z])$/.exec(command))) {
          code += match[4];
          modifier = (match[3] || 1) - 1;
        } else code += command;
      }
      key.ctrl = Boolean(modifier & 4);
      key.meta = Boolean(modifier & 10);
      key.shift = Boolean(modifier & 1);
      key.code = code;
      const known = NAMES.get(code);
      key.name = known?.name ?? "undefined";
      if (known?.shift) key.shift = true;
      if (known?.ctrl) key.ctrl = true;
    } else if (PLAIN[c] !== undefined) {
      key.name = PLAIN[c];
      key.meta = escaped;
    } else if (!escaped && c <= "\x1a") {
      key.name = String.fromCharCode(c.charCodeAt(0) + 96);
      key.ctrl = true;
    } else if (/^[0-9A-Za-z]$/.test(c)) {
      key.name = c.toLowerCase();
      key.shift = /^[A-Z]$/.test(c);
      key.meta = escaped;
    } else if (escaped) {
      key.name = c.length > 0 ? undefined : "escape";
      key.meta = true;
    }
    key.sequence = sequence;
    if (sequence.length !== 0 && (key.name !== undefined || escaped)) stream.emit("keypress", escaped ? undefined : sequence, key);
    else if ([...sequence].length === 1) stream.emit("keypress", sequence, key);
  }
}

const DECODER = Symbol("keypress-decoder");
const PARSER = Symbol("escape-decoder");
// What an interface is told of keys: see interface.js.
export const KEYS_CAME = Symbol("keys came");

export function emitKeypressEvents(stream, iface = {}) {
  if (stream[DECODER]) return;
  stream[DECODER] = new StringDecoder("utf8");
  const start = () => {
    stream[PARSER] = parser(stream);
    stream[PARSER].next();
  };
  start();
  let timeout;

  const onData = (input) => {
    if (stream.listenerCount("keypress") === 0) {
      stream.removeListener("data", onData);
      stream.on("newListener", onNewListener);
      return;
    }
    const text = stream[DECODER].write(input);
    if (!text) return;
    clearTimeout(timeout);
    const characters = [...text];
    iface[KEYS_CAME]?.(characters.length);
    let last = 0;
    for (const c of characters) {
      if (++last === characters.length) iface[KEYS_CAME]?.(1, true);
      try {
        stream[PARSER].next(c);
        // An escape alone is one when nothing follows it in time.
        if (last === characters.length && c === ESC) {
          timeout = setTimeout(() => stream[PARSER].next(""), iface.escapeCodeTimeout ?? ESCAPE_TIMEOUT_MS);
        }
      } catch (error) {
        start();
        throw error;
      }
    }
  };
  const onNewListener = (event) => {
    if (event !== "keypress") return;
    stream.on("data", onData);
    stream.removeListener("newListener", onNewListener);
  };
  if (stream.listenerCount("keypress") > 0) stream.on("data", onData);
  else stream.on("newListener", onNewListener);
}
