// llrt:util
import util from "node:util";
import { dimport } from "internal:dimport";

export * from "node:util";
export { dimport };
export default { ...util, dimport };
