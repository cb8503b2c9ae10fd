// Every error of a client is registered when the client is loaded, and copied when one is made, but looked up when a call fails. What is told is kept here, and
// entered when somebody looks. The errors of a client that is taken apart (lib/split.mjs) are in a module that is loaded then.
/** `registry[registerLater](load, module)`: what `load(module)` registers in this registry is part of it from now on. */
const registerLater = Symbol.for("llrt.sdk.registerLater");

export class TypeRegistry {
  static registries = new Map();
  namespace;
  #schemas;
  #exceptions;
  /** What is still to be entered, in order: an error's schema and its class, another registry, or a module with the errors that it registers. */
  #told = [];
  /** The module that has still to register its errors here: they come in its place. */
  #later;

  constructor(namespace, schemas = new Map(), exceptions = new Map()) {
    this.namespace = namespace;
    this.#schemas = schemas;
    this.#exceptions = exceptions;
    if (!TypeRegistry.registries.has(namespace)) TypeRegistry.registries.set(namespace, this);
  }
  static for(namespace) {
    return TypeRegistry.registries.get(namespace) ?? new TypeRegistry(namespace);
  }
  get schemas() {
    if (this.#told.length > 0) this.#enter();
    return this.#schemas;
  }
  get exceptions() {
    if (this.#told.length > 0) this.#enter();
    return this.#exceptions;
  }
  #enter() {
    const told = this.#told;
    this.#told = [];
    for (const it of told) {
      if (it.load) {
        it.load(it.module);
        it.registry.#later = undefined;
        for (const error of it.errors) this.#add(error);
      } else if (it.other) {
        const { schemas, exceptions } = it.other;
        for (const [name, schema] of schemas) if (!this.#schemas.has(name)) this.#schemas.set(name, schema);
        for (const [error, constructor] of exceptions) if (!this.#exceptions.has(error)) this.#exceptions.set(error, constructor);
      } else {
        this.#add(it);
      }
    }
  }
  #add({ error, constructor }) {
    const name = nameOf(error);
    if (this.#schemas.has(name) || this.#exceptions.has(error)) return;
    this.#schemas.set(name, error);
    this.#exceptions.set(error, constructor);
  }
  copyFrom(other) {
    this.#told.push({ other });
  }
  register(shapeId, schema) {
    const name = this.normalizeShapeId(shapeId);
    for (const { schemas } of [this, TypeRegistry.for(name.split("#")[0])]) if (!schemas.has(name)) schemas.set(name, schema);
  }
  getSchema(shapeId) {
    const { schemas } = this;
    const id = this.normalizeShapeId(shapeId);
    if (schemas.has(id)) return schemas.get(id);
    if (!shapeId.includes("#")) {
      const found = [...schemas].filter(([name]) => name.endsWith(`#${shapeId}`));
      if (found.length === 1) return found[0][1];
    }
    throw new Error(`@smithy/core/schema - schema not found for ${id}`);
  }
  registerError(error, constructor) {
    if (!constructor.hasOwnProperty?.("shapeId")) constructor.shapeId = nameOf(error);
    const it = { error, constructor };
    if (this.#later) this.#later.errors.push(it);
    else this.#tell(it, error[1]);
  }
  [registerLater](load, module) {
    this.#later = { load, module, registry: this, errors: [] };
    this.#tell(this.#later, this.namespace);
  }
  #tell(it, namespace) {
    this.#told.push(it);
    const general = TypeRegistry.for(namespace);
    if (general !== this) general.#told.push(it);
  }
  getErrorCtor(error) {
    return this.exceptions.has(error) ? this.exceptions.get(error) : TypeRegistry.for(error[1]).exceptions.get(error);
  }
  getBaseException() {
    for (const error of this.exceptions.keys()) {
      if (!Array.isArray(error)) continue;
      const id = nameOf(error);
      if (id.startsWith("smithy.ts.sdk.synthetic.") && id.endsWith("ServiceException")) return error;
    }
    return undefined;
  }
  find(predicate) {
    for (const schema of this.schemas.values()) if (predicate(schema)) return schema;
    return undefined;
  }
  clear() {
    this.schemas.clear();
    this.exceptions.clear();
  }
  normalizeShapeId(shapeId) {
    return shapeId.includes("#") ? shapeId : `${this.namespace}#${shapeId}`;
  }
}

const nameOf = ([, namespace, name]) => `${namespace}#${name}`;
