// Stands in for `process`, whose standard streams need not exist for `pipe` to tell that a stream is not one of them:
// `node:process` sets them here when it makes them.
import { nextTick } from "internal:host";

export default { nextTick, stdout: undefined, stderr: undefined };
