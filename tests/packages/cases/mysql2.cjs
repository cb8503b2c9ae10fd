// Imported only, beside its SQL: it talks to no server.
const mysql = require("mysql2");
const later = require("mysql2/promise");

console.log(mysql.format("select ?? from ?? where a = ? and b in (?) and c = ?", ["col", "a.table", "it's", [1, 2], new Date(0)]), mysql.escapeId("a`b"), mysql.escape({ a: 1, b: null }), mysql.raw("now()").toSqlString());
console.log(typeof mysql.createPool, typeof later.createConnection, mysql.Types.VARCHAR, mysql.Charsets.UTF8MB4_BIN);
const pool = mysql.createPool({ host: "localhost", connectionLimit: 2 });
console.log(pool.config.connectionLimit, typeof pool.promise().query);
pool.end(() => console.log("done"));
