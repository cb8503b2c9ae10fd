// The line editor behind node:readline and node:readline/promises. Node: https://nodejs.org/api/readline.html#class-interfaceconstructor
import EventEmitter from "node:events";
import { StringDecoder } from "node:string_decoder";
import { emitKeypressEvents, KEYS_CAME } from "internal:readline-keys";
import { clearScreenDown, cursorTo, moveCursor } from "internal:tty-actions";
import { ERR_INVALID_ARG_VALUE, nodeError } from "internal:errors";
import { importBuiltin, nextTick } from "internal:host";
import { validateAbortSignal, validateArray, validateNumber, validateString, validateUint32 } from "internal:validators";

const HISTORY_SIZE = 30;
const MIN_CRLF_DELAY_MS = 100;
const KILL_RING = 32;
const UNDO = 2048;
const LINE_END = /\r\n|\n|\r(?!\n)|\u2028|\u2029/g;

// ---- how wide text is

const ANSI = /[\u001b\u009b][[\]()#;?]*(?:(?:(?:(?:;[-a-zA-Z\d/#&.:=?%@~_]+)*|[a-zA-Z\d]+(?:;[-a-zA-Z\d/#&.:=?%@~_]*)*)?(?:\u0007|\u001b\u005c|\u009c))|(?:(?:\d{1,4}(?:;\d{0,4})*)?[\dA-PR-TZcf-nq-uy=><~]))/g;
const isWide = (code) =>
  code >= 0x1100 &&
  (code <= 0x115f || code === 0x2329 || code === 0x232a || (code >= 0x2e80 && code <= 0x3247 && code !== 0x303f) || (code >= 0x3250 && code <= 0x4dbf) ||
    (code >= 0x4e00 && code <= 0xa4c6) || (code >= 0xa960 && code <= 0xa97c) || (code >= 0xac00 && code <= 0xd7a3) || (code >= 0xf900 && code <= 0xfaff) ||
    (code >= 0xfe10 && code <= 0xfe19) || (code >= 0xfe30 && code <= 0xfe6b) || (code >= 0xff01 && code <= 0xff60) || (code >= 0xffe0 && code <= 0xffe6) ||
    (code >= 0x1b000 && code <= 0x1b001) || (code >= 0x1f200 && code <= 0x1f251) || (code >= 0x1f300 && code <= 0x1f64f) || (code >= 0x1f900 && code <= 0x1f9ff) ||
    (code >= 0x20000 && code <= 0x3fffd));
const isZero = (code) =>
  code <= 0x1f || (code >= 0x7f && code <= 0x9f) || (code >= 0x300 && code <= 0x36f) || (code >= 0x200b && code <= 0x200f) || (code >= 0x20d0 && code <= 0x20ff) ||
  (code >= 0xfe00 && code <= 0xfe0f) || (code >= 0xfe20 && code <= 0xfe2f) || (code >= 0xe0100 && code <= 0xe01ef);

function widthOf(text) {
  let width = 0;
  for (const c of text.replace(ANSI, "").normalize("NFC")) {
    const code = c.codePointAt(0);
    width += isWide(code) ? 2 : isZero(code) ? 0 : 1;
  }
  return width;
}

const lengthLeft = (text, at) => (at <= 0 ? 0 : at > 1 && text.codePointAt(at - 2) > 0xffff ? 2 : 1);
const lengthAt = (text, at) => (at >= text.length ? 1 : text.codePointAt(at) > 0xffff ? 2 : 1);

function commonPrefix(texts) {
  if (texts.length === 0) return "";
  const sorted = [...texts].sort();
  const [first, last] = [sorted[0], sorted[sorted.length - 1]];
  for (let i = 0; i < first.length; i++) if (first[i] !== last[i]) return first.slice(0, i);
  return first;
}

const closed = () => nodeError("Error", "ERR_USE_AFTER_CLOSE", "readline was closed");

const HIGH_LINES = 1024;
const LOW_LINES = 1;

// The lines as they are asked for. While many wait, nothing is read.
class Lines {
  #rl;
  #waiting = [];
  #asked = [];
  #over = false;
  #failure;
  #paused = false;

  constructor(rl) {
    this.#rl = rl;
    this.line = (line) => {
      const asked = this.#asked.shift();
      if (asked !== undefined) return void asked.resolve({ value: line, done: false });
      this.#waiting.push(line);
      if (this.#waiting.length > HIGH_LINES && !this.#paused && !rl.closed) {
        this.#paused = true;
        rl.pause();
      }
    };
    this.fail = (error) => {
      const asked = this.#asked.shift();
      if (asked !== undefined) asked.reject(error);
      else this.#failure = error;
      this.#finish();
    };
    this.end = () => this.#finish();
    rl.on("line", this.line);
    rl.on("error", this.fail);
    rl.on("close", this.end);
    // What was closed before gives no line any more.
    if (rl.closed) this.#finish();
  }

  // As they are when they are read.
  get [Symbol.for("nodejs.watermarkData")]() {
    const size = () => this.#waiting.length;
    const isPaused = () => this.#paused;
    return {
      get size() {
        return size();
      },
      get low() {
        return LOW_LINES;
      },
      get high() {
        return HIGH_LINES;
      },
      get isPaused() {
        return isPaused();
      },
    };
  }

  #finish() {
    this.#over = true;
    this.#rl.removeListener("line", this.line);
    this.#rl.removeListener("error", this.fail);
    this.#rl.removeListener("close", this.end);
    for (const asked of this.#asked.splice(0)) asked.resolve({ value: undefined, done: true });
  }

  next() {
    if (this.#waiting.length > 0) {
      const value = this.#waiting.shift();
      if (this.#paused && this.#waiting.length < LOW_LINES && !this.#rl.closed) {
        this.#paused = false;
        this.#rl.resume();
      }
      return Promise.resolve({ value, done: false });
    }
    if (this.#failure !== undefined) {
      const failure = this.#failure;
      this.#failure = undefined;
      return Promise.reject(failure);
    }
    if (this.#over) return Promise.resolve({ value: undefined, done: true });
    return new Promise((resolve, reject) => this.#asked.push({ resolve, reject }));
  }

  return() {
    this.#waiting = [];
    this.#finish();
    this.#rl._lines = undefined;
    return Promise.resolve({ value: undefined, done: true });
  }

  throw(error) {
    this.fail(error);
    return Promise.resolve({ value: undefined, done: true });
  }

  [Symbol.asyncIterator]() {
    return this;
  }
}

export const QUESTION = Symbol("question");
export const QUESTION_CANCEL = Symbol("question cancel");

export class Interface extends EventEmitter {
  #decoder;
  #sawReturnAt = 0;
  #endsWithReturn = false;
  #prompt = "> ";
  #oldPrompt = "";
  #questionCallback = null;
  #killed = [];
  #killIndex = 0;
  #yanking = false;
  #undo = [];
  #redo = [];
  #searching = null;
  #previousKey = null;
  #remove = [];

  constructor(input, output = undefined, completer = undefined, terminal = undefined) {
    let options = input;
    if (!(input?.input)) options = { input, output, completer, terminal };
    super();
    ({ output, completer, terminal } = options);
    input = options.input;
    const { signal, prompt } = options;
    let { history, historySize, removeHistoryDuplicates = false, crlfDelay, escapeCodeTimeout, tabSize } = options;

    if (prompt !== undefined) this.#prompt = prompt;
    if (escapeCodeTimeout !== undefined) {
      if (!Number.isFinite(escapeCodeTimeout)) throw ERR_INVALID_ARG_VALUE("input.escapeCodeTimeout", escapeCodeTimeout);
    }
    if (tabSize !== undefined) validateUint32(tabSize, "tabSize", true);
    if (signal) validateAbortSignal(signal, "options.signal");
    if (completer != null && typeof completer !== "function") throw ERR_INVALID_ARG_VALUE("completer", completer);
    if (history === undefined) history = [];
    else validateArray(history, "history");
    if (historySize === undefined) historySize = HISTORY_SIZE;
    validateNumber(historySize, "historySize", 0);

    if (terminal === undefined && output != null) terminal = Boolean(output.isTTY);
    this.terminal = Boolean(terminal);
    this.line = "";
    this.input = input;
    this.output = output;
    this.history = history;
    this.historyIndex = -1;
    this.historySize = historySize;
    this.removeHistoryDuplicates = Boolean(removeHistoryDuplicates);
    this.crlfDelay = crlfDelay ? Math.max(MIN_CRLF_DELAY_MS, crlfDelay) : MIN_CRLF_DELAY_MS;
    this.escapeCodeTimeout = escapeCodeTimeout ?? 500;
    this.tabSize = tabSize ?? 8;
    this.completer = completer == null ? undefined : completer.length === 2 ? completer : (text, callback) => callback(null, completer(text));
    this.cursor = 0;
    this.closed = false;
    this.paused = false;
    this.isCompletionEnabled = true;
    this._sawKeyPress = false;
    this.prevRows = 0;
    Object.defineProperty(this, KEYS_CAME, {
      __proto__: null,
      value: (count, last = false) => {
        if (!last) this._sawKeyPress = count === 1;
        // What is pasted holds tabs that ask for nothing; only the last key may.
        this.isCompletionEnabled = last || count === 1;
      },
    });

    const listen = (emitter, event, listener) => {
      emitter.on(event, listener);
      this.#remove.push(() => emitter.removeListener(event, listener));
    };
    listen(input, "error", (error) => this.emit("error", error));
    if (!this.terminal) {
      this.#decoder = new StringDecoder("utf8");
      listen(input, "data", (data) => this.#normalWrite(data));
      listen(input, "end", () => {
        const rest = this.#decoder.end();
        if (this.#endsWithReturn === false && (this.#partial + rest).length > 0) this.emit("line", this.#partial + rest);
        this.#partial = "";
        this.close();
      });
    } else {
      emitKeypressEvents(input, this);
      listen(input, "keypress", (text, key) => {
        this._ttyWrite(text, key);
        // A key that the terminal did not understand is undone by the next one.
        if (key?.sequence && this.line.charCodeAt(this.line.length - 1) >= 0xd800 && this.line.charCodeAt(this.line.length - 1) <= 0xdbff) this._refreshLine();
      });
      listen(input, "end", () => {
        if (typeof this.line === "string" && this.line.length > 0) this.emit("line", this.line);
        this.close();
      });
      this._setRawMode(true);
      if (output != null) listen(output, "resize", () => this._refreshLine());
    }
    if (signal) {
      const abort = () => this.close();
      if (signal.aborted) nextTick(abort);
      else {
        signal.addEventListener("abort", abort, { once: true });
        this.once("close", () => signal.removeEventListener("abort", abort));
      }
    }
    input.resume();
  }

  #partial = "";

  get columns() {
    return this.output?.columns ?? Infinity;
  }

  // ---- life

  setPrompt(prompt) {
    this.#prompt = prompt;
  }
  getPrompt() {
    return this.#prompt;
  }

  _setRawMode(mode) {
    const before = this.input.isRaw;
    if (typeof this.input.setRawMode === "function") this.input.setRawMode(mode);
    return before;
  }

  prompt(preserveCursor = false) {
    if (this.closed) throw closed();
    if (this.paused) this.resume();
    if (this.terminal && importBuiltin("node:process").default.env.TERM !== "dumb") {
      if (!preserveCursor) this.cursor = 0;
      this._refreshLine();
    } else this._writeToOutput(this.#prompt);
  }

  [QUESTION](query, callback) {
    if (this.closed) throw closed();
    if (this.#questionCallback) return this.prompt();
    this.#oldPrompt = this.#prompt;
    this.setPrompt(query);
    this.#questionCallback = callback;
    this.prompt();
  }

  [QUESTION_CANCEL]() {
    if (!this.#questionCallback) return;
    this.#questionCallback = null;
    this.setPrompt(this.#oldPrompt);
    this.clearLine();
  }

  close() {
    if (this.closed) return;
    this.pause();
    if (this.terminal) this._setRawMode(false);
    this.closed = true;
    for (const remove of this.#remove.splice(0)) remove();
    this.emit("close");
  }

  [Symbol.dispose]() {
    this.close();
  }

  pause() {
    if (this.closed) throw closed();
    if (this.paused) return this;
    this.input.pause();
    this.paused = true;
    this.emit("pause");
    return this;
  }

  resume() {
    if (this.closed) throw closed();
    if (!this.paused) return this;
    this.input.resume();
    this.paused = false;
    this.emit("resume");
    return this;
  }

  write(data, key) {
    if (this.closed) throw closed();
    if (this.paused) this.resume();
    if (this.terminal) this._ttyWrite(data, key);
    else this.#normalWrite(data);
  }

  [Symbol.asyncIterator]() {
    return (this._lines ??= new Lines(this));
  }

  _onLine(line) {
    if (!this.#questionCallback) return void this.emit("line", line);
    const callback = this.#questionCallback;
    this.#questionCallback = null;
    this.setPrompt(this.#oldPrompt);
    callback(line);
  }

  _writeToOutput(text) {
    validateString(text, "stringToWrite");
    if (this.output != null) this.output.write(text);
  }

  // ---- without a terminal

  #normalWrite(data) {
    if (data === undefined) return;
    let text = this.#decoder.write(typeof data === "string" ? Buffer.from(data) : data);
    if (this.#sawReturnAt && Date.now() - this.#sawReturnAt <= this.crlfDelay) {
      if (text.charCodeAt(0) === 10) text = text.slice(1);
      this.#sawReturnAt = 0;
    }
    text = this.#partial + text;
    this.#partial = "";
    this.#endsWithReturn = false;
    const lines = text.split(LINE_END);
    if (lines.length === 1) {
      this.#partial = text;
      return;
    }
    this.#sawReturnAt = text.endsWith("\r") ? Date.now() : 0;
    // The last is not complete.
    this.#partial = lines.pop();
    for (const line of lines) this._onLine(line);
  }

  // ---- what is shown

  _getDisplayPos(text) {
    let offset = 0;
    let rows = 0;
    const { columns } = this;
    for (const c of text.replace(ANSI, "")) {
      if (c === "\n") {
        rows += Math.ceil(offset / columns) || 1;
        offset = 0;
        continue;
      }
      if (c === "\t") {
        offset += this.tabSize - (offset % this.tabSize);
        continue;
      }
      const width = widthOf(c);
      if (width === 2 && (offset + 1) % columns === 0) offset++;
      offset += width;
    }
    const cols = columns === Infinity ? offset : offset % columns;
    rows += columns === Infinity ? 0 : (offset - cols) / columns;
    return { cols, rows };
  }

  getCursorPos() {
    return this._getDisplayPos(this.#prompt + this.line.slice(0, this.cursor));
  }
  _getCursorPos() {
    return this.getCursorPos();
  }

  _refreshLine() {
    const text = this.#prompt + this.line;
    const display = this._getDisplayPos(text);
    const cursor = this.getCursorPos();
    if (this.prevRows > 0) moveCursor(this.output, 0, -this.prevRows);
    cursorTo(this.output, 0);
    clearScreenDown(this.output);
    this._writeToOutput(text);
    // A full row: the terminal wraps with the next character only.
    if (display.cols === 0) this._writeToOutput(" ");
    cursorTo(this.output, cursor.cols);
    const below = display.rows - cursor.rows;
    if (below > 0) moveCursor(this.output, 0, -below);
    this.prevRows = cursor.rows;
  }

  clearLine() {
    this._moveCursor(Infinity);
    this._writeToOutput("\r\n");
    this.line = "";
    this.cursor = 0;
    this.prevRows = 0;
  }

  // ---- editing

  #before() {
    this.#undo.push({ text: this.line, cursor: this.cursor });
    this.#redo = [];
    if (this.#undo.length > UNDO) this.#undo.shift();
  }

  #restore(from, to) {
    const state = from.pop();
    if (state === undefined) return;
    to.push({ text: this.line, cursor: this.cursor });
    this.line = state.text;
    this.cursor = state.cursor;
    this._refreshLine();
  }

  _insertString(text) {
    this.#before();
    if (this.cursor < this.line.length) {
      this.line = this.line.slice(0, this.cursor) + text + this.line.slice(this.cursor);
      this.cursor += text.length;
      this._refreshLine();
      return;
    }
    const before = this.getCursorPos();
    this.line += text;
    this.cursor += text.length;
    const after = this.getCursorPos();
    if (before.rows < after.rows) this._refreshLine();
    else this._writeToOutput(text);
  }

  #delete(from, to, kill = false) {
    if (from >= to) return;
    this.#before();
    const gone = this.line.slice(from, to);
    this.line = this.line.slice(0, from) + this.line.slice(to);
    this.cursor = from;
    if (kill) {
      if (this.#killed[0] !== gone) this.#killed.unshift(gone);
      this.#killIndex = 0;
      while (this.#killed.length > KILL_RING) this.#killed.pop();
    }
    this._refreshLine();
  }

  _deleteLeft() {
    this.#delete(this.cursor - lengthLeft(this.line, this.cursor), this.cursor);
  }
  _deleteRight() {
    if (this.cursor < this.line.length) this.#delete(this.cursor, this.cursor + lengthAt(this.line, this.cursor));
  }
  #wordStart() {
    const reversed = [...this.line.slice(0, this.cursor)].reverse().join("");
    return this.cursor - /^\s*(?:[^\w\s]+|\w+)?/.exec(reversed)[0].length;
  }
  #wordEnd() {
    return this.cursor + /^(?:\s+|[^\w\s]+|\w+)\s*/.exec(this.line.slice(this.cursor))?.[0].length || this.cursor;
  }
  _deleteWordLeft() {
    if (this.cursor > 0) this.#delete(this.#wordStart(), this.cursor);
  }
  _deleteWordRight() {
    if (this.cursor < this.line.length) this.#delete(this.cursor, this.#wordEnd());
  }
  _deleteLineLeft() {
    this.#delete(0, this.cursor, true);
  }
  _deleteLineRight() {
    const at = this.cursor;
    this.#delete(at, this.line.length, true);
  }
  _wordLeft() {
    if (this.cursor > 0) this._moveCursor(this.#wordStart() - this.cursor);
  }
  _wordRight() {
    if (this.cursor < this.line.length) this._moveCursor(this.#wordEnd() - this.cursor);
  }

  #yank() {
    if (this.#killed.length === 0) return;
    this.#yanking = true;
    this._insertString(this.#killed[this.#killIndex]);
  }
  #yankPop() {
    if (!this.#yanking || this.#killed.length < 2) return;
    const last = this.#killed[this.#killIndex];
    this.#killIndex = (this.#killIndex + 1) % this.#killed.length;
    const from = this.cursor - last.length;
    this.line = this.line.slice(0, from) + this.#killed[this.#killIndex] + this.line.slice(this.cursor);
    this.cursor = from + this.#killed[this.#killIndex].length;
    this._refreshLine();
  }

  _moveCursor(distance) {
    if (distance === 0) return;
    const before = this.getCursorPos();
    this.cursor = Math.min(this.line.length, Math.max(0, this.cursor + distance));
    const after = this.getCursorPos();
    if (before.rows === after.rows) moveCursor(this.output, after.cols - before.cols, 0);
    else this._refreshLine();
  }

  // ---- history

  _addHistory() {
    if (this.line.length === 0) return "";
    if (this.history === undefined || this.historySize === 0) return this.line;
    if (this.line.trim().length === 0) return this.line;
    if (this.history.length === 0 || this.history[0] !== this.line) {
      if (this.removeHistoryDuplicates) {
        const at = this.history.indexOf(this.line);
        if (at !== -1) this.history.splice(at, 1);
      }
      this.history.unshift(this.line);
      if (this.history.length > this.historySize) this.history.pop();
    }
    this.historyIndex = -1;
    const line = this.history[0];
    this.emit("history", this.history);
    return line;
  }

  _historyNext() {
    if (this.historyIndex < 0) return;
    const search = this.#searching || "";
    let index = this.historyIndex - 1;
    while (index >= 0 && (!this.history[index].startsWith(search) || this.line === this.history[index])) index--;
    this.line = index === -1 ? search : this.history[index];
    this.historyIndex = index;
    this.cursor = this.line.length;
    this._refreshLine();
  }

  _historyPrev() {
    if (this.historyIndex >= this.history.length || this.history.length === 0) return;
    const search = this.#searching || "";
    let index = this.historyIndex + 1;
    while (index < this.history.length && (!this.history[index].startsWith(search) || this.line === this.history[index])) index++;
    this.line = index === this.history.length ? search : this.history[index];
    this.historyIndex = index;
    this.cursor = this.line.length;
    this._refreshLine();
  }

  _line() {
    const line = this._addHistory();
    this.#undo = [];
    this.#redo = [];
    this.clearLine();
    this._onLine(line);
  }

  // ---- completion

  _tabComplete(lastKeyWasTab) {
    this.pause();
    const text = this.line.slice(0, this.cursor);
    this.completer(text, (error, value) => {
      this.resume();
      if (error) {
        this._writeToOutput(`tab completion error: ${importBuiltin("node:util").inspect(error)}`);
        return;
      }
      this.#showCompletions(lastKeyWasTab, value);
    });
  }

  #showCompletions(lastKeyWasTab, value) {
    if (!value || value.length === 0) return;
    const [completions, completeOn] = value;
    if (!completions || completions.length === 0) return;
    const prefix = commonPrefix(completions.filter((text) => text !== ""));
    if (prefix.startsWith(completeOn) && prefix.length > completeOn.length) {
      this._insertString(prefix.slice(completeOn.length));
      return;
    }
    if (!completeOn.startsWith(prefix)) {
      this.line = this.line.slice(0, this.cursor - completeOn.length) + prefix + this.line.slice(this.cursor);
      this.cursor = this.cursor - completeOn.length + prefix.length;
      this._refreshLine();
      return;
    }
    if (!lastKeyWasTab) return;
    this.#before();
    const widths = completions.map(widthOf);
    const width = Math.max(...widths) + 2;
    let columns = Math.floor(this.columns / width) || 1;
    if (columns === Infinity) columns = 1;
    let output = "\r\n";
    let inRow = 0;
    let gap = 0;
    completions.forEach((completion, index) => {
      if (inRow === columns || (completion === "" && inRow > 0)) {
        output += "\r\n";
        inRow = 0;
        gap = 0;
      } else output += " ".repeat(gap);
      if (completion !== "") {
        output += completion;
        gap = width - widths[index];
        inRow++;
      } else output += "\r\n";
    });
    if (inRow !== 0) output += "\r\n\r\n";
    this._writeToOutput(output);
    this._refreshLine();
  }

  // ---- keys

  _ttyWrite(text, key = {}) {
    const previous = this.#previousKey;
    key = key || {};
    this.#previousKey = key;
    if (!key.meta || key.name !== "y") this.#yanking = false;
    if ((key.name === "up" || key.name === "down") && !key.ctrl && !key.meta && !key.shift) {
      if (this.#searching === null) this.#searching = this.line.slice(0, this.cursor);
    } else if (this.#searching !== null) {
      this.#searching = null;
      if (this.history.length === this.historyIndex) this.historyIndex = -1;
    }
    if (typeof key.sequence === "string") {
      // Control characters that no name tells.
      switch (key.sequence.codePointAt(0)) {
        case 0x1f:
          return this.#restore(this.#undo, this.#redo);
        case 0x1e:
          return this.#restore(this.#redo, this.#undo);
      }
    }
    if (key.name === "escape") return;
    if (key.ctrl && key.shift) {
      if (key.name === "backspace") this._deleteLineLeft();
      else if (key.name === "delete") this._deleteLineRight();
      return;
    }
    if (key.ctrl) return this.#control(key);
    if (key.meta) return this.#meta(key);
    if (this._sawReturnAt && key.name !== "enter") this._sawReturnAt = 0;
    switch (key.name) {
      case "return":
        this._sawReturnAt = Date.now();
        this._line();
        return;
      case "enter":
        // The second half of a line's end.
        if (!this._sawReturnAt || Date.now() - this._sawReturnAt > this.crlfDelay) this._line();
        this._sawReturnAt = 0;
        return;
      case "backspace":
        return this._deleteLeft();
      case "delete":
        return this._deleteRight();
      case "left":
        return this._moveCursor(-lengthLeft(this.line, this.cursor));
      case "right":
        return this._moveCursor(lengthAt(this.line, this.cursor));
      case "home":
        return this._moveCursor(-Infinity);
      case "end":
        return this._moveCursor(Infinity);
      case "up":
        return this._historyPrev();
      case "down":
        return this._historyNext();
      case "tab":
        if (typeof this.completer === "function" && this.isCompletionEnabled) return this._tabComplete(previous !== null && previous.name === "tab");
    }
    if (typeof text !== "string" || text === "") return;
    // Pasted text: each end of a line ends one.
    let from = 0;
    for (const match of text.matchAll(LINE_END)) {
      if (match.index > from) this._insertString(text.slice(from, match.index));
      this._line();
      from = match.index + match[0].length;
    }
    if (from === 0) this._insertString(text);
    else if (from < text.length) this._insertString(text.slice(from));
  }

  #control(key) {
    switch (key.name) {
      case "c":
        if (this.listenerCount("SIGINT") > 0) this.emit("SIGINT");
        else this.close();
        break;
      case "h":
        this._deleteLeft();
        break;
      case "d":
        if (this.cursor === 0 && this.line.length === 0) this.close();
        else if (this.cursor < this.line.length) this._deleteRight();
        break;
      case "u":
        this._deleteLineLeft();
        break;
      case "k":
        this._deleteLineRight();
        break;
      case "a":
        this._moveCursor(-Infinity);
        break;
      case "e":
        this._moveCursor(Infinity);
        break;
      case "b":
        this._moveCursor(-lengthLeft(this.line, this.cursor));
        break;
      case "f":
        this._moveCursor(lengthAt(this.line, this.cursor));
        break;
      case "l":
        cursorTo(this.output, 0, 0);
        clearScreenDown(this.output);
        this.prevRows = 0;
        this._refreshLine();
        break;
      case "n":
        this._historyNext();
        break;
      case "p":
        this._historyPrev();
        break;
      case "y":
        this.#yank();
        break;
      case "z": {
        if (this.listenerCount("SIGTSTP") > 0) {
          this.emit("SIGTSTP");
          break;
        }
        const { default: process } = importBuiltin("node:process");
        process.once("SIGCONT", () => {
          if (!this.paused) {
            this.pause();
            this.emit("SIGCONT");
          }
          this._setRawMode(true);
          this._refreshLine();
        });
        this._setRawMode(false);
        process.kill(process.pid, "SIGTSTP");
        break;
      }
      case "w":
      case "backspace":
        this._deleteWordLeft();
        break;
      case "delete":
        this._deleteWordRight();
        break;
      case "left":
        this._wordLeft();
        break;
      case "right":
        this._wordRight();
        break;
    }
  }

  #meta(key) {
    switch (key.name) {
      case "b":
        this._wordLeft();
        break;
      case "f":
        this._wordRight();
        break;
      case "d":
      case "delete":
        this._deleteWordRight();
        break;
      case "backspace":
        this._deleteWordLeft();
        break;
      case "y":
        this.#yankPop();
        break;
    }
  }
}
