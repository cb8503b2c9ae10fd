// `X509Certificate` of node:crypto. Node: https://nodejs.org/api/crypto.html#class-x509certificate
import { ERR_INVALID_ARG_TYPE, ERR_INVALID_THIS, ERR_NOT_SUPPORTED } from "internal:errors";
import { importBuiltin } from "internal:host";
import { validateString } from "internal:validators";
import { describe, isIssuer, readCertificate, splitPem } from "native:x509";

const lines = (object) =>
  object && Object.entries(object).flatMap(([name, value]) => (Array.isArray(value) ? value : [value]).map((one) => `${name}=${one}`)).join("\n");

export class X509Certificate {
  #der;
  #facts;
  #issuer;

  constructor(buffer) {
    if (typeof buffer === "string") buffer = Buffer.from(buffer);
    if (!ArrayBuffer.isView(buffer)) throw ERR_INVALID_ARG_TYPE("buffer", ["string", "Buffer", "TypedArray", "DataView"], buffer);
    this.#der = readCertificate(buffer);
    this.#facts = describe(this.#der);
  }

  static #factsOf(certificate) {
    if (typeof certificate !== "object" || certificate === null || !(#facts in certificate)) throw ERR_INVALID_THIS("X509Certificate");
    return certificate.#facts;
  }

  get subject() {
    return lines(X509Certificate.#factsOf(this).subject) || undefined;
  }
  get issuer() {
    return lines(X509Certificate.#factsOf(this).issuer) || undefined;
  }
  get subjectAltName() {
    return X509Certificate.#factsOf(this).subjectaltname;
  }
  get infoAccess() {
    const { infoAccess } = X509Certificate.#factsOf(this);
    return infoAccess && Object.entries(infoAccess).flatMap(([kind, places]) => places.map((place) => `${kind}:${place}`)).join("\n");
  }
  get validFrom() {
    return X509Certificate.#factsOf(this).valid_from;
  }
  get validTo() {
    return X509Certificate.#factsOf(this).valid_to;
  }
  get validFromDate() {
    return new Date(this.validFrom);
  }
  get validToDate() {
    return new Date(this.validTo);
  }
  get fingerprint() {
    return X509Certificate.#factsOf(this).fingerprint;
  }
  get fingerprint256() {
    return X509Certificate.#factsOf(this).fingerprint256;
  }
  get fingerprint512() {
    return X509Certificate.#factsOf(this).fingerprint512;
  }
  get keyUsage() {
    return X509Certificate.#factsOf(this).ext_key_usage;
  }
  get serialNumber() {
    return X509Certificate.#factsOf(this).serialNumber;
  }
  get ca() {
    return X509Certificate.#factsOf(this).ca;
  }
  get raw() {
    return Buffer.from(X509Certificate.#factsOf(this).raw);
  }
  get issuerCertificate() {
    X509Certificate.#factsOf(this);
    return this.#issuer;
  }
  // Of a connection's certificates, each the issuer of the one before.
  static fromChain(chain) {
    const [first, ...rest] = chain.map((der) => new X509Certificate(der));
    let current = first;
    for (const issuer of rest) current = current.#issuer = issuer;
    return first;
  }
  get publicKey() {
    throw ERR_NOT_SUPPORTED("x509.publicKey");
  }

  checkHost(name) {
    validateString(name, "name");
    const { subject, subjectaltname } = X509Certificate.#factsOf(this);
    const { checkServerIdentity } = importBuiltin("node:tls");
    const fits = (certificate) => checkServerIdentity(name, certificate) === undefined;
    const named = (subjectaltname ?? "").split(", ").filter((one) => one.startsWith("DNS:"));
    if (named.length > 0) return named.find((one) => fits({ subjectaltname: one }))?.slice(4);
    return subject.CN && [subject.CN].flat().find((CN) => fits({ subject: { CN } }));
  }
  checkEmail(email) {
    validateString(email, "email");
    const { subject, subjectaltname } = X509Certificate.#factsOf(this);
    const named = (subjectaltname ?? "").split(", ").filter((one) => one.startsWith("email:")).map((one) => one.slice(6));
    return [...named, ...[subject.emailAddress ?? []].flat()].find((one) => one.toLowerCase() === email.toLowerCase());
  }
  checkIP(ip) {
    validateString(ip, "ip");
    const { subjectaltname } = X509Certificate.#factsOf(this);
    if (!subjectaltname || !importBuiltin("node:net").isIP(ip)) return undefined;
    return importBuiltin("node:tls").checkServerIdentity(ip, { subjectaltname }) === undefined ? ip : undefined;
  }
  checkIssued(other) {
    X509Certificate.#factsOf(this);
    if (!(other instanceof X509Certificate)) throw ERR_INVALID_ARG_TYPE("otherCert", "X509Certificate", other);
    return isIssuer(other.#der, this.#der);
  }
  checkPrivateKey() {
    throw ERR_NOT_SUPPORTED("x509.checkPrivateKey()");
  }
  verify() {
    throw ERR_NOT_SUPPORTED("x509.verify()");
  }

  toString() {
    X509Certificate.#factsOf(this);
    return splitPem(this.#der)[0];
  }
  toJSON() {
    return this.toString();
  }
  toLegacyObject() {
    X509Certificate.#factsOf(this);
    return describe(this.#der);
  }
}
for (const [name, descriptor] of Object.entries(Object.getOwnPropertyDescriptors(X509Certificate.prototype)))
  if (descriptor.get) Object.defineProperty(X509Certificate.prototype, name, { ...descriptor, enumerable: true });
export const { fromChain } = X509Certificate;
delete X509Certificate.fromChain;
