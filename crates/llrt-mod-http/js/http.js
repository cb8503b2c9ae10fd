// node:http. Node: https://nodejs.org/api/http.html
import { ERR_NOT_SUPPORTED } from "internal:errors";
import { validateInteger } from "internal:validators";
import { Agent, globalAgent, setGlobalAgent } from "node:_http_agent";
import { ClientRequest } from "node:_http_client";
import { maxHeaderSizeOf, methods, parsers } from "node:_http_common";
import { IncomingMessage } from "node:_http_incoming";
import { OutgoingMessage, validateHeaderName, validateHeaderValue } from "node:_http_outgoing";
import { _connectionListener, Server, ServerResponse, STATUS_CODES } from "node:_http_server";

function createServer(options, requestListener) {
  return new Server(options, requestListener);
}

function request(url, options, callback) {
  return new ClientRequest(url, options, callback);
}

function get(url, options, callback) {
  const made = request(url, options, callback);
  made.end();
  return made;
}

function setMaxIdleHTTPParsers(max) {
  validateInteger(max, "max", 1);
  parsers.max = max;
}

function setGlobalProxyFromEnv() {
  throw ERR_NOT_SUPPORTED("http.setGlobalProxyFromEnv");
}

const METHODS = [...methods].sort();
const maxHeaderSize = maxHeaderSizeOf();

// The web's classes, where there are such globals.
const absent = (name) =>
  ({
    [name]: class {
      constructor() {
        throw ERR_NOT_SUPPORTED(`http.${name}`);
      }
    },
  })[name];
const web = { WebSocket: absent("WebSocket"), CloseEvent: absent("CloseEvent"), MessageEvent: absent("MessageEvent") };
const { WebSocket, CloseEvent, MessageEvent } = web;

const http = {
  _connectionListener, METHODS, STATUS_CODES, Agent, ClientRequest, IncomingMessage, OutgoingMessage, Server, ServerResponse, createServer, validateHeaderName,
  validateHeaderValue, get, request, setMaxIdleHTTPParsers, setGlobalProxyFromEnv,
};
Object.defineProperties(http, {
  maxHeaderSize: { __proto__: null, configurable: true, enumerable: true, get: maxHeaderSizeOf },
  globalAgent: { __proto__: null, configurable: true, enumerable: true, get: () => globalAgent, set: setGlobalAgent },
});
for (const name of Object.keys(web))
  Object.defineProperty(http, name, { __proto__: null, configurable: true, enumerable: true, get: () => globalThis[name] ?? web[name] });

export {
  http as default, _connectionListener, METHODS, STATUS_CODES, Agent, ClientRequest, IncomingMessage, OutgoingMessage, Server, ServerResponse, createServer,
  validateHeaderName, validateHeaderValue, get, request, setMaxIdleHTTPParsers, setGlobalProxyFromEnv, maxHeaderSize, globalAgent, WebSocket, CloseEvent, MessageEvent,
};
