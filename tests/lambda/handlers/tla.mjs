const value = await new Promise((r) => setTimeout(r, 20, "ready"));
export const handler = async () => value;
