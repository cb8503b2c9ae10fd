await Promise.reject(Object.assign(new RangeError("rejected in init"), { code: "E_INIT" }));
export const handler = async () => 1;
