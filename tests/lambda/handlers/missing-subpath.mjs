import "with-exports/hidden.js";
export const handler = async () => 1;
