// Its router on requests that are made up, then an application over the network.
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
  console.log(esm === express);

  app.use(express.json(), express.urlencoded({ extended: true }));
  app.get("/", (req, res) => res.send(`hello ${req.query.name ?? "you"}`));
  app.post("/json", (req, res) => res.status(201).json({ got: req.body, type: req.is("json") }));
  app.post("/form", (req, res) => res.json(req.body));
  app.get("/file", (req, res) => res.type("text/plain").sendFile("file.txt", { root: process.cwd() }));
  app.get("/redirect", (req, res) => res.redirect("/"));
  app.get("/cookie", (req, res) => res.cookie("a", "b c", { httpOnly: true }).set("X-Own", "1").sendStatus(202));
  app.get("/fails", async () => { throw Object.assign(new Error("failed"), { status: 409 }); });
  app.use((error, req, res, next) => res.status(error.status ?? 500).json({ error: error.message.split(" in JSON")[0].slice(0, 20) }));
  require("node:fs").writeFileSync("file.txt", "0123456789");
  const server = app.listen(0, "127.0.0.1", async () => {
    const json = { "content-type": "application/json" };
    for (const [path, options = {}, body = undefined] of [
      ["/?name=me"], ["/", { method: "HEAD" }], ["/json", { method: "POST", headers: json }, '{"a":[1,"é"]}'], ["/json", { method: "POST", headers: json }, "{bad"],
      ["/form", { method: "POST", headers: { "content-type": "application/x-www-form-urlencoded" } }, "a=1&b[c]=x+y"],
      ["/file", { headers: { range: "bytes=2-4" } }], ["/redirect"], ["/cookie"], ["/fails"], ["/none"],
    ]) {
      const [response, text] = await new Promise((resolve, reject) => {
        const request = require("node:http").request({ host: "127.0.0.1", port: server.address().port, path, agent: false, ...options }, (answer) => {
          let received = "";
          answer.setEncoding("utf8").on("data", (chunk) => (received += chunk)).on("end", () => resolve([answer, received]));
        });
        request.on("error", reject).end(body);
      });
      const { date, etag, "last-modified": modified, ...headers } = response.headers;
      console.log(path, response.statusCode, response.statusMessage, headers, text.slice(0, 100));
    }
    server.close(() => console.log("done"));
  });
})();
