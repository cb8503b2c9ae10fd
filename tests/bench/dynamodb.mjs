// A DynamoDB endpoint that answers at once. Run alone it prints its address.
import http from "node:http";
import { pathToFileURL } from "node:url";

/** Starts it on a free port; resolves to the server and its address. */
export async function startEndpoint() {
  const server = http.createServer((request, response) => {
    request.resume().on("end", () => {
      response.writeHead(200, { "content-type": "application/x-amz-json-1.0", "x-amzn-requestid": "request" }).end("{}");
    });
  });
  server.keepAliveTimeout = 60_000;
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { server, address: `http://127.0.0.1:${server.address().port}` };
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) console.log((await startEndpoint()).address);
