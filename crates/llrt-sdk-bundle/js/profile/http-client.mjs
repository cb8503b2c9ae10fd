// internal:http-client while the profile is taken: every request gets the answer that the scenario has set.
export class Canceller {
  cancel() {}
}

export class BodySink {
  async write() {
    return true;
  }
  end() {}
}

export const preconnect = () => {};

let answer;

/** Sets what the next requests get: `{ type, body, headers }`. */
export const answerWith = (next) => (answer = next);

export async function request() {
  const bytes = new TextEncoder().encode(answer.body ?? "");
  const date = new Date().toUTCString();
  const headers = { date, "content-type": answer.type, "content-length": String(bytes.length), "x-amzn-requestid": "id", ...answer.headers };
  const chunks = [bytes];
  const body = { read: async () => chunks.pop(), collect: async () => bytes, cancel() {} };
  return { statusCode: 200, reason: "OK", headers, body };
}

export class Agent {}
