// Shows the context object and the environment.
const describe = (object) => Object.fromEntries(Object.keys(object).map((key) => {
  const d = Object.getOwnPropertyDescriptor(object, key);
  const flags = (d.writable ? "w" : "") + (d.enumerable ? "e" : "") + (d.configurable ? "c" : "");
  const value = "value" in d ? d.value : object[key];
  return [String(key), `${d.get ? "get" : ""}${d.set ? "set" : ""}${flags} ${typeof value}${typeof value === "function" ? ` ${value.name}/${value.length}` : ""}`];
}));
export const shape = async (event, context, ...rest) => ({
  own: describe(context), prototype: Object.getPrototypeOf(context) === Object.prototype, frozen: Object.isFrozen(context), extra: rest.map((x) => typeof x),
});
export const legacy = async (event, context) => ({ waits: context.callbackWaitsForEmptyEventLoop, functions: ["done", "succeed", "fail"].map((key) => typeof context[key]) });
export const json = async (event, context) => context;
export const args = async (...args) => args.map((a) => typeof a);
export const remaining = async (event, context) => { const ms = context.getRemainingTimeInMillis(); return { type: typeof ms, integer: Number.isInteger(ms), inRange: ms > 1000 && ms <= 30000 }; };
export const identity = async (event, context) => ({ identity: context.identity === undefined ? "undefined" : context.identity, clientContext: context.clientContext === undefined ? "undefined" : context.clientContext, tenantId: context.tenantId === undefined ? "undefined" : context.tenantId });
export const trace = async () => ({ env: process.env._X_AMZN_TRACE_ID === undefined ? "undefined" : process.env._X_AMZN_TRACE_ID });
export const mutate = async (event, context) => { const before = context.seen ?? null; context.seen = true; return { before }; };
export const self = async function () { return { type: typeof this, isUndefined: this === undefined }; };
export const environment = async () => Object.fromEntries(Object.entries(process.env).filter(([k]) => /^(AWS_EXEC|_HANDLER|LAMBDA|_X_AMZN|NODE_|AWS_LAMBDA_)/.test(k) && !/RUNTIME_API|METADATA/.test(k)).sort());
