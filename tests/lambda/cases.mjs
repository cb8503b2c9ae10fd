// What is tried in every handler file: the case's name, the handler string, the environment, the events and how long to
// look on after the last one. expected/GROUP.txt holds what must come out.
import fs from "node:fs";

const exportsOf = (file) =>
  [...fs.readFileSync(new URL(`./handlers/${file}`, import.meta.url), "utf8").matchAll(/^(?:export const|exports\.)\s*(\w+)/gm)].map((m) => m[1]);

/** One case for each export of a handler file. */
function fileCases(group, file, common = {}, special = {}) {
  const base = file.replace(/\.\w+$/, "");
  return exportsOf(file).map((name) => ({ name: `${group}/${name}`, handler: `${base}.${name}`, ...common, ...special[name] }));
}

const callerHeaders = {
  "Lambda-Runtime-Client-Context": '{"client":{"installation_id":"i"},"custom":{"k":"v"},"env":{}}',
  "Lambda-Runtime-Cognito-Identity": '{"cognitoIdentityId":"cid","cognitoIdentityPoolId":"pool"}',
  "Lambda-Runtime-Aws-Tenant-Id": "tenant-1",
};
const json = { AWS_LAMBDA_LOG_FORMAT: "JSON" };
const fd = { _LAMBDA_TELEMETRY_LOG_FD: "3" };
const two = { events: [{}, {}] };
const mib = 1024 * 1024;

const values = fileCases("values", "values.mjs", {}, {
  event: { events: [{ body: '{"a":[1,2.50,"\\u00e9"],"__proto__":{"x":1}}' }, { body: '"text"' }, { body: "null" }, { body: "12345678901234567890" }] },
  large: { events: [{ body: `{"length":${6 * mib - 2}}` }, { body: '{"length":10}' }] },
});

const errors = fileCases("errors", "errors.mjs", {}, {
  engineError: { engineText: true },
  once: { events: [{ body: '{"fail":true}' }, {}] },
});

const context = fileCases("context", "context.mjs", {}, {
  shape: { events: [{}, { headers: callerHeaders }] },
  json: { events: [{}, { headers: callerHeaders }] },
  identity: { events: [{}, { headers: callerHeaders }] },
  mutate: two,
  trace: { events: [{}, {}, { headers: { "Lambda-Runtime-Trace-Id": null } }] },
});
context.push({ name: "context/noDeadline", handler: "context.json", events: [{ headers: { "Lambda-Runtime-Deadline-Ms": null } }] });

const callbacks = fileCases("callbacks", "callbacks.cjs", two, { waitsNot: { ...two, lingerMs: 300 }, asyncLeaves: { ...two, lingerMs: 300 } });

const exits = fileCases("exits", "exits.mjs", {}, {
  hang: { timeoutMs: 1000 },
  spin: { timeoutMs: 1000 },
  uncaughtAfter: { lingerMs: 3000, untilExit: true },
  unhandledAtReturn: { lingerMs: 3000, untilExit: true },
});

const streams = fileCases("streams", "streams.mjs", {}, {
  never: { timeoutMs: 1000 },
  httpCyclic: { engineText: true },
  plain: two,
  fails: two,
  failsMidway: two,
  destroysHeard: two,
}).filter((c) => !/endless|gated/.test(c.name));
streams.push(
  { name: "streams/failsJson", handler: "streams.failsCustom", env: json },
  { name: "streams/lateJson", handler: "streams.httpLate", env: json },
  { name: "streams/valueJson", handler: "streams.value", env: json },
  { name: "streams/valueError", handler: "streams.value", env: { AWS_LAMBDA_LOG_LEVEL: "ERROR" } },
  { name: "streams/malformed", handler: "streams.plain", events: [{ body: "not json" }, {}], engineText: true },
);

