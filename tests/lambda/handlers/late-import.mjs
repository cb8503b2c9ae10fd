export const handler = async () => import("./no-such-file.mjs");
export const pkg = async () => import("no-such-package");
