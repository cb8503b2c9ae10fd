import { hasOwn, writeKey } from "@smithy/core/serde";
import { ALWAYS_UNSIGNABLE_HEADERS } from "./constants.js";

/** Values seldom hold blanks to be made one, which three regular expressions look for. */
const hasBlank = (value) => value.includes(" ") || value.includes("\n") || value.includes("\r") || value.includes("\t");

const collapse = (value) => value.replace(/[\r\n]/g, " ").replace(/[ \t]+/g, " ").replace(/^ | $/g, "");

export const getCanonicalHeaders = ({ headers }, unsignableHeaders, signableHeaders) => {
  const canonical = {};
  for (const headerName of Object.keys(headers).sort()) {
    const value = headers[headerName];
    if (value == undefined) continue;
    const name = headerName.toLowerCase();
    const unsignable =
      hasOwn(ALWAYS_UNSIGNABLE_HEADERS, name) || unsignableHeaders?.has(name) || name.startsWith("proxy-") || name.startsWith("sec-");
    if (unsignable && !signableHeaders?.has(name)) continue;
    if (name === "__proto__") writeKey(canonical);
    canonical[name] = typeof value === "string" && !hasBlank(value) ? value : collapse(value);
  }
  return canonical;
};
