import { ProviderError } from "@smithy/core/config";
import { request } from "internal:http-client";

/** One small request to a metadata service, without node:http. */
export function httpRequest(options) {
  return exchange(options);
}

async function exchange(options) {
  const { method = "GET", hostname = "localhost", port, path = "/", headers = {}, timeout } = options;
  let answer, body;
  try {
    answer = await request({
      protocol: "http:",
      method, port, path,
      // No connection is left behind: the process may be about to end.
      headers: { ...headers, connection: "close" },
      hostname: hostname.replace(/^\[(.+)\]$/, "$1"),
      connectTimeout: timeout,
      socketTimeout: timeout,
    });
    body = answer.body instanceof Uint8Array ? answer.body : await answer.body.collect();
  } catch (error) {
    if (error.timeout !== undefined) throw new ProviderError("TimeoutError from instance metadata service");
    throw Object.assign(new ProviderError("Unable to connect to instance metadata service"), error);
  }
  const { statusCode } = answer;
  if (statusCode < 200 || 300 <= statusCode) throw Object.assign(new ProviderError("Error response received from instance metadata service"), { statusCode });
  return Buffer.from(body.buffer, body.byteOffset, body.byteLength);
}
