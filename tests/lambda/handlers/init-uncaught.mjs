setTimeout(() => { throw new Error("timer in init"); });
await new Promise((r) => setTimeout(r, 100));
export const handler = async () => "not reached";
