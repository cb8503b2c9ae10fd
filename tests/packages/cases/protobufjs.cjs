const protobuf = require("protobufjs");

const { root } = protobuf.parse(`syntax = "proto3"; package own;
enum Colour { RED = 0; BLUE = 5; }
message Inner { repeated int32 list = 1; }
message Main { string text = 1; int64 big = 2; bytes raw = 3; double real = 4; Inner inner = 5; map<string, Inner> map = 6; Colour colour = 7; oneof pick { bool yes = 8; string no = 9; } sint32 zig = 10; repeated string words = 11; fixed64 fixed = 12; }
service Things { rpc Get (Inner) returns (Main); }`);
const Main = root.lookupType("own.Main");
const payload = { text: "hé ☃", big: "9007199254740993", raw: Buffer.from([1, 2, 255]), real: 1.5, inner: { list: [1, -1, 300] }, map: { k: { list: [7] } }, colour: "BLUE", yes: true, zig: -5, words: ["a", "b"], fixed: 12345 };
console.log(Main.verify({ text: 5 }), Main.verify({ ...payload, big: 1, colour: 5 }));
const message = Main.fromObject(payload);
const bytes = Buffer.from(Main.encode(message).finish());
console.log(bytes.toString("hex"), Main.toObject(Main.decode(bytes), { longs: String, enums: String, bytes: String, defaults: true, oneofs: true }), message.pick);
console.log(JSON.stringify(Main.decode(bytes)), Main.decodeDelimited(Main.encodeDelimited(message).finish()).equals, root.lookupService("own.Things").methodsArray.map((it) => it.name), JSON.stringify(root.toJSON()).length > 300);
const writer = protobuf.Writer.create().uint32(300).string("x").int64(-1).float(0.5);
const reader = protobuf.Reader.create(writer.finish());
console.log(reader.uint32(), reader.string(), String(reader.int64()), reader.float(), protobuf.util.base64.encode(bytes, 0, 6));
try {
  Main.decode(Buffer.from([0x0a, 0x05, 0x61]));
} catch (error) {
  console.log(error.name, error.message);
}
console.log("done");
