import { createRequire } from "node:module";
import mime, { Mime } from "mime";
import lite from "mime/lite";

console.log(createRequire(import.meta.url)("mime").default === mime);
console.log(["txt", "dir/file.JSON", ".html", "x.mjs", "a/b.tar.gz", "nothing", "file.xyzzy"].map((name) => mime.getType(name)), mime.getExtension("text/html; charset=utf-8"), [...mime.getAllExtensions("image/jpeg")], lite.getType("a.css"));
const own = new Mime({ "text/abc": ["abc", "alpha"] }, { "text/def": ["leppard"] });
own.define({ "text/x-own": ["own"] });
console.log(own.getType("alpha"), own.getExtension("text/def"), own.getType("x.own"));
try {
  own.define({ "text/other": ["own"] });
} catch (error) {
  console.log(error.message);
}
console.log("done");
