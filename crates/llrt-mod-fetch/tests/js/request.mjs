const request = new Request("http://a.test/x?y#z", { method: "post", body: "b", headers: { a: "1" } });
assert.deepEqual([request.method, request.url, request.headers.get("content-type"), request.headers.get("a")],
  ["POST", "http://a.test/x?y#z", "text/plain;charset=UTF-8", "1"]);
assert.deepEqual([request.destination, request.referrer, request.referrerPolicy, request.mode, request.credentials, request.cache, request.redirect, request.integrity, request.keepalive, request.duplex],
  ["", "about:client", "", "cors", "same-origin", "default", "follow", "", false, "half"]);
assert.equal(new Request("http://a.test/", { method: "patch" }).method, "patch");
assert.equal(request.headers, request.headers);
assert.ok(request.signal instanceof AbortSignal && request.signal === request.signal && !request.signal.aborted);

// A body goes over to a new request.
const next = new Request(request, { headers: { b: "2" } });
assert.deepEqual([request.bodyUsed, next.headers.get("a"), next.headers.get("b"), await next.text()], [true, null, "2", "b"]);
await assert.rejects(request.text(), { message: "Body is unusable: Body has already been read" });
assert.throws(() => new Request(request), { name: "TypeError" });
const kept = new Request(new Request("http://a.test/", { method: "PUT", body: "old" }), { body: "new" });
assert.deepEqual([kept.method, await kept.text()], ["PUT", "new"]);
const clone = new Request("http://a.test/", { method: "POST", body: "x" });
assert.deepEqual([await clone.clone().text(), await clone.text()], ["x", "x"]);

const controller = new AbortController();
const { signal } = new Request("http://a.test/", { signal: controller.signal });
controller.abort("why");
assert.deepEqual([signal.aborted, signal.reason], [true, "why"]);

const fails = (init, message) => assert.throws(() => new Request("http://a.test/", init), { name: "TypeError", message });
assert.throws(() => new Request(), { name: "TypeError", message: "Request constructor: 1 argument required, but 0 found." });
assert.throws(() => new Request("/x"), { name: "TypeError", message: "Failed to parse URL from /x" });
assert.throws(() => new Request("http://u:p@a.test/"), { message: "Request cannot be constructed from a URL that includes credentials: http://u:p@a.test/" });
fails({ method: "TRACE" }, "'TRACE' HTTP method is unsupported.");
fails({ method: "a b" }, "'a b' is not a valid HTTP method.");
fails({ body: "x" }, "Request with GET/HEAD method cannot have body.");
fails({ method: "POST", body: new ReadableStream() }, "RequestInit: duplex option is required when sending a body.");
fails({ mode: "navigate" }, "Request constructor: invalid request mode navigate.");
fails({ mode: "x" }, /x is not an accepted type. Expected one of navigate, same-origin, no-cors, cors\.$/);
fails({ redirect: "x" }, /x is not an accepted type. Expected one of follow, manual, error\.$/);
fails({ duplex: "full" }, /full is not an accepted type. Expected one of half\.$/);
fails({ signal: 5 }, 'RequestInit: Expected signal ("5") to be an instance of AbortSignal.');
fails({ window: "x" }, "'window' option 'client' must be null");
fails({ cache: "only-if-cached" }, "'only-if-cached' can be set only with 'same-origin' mode");
fails({ referrer: "http://[" }, 'Referrer "http://[" is not a valid URL.');
fails(5, /Expected 5 to be one of: Null, Undefined, Object\.$/);
assert.throws(() => Reflect.get(Request.prototype, "method"), { code: "ERR_INVALID_THIS" });
assert.equal(Object.prototype.toString.call(clone), "[object Request]");