const load = [
  "hello", "hello.", "", ".handler", "hello.handler.more", "a.b.c.d", "../task/hello.handler", "hello..handler", "./hello.handler",
  "/hello.handler", "hello.missing", "hello.constructor", "hello.mjs.handler", "missing-file.handler", "no/such/dir.handler",
  "empty.handler", "not-a-function.handler", "not-a-function.text", "nested/deep.handler", "nested/deep.a.b.c", "nested/deep.a.b",
  "nested/deep.a.x.y", "nested/deep.default.handler", "nested/deep.a.toString", "nested.deep.handler", "default-only.handler",
  "default-only.default", "default-object.handler", "cjs-default.handler", "cjs-function.handler", "cjs-function.default",
  "ts-output.handler", "inherited.handler", "dep.handler", "with space/fun.handler", "directory.handler", "dir-index.handler",
  "dir-index/index.handler", "invalid-utf8.handler", "bom.handler", "bom-cjs.handler", "hashbang.handler", "circular-a.handler",
  "tla.handler", "syntax-error.handler", "syntax-error-cjs.handler", "syntax-error-dep.handler", "esm-syntax.handler",
  "missing-package.handler", "missing-package-cjs.handler", "missing-export.handler", "missing-relative.handler",
  "missing-subpath.handler", "late-import.handler", "late-import.pkg", "init-throws.handler", "init-throws-string.handler",
  "init-rejects.handler", "init-throws-cjs.handler", "init-unhandled.handler", "init-uncaught.handler", "init-exit.handler",
  "init-never.handler", "order/js-mjs-cjs/index.handler", "order/mjs-cjs/index.handler", "order/js-mjs/index.handler",
  "order/js-cjs/index.handler", "order/no-extension/index.handler", "order/bare-js/index.handler", "order/type-module/index.handler",
  "order/type-module-cjs/index.handler", "order/esm-in-js/index.handler", "order/json/index.handler", "order/ts/index.handler",
].map((handler) => ({ name: `load/${handler}`, handler, engineText: /syntax-error|esm-syntax|missing-export|type-module-cjs/.test(handler) }));

const badEvents = ["not json", "", "{", "\ufeff{}", '{"a":1} x']
  .map((body, i) => ({ name: `events/malformed-${i}`, handler: "values.event", events: [{ body }, {}], engineText: true }));
badEvents.push(
  { name: "events/clientContext", handler: "context.identity", events: [{ headers: { "Lambda-Runtime-Client-Context": "{bad" } }, {}], engineText: true },
  { name: "events/identity", handler: "context.identity", events: [{ headers: { "Lambda-Runtime-Cognito-Identity": "{bad" } }, {}], engineText: true },
  { name: "events/large", handler: "values.event", events: [{ body: JSON.stringify("e".repeat(6 * mib - 2)) }] },
);

const logs = [];
for (const [group, env] of [["logs-text", {}], ["logs-json", json], ["logs-text-fd", fd], ["logs-json-fd", { ...json, ...fd }]])
  for (const name of exportsOf("logs.mjs"))
    if (!group.endsWith("-fd") || ["levels", "kinds", "errors", "raw", "big"].includes(name))
      logs.push({ name: `${group}/${name}`, handler: `logs.${name}`, env, lingerMs: name === "timers" ? 200 : 0 });
for (const format of ["Text", "JSON"])
  for (const level of ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL", "debug", "odd"])
    logs.push({ name: `levels/${format}-${level}`, handler: "logs.levels", env: { AWS_LAMBDA_LOG_FORMAT: format, AWS_LAMBDA_LOG_LEVEL: level } });
for (const [name, handler, env] of [
  ["error-json", "errors.error", json], ["string-json", "errors.string", json], ["custom-json", "errors.custom", json],
  ["cyclic-json", "errors.cyclic", json], ["fields-json", "errors.fields", json], ["null-json", "errors.nullValue", json],
  ["init-json", "init-throws.handler", json], ["missing-json", "missing-file.handler", json], ["unhandled-json", "exits.unhandled", json],
  ["uncaught-json", "exits.uncaught", json], ["error-fd", "errors.error", fd], ["error-json-fd", "errors.error", { ...json, ...fd }],
  ["init-fd", "init-throws.handler", fd], ["error-fatal", "errors.error", { AWS_LAMBDA_LOG_LEVEL: "FATAL" }],
]) logs.push({ name: `error-logs/${name}`, handler, env });
logs.push({ name: "error-logs/tenant-json", handler: "logs.levels", env: json, events: [{ headers: callerHeaders }] });

export const cases = [...values, ...errors, ...context, ...callbacks, ...exits, ...streams, ...load, ...badEvents, ...logs,
  { name: "left-out/handler", handler: "left-out.handler", tier: "none" }];
for (const c of cases) { c.events ??= [{}]; c.env ??= {}; }
