throw new TypeError("init failed");
export const handler = async () => 1;
