const iconv = require("iconv-lite");

for (const encoding of ["win1251", "latin1", "utf16le", "utf16", "utf-7", "shift_jis", "gbk", "big5", "euc-kr", "cp437", "koi8-r", "utf32", "cesu8", "base64"]) {
  const encoded = iconv.encode(encoding === "base64" ? "aGk=" : "Hi Привет äö 日本語 한국", encoding);
  console.log(encoding, encoded, iconv.decode(encoded, encoding));
}
console.log(iconv.encodingExists("us-ascii"), iconv.encodingExists("nothing"), iconv.decode(Buffer.from([0xef, 0xbb, 0xbf, 0x61]), "utf8"), iconv.encode("a", "utf16be", { addBOM: true }));
const stream = iconv.decodeStream("win1251");
stream.collect((error, text) => {
  console.log(error, text);
  try {
    iconv.encode("x", "nope");
  } catch (problem) {
    console.log(problem.message);
  }
  console.log("done");
});
stream.write(Buffer.from([0xcf, 0xf0]));
stream.end(Buffer.from([0xe8]));
