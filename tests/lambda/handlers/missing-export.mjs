import { nothingLikeIt } from "node:path";
export const handler = async () => nothingLikeIt;
