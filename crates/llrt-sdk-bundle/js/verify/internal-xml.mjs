// internal:xml in plain Node: the parser that the packages came with.
import { createRequire } from "node:module";
import path from "node:path";
export const { parseXML } = createRequire(import.meta.url)(
  path.join(process.env.SDK_ROOT, "node_modules/@aws-sdk/xml-builder/dist-cjs/index.js"),
);
