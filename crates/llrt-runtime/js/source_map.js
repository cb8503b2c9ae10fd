// Source maps as programs read them: what module.SourceMap is made of. Format: https://tc39.es/ecma426/
import { ERR_INVALID_ARG_TYPE } from "internal:errors";

const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const values = new Uint8Array(128).fill(64);
for (let index = 0; index < DIGITS.length; index++) values[DIGITS.charCodeAt(index)] = index;

export const copy = (payload) => structuredClone(payload);

// A payload whose sources are URLs of their own.
export function absolute(payload, base) {
  const root = payload.sourceRoot ?? "";
  const sources = payload.sources?.map((source) => {
    try {
      return new URL(root + source, base).href;
    } catch {
      return source;
    }
  });
  return { ...payload, sources, sourceRoot: "" };
}

export function read(payload, lineLengths) {
  if (lineLengths !== undefined && !Array.isArray(lineLengths)) throw ERR_INVALID_ARG_TYPE("options.lineLengths", "Array", lineLengths);
  const kept = copy(payload);
  // Generated line and column, source, original line and column, name: in order of the generated places.
  const segments = [];
  if (Array.isArray(kept.sections)) for (const { map, offset } of kept.sections) decode(map, offset.line, offset.column, segments);
  else decode(kept, 0, 0, segments);
  segments.sort((a, b) => a[0] - b[0] || a[1] - b[1]);

  function entry(line, column) {
    let low = 0;
    let high = segments.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const at = segments[middle];
      if (at[0] < line || (at[0] === line && at[1] <= column)) low = middle + 1;
      else high = middle;
    }
    const segment = segments[low - 1];
    if (segment === undefined) return {};
    const [generatedLine, generatedColumn, originalSource, originalLine, originalColumn, name] = segment;
    return { generatedLine, generatedColumn, originalSource, originalLine, originalColumn, name };
  }

  // Numbers here count from 1.
  function origin(line, column) {
    const range = entry(line - 1, column - 1);
    if (range.originalSource === undefined || range.originalLine === undefined || range.originalColumn === undefined) return {};
    const lineOffset = line - 1 - range.generatedLine;
    const columnOffset = column - 1 - range.generatedColumn;
    return {
      name: range.name,
      fileName: range.originalSource,
      lineNumber: range.originalLine + lineOffset + 1,
      columnNumber: range.originalColumn + columnOffset + 1,
    };
  }

  return { payload: kept, lineLengths: lineLengths?.slice(), entry, origin };
}

function decode({ mappings = "", sources = [], names = [], sourceRoot = "" }, firstLine, firstColumn, segments) {
  let line = firstLine;
  let column = firstColumn;
  let [source, originalLine, originalColumn, name] = [0, 0, 0, 0];
  let at = 0;
  const number = () => {
    let value = 0;
    for (let shift = 0; ; shift += 5) {
      const digit = values[mappings.charCodeAt(at++)] ?? 64;
      if (digit === 64) throw new SyntaxError("Invalid source map: bad mappings");
      value += (digit & 31) * 2 ** shift;
      if (digit < 32) return value % 2 === 1 ? -Math.floor(value / 2) : value / 2;
    }
  };
  const ends = () => at >= mappings.length || mappings[at] === "," || mappings[at] === ";";
  while (at < mappings.length) {
    if (mappings[at] === ";") {
      line++;
      column = 0;
      at++;
    } else if (mappings[at] === ",") at++;
    else {
      column += number();
      if (ends()) {
        segments.push([line, column]);
        continue;
      }
      source += number();
      originalLine += number();
      originalColumn += number();
      const named = !ends();
      if (named) name += number();
      const url = sources[source];
      segments.push([line, column, url == null ? url : sourceRoot + url, originalLine, originalColumn, named ? names[name] : undefined]);
    }
  }
}
