const form = new FormData();
form.append("a", 1);
form.append("b", new Blob(["x"], { type: "text/plain" }));
form.append("c", new File(["y"], '\u00e9"\n.txt'));
form.append("a", "2\n3");
assert.deepEqual([form.get("a"), form.getAll("a").length, form.has("b"), form.has("z"), form.get("z")], ["1", 2, true, false, null]);
assert.deepEqual([form.get("b").name, form.get("b").type, form.get("c").name], ["blob", "text/plain", '\u00e9"\n.txt']);
assert.ok(form.get("b") instanceof File);
assert.deepEqual([...form.keys()], ["a", "b", "c", "a"]);

const response = new Response(form);
const type = response.headers.get("content-type");
const boundary = /^multipart\/form-data; boundary=(----formdata-[a-z]+-\d{12})$/.exec(type)[1];
assert.equal(await response.clone().text(), [
  `--${boundary}`, 'Content-Disposition: form-data; name="a"', "", "1",
  `--${boundary}`, 'Content-Disposition: form-data; name="b"; filename="blob"', "Content-Type: text/plain", "", "x",
  `--${boundary}`, 'Content-Disposition: form-data; name="c"; filename="\u00e9%22%0A.txt"', "Content-Type: application/octet-stream", "", "y",
  `--${boundary}`, 'Content-Disposition: form-data; name="a"', "", "2", "3",
  `--${boundary}--`, ""].join("\r\n"));
const back = await response.formData();
assert.deepEqual([...back.keys()], ["a", "b", "c", "a"]);
assert.deepEqual([back.get("a"), await back.get("b").text(), back.get("c").name, back.getAll("a")[1]], ["1", "x", '\u00e9"\n.txt', "2\r\n3"]);

form.set("a", "only");
assert.deepEqual([...form.keys()], ["a", "b", "c"]);
form.delete("b");
assert.equal(form.has("b"), false);
form.set("d", new Blob(["z"]), "name.txt");
assert.equal(form.get("d").name, "name.txt");

const encoded = await new Response("a=1&b=x+y&a=%C3%A9", { headers: { "content-type": "application/x-www-form-urlencoded" } }).formData();
assert.deepEqual([encoded.getAll("a"), encoded.get("b")], [["1", "\u00e9"], "x y"]);

const parse = (body, type) => new Response(body, { headers: { "content-type": type } }).formData();
await assert.rejects(parse("x", "text/plain"), { name: "TypeError", message: 'Content-Type was not one of "multipart/form-data" or "application/x-www-form-urlencoded".' });
const bad = await assert.rejects(parse("x", "multipart/form-data; boundary=a"), { name: "TypeError", message: "Failed to parse body as FormData." });
assert.equal(bad.cause.message, "no boundary found in multipart body");
const missing = await assert.rejects(parse("x", "multipart/form-data"), { name: "TypeError" });
assert.equal(missing.cause.message, "missing boundary in content-type header");

const fails = (body, message) => assert.throws(body, { name: "TypeError", message });
fails(() => form.append("a"), "FormData.append: 2 arguments required, but only 1 found.");
fails(() => form.append("a", "b", "c"), 'FormData.append: Expected value (""b"") to be an instance of Blob.');
fails(() => form.get(), "FormData.get: 1 argument required, but 0 found.");
fails(() => new FormData(5), "FormData constructor: Argument 1 could not be converted to: undefined.");
assert.throws(() => FormData.prototype.get.call({}, "a"), { code: "ERR_INVALID_THIS" });
