//! Compiles `js/*.js` to bytecode.

fn main() {
    llrt_build::scripts(&[
        ("node:_http_common", "js/common.js"),
        ("node:_http_incoming", "js/incoming.js"),
        ("node:_http_outgoing", "js/outgoing.js"),
        ("node:_http_agent", "js/agent.js"),
        ("node:_http_client", "js/client.js"),
        ("node:_http_server", "js/server.js"),
        ("internal:http-proxy", "js/proxy.js"),
        ("node:http", "js/http.js"),
        ("node:https", "js/https.js"),
    ]);
}
