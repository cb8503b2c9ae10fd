// Imported only: its network use needs node:net.
import { createRequire } from "node:module";
import pg, { Client, Pool, Query, types } from "pg";

const cjs = createRequire(import.meta.url)("pg");
console.log(cjs === pg, [Client, Pool, Query].map((it) => [typeof it, it.name]), pg.defaults.port);
console.log(pg.escapeIdentifier('weird "name"'), pg.escapeLiteral("it's \\ here"), types.getTypeParser(types.builtins.INT4)("12"), types.getTypeParser(types.builtins.TIMESTAMPTZ)("2020-01-02 03:04:05+00"), types.getTypeParser(1009)("{a,\"b c\",NULL}"));
console.log(new Query("select $1::int as n", [1]).values, new pg.DatabaseError("x", 1, "error").message, new Pool({ max: 3 }).options.max);
console.log("done");
