// A Runtime API in raw bytes: as little work for each invocation as can be, for runs of a million.
import net from "node:net";

const accepted = 'HTTP/1.1 202 Accepted\r\nContent-Length: 16\r\n\r\n{"status":"OK"}\n';

/** What an invocation looks like on the wire. */
const invocation = (n, body) =>
  `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nLambda-Runtime-Aws-Request-Id: 00000000-0000-4000-8000-${String(n).padStart(12, "0")}\r\n` +
  `Lambda-Runtime-Deadline-Ms: ${Date.now() + 30000}\r\nLambda-Runtime-Invoked-Function-Arn: arn:aws:lambda:us-east-1:123456789012:function:bench\r\n` +
  `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;

/**
 * Hands out `count` invocations to whoever asks, over any number of connections, and calls `onAnswer(n, request)` for each result;
 * `onEnd` when all are answered. `event(n)` makes the body.
 */
export async function startRawApi({ count, event, onAnswer = () => {}, onEnd }) {
  let handed = 0, answered = 0;
  const server = net.createServer((socket) => {
    let text = "";
    socket.setNoDelay(true);
    socket.on("error", () => {});
    socket.on("data", (data) => {
      text += data.toString("latin1");
      for (let end; (end = text.indexOf("\r\n\r\n")) >= 0; ) {
        const isNext = text.startsWith("GET ");
        const length = isNext ? 0 : Number(/content-length: *(\d+)/i.exec(text.slice(0, end))[1]);
        if (text.length < end + 4 + length) return;
        const request = text.slice(0, end + 4 + length);
        text = text.slice(end + 4 + length);
        if (isNext) {
          if (handed < count) socket.write(invocation(++handed, event(handed)), "latin1");
          continue;
        }
        socket.write(accepted);
        onAnswer(++answered, request);
        if (answered === count) onEnd();
      }
    });
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { address: `127.0.0.1:${server.address().port}`, close: () => server.close() };
}
