// Just enough of URL and URLSearchParams for tests of fetch.
(() => {
  class URLSearchParams {
    #pairs;
    constructor(init = "") {
      const decode = (text) => decodeURIComponent(text.replace(/\+/g, " "));
      this.#pairs = init === "" ? [] : init.split("&").map((pair) => [...pair.split("="), ""].slice(0, 2).map(decode));
    }
    toString() {
      return this.#pairs.map((pair) => pair.map((part) => encodeURIComponent(part).replace(/%20/g, "+")).join("=")).join("&");
    }
    [Symbol.iterator]() {
      return this.#pairs[Symbol.iterator]();
    }
    get [Symbol.toStringTag]() {
      return "URLSearchParams";
    }
  }
  class URL {
    constructor(text, base) {
      text = text.trim();
      const full = base !== undefined && !/^[a-z]+:/i.test(text);
      if (full) {
        const root = new URL(base);
        const directory = root.pathname.replace(/[^/]*$/, "");
        text = root.protocol + "//" + root.host + (text.startsWith("/") ? text : directory + text);
      }
      const match = /^([a-z]+:)(?:\/\/(?:([^/?#@:]*)(?::([^/?#@]*))?@)?(\[[^\]]*\]|[^/?#:[]*)(?::(\d*))?)?([^?#]*)(\?[^#]*)?(#.*)?$/i.exec(text);
      if (match === null || (/^https?:/i.test(text) && !match[4])) {
        throw Object.assign(new TypeError("Invalid URL"), { code: "ERR_INVALID_URL", input: text });
      }
      const [, protocol, username = "", password = "", hostname = "", port = "", pathname, search = "", hash = ""] = match;
      const web = /^https?:$/i.test(protocol);
      Object.assign(this, { protocol: protocol.toLowerCase(), username, password, hostname, port, search, hash });
      this.pathname = pathname === "" && web ? "/" : pathname;
      this.web = web;
    }
    get host() {
      return this.hostname + (this.port && ":" + this.port);
    }
    get origin() {
      return this.web ? this.protocol + "//" + this.host : "null";
    }
    get href() {
      return this.protocol + (this.web ? "//" + this.host : "") + this.pathname + this.search + this.hash;
    }
    toString() {
      return this.href;
    }
  }
  return { URL, URLSearchParams };
})();
