// What both APIs of node:http2 share: constants, errors, and turning headers into lists and back.
import { ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, nodeError } from "internal:errors";

// ---- constants

export const constants = {};
const numbered = (prefix, text) => {
  for (const pair of text.trim().split(/\s+/)) {
    const [name, value] = pair.split("=");
    constants[prefix + name] = Number(value);
  }
};
const named = (prefix, make, text) => {
  for (const name of text.trim().split(/\s+/)) constants[prefix + name] = make(name.replaceAll("_", "-"));
};
numbered(
  "NGHTTP2_",
  `ERR_FRAME_SIZE_ERROR=-522 SESSION_SERVER=0 SESSION_CLIENT=1 STREAM_STATE_IDLE=1 STREAM_STATE_OPEN=2 STREAM_STATE_RESERVED_LOCAL=3
   STREAM_STATE_RESERVED_REMOTE=4 STREAM_STATE_HALF_CLOSED_LOCAL=5 STREAM_STATE_HALF_CLOSED_REMOTE=6 STREAM_STATE_CLOSED=7
   FLAG_NONE=0 FLAG_END_STREAM=1 FLAG_END_HEADERS=4 FLAG_ACK=1 FLAG_PADDED=8 FLAG_PRIORITY=32`,
);
numbered(
  "",
  `DEFAULT_SETTINGS_HEADER_TABLE_SIZE=4096 DEFAULT_SETTINGS_ENABLE_PUSH=1 DEFAULT_SETTINGS_MAX_CONCURRENT_STREAMS=4294967295
   DEFAULT_SETTINGS_INITIAL_WINDOW_SIZE=65535 DEFAULT_SETTINGS_MAX_FRAME_SIZE=16384 DEFAULT_SETTINGS_MAX_HEADER_LIST_SIZE=65535
   DEFAULT_SETTINGS_ENABLE_CONNECT_PROTOCOL=0 MAX_MAX_FRAME_SIZE=16777215 MIN_MAX_FRAME_SIZE=16384 MAX_INITIAL_WINDOW_SIZE=2147483647`,
);
numbered(
  "NGHTTP2_SETTINGS_",
  `HEADER_TABLE_SIZE=1 ENABLE_PUSH=2 MAX_CONCURRENT_STREAMS=3 INITIAL_WINDOW_SIZE=4 MAX_FRAME_SIZE=5 MAX_HEADER_LIST_SIZE=6
   ENABLE_CONNECT_PROTOCOL=8`,
);
numbered("PADDING_STRATEGY_", "NONE=0 ALIGNED=1 MAX=2 CALLBACK=1");
const CODES = `NO_ERROR PROTOCOL_ERROR INTERNAL_ERROR FLOW_CONTROL_ERROR SETTINGS_TIMEOUT STREAM_CLOSED FRAME_SIZE_ERROR REFUSED_STREAM
  CANCEL COMPRESSION_ERROR CONNECT_ERROR ENHANCE_YOUR_CALM INADEQUATE_SECURITY HTTP_1_1_REQUIRED`.split(/\s+/);
