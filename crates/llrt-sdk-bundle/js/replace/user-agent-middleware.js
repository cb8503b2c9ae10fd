import { HttpRequest } from "@smithy/core/protocols";
import { getUserAgentPrefix } from "../util-endpoints/lib/aws/partition";
import { checkFeatures } from "./check-features";
import { SPACE, UA_ESCAPE_CHAR, UA_NAME_SEPARATOR, UA_VALUE_ESCAPE_REGEX, USER_AGENT, X_AMZ_USER_AGENT } from "./constants";
import { encodeFeatures } from "./encode-features";

export const userAgentMiddleware = (options) => (next, context) => async (args) => {
  const { request } = args;
  if (!HttpRequest.isInstance(request)) return next(args);
  const { headers } = request;
  const ofContext = context?.userAgent?.map(escaped) ?? [];
  const standard = (await options.defaultUserAgentProvider()).map(escaped);
  await checkFeatures(context, options, args);
  const features = { ...context.__smithy_context?.features, ...context.__aws_sdk_context?.features };
  standard.push(`m/${encodeFeatures(features)}`);
  const custom = options?.customUserAgent?.map(escaped) ?? [];
  const appId = await options.userAgentAppId();
  if (appId) standard.push(escaped(["app", `${appId}`]));
  const prefix = getUserAgentPrefix();
  const whole = [...(prefix ? [prefix] : []), ...standard, ...ofContext, ...custom].join(SPACE);
  if (options.runtime === "browser") headers[X_AMZ_USER_AGENT] = whole;
  else {
    const short = [...standard.filter((section) => section.startsWith("aws-sdk-")), ...custom].join(SPACE);
    if (short) headers[X_AMZ_USER_AGENT] = headers[X_AMZ_USER_AGENT] ? `${headers[USER_AGENT]} ${short}` : short;
    headers[USER_AGENT] = whole;
  }
  return next({ ...args, request });
};

const memory = new Map();

/** `name/version` in the characters that the header takes. The same few pairs come with each request: they are remembered. */
function escaped(pair) {
  const key = `${pair[0].length} ${pair.join(" ")}`;
  let text = memory.get(key);
  if (text === undefined) {
    if (memory.size >= 100) memory.clear();
    text = escape(pair);
    memory.set(key, text);
  }
  return text;
}

/** What `UA_NAME_ESCAPE_REGEX` does to each of a name's parts, done to all of them at once. */
const nameEscapes = /[^!$%&'*+\-.^_`|~\w/]/g;

function escape(pair) {
  const name = pair[0].replace(nameEscapes, UA_ESCAPE_CHAR);
  const version = pair[1]?.replace(UA_VALUE_ESCAPE_REGEX, UA_ESCAPE_CHAR);
  const end = name.indexOf(UA_NAME_SEPARATOR);
  const prefix = name.substring(0, end);
  let rest = name.substring(end + 1);
  if (prefix === "api") rest = rest.toLowerCase();
  const both = prefix && rest;
  const text = both ? `${prefix}/${rest}` : prefix || rest;
  if (!version) return text;
  return text ? `${text}${both ? "#" : "/"}${version}` : version;
}

export const getUserAgentMiddlewareOptions = {
  name: "getUserAgentMiddleware",
  step: "build",
  priority: "low",
  tags: ["SET_USER_AGENT", "USER_AGENT"],
  override: true,
};

export const getUserAgentPlugin = (config) => ({
  applyToStack(clientStack) {
    clientStack.add(userAgentMiddleware(config), getUserAgentMiddlewareOptions);
  },
});
