import http from "node:http";

/** A server on a free port: `answer(request, response, body)` gets each request when its body is complete. */
export function serve(answer) {
  const server = http.createServer((request, response) => {
    const parts = [];
    request.on("data", (part) => parts.push(part));
    request.on("end", () => answer(request, response, Buffer.concat(parts)));
    request.on("error", () => {});
  });
  // Scripts under test must not meet this server's own patience.
  server.keepAliveTimeout = 0;
  return new Promise((resolve, reject) => {
    server.on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const stop = () => { server.close(); server.closeAllConnections(); };
      resolve({ origin: `http://127.0.0.1:${server.address().port}`, stop });
    });
  });
}

export function json(response, status, value, headers = {}) {
  response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(value));
}
