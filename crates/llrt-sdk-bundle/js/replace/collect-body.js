import { isUnmade } from "own:body";
import { Uint8ArrayBlobAdapter } from "@smithy/core/serde";

export const collectBody = async (streamBody = new Uint8Array(), context) => {
  // `instanceof` looks at the prototypes of an unmade body, for which node:stream would have to be loaded.
  if (!isUnmade(streamBody)) {
    if (streamBody instanceof Uint8Array) return Uint8ArrayBlobAdapter.mutate(streamBody);
    if (!streamBody) return Uint8ArrayBlobAdapter.mutate(new Uint8Array());
  }
  return Uint8ArrayBlobAdapter.mutate(await context.streamCollector(streamBody));
};
