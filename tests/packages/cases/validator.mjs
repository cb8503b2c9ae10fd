import { createRequire } from "node:module";
import validator from "validator";
import isEmail from "validator/lib/isEmail.js";

console.log(typeof isEmail, createRequire(import.meta.url)("validator").version === validator.version);
console.log(["foo@bar.com", "bad@", "\"a b\"@x.org"].map((text) => validator.isEmail(text)), ["https://x.com:80/a?b#c", "nope", "//x.com"].map((text) => validator.isURL(text)), validator.isUUID("6ec0bd7f-11c0-43da-975e-2a8ad9ebae0b", 4), ["1.2.3.4", "::1", "x"].map((text) => validator.isIP(text)));
console.log(validator.isCreditCard("4111111111111111"), validator.isIBAN("DE89370400440532013000"), validator.isMobilePhone("+14155552671", "en-US"), validator.isISO8601("2020-02-30", { strict: true }), validator.isJWT("a.b.c"), validator.isStrongPassword("aA1!aaaa"), validator.isBase64("Zm9v"), validator.isJSON('{"a":1}'), validator.isAlpha("été", "fr-FR"), validator.isPostalCode("12345", "US"));
console.log(validator.escape("<a & 'b'>"), validator.normalizeEmail("Some.Name+tag@GMail.com"), validator.trim("--x--", "-"), validator.toDate("2020-01-01").getTime(), validator.toInt("12px"), validator.blacklist("abc", "b"), validator.stripLow("a\u0001b"), validator.isByteLength("é", { max: 1 }));
try {
  validator.isEmail(5);
} catch (error) {
  console.log(error.name, error.message);
}
console.log("done");
