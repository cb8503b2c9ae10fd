import "./no-such-file.mjs";
export const handler = async () => 1;
