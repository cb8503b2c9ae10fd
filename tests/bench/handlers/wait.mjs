// A function that mostly waits, as one that calls other services does.
import { setTimeout as sleep } from "node:timers/promises";
export const handler = async (event, context) => {
  await sleep(20);
  return { n: event.n, id: context.awsRequestId };
};
