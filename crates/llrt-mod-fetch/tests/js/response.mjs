const response = new Response("\u00e9x", { status: 201, statusText: "Made", headers: { a: "1" } });
assert.deepEqual([response.status, response.statusText, response.ok, response.type, response.url, response.redirected], [201, "Made", true, "default", "", false]);
assert.equal(response.headers, response.headers);
assert.deepEqual([...response.headers], [["a", "1"], ["content-type", "text/plain;charset=UTF-8"]]);
assert.equal(response.bodyUsed, false);
assert.equal(await response.text(), "\u00e9x");
assert.equal(response.bodyUsed, true);
await assert.rejects(response.text(), { name: "TypeError", message: "Body is unusable: Body has already been read" });
assert.throws(() => response.clone(), { name: "TypeError", message: "Response.clone: Body has already been consumed." });

// Every kind of body, read in every way.
const bytes = new Uint8Array([0xef, 0xbb, 0xbf, 0x31, 0x32]);
assert.equal(await new Response(bytes).text(), "12");
assert.equal(await new Response(bytes).json(), 12);
assert.deepEqual([...(await new Response(bytes).bytes())], [...bytes]);
assert.equal((await new Response(bytes.subarray(3)).arrayBuffer()).byteLength, 2);
assert.deepEqual([...(await new Response(new DataView(bytes.buffer, 3, 1)).bytes())], [0x31]);
assert.equal((await new Response("abc").arrayBuffer()).byteLength, 3);
assert.equal(await new Response(new Uint8Array([0xff])).text(), "\ufffd");
assert.equal(await new Response("\ud800").text(), "\ufffd");
assert.equal(await new Response(5).text(), "5");
assert.equal(await new Response({}).text(), "[object Object]");
assert.equal(await new Response(new Blob(["bl", "ob"], { type: "a/b" })).text(), "blob");
assert.equal(await new Response(new URLSearchParams("a=b")).text(), "a=b");
assert.equal(await new Response().text(), "");
assert.equal(new Response().body, null);
const type = (body) => new Response(body).headers.get("content-type");
assert.deepEqual([type("x"), type(new Uint8Array(1)), type(new Blob(["x"], { type: "a/b" })), type(new Blob(["x"])), type(new URLSearchParams("a=b"))],
  ["text/plain;charset=UTF-8", null, "a/b", null, "application/x-www-form-urlencoded;charset=UTF-8"]);
const blob = await new Response("x", { headers: { "content-type": "A/B; x=y" } }).blob();
assert.deepEqual([blob.type, blob.size], ["a/b;x=y", 1]);
const changed = new Uint8Array([1]);
const copied = new Response(changed);
changed[0] = 2;
assert.deepEqual([...(await copied.bytes())], [1]);

// Streams.
const chunks = (...list) => new ReadableStream({ pull: (c) => (list.length ? c.enqueue(list.shift()) : c.close()) });
assert.equal(await new Response(chunks(new Uint8Array([0x61]), new Uint8Array([0x62]))).text(), "ab");
await assert.rejects(new Response(chunks("text")).text(), { message: "Received non-Uint8Array chunk" });
const streamed = new Response("abc");
const reader = streamed.body.getReader();
assert.equal(streamed.bodyUsed, false);
assert.deepEqual([...(await reader.read()).value], [0x61, 0x62, 0x63]);
assert.equal(streamed.bodyUsed, true);
assert.equal((await reader.read()).done, true);
const locked = new Response("abc");
locked.body.getReader();
await assert.rejects(locked.text(), { message: "Body is unusable: Body has already been read" });
assert.throws(() => locked.clone(), { name: "TypeError" });
assert.equal(await new Response((async function* () { yield "a"; yield new Uint8Array([0x62]); })()).text(), "ab");

// Clones.
const one = new Response("same", { headers: { a: "1" } });
const two = one.clone();
two.headers.set("a", "2");
assert.deepEqual([await one.text(), await two.text(), one.headers.get("a")], ["same", "same", "1"]);
const left = new Response(chunks(new Uint8Array([0x61])));
const right = left.clone();
assert.deepEqual(await Promise.all([left.text(), right.text()]), ["a", "a"]);

// Static methods.
const error = Response.error();
assert.deepEqual([error.type, error.status, error.ok], ["error", 0, false]);
assert.throws(() => error.headers.set("a", "b"), { name: "TypeError", message: "immutable" });
const json = Response.json({ a: [1] }, { status: 202 });
assert.deepEqual([json.status, json.headers.get("content-type"), await json.text()], [202, "application/json", '{"a":[1]}']);
const redirect = Response.redirect("http://a.test/x");
assert.deepEqual([redirect.status, redirect.headers.get("location")], [302, "http://a.test/x"]);

assert.throws(() => new Response(null, { status: 199 }), { name: "RangeError", message: 'init["status"] must be in the range of 200 to 599, inclusive.' });
assert.throws(() => new Response(null, { status: "abc" }), { name: "RangeError" });
assert.throws(() => new Response("x", { status: 204 }), { name: "TypeError", message: "Response constructor: Invalid response status code 204" });
assert.throws(() => new Response(null, { statusText: "\n" }), { name: "TypeError", message: "Invalid statusText" });
assert.throws(() => new Response("x", 5), { name: "TypeError", message: /Expected 5 to be one of: Null, Undefined, Object\.$/ });
assert.throws(() => new Response(Symbol()), { name: "TypeError", message: "Response: body is a symbol, which cannot be converted to a DOMString." });
assert.throws(() => Response.redirect("http://a.test/", 200), { name: "RangeError", message: "Invalid status code 200" });
assert.throws(() => Response.redirect("bad url"), { name: "TypeError", message: "Failed to parse URL from bad url" });
assert.throws(() => Response.json(undefined), { name: "TypeError", message: "Value is not JSON serializable" });
await assert.rejects(new Response("{bad").json(), { name: "SyntaxError" });
await assert.rejects(new Response(null).json(), { name: "SyntaxError" });
await assert.rejects(Response.prototype.text.call({}), { code: "ERR_INVALID_THIS", message: "Illegal invocation" });
assert.equal(Object.prototype.toString.call(one), "[object Response]");
assert.deepEqual(Object.keys(Response.prototype).sort().join(), "arrayBuffer,blob,body,bodyUsed,bytes,clone,formData,headers,json,ok,redirected,status,statusText,text,type,url");
