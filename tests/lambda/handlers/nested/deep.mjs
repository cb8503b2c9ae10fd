export const handler = async () => "flat";
export const a = { b: { c: async () => "a.b.c", thisName() { return { own: this === a.b }; } } };
export default { handler: async () => "on default" };
