// structuredClone. https://html.spec.whatwg.org/multipage/structured-data.html
//
// A value is first read into a record, and values are made from records: a transferred buffer is detached in between, and a
// message may be read in one place and made in another.
import { clonePlain, kindOf } from "native:structured-clone";
import { ERR_MISSING_ARGS, nodeError } from "internal:errors";
import { importBuiltin } from "internal:host";

const { defineProperty, getOwnPropertyDescriptor, getPrototypeOf, hasOwn, keys, setPrototypeOf } = Object;
const [NewMap, NewSet, NewDataView] = [Map, Set, DataView];
const plainPrototype = Object.prototype;
const { toString } = Object.prototype;
const { isArray } = Array;
const primitives = [Number, String, Boolean, BigInt];
const unbox = primitives.map((type) => type.prototype.valueOf);
const getTime = Date.prototype.getTime;
const mapForEach = Map.prototype.forEach;
const mapSet = Map.prototype.set;
const setForEach = Set.prototype.forEach;
const setAdd = Set.prototype.add;
const bufferPrototype = ArrayBuffer.prototype;
const get = (prototype, name) => getOwnPropertyDescriptor(prototype, name).get;
const byteLengthOf = get(bufferPrototype, "byteLength");
const isDetached = get(bufferPrototype, "detached");
const isResizable = get(bufferPrototype, "resizable");
const maxByteLengthOf = get(bufferPrototype, "maxByteLength");
const sliceBuffer = bufferPrototype.slice;
const transferBuffer = bufferPrototype.transfer;
const TypedArray = Object.getPrototypeOf(Uint8Array);
const typedArrayName = get(TypedArray.prototype, Symbol.toStringTag);
const typedArrayLength = get(TypedArray.prototype, "length");
const viewFields = (prototype) => ["buffer", "byteOffset", "byteLength"].map((name) => get(prototype, name));
const typedArrayFields = viewFields(TypedArray.prototype);
const dataViewFields = viewFields(DataView.prototype);
const typedArrays = {
  __proto__: null, Int8Array, Uint8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array, Uint32Array, Float16Array, Float32Array,
  Float64Array, BigInt64Array, BigUint64Array,
};
const errorTypes = { __proto__: null, Error, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError };

const isObject = (value) => (typeof value === "object" && value !== null) || typeof value === "function";

function failure(what) {
  return new DOMException(`${what} could not be cloned.`, "DataCloneError");
}

function describe(object) {
  if (typeof object === "function") return Function.prototype.toString.call(object);
  let name;
  try {
    if (Symbol.toStringTag in object && !hasOwn(Object.getPrototypeOf(object), "constructor")) return toString.call(object);
    name = object.constructor?.name;
  } catch {
    // A proxy, or a getter that throws.
  }
  return `#<${typeof name === "string" && name !== "" ? name : "Object"}>`;
}

// How objects of the runtime's own classes are copied: functions of the object that give `{ make }`, where `make()` gives the copy.
// `transfer` moves the object instead; it is then of no use to the sender.
export const cloneSteps = Symbol.for("llrt.cloneSteps");
export const transferSteps = Symbol("structured clone, transfer");

// ---- from a value to a record

// Reads `value`; what is in `transfer` is moved. Throws a `DataCloneError` for what cannot be.
export function serialize(value, transfer = []) {
  const memory = new Map();
  const moved = [];
  for (const object of transfer) {
    const kind = kindOf(object);
    if (memory.has(object))
      throw new DOMException(`Transfer list contains duplicate ${kind === "ArrayBuffer" ? kind : object.constructor.name}`, "DataCloneError");
    if (kind === "ArrayBuffer") {
      if (isDetached.call(object)) throw new DOMException("Cannot transfer object of unsupported type.", "DataCloneError");
    } else if (kind !== "object" || typeof object[transferSteps] !== "function") {
      throw new DOMException("Found invalid value in transferList.", "DataCloneError");
    }
    const record = { type: kind === "ArrayBuffer" ? "moved" : "platform" };
    memory.set(object, record);
    moved.push([object, record]);
  }
  const root = read(value, memory);
  for (const [object, record] of moved) {
    if (record.type === "platform") record.data = object[transferSteps]();
    else if (isDetached.call(object)) throw new DOMException("An ArrayBuffer is detached and could not be cloned.", "DataCloneError");
    else record.data = transferBuffer.call(object);
  }
  return root;
}

// A primitive is its own record.
function read(value, memory) {
  if (typeof value === "symbol") throw failure(String(value));
  if (!isObject(value)) return value;
  const known = memory.get(value);
  if (known !== undefined) return known;
  const type = kindOf(value);
  const record = { type };
  if (type === "none") throw failure(describe(value));
  if (type === "object") return readObject(value, record, memory);
  memory.set(value, record);
  readers[type](value, record, memory);
  return record;
}

