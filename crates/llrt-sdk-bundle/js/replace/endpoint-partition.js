import { hasOwn } from "@smithy/core/transport";
import { partitionsInfo } from "./partitions";

let selectedPartitionsInfo = partitionsInfo;
let selectedUserAgentPrefix = "";

/** The partition that has the region; the package compares it with all of them, one by one. */
export const partition = (value) => {
  const { partitions } = selectedPartitionsInfo;
  for (const { regions, outputs } of partitions) if (typeof value === "string" && hasOwn(regions, value)) return { ...outputs, ...regions[value] };
  for (const { regionRegex, outputs } of partitions) if (new RegExp(regionRegex).test(value)) return { ...outputs };
  const byDefault = partitions.find(({ id }) => id === "aws");
  if (!byDefault)
    throw new Error("Provided region was not found in the partition array or regex, and default partition with id 'aws' doesn't exist.");
  return { ...byDefault.outputs };
};

export const setPartitionInfo = (info, userAgentPrefix = "") => {
  selectedPartitionsInfo = info;
  selectedUserAgentPrefix = userAgentPrefix;
};
export const useDefaultPartitionInfo = () => setPartitionInfo(partitionsInfo, "");
export const getUserAgentPrefix = () => selectedUserAgentPrefix;
