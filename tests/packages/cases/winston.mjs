import { createRequire } from "node:module";
import fs from "node:fs";
import { Writable } from "node:stream";
import winston from "winston";

console.log(createRequire(import.meta.url)("winston") === winston);
const { combine, timestamp, label, printf, json, simple, colorize, splat, errors, prettyPrint, align, ms, uncolorize } = winston.format;
const lines = [];
const memory = new winston.transports.Stream({ stream: new Writable({ write: (chunk, _, next) => (lines.push(String(chunk)), next()) }) });
const logger = winston.createLogger({
  level: "debug",
  format: combine(errors({ stack: false }), splat(), timestamp({ format: () => "NOW" }), json()),
  defaultMeta: { service: "user-service" },
  transports: [memory, new winston.transports.File({ filename: "error.log", level: "error" }), new winston.transports.File({ filename: "combined.log" })],
});
logger.info("Hello distributed log files!");
logger.error("again %s %d", "text", 5, { more: [1] });
logger.log("warn", "level by name", { nested: { a: 1 } });
logger.silly("not seen");
logger.child({ requestId: "451" }).debug("child");
logger.info(new Error("as an error").message);
logger.log({ level: "info", message: "as an object", own: true });
console.log(logger.isLevelEnabled("silly"), logger.levels);
const ended = new Promise((resolve) => logger.on("finish", resolve));
logger.end();
await ended;
await new Promise((resolve) => setTimeout(resolve, 200));
console.log(lines, fs.readFileSync("combined.log", "utf8"), fs.readFileSync("error.log", "utf8"));
const stdout = winston.createLogger({
  format: combine(label({ label: "right meow!" }), printf(({ level, message, label: text }) => `[${text}] ${level}: ${message}`)),
  transports: [new winston.transports.Console()],
});
stdout.info("to the console");
const own = { levels: { foo: 0, bar: 1 }, colors: { foo: "blue", bar: "green" } };
winston.addColors(own.colors);
for (const format of [simple(), combine(colorize(), simple()), prettyPrint(), combine(align(), simple()), combine(colorize({ all: true }), uncolorize(), simple())])
  console.log(JSON.stringify(format.transform({ level: "foo", message: "custom", [Symbol.for("level")]: "foo", [Symbol.for("message")]: "custom", id: 7 }, format.options)[Symbol.for("message")]));
console.log(typeof ms, winston.config.syslog.levels);
const profiler = winston.createLogger({ transports: [new winston.transports.Stream({ stream: new Writable({ write: (chunk, _, next) => (console.log(/durationMs/.test(chunk)), next()) }) })] });
profiler.profile("test");
profiler.profile("test");
await new Promise((resolve) => setTimeout(resolve, 50));
console.log("done");
