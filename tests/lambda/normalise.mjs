// Takes out of a recording what differs from run to run, and what belongs to the engine: times, temporary paths, request
// ids, and the frames of stack traces. A mark stays where there are frames of the function's own code; those of the runtime
// client, of Node.js and of the engine leave none, for each client has others. X-Ray documents lose all: the Node.js client
// garbles those of ES modules.

// Callers of an async function are no frames: V8 remembers them, other engines do not.
const isOwn = (frames) => /at (?!async )[^"\n\r]*\/var\/task/.test(frames);

const collapse = (s) => s
  .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, (t) => (t.startsWith("1970") ? t : "<time>"))
  // frames as elements of a JSON array, as lines of text (real or escaped), and in the X-Ray document
  .replace(/(,?"    at (?:[^"\\]|\\.)*")+/g, (m) => (isOwn(m) ? ',"<frames>"' : ""))
  .replace(/(\n|\r|\\n)( {4,})at [^\n\r"\\]*(?:\1\2(?:at |\.\.\. \d+ lines)[^\n\r"\\]*)*/g, (m, newline, indent) => {
    const tail = /( \{|,)$/.exec(m)?.[0] ?? "";
    return isOwn(m) ? `${newline}${indent}<frames>${tail}` : tail;
  })
  .replace(/\{"path":"(?:[^"\\]|\\.)*","line":[^,]*,"label":"(?:[^"\\]|\\.)*"\}(?:,\{"path":[^}]*\})*/g, "")
  .replace(/"paths":\[[^\]]+\]/g, '"paths":[]')
  // whose module required the handler is the runtime's own affair
  .replace(/(?:\\n- |","- )[^"\\]*(?:aws-lambda-ric|bootstrap|runtime)[^"\\]*?(?="|\\n)/g, (m) => `${m.startsWith("\\") ? "\\n- " : '","- '}<runtime>`)
  .replace(/imported from [^"\\ ]*(?:aws-lambda-ric|bootstrap)[^"\\ ]*/g, "imported from <runtime>")
  .replace(/00000000-0000-4000-8000-0+(\d+)/g, "<id $1>")
  .replace(/\(node:\d+\)/g, "(node:<pid>)");

/** Replaces the wording of an engine's own error, in error bodies, X-Ray documents and log records. */
const withoutEngineText = (s) => s
  .replace(/"errorMessage":"(SyntaxError: |Cannot parse \w+ as json: SyntaxError: )?(?:[^"\\]|\\.)*"/g, '"errorMessage":"$1<text>"')
  .replace(/"message":"(?:[^"\\]|\\.)*"/g, '"message":"<text>"')
  .replace(/"(trace|stack|stackTrace)":\["(?:[^"\\]|\\.)*"(?:,"(?:[^"\\]|\\.)*")*\]/g, '"$1":["<text>"]')
  .replace(/^[^\n]*Failed to load the ES module[^\n]*\n/m, "");

/** Control characters become visible, so that expectation files show what byte it was. */
const visible = (s) => s.replace(/[\x00-\x09\x0b-\x1f\x7f\ufeff\u2028]/g, (c) =>
  ({ "\t": "\\t", "\r": "\\r" })[c] ?? `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`);

/** Long runs of one letter (the large payloads) become their length. A loop: a pattern overflows the engine's stack. */
function shorten(s) {
  let out = "", done = 0;
  for (let i = 0; i < s.length; ) {
    let end = i + 1;
    while (s[end] === s[i]) end++;
    if (end - i >= 100 && /[xe]/.test(s[i])) {
      out += `${s.slice(done, i)}<${end - i} ${s[i]}>`;
      done = end;
    }
    i = end;
  }
  return out + s.slice(done);
}

export function normalise(text, root, engineText = false) {
  const s = collapse(shorten(text).replaceAll(root, "/var/task"));
  return visible(engineText ? withoutEngineText(s) : s);
}
