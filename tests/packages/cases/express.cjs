// Imported, and its router run on requests that are made up; its server needs node:http.
const express = require("express");

const app = express();
app.set("views", "./views").disable("x-powered-by");
console.log(typeof app, app.get("views"), app.enabled("etag"), app.disabled("x-powered-by"), Object.keys(express).sort());
const router = express.Router({ caseSensitive: true });
const log = [];
router.use((req, res, next) => { log.push("first"); next(); });
router.param("id", (req, res, next, id) => { req.found = `thing ${id}`; next(); });
router.get("/things/:id", (req, res) => res.finish(200, req.found, req.params));
router.route("/both").get((req, res) => res.finish(200, "get")).post((req, res) => res.finish(201, "post"));
router.get("/fails", async () => { throw new Error("failed"); });
router.get("/files/*path", (req, res) => res.finish(200, req.params.path.join("|")));
router.use((error, req, res, next) => res.finish(500, error.message));
const run = (method, url) => new Promise((resolve) => router({ method, url, headers: {} }, { finish: (...words) => resolve(words) }, () => resolve(["unhandled"])));
(async () => {
  for (const [method, url] of [["GET", "/things/5?x=1"], ["POST", "/both"], ["GET", "/fails"], ["GET", "/files/a/b"], ["GET", "/nothing"]]) console.log(method, url, await run(method, url));
  console.log(log.length, router.stack.length);
  const { default: esm } = await import("express");
  console.log(esm === express, "done");
  console.log("done");
})();
