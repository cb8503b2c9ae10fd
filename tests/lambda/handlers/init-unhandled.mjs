Promise.reject(new Error("unhandled in init"));
await new Promise((r) => setTimeout(r, 100));
export const handler = async () => "not reached";
