// Imported only, beside its BSON: it talks to no server.
const { MongoClient, ObjectId, BSON, Long, Decimal128, Binary, MongoError } = require("mongodb");

const id = new ObjectId("507f191e810c19729de860ea");
const bytes = BSON.serialize({ id, long: Long.fromString("123456789012345"), price: Decimal128.fromString("12.50"), when: new Date(0), bin: new Binary(Buffer.from([1])), nested: { list: [1, "x", null] }, pattern: /a/i });
console.log(Buffer.from(bytes).toString("hex"), BSON.EJSON.stringify(BSON.deserialize(bytes)), id.getTimestamp(), ObjectId.isValid("x"), new ObjectId().toHexString().length);
const client = new MongoClient("mongodb://user:p%40ss@host1:27017,host2/base?replicaSet=rs&w=majority");
console.log(client.options.hosts.map(String), client.options.dbName, client.options.credentials.username, new MongoError("x").name, client.db("a").collection("b").namespace);
try {
  new MongoClient("http://x");
} catch (error) {
  console.log(error.name, error.message);
}
console.log("done");
