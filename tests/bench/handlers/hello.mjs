export const handler = async (event) => ({ ok: true, count: event.count });
