import { createRequire } from "node:module";
import middy from "@middy/core";

const log = [];
const handler = middy({ timeoutEarlyInMillis: 0 })
  .use({ before: (request) => void (request.event.seen = true, log.push("before 1")), after: (request) => void (request.response.after = 1), onError: (request) => void (request.response = { failed: request.error.message }) })
  .use([{ before: async () => void log.push("before 2") }, { after: () => void log.push("after 2") }])
  .handler(async (event, context, { signal }) => {
    if (event.fail) throw new Error("no");
    return { seen: event.seen, id: context.awsRequestId, signal: signal.aborted };
  });
const context = { awsRequestId: "r", getRemainingTimeInMillis: () => 1000 };
console.log(await handler({}, context), log, await handler({ fail: true }, context));
console.log(await middy().use({ before: () => ({ early: true }) }).handler(() => "late")({}, context));
console.log(typeof createRequire(import.meta.url)("@middy/core").default);
console.log("done");