const readers = {
  __proto__: null,
  boxed(value, record) {
    for (const method of unbox) {
      try {
        record.data = method.call(value);
        return;
      } catch {
        // The box of another type.
      }
    }
  },
  Date(value, record) {
    record.data = getTime.call(value);
  },
  RegExp(value, record) {
    record.data = [value.source, value.flags];
  },
  ArrayBuffer(value, record) {
    if (isDetached.call(value)) throw new DOMException("An ArrayBuffer is detached and could not be cloned.", "DataCloneError");
    record.data = isResizable.call(value) ? copyResizable(value) : sliceBuffer.call(value, 0);
  },
  // Its memory is common to both sides.
  SharedArrayBuffer(value, record) {
    record.data = value;
  },
  view(value, record, memory) {
    const name = typedArrayName.call(value);
    const [buffer, byteOffset, byteLength] = (name === undefined ? dataViewFields : typedArrayFields).map((field) => field.call(value));
    record.name = name ?? "DataView";
    record.buffer = read(buffer, memory);
    record.byteOffset = byteOffset;
    record.length = name === undefined ? byteLength : value.length;
    record.tracksLength = tracksLength(value, buffer);
  },
  Map(value, record, memory) {
    const entries = [];
    mapForEach.call(value, (item, key) => entries.push([key, item]));
    record.entries = entries.map(([key, item]) => [read(key, memory), read(item, memory)]);
  },
  Set(value, record, memory) {
    const items = [];
    setForEach.call(value, (item) => items.push(item));
    record.items = items.map((item) => read(item, memory));
  },
  Error(value, record, memory) {
    const name = value.name === undefined ? "Error" : `${value.name}`;
    record.name = name in errorTypes ? name : "Error";
    const message = getOwnPropertyDescriptor(value, "message");
    if (message !== undefined && "value" in message) record.message = `${message.value}`;
    if (typeof value.stack === "string") record.stack = value.stack;
    if (hasOwn(value, "cause")) record.cause = read(value.cause, memory);
  },
};

// Arrays, objects of the runtime's own classes, and the rest.
function readObject(value, record, memory) {
  if (isArray(value)) {
    record.type = "array";
    record.length = value.length;
  } else if (getPrototypeOf(value) === plainPrototype) {
    // Most objects are of no class: what follows asks for classes.
  } else if (typeof value[cloneSteps] === "function") {
    record.type = "platform";
    record.data = value[cloneSteps]();
    memory.set(value, record);
    return record;
  } else if (toString.call(value) === "[object Blob]" || toString.call(value) === "[object File]") {
    const copy = copyBlob(value);
    if (copy !== undefined) {
      record.type = "platform";
      record.data = { make: () => copy };
      memory.set(value, record);
      return record;
    }
  } else if (value instanceof WeakRef || value instanceof FinalizationRegistry) {
    throw failure(describe(value));
  } else if (value instanceof DOMException) {
    record.type = "platform";
    const { message, name, stack } = value;
    record.data = { make: () => defineProperty(new DOMException(message, name), "stack", { __proto__: null, value: stack, writable: true, configurable: true }) };
    memory.set(value, record);
    return record;
  }
  memory.set(value, record);
  record.keys = [];
  record.values = [];
  for (const key of keys(value)) {
    // A getter may have taken it away.
    if (!hasOwn(value, key)) continue;
    const item = value[key];
    record.keys.push(key);
    record.values.push(typeof item === "symbol" || isObject(item) ? read(item, memory) : item);
  }
  return record;
}

// Blobs never change, so that a copy may share the bytes.
function copyBlob(value) {
  const { Blob, File } = importBuiltin("node:buffer");
  if (value instanceof File) return new File([value], value.name, { type: value.type, lastModified: value.lastModified });
  if (value instanceof Blob) return value.slice(0, value.size, value.type);
  return undefined;
}

function copyResizable(buffer) {
  const byteLength = byteLengthOf.call(buffer);
  const copy = new ArrayBuffer(byteLength, { maxByteLength: maxByteLengthOf.call(buffer) });
  new Uint8Array(copy).set(new Uint8Array(buffer, 0, byteLength));
  return copy;
}

// Whether a view was made without a length over a buffer that can grow. Views do not tell: it shows by growing the buffer for a
// moment. Over a buffer that cannot grow any more it makes no difference until that shrinks.
function tracksLength(view, buffer) {
  if (kindOf(buffer) !== "ArrayBuffer" || !isResizable.call(buffer)) return false;
  const before = byteLengthOf.call(buffer);
  const length = view.byteLength;
  const more = before + (view.BYTES_PER_ELEMENT ?? 1);
  if (more > maxByteLengthOf.call(buffer)) return false;
  buffer.resize(more);
  const tracks = view.byteLength !== length;
  buffer.resize(before);
  return tracks;
}

