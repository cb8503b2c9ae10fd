// Its frames through streams, then a server and a client.
import http from "node:http";
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

const once = (emitter, event) => new Promise((resolve) => emitter.once(event, (...words) => resolve(words)));
const server = http.createServer((request, response) => response.end("no socket"));
const sockets = new WebSocketServer({ server, path: "/chat", perMessageDeflate: true });
sockets.on("connection", (socket, request) => {
  console.log("connection", request.url, request.headers.upgrade);
  socket.on("message", (data, isBinary) => socket.send(isBinary ? data : `echo ${data}`, { binary: isBinary }));
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const address = `ws://127.0.0.1:${server.address().port}`;
const client = new WebSocket(`${address}/chat`, { perMessageDeflate: true });
await once(client, "open");
console.log(client.readyState, client.extensions);
for (const data of ["hello", "x".repeat(100_000), Buffer.from([1, 2, 3])]) {
  client.send(data);
  const [message, isBinary] = await once(client, "message");
  console.log(message.length, isBinary, message.subarray(0, 10).toString());
}
client.ping("here");
console.log(String((await once(client, "pong"))[0]));
client.close(1000, "over");
const [code, reason] = await once(client, "close");
console.log(code, String(reason));
const [refused] = await once(new WebSocket(`${address}/other`), "error");
console.log(refused.message);
sockets.close();
await new Promise((resolve) => server.close(resolve));
console.log("done");
