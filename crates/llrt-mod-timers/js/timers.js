// node:timers. Node: https://nodejs.org/api/timers.html
import { setTimeout, clearTimeout, setInterval, clearInterval, setImmediate, clearImmediate } from "internal:timers";
import promises from "node:timers/promises";

export { setTimeout, clearTimeout, setInterval, clearInterval, setImmediate, clearImmediate, promises };
export default { setTimeout, clearTimeout, setImmediate, clearImmediate, setInterval, clearInterval, promises };
