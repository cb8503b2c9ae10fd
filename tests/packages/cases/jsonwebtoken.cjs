const crypto = require("node:crypto");
const jwt = require("jsonwebtoken");

const at = 1700000000;
const token = jwt.sign({ foo: "bar", iat: at }, "shhhhh");
console.log(token, jwt.verify(token, "shhhhh"), jwt.decode(token, { complete: true }));
for (const algorithm of ["HS256", "HS384", "HS512"]) {
  const signed = jwt.sign({ data: "foobar", iat: at }, Buffer.from("secret key"), { algorithm, expiresIn: "1h", audience: "urn:foo", issuer: "me", subject: "you", jwtid: "1", notBefore: 10, header: { kid: "k" } });
  console.log(signed, jwt.verify(signed, "secret key", { algorithms: [algorithm], clockTimestamp: at + 60, audience: /^urn:f[o]{2}$/, issuer: ["me"], complete: true }));
}
const key = crypto.createSecretKey(Buffer.from("shhhhh"));
console.log(jwt.verify(token, key), jwt.sign({ foo: "bar", iat: at }, key) === token);
const fails = [
  () => jwt.verify(token, "wrong"),
  () => jwt.verify(jwt.sign({ exp: at }, "x"), "x"),
  () => jwt.verify(jwt.sign({ nbf: at + 10 }, "x"), "x", { clockTimestamp: at }),
  () => jwt.verify("not.a.token", "x"),
  () => jwt.verify(undefined, "x"),
  () => jwt.verify(token, ""),
  () => jwt.verify(token, "shhhhh", { algorithms: ["HS512"] }),
  () => jwt.verify(token, "shhhhh", { audience: "other" }),
  () => jwt.verify(token.slice(0, -2) + "AA", "shhhhh"),
  () => jwt.sign({ exp: "soon" }, "x"),
  () => jwt.sign({}, ""),
  () => jwt.sign({}, "x", { expiresIn: "sometime" }),
  () => jwt.sign({}, "x", { algorithm: "RS256" }),
];
for (const fail of fails)
  try {
    console.log("no error", fail());
  } catch (error) {
    console.log(error.name, error.message, error.expiredAt ?? error.date ?? "", error instanceof jwt.JsonWebTokenError);
  }
const none = jwt.sign({ a: 1, iat: at }, null, { algorithm: "none" });
console.log(none, jwt.verify(none, null, { algorithms: ["none"] }), jwt.decode("x"));
jwt.sign({ later: true, iat: at }, "s", (error, made) => {
  console.log(error, made);
  jwt.verify(made, (header, callback) => callback(null, `${header.alg[0].toLowerCase()}`.replace("h", "s")), (problem, payload) => {
    console.log(problem, payload);
    jwt.verify(made, "other", (bad) => {
      console.log(bad.message);
      console.log("done");
    });
  });
});