CODES.forEach((name, code) => (constants[`NGHTTP2_${name}`] = code));
constants.NGHTTP2_DEFAULT_WEIGHT = 16;
named("HTTP2_HEADER_", (name) => `:${name.toLowerCase()}`, "STATUS METHOD AUTHORITY SCHEME PATH PROTOCOL");
named(
  "HTTP2_HEADER_",
  (name) => name.toLowerCase(),
  `ACCEPT_ENCODING ACCEPT_LANGUAGE ACCEPT_RANGES ACCEPT ACCESS_CONTROL_ALLOW_CREDENTIALS ACCESS_CONTROL_ALLOW_HEADERS
   ACCESS_CONTROL_ALLOW_METHODS ACCESS_CONTROL_ALLOW_ORIGIN ACCESS_CONTROL_EXPOSE_HEADERS ACCESS_CONTROL_REQUEST_HEADERS
   ACCESS_CONTROL_REQUEST_METHOD AGE AUTHORIZATION CACHE_CONTROL CONNECTION CONTENT_DISPOSITION CONTENT_ENCODING CONTENT_LENGTH
   CONTENT_TYPE COOKIE DATE ETAG FORWARDED HOST IF_MODIFIED_SINCE IF_NONE_MATCH IF_RANGE LAST_MODIFIED LINK LOCATION RANGE REFERER
   SERVER SET_COOKIE STRICT_TRANSPORT_SECURITY TRANSFER_ENCODING TE UPGRADE_INSECURE_REQUESTS UPGRADE USER_AGENT VARY
   X_CONTENT_TYPE_OPTIONS X_FRAME_OPTIONS KEEP_ALIVE PROXY_CONNECTION X_XSS_PROTECTION ALT_SVC CONTENT_SECURITY_POLICY EARLY_DATA
   EXPECT_CT ORIGIN PURPOSE TIMING_ALLOW_ORIGIN X_FORWARDED_FOR PRIORITY ACCEPT_CHARSET ACCESS_CONTROL_MAX_AGE ALLOW CONTENT_LANGUAGE
   CONTENT_LOCATION CONTENT_MD5 CONTENT_RANGE DNT EXPECT EXPIRES FROM IF_MATCH IF_UNMODIFIED_SINCE MAX_FORWARDS PREFER
   PROXY_AUTHENTICATE PROXY_AUTHORIZATION REFRESH RETRY_AFTER TRAILER TK VIA WARNING WWW_AUTHENTICATE HTTP2_SETTINGS`,
);
named(
  "HTTP2_METHOD_",
  (name) => name,
  `ACL BASELINE_CONTROL BIND CHECKIN CHECKOUT CONNECT COPY DELETE GET HEAD LABEL LINK LOCK MERGE MKACTIVITY MKCALENDAR MKCOL
   MKREDIRECTREF MKWORKSPACE MOVE OPTIONS ORDERPATCH PATCH POST PRI PROPFIND PROPPATCH PUT REBIND REPORT SEARCH TRACE UNBIND
   UNCHECKOUT UNLINK UNLOCK UPDATE UPDATEREDIRECTREF VERSION_CONTROL`,
);
numbered(
  "HTTP_STATUS_",
  `CONTINUE=100 SWITCHING_PROTOCOLS=101 PROCESSING=102 EARLY_HINTS=103 OK=200 CREATED=201 ACCEPTED=202
   NON_AUTHORITATIVE_INFORMATION=203 NO_CONTENT=204 RESET_CONTENT=205 PARTIAL_CONTENT=206 MULTI_STATUS=207 ALREADY_REPORTED=208
   IM_USED=226 MULTIPLE_CHOICES=300 MOVED_PERMANENTLY=301 FOUND=302 SEE_OTHER=303 NOT_MODIFIED=304 USE_PROXY=305
   TEMPORARY_REDIRECT=307 PERMANENT_REDIRECT=308 BAD_REQUEST=400 UNAUTHORIZED=401 PAYMENT_REQUIRED=402 FORBIDDEN=403 NOT_FOUND=404
   METHOD_NOT_ALLOWED=405 NOT_ACCEPTABLE=406 PROXY_AUTHENTICATION_REQUIRED=407 REQUEST_TIMEOUT=408 CONFLICT=409 GONE=410
   LENGTH_REQUIRED=411 PRECONDITION_FAILED=412 PAYLOAD_TOO_LARGE=413 URI_TOO_LONG=414 UNSUPPORTED_MEDIA_TYPE=415
   RANGE_NOT_SATISFIABLE=416 EXPECTATION_FAILED=417 TEAPOT=418 MISDIRECTED_REQUEST=421 UNPROCESSABLE_ENTITY=422 LOCKED=423
   FAILED_DEPENDENCY=424 TOO_EARLY=425 UPGRADE_REQUIRED=426 PRECONDITION_REQUIRED=428 TOO_MANY_REQUESTS=429
   REQUEST_HEADER_FIELDS_TOO_LARGE=431 UNAVAILABLE_FOR_LEGAL_REASONS=451 INTERNAL_SERVER_ERROR=500 NOT_IMPLEMENTED=501
   BAD_GATEWAY=502 SERVICE_UNAVAILABLE=503 GATEWAY_TIMEOUT=504 HTTP_VERSION_NOT_SUPPORTED=505 VARIANT_ALSO_NEGOTIATES=506
   INSUFFICIENT_STORAGE=507 LOOP_DETECTED=508 BANDWIDTH_LIMIT_EXCEEDED=509 NOT_EXTENDED=510 NETWORK_AUTHENTICATION_REQUIRED=511`,
);
export const codeName = (code) => (CODES[code] === undefined ? code : `NGHTTP2_${CODES[code]}`);

export const sensitiveHeaders = Symbol("sensitiveHeaders");

// ---- errors

