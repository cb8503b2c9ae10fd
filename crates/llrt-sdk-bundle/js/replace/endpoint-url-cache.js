/** Most parameters of an endpoint are absent: nothing is to be searched in them. */
export class EndpointCache {
  capacity;
  data = new Map();
  parameters = [];
  constructor({ size, params }) {
    this.capacity = size ?? 50;
    if (params) this.parameters = params;
  }
  get(endpointParams, resolver) {
    const key = this.hash(endpointParams);
    if (key === false) return resolver();
    const { data } = this;
    if (!data.has(key)) {
      if (data.size > this.capacity + 10) for (const old of [...data.keys()].slice(0, 11)) data.delete(old);
      data.set(key, resolver());
    }
    return data.get(key);
  }
  size() {
    return this.data.size;
  }
  hash(endpointParams) {
    const parameters = this.parameters;
    if (parameters.length === 0) return false;
    let buffer = "";
    for (const name of parameters) {
      const raw = endpointParams[name];
      if (raw == null) buffer += "\0|;";
      else {
        const value = String(raw);
        if (value.includes("|;")) return false;
        buffer += value + "|;";
      }
    }
    return buffer;
  }
}
