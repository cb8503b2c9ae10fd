import { Sha256 } from "@smithy/core/checksum";
import { toHex, toUint8Array } from "@smithy/core/serde";
import { hmacSha256, hmacSha256Hex } from "internal:hash";
import { KEY_TYPE_IDENTIFIER, MAX_CACHE_SIZE } from "./constants.js";

const signingKeys = {};
const queue = [];

export const createScope = (shortDate, region, service) => `${shortDate}/${region}/${service}/${KEY_TYPE_IDENTIFIER}`;

export const getSigningKey = async (sha256Constructor, credentials, shortDate, region, service) => {
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  const isOurs = sha256Constructor === Sha256;
  // An empty secret makes the class a plain hash.
  const credentialsHash =
    isOurs && secretAccessKey ? hmacSha256Hex(secretAccessKey, accessKeyId) : toHex(await hmac(sha256Constructor, secretAccessKey, accessKeyId));
  const cacheKey = `${shortDate}:${region}:${service}:${credentialsHash}:${sessionToken}`;
  if (cacheKey in signingKeys) return signingKeys[cacheKey];
  queue.push(cacheKey);
  while (queue.length > MAX_CACHE_SIZE) delete signingKeys[queue.shift()];
  let key = `AWS4${secretAccessKey}`;
  for (const signable of [shortDate, region, service, KEY_TYPE_IDENTIFIER]) {
    key = isOurs ? hmacSha256(key, signable) : await hmac(sha256Constructor, key, signable);
  }
  return (signingKeys[cacheKey] = key);
};

export const clearCredentialCache = () => {
  queue.length = 0;
  for (const cacheKey of Object.keys(signingKeys)) delete signingKeys[cacheKey];
};

const hmac = (constructor, secret, data) => {
  const hash = new constructor(secret);
  hash.update(toUint8Array(data));
  return hash.digest();
};
