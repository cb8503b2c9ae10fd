// A service that fails as it is told: the n-th request to /ID/STEP,STEP,.../ is answered by the n-th step, further ones by the last.
//
//   ok               200 with {"TableNames":["t"]}
//   STATUS:CODE      that status and error, for the JSON protocols; with &name=value for each further header
//   xSTATUS:CODE     the same in XML
//   bytes:N          200 with N bytes
//   drop             the connection is reset before the answer
//   half             half of an answer, then the connection is reset
//   silence          no answer at all
//   late:MS          200, after that time
//   skewed:SECONDS   403 RequestTimeTooSkewed, with a clock so far ahead; 200 when the request is signed for that time
//
// GET /log/ID says what came: [{ method, path, headers, body }].
import { json } from "./serve.mjs";

export function faults() {
  const logs = new Map();
  return (request, response, body) => {
    const [, id, list, ...rest] = new URL(request.url, "http://x").pathname.split("/");
    if (id === "log") return json(response, 200, logs.get(list) ?? []);
    const log = logs.get(id) ?? [];
    logs.set(id, log);
    log.push({ method: request.method, path: `/${rest.join("/")}`, headers: request.headers, body: body.toString("latin1").slice(0, 1000), length: body.length });
    const steps = decodeURIComponent(list).split(",");
    answer(steps[Math.min(log.length, steps.length) - 1], request, response);
  };
}

function answer(step, request, response) {
  const [call, ...extra] = step.split("&");
  const [kind, value = ""] = call.split(":");
  const headers = Object.fromEntries(extra.map((header) => header.split("=")));
  const ok = () => json(response, 200, { TableNames: ["t"] });
  switch (kind) {
    case "ok": return ok();
    case "drop": return request.socket.resetAndDestroy();
    case "half":
      response.writeHead(200, { "content-type": "application/json", "content-length": "100" });
      return response.write('{"TableNames":', () => request.socket.resetAndDestroy());
    case "silence": return undefined;
    case "late": return void setTimeout(ok, Number(value));
    case "bytes":
      return void response.writeHead(200, { "content-type": "application/octet-stream", "content-length": value }).end(Buffer.alloc(Number(value), 97));
    case "skewed": {
      const now = new Date(Date.now() + Number(value) * 1000);
      const [, y, mo, d, h, mi, s] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(request.headers["x-amz-date"]);
      const signed = Date.UTC(y, mo - 1, d, h, mi, s);
      if (Math.abs(signed - now) < 60_000) return ok();
      return json(response, 403, { __type: "RequestTimeTooSkewed", message: "clock" }, { date: now.toUTCString() });
    }
  }
  if (kind.startsWith("x")) {
    response.writeHead(Number(kind.slice(1)), { "content-type": "application/xml", ...headers });
    return response.end(`<?xml version="1.0"?><Error><Code>${value}</Code><Message>told to</Message></Error>`);
  }
  json(response, Number(kind), { __type: value, message: "told to" }, headers);
}
