import { createRequire } from "node:module";
import { Hono } from "hono";
import { setCookie, getCookie } from "hono/cookie";
import { cors } from "hono/cors";
import { HTTPException } from "hono/http-exception";
import { sign, verify } from "hono/utils/jwt/jwt";
import { contextStorage, getContext } from "hono/context-storage";
import { stream, streamText } from "hono/streaming";
import { html } from "hono/html";

console.log(typeof createRequire(import.meta.url)("hono").Hono, typeof sign, typeof verify);
const app = new Hono();
app.use(contextStorage());
app.use("/api/*", cors({ origin: "https://x.com" }));
app.use(async (c, next) => { c.set("from", "middleware"); await next(); c.header("x-after", "1"); });
app.get("/", (c) => c.text(`Hello ${c.get("from")}`));
app.get("/things/:id{[0-9]+}", (c) => c.json({ id: c.req.param("id"), q: c.req.query("q"), all: c.req.queries("l") }));
app.post("/api/echo", async (c) => c.json(await c.req.json(), 201));
app.post("/form", async (c) => c.json(await c.req.parseBody()));
app.get("/cookie", (c) => { setCookie(c, "seen", "yes", { httpOnly: true, maxAge: 60 }); return c.html(html`<p>${getCookie(c, "old") ?? "<none>"}</p>`); });
app.get("/context", (c) => c.text(getContext().get("from")));
app.get("/stream", (c) => streamText(c, async (it) => { await it.writeln("one"); await it.write("two"); }));
app.get("/raw", (c) => stream(c, async (it) => { await it.write(new Uint8Array([104, 105])); }));
app.get("/throws", () => { throw new HTTPException(418, { message: "teapot" }); });
app.get("/breaks", () => { throw new Error("broken"); });
app.onError((error, c) => (error instanceof HTTPException ? error.getResponse() : c.text(error.message, 500)));
app.notFound((c) => c.text("nothing here", 404));
app.route("/sub", new Hono().get("/x", (c) => c.redirect("/y", 301)));
const json = { method: "POST", body: JSON.stringify({ a: 1 }), headers: { "content-type": "application/json", origin: "https://x.com" } };
const form = { method: "POST", body: new URLSearchParams({ a: "1", b: "é" }) };
for (const [path, init] of [["/"], ["/things/12?q=a&l=1&l=2"], ["/things/x"], ["/api/echo", json], ["/form", form], ["/cookie", { headers: { cookie: "old=1" } }], ["/context"], ["/stream"], ["/raw"], ["/throws"], ["/breaks"], ["/sub/x"]]) {
  const response = await app.request(path, init);
  console.log(path, response.status, await response.text(), [...response.headers].filter(([name]) => name !== "content-length").sort());
}
console.log(app.routes.length);
console.log("done");
