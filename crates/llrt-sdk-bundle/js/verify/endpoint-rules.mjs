// Compares what the endpoint rules say, and tell a logger, with the unmodified packages: the rules of every client of the tier, and rules made up to be odd,
// for parameters made up for them.
//
//   node endpoint-rules.mjs --root WORKSPACE --bundle FOLDER [--seed N]
import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { twice } from "./twice.mjs";

const callsOfEach = 300;

const { random, pick } = twice(import.meta.url, 10_000);

// What follows runs twice, with the packages and with the bundle, and prints the same or not.
const require = createRequire(path.join(process.env.SDK_ROOT, "package.json"));
const load = (specifier) => (process.env.SDK_BUNDLE ? import(specifier) : require(specifier));
const { BinaryDecisionDiagram, customEndpointFunctions, decideEndpoint, resolveEndpoint } = await load("@smithy/core/endpoints");
const { awsEndpointFunctions, partition, setPartitionInfo, useDefaultPartitionInfo } = await load("@aws-sdk/core/client");
customEndpointFunctions.aws = awsEndpointFunctions;
customEndpointFunctions.own = { count: (...values) => values.length, none: () => null, isSet: (value) => value === "own" };

const regions = ["us-east-1", "eu-west-1", "cn-north-1", "us-gov-west-1", "aws-global", "us-iso-east-1", "mars-north-1", "eu-mars-1", "bad region", "local", "", "toString"];
const arns = ["arn:aws:s3:us-west-2:123456789012:accesspoint/mine", "arn:aws:dynamodb:us-east-1:222222222222:table/t", "arn:aws:s3-outposts:us-west-2:123456789012:outpost/op-1/accesspoint/mine", "arn:aws", "bucket"];
const endpoints = ["https://example.com:8443/base", "http://127.0.0.1:80", "https://dynamodb.us-east-1.api.aws", "https://e.com/?q", "no URL", "ftp://x"];
const strings = [...arns, "b--usw2-az1--x-s3", "my.bucket", "UPPER", "a/b", "disabled", "required", "preferred", "123456789012", "\u00e9", ""];

function parameter(name) {
  if (random(4) === 0) return undefined;
  if (name === "Region") return pick(regions);
  if (name === "Endpoint") return random(2) === 0 ? undefined : pick(endpoints);
  if (/List$|Arns$/.test(name)) return pick([[pick(strings), pick(strings)], []]);
  if (/^(Use|Disable|Force|Is|Accelerate|Requires|Static)/.test(name)) return random(3) === 0;
  return random(12) === 0 ? pick([true, 5, ["x"], { url: new URL("http://u.test") }]) : pick(strings);
}