// ---- from a record to a value

// Makes the value that `serialize` has read.
export function deserialize(record, memory = new Map()) {
  if (!isObject(record)) return record;
  const known = memory.get(record);
  if (known !== undefined) return known;
  const make = (item) => deserialize(item, memory);
  const keep = (value) => {
    memory.set(record, value);
    return value;
  };
  switch (record.type) {
    case "boxed":
      return keep(Object(record.data));
    case "Date":
      return keep(new Date(record.data));
    case "RegExp":
      return keep(new RegExp(...record.data));
    case "ArrayBuffer":
    case "SharedArrayBuffer":
    case "moved":
      return keep(record.data);
    case "platform":
      return keep(record.data.make());
    case "view": {
      const View = record.name === "DataView" ? DataView : typedArrays[record.name];
      const buffer = make(record.buffer);
      return keep(record.tracksLength ? new View(buffer, record.byteOffset) : new View(buffer, record.byteOffset, record.length));
    }
    case "Map": {
      const map = keep(new Map());
      for (const [key, value] of record.entries) map.set(make(key), make(value));
      return map;
    }
    case "Set": {
      const set = keep(new Set());
      for (const item of record.items) set.add(make(item));
      return set;
    }
    case "Error":
      return makeError(record, keep, make);
    default: {
      const object = keep(record.type === "array" ? new Array(record.length) : {});
      const { keys: names, values } = record;
      for (let index = 0; index < names.length; index++) {
        const name = names[index];
        const item = values[index];
        const value = isObject(item) ? make(item) : item;
        // What is inherited may have a setter, as `__proto__` has.
        if (name in object) defineProperty(object, name, { __proto__: null, value, writable: true, enumerable: true, configurable: true });
        else object[name] = value;
      }
      return object;
    }
  }
}

function makeError(record, keep, make) {
  const error = keep(new errorTypes[record.name]());
  const hidden = (name, value) => defineProperty(error, name, { __proto__: null, value, writable: true, configurable: true });
  if (record.message !== undefined) hidden("message", record.message);
  hidden("stack", record.stack);
  if (record.cause !== undefined) hidden("cause", make(record.cause));
  return error;
}

export function structuredClone(value, options) {
  if (arguments.length === 0) throw ERR_MISSING_ARGS("value");
  const transfer = transferList(options);
  if (transfer.length === 0) {
    const copy = clonePlain(value, part);
    if (copy !== part) return copy;
  }
  return deserialize(serialize(value, transfer));
}

// What the native half asks for: an empty collection, or whether a buffer can be copied; what is in an object; and, with the copies of that, the
// whole. Nothing that scripts can change is called.
function part(object, isInside, parts) {
  const kind = kindOf(object);
  if (!isInside) {
    switch (kind) {
      case "Map":
        return new NewMap();
      case "Set":
        return new NewSet();
      default:
        return isDetached.call(object) || isResizable.call(object) ? undefined : object;
    }
  }
  if (kind === "view") {
    const name = typedArrayName.call(object);
    const [buffer, byteOffset, byteLength] = name === undefined ? dataViewFields : typedArrayFields;
    const source = buffer.call(object);
    if (parts === undefined) return kindOf(source) === "ArrayBuffer" && !isResizable.call(source) ? source : undefined;
    if (name === undefined) return new NewDataView(parts, byteOffset.call(object), byteLength.call(object));
    return new typedArrays[name](parts, byteOffset.call(object), typedArrayLength.call(object));
  }
  const isMap = kind === "Map";
  if (parts === undefined) {
    let length = 0;
    // Without a prototype, on which there might be a setter.
    const found = setPrototypeOf([], null);
    if (isMap) {
      mapForEach.call(object, (value, key) => {
        found[length++] = key;
        found[length++] = value;
      });
    } else {
      setForEach.call(object, (value) => {
        found[length++] = value;
      });
    }
    return found;
  }
  if (isMap) for (let index = 0; index < parts.length; index += 2) mapSet.call(object, parts[index], parts[index + 1]);
  else for (let index = 0; index < parts.length; index++) setAdd.call(object, parts[index]);
  return object;
}

function transferList(options) {
  if (options === undefined || options === null) return [];
  const refuse = (what) => nodeError("TypeError", "ERR_INVALID_ARG_TYPE", `Failed to execute 'structuredClone': ${what}`);
  if (!isObject(options)) throw refuse("Options cannot be converted to a dictionary");
  const { transfer } = options;
  if (transfer === undefined) return [];
  if (!isObject(transfer) || typeof transfer[Symbol.iterator] !== "function")
    throw refuse("transfer in Options cannot be converted to sequence.");
  const list = [...transfer];
  list.forEach((object, index) => {
    if (!isObject(object)) throw refuse(`transfer in Options[${index}] is not an object.`);
  });
  return list;
}