// By code without `ERR_HTTP2_`: the class when it is not Error (T, R), and the text.
const ERRORS = {
  ALTSVC_INVALID_ORIGIN: "T HTTP/2 ALTSVC frames require a valid origin",
  ALTSVC_LENGTH: "T HTTP/2 ALTSVC frames are limited to 16382 bytes",
  CONNECT_AUTHORITY: "  :authority header is required for CONNECT requests",
  CONNECT_PATH: "  The :path header is forbidden for CONNECT requests",
  CONNECT_SCHEME: "  The :scheme header is forbidden for CONNECT requests",
  GOAWAY_SESSION: "  New streams cannot be created after receiving a GOAWAY",
  HEADERS_AFTER_RESPOND: "  Cannot specify additional headers after response initiated",
  HEADERS_SENT: "  Response has already been initiated.",
  HEADER_SINGLE_VALUE: 'T Header field "%s" must only have a single value',
  INFO_STATUS_NOT_ALLOWED: "R Informational status codes cannot be used",
  INVALID_CONNECTION_HEADERS: 'T HTTP/1 Connection specific headers are forbidden: "%s"',
  INVALID_HEADER_VALUE: 'T Invalid value "%s" for header "%s"',
  INVALID_INFO_STATUS: "R Invalid informational status code: %s",
  INVALID_ORIGIN: "T HTTP/2 ORIGIN frames require a valid origin",
  INVALID_PACKED_SETTINGS_LENGTH: "R Packed settings length must be a multiple of six",
  INVALID_PSEUDOHEADER: 'T "%s" is an invalid pseudoheader or is used incorrectly',
  INVALID_SESSION: "  The session has been destroyed",
  INVALID_SETTING_VALUE: 'R Invalid value for setting "%s": %s',
  INVALID_STREAM: "  The stream has been destroyed",
  MAX_PENDING_SETTINGS_ACK: "  Maximum number of pending settings acknowledgements",
  NESTED_PUSH: "  A push stream cannot initiate another push stream.",
  NO_SOCKET_MANIPULATION: "  HTTP/2 sockets should not be directly manipulated (e.g. read and written)",
  ORIGIN_LENGTH: "T HTTP/2 ORIGIN frames are limited to 16382 bytes",
  OUT_OF_STREAMS: "  No stream ID is available because maximum stream ID has been reached",
  PAYLOAD_FORBIDDEN: "  Responses with %s status must not have a payload",
  PING_CANCEL: "  HTTP2 ping cancelled",
  PING_LENGTH: "R HTTP2 ping payload must be 8 bytes",
  PSEUDOHEADER_NOT_ALLOWED: "T Cannot set HTTP/2 pseudo-headers",
  PUSH_DISABLED: "  HTTP/2 client has disabled push streams",
  SEND_FILE: "  Directories cannot be sent",
  SEND_FILE_NOSEEK: "  Offset or length can only be specified for regular files",
  SESSION_ERROR: "  Session closed with error code %s",
  SETTINGS_CANCEL: "  HTTP2 session settings canceled",
  SOCKET_BOUND: "  The socket is already bound to an Http2Session",
  SOCKET_UNBOUND: "  The socket has been disconnected from the Http2Session",
  STATUS_101: "  HTTP status code 101 (Switching Protocols) is forbidden in HTTP/2",
  STATUS_INVALID: "R Invalid status code: %s",
  STREAM_ERROR: "  Stream closed with error code %s",
  TOO_MANY_CUSTOM_SETTINGS: "  Number of custom settings exceeds MAX_ADDITIONAL_SETTINGS",
  TOO_MANY_INVALID_FRAMES: "  Too many invalid HTTP/2 frames",
  TRAILERS_ALREADY_SENT: "  Trailing headers have already been sent",
  TRAILERS_NOT_READY: "  Trailing headers cannot be sent until after the wantTrailers event is emitted",
  UNSUPPORTED_PROTOCOL: '  protocol "%s" is unsupported.',
};
const CLASSES = { T: "TypeError", R: "RangeError", " ": "Error" };

/** The error of this code, without its prefix. */
export function failure(code, ...values) {
  const text = ERRORS[code].slice(2).replace(/%s/g, () => String(values.shift()));
  return nodeError(CLASSES[ERRORS[code][0]], `ERR_HTTP2_${code}`, text);
}

// ---- headers

