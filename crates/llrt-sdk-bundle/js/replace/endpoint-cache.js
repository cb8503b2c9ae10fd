/** The package keeps its entries in mnemonist's `LRUCache`; a Map in the order of use does the same with nothing to load. */
class LRUCache {
  #capacity;
  #entries = new Map();
  constructor(capacity) {
    if (typeof capacity !== "number" || capacity <= 0) throw new Error("mnemonist/lru-cache: capacity should be positive number.");
    if (!isFinite(capacity) || Math.floor(capacity) !== capacity)
      throw new Error("mnemonist/lru-cache: capacity should be a finite positive integer.");
    this.#capacity = capacity;
  }
  has(key) {
    return this.#entries.has(key);
  }
  peek(key) {
    return this.#entries.get(key);
  }
  get(key) {
    if (!this.#entries.has(key)) return undefined;
    const value = this.#entries.get(key);
    this.#entries.delete(key);
    this.#entries.set(key, value);
    return value;
  }
  set(key, value) {
    this.#entries.delete(key);
    this.#entries.set(key, value);
    if (this.#entries.size > this.#capacity) this.#entries.delete(this.#entries.keys().next().value);
  }
  clear() {
    this.#entries.clear();
  }
}

export class EndpointCache {
  cache;
  constructor(capacity) {
    this.cache = new LRUCache(capacity);
  }
  getEndpoint(key) {
    const endpoints = this.get(key);
    if (!endpoints || endpoints.length === 0) return undefined;
    return endpoints[Math.floor(Math.random() * endpoints.length)].Address;
  }
  get(key) {
    if (!this.has(key)) return undefined;
    const now = Date.now();
    const fresh = this.cache.get(key).filter((endpoint) => now < endpoint.Expires);
    if (fresh.length > 0) return fresh;
    this.delete(key);
    return undefined;
  }
  set(key, endpoints) {
    const now = Date.now();
    this.cache.set(
      key,
      endpoints.map(({ Address, CachePeriodInMinutes }) => ({ Address, Expires: now + CachePeriodInMinutes * 60 * 1000 })),
    );
  }
  delete(key) {
    this.cache.set(key, []);
  }
  has(key) {
    const endpoints = this.cache.peek(key);
    return endpoints !== undefined && endpoints.length > 0;
  }
  clear() {
    this.cache.clear();
  }
}
