import { Sha256 } from "@smithy/core/checksum";
import { normalizeProvider } from "@smithy/core/client";
import { escapeUri } from "@smithy/core/protocols";
import { toHex, toUint8Array } from "@smithy/core/serde";
import { sha256Hex } from "internal:hash";
import { getCanonicalQuery } from "./getCanonicalQuery.js";
import { iso8601, toDate } from "./utilDate.js";

export class SignatureV4Base {
  service;
  regionProvider;
  credentialProvider;
  sha256;
  uriEscapePath;
  applyChecksum;
  constructor({ applyChecksum, credentials, region, service, sha256, uriEscapePath = true }) {
    this.service = service;
    this.sha256 = sha256;
    this.uriEscapePath = uriEscapePath;
    this.applyChecksum = typeof applyChecksum === "boolean" ? applyChecksum : true;
    this.regionProvider = normalizeProvider(region);
    this.credentialProvider = normalizeProvider(credentials);
  }
  createCanonicalRequest(request, canonicalHeaders, payloadHash) {
    const names = Object.keys(canonicalHeaders).sort();
    let lines = "";
    for (const name of names) lines += `${name}:${canonicalHeaders[name]}\n`;
    // Without headers the package leaves their line empty.
    return `${request.method}\n${this.getCanonicalPath(request)}\n${getCanonicalQuery(request)}\n${lines || "\n"}\n${names.join(";")}\n${payloadHash}`;
  }
  async createStringToSign(longDate, credentialScope, canonicalRequest, algorithmIdentifier) {
    let hash;
    if (this.sha256 === Sha256) hash = sha256Hex(canonicalRequest);
    else {
      const hasher = new this.sha256();
      hasher.update(toUint8Array(canonicalRequest));
      hash = toHex(await hasher.digest());
    }
    return `${algorithmIdentifier}\n${longDate}\n${credentialScope}\n${hash}`;
  }
  getCanonicalPath({ path }) {
    if (!this.uriEscapePath || path === "/") return path;
    const segments = [];
    for (const segment of path.split("/")) {
      if (segment?.length === 0 || segment === ".") continue;
      if (segment === "..") segments.pop();
      else segments.push(segment);
    }
    const normalized = `${path?.startsWith("/") ? "/" : ""}${segments.join("/")}${segments.length > 0 && path?.endsWith("/") ? "/" : ""}`;
    return escapeUri(normalized).replace(/%2F/g, "/");
  }
  validateResolvedCredentials(credentials) {
    if (typeof credentials !== "object" || typeof credentials.accessKeyId !== "string" || typeof credentials.secretAccessKey !== "string")
      throw new Error("Resolved credential object is not valid");
  }
  formatDate(now) {
    const iso = toDate(now).toISOString();
    // YYYY-MM-DDTHH:MM:SS.sssZ; years of more digits have a sign.
    const longDate =
      iso.length === 24
        ? `${iso.slice(0, 4)}${iso.slice(5, 7)}${iso.slice(8, 13)}${iso.slice(14, 16)}${iso.slice(17, 19)}Z`
        : iso8601(now).replace(/[-:]/g, "");
    return { longDate, shortDate: longDate.slice(0, 8) };
  }
  getCanonicalHeaderList(headers) {
    return Object.keys(headers).sort().join(";");
  }
}