/** All that the rules refer to, and what they set: those are parameters too, now and then. */
function namesIn(it, found = new Set()) {
  if (typeof it === "string") for (const [, name] of it.matchAll(/\{(\w+)/g)) found.add(name);
  else if (it && typeof it === "object") {
    if (typeof it.ref === "string") found.add(it.ref);
    for (const inner of Object.values(it)) namesIn(inner, found);
  }
  return found;
}

const asText = (_, it) => (it instanceof URL ? it.href : it);
function outcome(body) {
  try {
    return body();
  } catch (error) {
    // The engine's own errors name variables, which are shorter in the bundle.
    return error instanceof TypeError ? "TypeError" : `${error.name}: ${error.message}`;
  }
}
const print = (...line) => process.stdout.write(`${JSON.stringify(line, asText)}\n`);
// One lists what it could not parse, for a reader.
console.error = (...parts) => print("console", ...parts.map(String));

class NoOpLogger {
  debug() {}
}
function decide(name, bdd, endpointParams) {
  const lines = [];
  const logger = pick([undefined, {}, new NoOpLogger(), { debug: (line) => lines.push(line) }]);
  print(name, endpointParams, outcome(() => decideEndpoint(bdd, { endpointParams, logger })), lines);
}

const folder = path.join(process.env.SDK_ROOT, "node_modules/@aws-sdk");
for (const client of fs.readdirSync(folder).sort()) {
  const file = path.join(folder, client, "dist-es/endpoint/bdd.js");
  if (!fs.existsSync(file)) continue;
  const { bdd } = await import(pathToFileURL(file));
  const names = [...namesIn([bdd.conditions, bdd.results])];
  const set = bdd.conditions.map(([, , assign]) => assign);
  for (let i = 0; i < callsOfEach; i++) {
    const params = {};
    for (const name of names) if (!set.includes(name) || random(40) === 0) params[name] = parameter(name);
    decide(client, bdd, params);
  }
}

// One condition, whose value the endpoint's headers show.
const ref = (name) => ({ ref: name });
const templates = ["", "plain", "{a}", "{a}{b}", "x{a}y{b}z", "{{a}}", "{{a}}{b}", "{{a}", "{a", "a}", "{}", "{a#b}", "{a#b.c}", "{a#l[0]}", "{a#l[-1]}", "{a#l}", "{a#l[x]}",
  "{a#l[0}", "{a#[0]}", "{l#[1]}", "{l#x}", "{a#b#c}", "{none#b}", "{set}", "{set#name}", "{ a }", "{#b}", "{toString}"];
const expressions = () =>
  pick([pick(templates), ref(pick(["a", "b", "l", "none", "set", "toString"])), { fn: "getAttr", argv: [ref(pick(["a", "l", "b", "none"])), pick(["b", "b.c", "l[0]", "l[-1]", "[0]", "[0", "x", "l[z]"])] },
    { fn: pick(["isSet", "not", "uriEncode", "parseURL", "aws.partition", "aws.parseArn", "own.none", "isValidHostLabel"]), argv: [pick(templates)] },
    { fn: pick(["coalesce", "own.count", "ite"]), argv: [ref("none"), pick([true, 5, ref("b")]), "{b}"].slice(0, random(4)) },
    { fn: pick(["substring"]), argv: ["abcdef", random(3), 2 + random(5), random(2) === 0] }, { fn: pick(["nothing", "own.nothing", "nobody.x", "own.isSet", "toString"]), argv: ["own"] }, {}, 5]);
const values = { a: { b: { c: "deep" }, l: ["first", { x: 1 }, "last"] }, b: "B", l: ["one", "two", ["three"]] };
for (let i = 0; i < 4000; i++) {
  const condition = [pick(["isSet", "not", "coalesce", "stringEquals", "booleanEquals", "getAttr", "own.isSet"]), [expressions(), expressions(), true].slice(0, 1 + random(3)), pick([undefined, "set", "b", "toString", ""])];
  const again = [pick(["isSet", "not"]), [expressions()], pick([undefined, "set"])];
  const results = [[-1, expressions()], ["http://h.test/{b}", { p: [pick(templates)], q: { r: true } }, { h: [expressions()] }], [expressions(), {}]];
  const to = () => pick([100_000_000, 100_000_001, 100_000_001, 100_000_002, 1, -1]);
  const nodes = [-1, 1, -1, 0, pick([3, -3, to()]), pick([3, to()]), 1, to(), to()];
  decide("odd", BinaryDecisionDiagram.from(new Int32Array(nodes), pick([2, 2, 2, -2]), [condition, again], results), { ...values });
  const rules = [{ type: "tree", conditions: [{ fn: condition[0], argv: condition[1], assign: condition[2] }], rules: [{ type: "endpoint", conditions: [], endpoint: { url: "http://h.test/{b}{set}", headers: { h: [expressions()] } } }] }];
  const lines = [];
  print("rules", outcome(() => resolveEndpoint({ parameters: {}, rules }, { endpointParams: { ...values }, logger: pick([undefined, { debug: (line) => lines.push(line) }]) })), lines);
}

for (let i = 0; i < 2; i++) {
  for (const region of [...regions, undefined, null, 5, ["us-east-1"]]) print("partition", String(region), outcome(() => partition(region)));
  if (i === 0) setPartitionInfo({ partitions: [{ id: "x", outputs: { name: "x" }, regionRegex: "^x-", regions: { "x-1": { name: "one" } } }] });
}
useDefaultPartitionInfo();