const SINGLE = new Set(
  `:status :method :authority :scheme :path :protocol access-control-allow-credentials access-control-max-age
   access-control-request-method age authorization content-encoding content-language content-length content-location content-md5
   content-range content-type date dnt etag expires from host if-match if-modified-since if-none-match if-range if-unmodified-since
   last-modified location max-forwards proxy-authorization range referer retry-after tk upgrade-insecure-requests user-agent
   x-content-type-options`.split(/\s+/),
);
const OF_CONNECTION = new Set(["connection", "upgrade", "http2-settings", "keep-alive", "proxy-connection", "transfer-encoding"]);
/** Whether a header is about a connection of HTTP/1. */
export const isOfConnection = (name) => OF_CONNECTION.has(name);
const PSEUDO = {
  request: new Set([":method", ":authority", ":scheme", ":path", ":protocol"]),
  response: new Set([":status"]),
  trailers: new Set(),
};
const TOKEN = /^[\^_`a-zA-Z\-0-9!#$%&'*+.|~]+$/;
export const isToken = (name) => TOKEN.test(name);

/**
 * Names and values in turn, those that begin with a colon first, and the names of which nobody may keep the values.
 * `headers` is an object, or such a list itself; `kind` says which pseudo-headers fit.
 */
export function headerList(headers, kind, strict = true) {
  const pseudo = [];
  const regular = [];
  const singles = new Set();
  const sensitive = headers[sensitiveHeaders];
  if (sensitive !== undefined && !Array.isArray(sensitive)) throw ERR_INVALID_ARG_VALUE("headers[http2.neverIndex]", sensitive);
  const add = (key, value) => {
    const name = key.toLowerCase();
    if (name === "" || value === undefined) return;
    let values = value;
    if (Array.isArray(value)) {
      if (value.length === 0) return;
      if (value.length === 1) values = String(value[0]);
      else if (strict && SINGLE.has(name)) throw failure("HEADER_SINGLE_VALUE", name);
    } else if (value === null || typeof value === "symbol") {
      throw failure("INVALID_HEADER_VALUE", value, name);
    } else {
      values = String(value);
    }
    if (SINGLE.has(name)) {
      if (strict && singles.has(name)) throw failure("HEADER_SINGLE_VALUE", name);
      singles.add(name);
    }
    if (name[0] === ":") {
      if (!PSEUDO[kind].has(name)) throw failure("INVALID_PSEUDOHEADER", name);
      pseudo.push(name, String(values));
      return;
    }
    if (!isToken(name))
      throw nodeError("TypeError", "ERR_INVALID_HTTP_TOKEN", `Header name must be a valid HTTP token ["${name}"]`);
    if (OF_CONNECTION.has(name) || (name === "te" && String(values).toLowerCase() !== "trailers"))
      throw failure("INVALID_CONNECTION_HEADERS", name);
    if (Array.isArray(values)) for (const one of values) regular.push(name, String(one));
    else regular.push(name, values);
  };
  if (Array.isArray(headers)) for (let at = 0; at < headers.length; at += 2) add(headers[at], headers[at + 1]);
  else for (const key of Object.keys(headers)) add(key, headers[key]);
  return { list: pseudo.concat(regular), sensitive: sensitive?.map((name) => name.toLowerCase()) };
}

/** What a program sees of a received list. */
export function headerObject(list, sensitive = undefined) {
  const headers = { __proto__: null };
  for (let at = 0; at < list.length; at += 2) {
    const name = list[at];
    let value = list[at + 1];
    if (name === ":status") value |= 0;
    const before = headers[name];
    if (before === undefined) {
      headers[name] = name === "set-cookie" ? [value] : value;
    } else if (name === "set-cookie") {
      before.push(value);
    } else if (!SINGLE.has(name)) {
      headers[name] = `${before}${name === "cookie" ? "; " : ", "}${value}`;
    }
  }
  if (sensitive !== undefined) headers[sensitiveHeaders] = sensitive;
  return headers;
}

/** What a program sees of the list that it has sent itself. */
export function sentObject(list) {
  const headers = { __proto__: null };
  for (let at = 0; at < list.length; at += 2) {
    const [name, value] = [list[at], list[at + 1]];
    const before = headers[name];
    if (before === undefined) headers[name] = value;
    else if (Array.isArray(before)) before.push(value);
    else headers[name] = [before, value];
  }
  if (list[sensitiveHeaders] !== undefined) headers[sensitiveHeaders] = list[sensitiveHeaders];
  return headers;
}

export const hasNoPayload = (method) => method === "GET" || method === "HEAD" || method === "DELETE";
export const forbidsPayload = (status) => status === 204 || status === 205 || status === 304;

export function assertObject(value, name, types = undefined) {
  if (value !== undefined && (value === null || typeof value !== "object" || (Array.isArray(value) && !types?.includes("Array"))))
    throw ERR_INVALID_ARG_TYPE(name, types ?? "Object", value);
}

// The time as a Date header has it, made once a second.
let date;
let dateUntil = 0;
export function utcDate() {
  const now = Date.now();
  if (now >= dateUntil) {
    date = new Date(now).toUTCString();
    dateUntil = now - (now % 1000) + 1000;
  }
  return date;
}
