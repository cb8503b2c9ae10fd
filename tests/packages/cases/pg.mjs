// With a server that lets everybody in and knows one answer.
import net from "node:net";
import { createRequire } from "node:module";
import pg, { Client, Pool, Query, types } from "pg";

const cjs = createRequire(import.meta.url)("pg");
console.log(cjs === pg, [Client, Pool, Query].map((it) => [typeof it, it.name]), pg.defaults.port);
console.log(pg.escapeIdentifier('weird "name"'), pg.escapeLiteral("it's \\ here"), types.getTypeParser(types.builtins.INT4)("12"), types.getTypeParser(types.builtins.TIMESTAMPTZ)("2020-01-02 03:04:05+00"), types.getTypeParser(1009)("{a,\"b c\",NULL}"));
console.log(new Query("select $1::int as n", [1]).values, new pg.DatabaseError("x", 1, "error").message, new Pool({ max: 3 }).options.max);

const message = (type, body) => {
  const head = Buffer.alloc(5);
  head.write(type);
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
};
const text = (...parts) => Buffer.concat(parts.map((part) => (typeof part === "string" ? Buffer.from(`${part}\0`) : part)));
const int16 = (value) => Buffer.from([value >> 8, value & 255]);
const int32 = (value) => Buffer.from([value >> 24, value >> 16, value >> 8, value]);
const ready = message("Z", Buffer.from("I"));
const columns = message("T", Buffer.concat([int16(2), text("n", int32(0), int16(0), int32(23), int16(4), int32(-1), int16(0)), text("t", int32(0), int16(0), int32(25), int16(-1), int32(-1), int16(0))]));
const field = (value) => Buffer.concat([int32(Buffer.byteLength(value)), Buffer.from(value)]);
const row = (n, t) => message("D", Buffer.concat([int16(2), field(`${n}`), field(t)]));
const failure = message("E", Buffer.concat([text("SERROR", "C42P01", 'Mrelation "nope" does not exist'), Buffer.from([0])]));
const server = net.createServer((socket) => {
  let started = false;
  socket.on("data", (chunk) => {
    if (!started) {
      started = true;
      socket.write(Buffer.concat([message("R", int32(0)), message("S", text("server_version", "16.0")), ready]));
      return;
    }
    const type = String.fromCharCode(chunk[0]);
    if (type === "X") return socket.end();
    if (`${chunk}`.includes("nope")) return socket.write(Buffer.concat([failure, ready]));
    const answer = [columns, row(1, "one"), row(2, "zw\u00f6lf"), message("C", text("SELECT 2")), ready];
    socket.write(Buffer.concat(type === "Q" ? answer : [message("1", Buffer.alloc(0)), message("2", Buffer.alloc(0)), ...answer]));
  });
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const connection = { host: "127.0.0.1", port: server.address().port, user: "me", database: "db", password: "x" };
const client = new Client(connection);
await client.connect();
console.log((await client.query("select * from t")).rows, (await client.query("select $1::int as n", [1])).rows.length);
console.log(await client.query("select * from nope").catch(({ name, code, message, severity }) => [name, code, message, severity]));
await client.end();
const pool = new Pool({ ...connection, max: 2 });
console.log((await Promise.all([1, 2, 3].map(() => pool.query("select * from t")))).map(({ rowCount }) => rowCount), pool.totalCount <= 2);
await pool.end();
const { port } = server.address();
server.close();
const refused = new Client({ ...connection, port });
await refused.connect().catch(({ code, syscall, address }) => console.log(code, syscall, address));
console.log("done");
