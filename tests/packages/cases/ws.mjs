// Its frames through streams; its sockets need node:http.
import { createRequire } from "node:module";
import WebSocket, { Receiver, Sender, WebSocketServer } from "ws";

console.log(createRequire(import.meta.url)("ws") === WebSocket, WebSocket.OPEN, [WebSocket, WebSocketServer, Receiver, Sender].map((it) => it.name));
const receiver = new Receiver({ isServer: true });
const seen = [];
receiver.on("message", (data, isBinary) => seen.push([data.toString(), isBinary])).on("ping", (data) => seen.push(["ping", data.toString()])).on("conclude", (code, reason) => seen.push([code, reason.toString()]));
const frame = (data, opcode, fin = true) => Buffer.concat(Sender.frame(Buffer.from(data), { fin, opcode, mask: true, readOnly: true, rsv1: false, maskBuffer: undefined, generateMask: undefined }));
receiver.write(frame("hello", 1));
receiver.write(frame("par", 1, false));
receiver.write(frame("?", 9));
receiver.write(frame("ts", 0));
console.log(seen.map(([first, second]) => [String(first).slice(0, 10), second]).length >= 3, seen.slice(0, 3));
const failed = new Receiver();
failed.on("error", (error) => console.log(error.name, error.message, error.code));
failed.write(Buffer.from([0xc1, 0x00]));
try {
  new WebSocket("ftp://x");
} catch (error) {
  console.log(error.name, error.message);
}
await new Promise((resolve) => setTimeout(resolve, 20));
console.log("done");
