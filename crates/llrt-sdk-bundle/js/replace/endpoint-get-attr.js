import { EndpointError } from "../types";
import { getAttrPathList } from "./getAttrPathList";

/** Most paths are one name. */
export const getAttr = (value, path) =>
  path.split(".").length > 1 || path.includes("[")
    ? getAttrPathList(path).reduce((from, index) => attribute(from, index, path, value), value)
    : attribute(value, path, path, value);

function attribute(from, index, path, value) {
  if (typeof from !== "object") throw new EndpointError(`Index '${index}' in '${path}' not found in '${JSON.stringify(value)}'`);
  if (!Array.isArray(from)) return from[index];
  const i = parseInt(index);
  return from[i < 0 ? from.length + i : i];
}
