// node:v8, as far as another engine can be it. Node: https://nodejs.org/api/v8.html
import { heap, instancesOf, startProfile } from "native:v8";
import { DefaultDeserializer, DefaultSerializer, deserialize, Deserializer, serialize, Serializer } from "internal:serdes";
import { ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_NOT_SUPPORTED, nodeError } from "internal:errors";
import { importBuiltin, isBuiltin } from "internal:host";
import { validateFunction, validateObject, validateString, validateUint32 } from "internal:validators";

export { DefaultDeserializer, DefaultSerializer, deserialize, Deserializer, serialize, Serializer };

// ---- the heap, with the engine's figures; what it does not count is 0

export function getHeapStatistics() {
  const [allocated, used, external, limit, contexts] = heap();
  return {
    total_heap_size: allocated, total_heap_size_executable: 0, total_physical_size: allocated, total_available_size: limit - used, used_heap_size: used,
    heap_size_limit: limit, malloced_memory: allocated, peak_malloced_memory: allocated, does_zap_garbage: 0, number_of_native_contexts: contexts,
    number_of_detached_contexts: 0, total_global_handles_size: 0, used_global_handles_size: 0, external_memory: external, total_allocated_bytes: allocated,
  };
}
export function getHeapSpaceStatistics() {
  const [allocated, used] = heap();
  return [{ space_name: "heap", space_size: allocated, space_used_size: used, space_available_size: allocated - used, physical_space_size: allocated }];
}
export function getHeapCodeStatistics() {
  return { code_and_metadata_size: 0, bytecode_and_metadata_size: 0, external_script_source_size: 0, cpu_profiler_metadata_size: 0 };
}


// There is no V8 to set.
export function setFlagsFromString(text) {
  validateString(text, "flags");
  throw ERR_NOT_SUPPORTED("v8.setFlagsFromString()");
}
export function cachedDataVersionTag() {
  let tag = 2166136261;
  for (const c of "quickjs") tag = Math.imul(tag ^ c.charCodeAt(0), 16777619) >>> 0;
  return tag;
}

export function isStringOneByteRepresentation(text) {
  validateString(text, "content");
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 255) return false;
  return true;
}

// ---- what needs V8

const missing = (name) => ({ [name]() { throw ERR_NOT_SUPPORTED(`v8.${name}()`); } })[name];
export const getHeapSnapshot = missing("getHeapSnapshot");
export const writeHeapSnapshot = missing("writeHeapSnapshot");
export const getCppHeapStatistics = missing("getCppHeapStatistics");
// Without NODE_V8_COVERAGE they do nothing in Node.js either.
export const takeCoverage = () => {};
export const stopCoverage = () => {};
export function setHeapSnapshotNearHeapLimit(limit) {
  validateUint32(limit, "limit", true);
  throw ERR_NOT_SUPPORTED("v8.setHeapSnapshotNearHeapLimit()");
}

let warnedOfQuery = false;
export function queryObjects(constructor, options = undefined) {
  validateFunction(constructor, "constructor");
  if (options !== undefined) validateObject(options, "options");
  const format = options?.format || "count";
  if (format !== "count" && format !== "summary") throw ERR_INVALID_ARG_VALUE("options.format", format);
  if (!warnedOfQuery && isBuiltin("node:process")) {
    warnedOfQuery = true;
    importBuiltin("node:process").default.emitWarning("v8.queryObjects() is an experimental feature and might change at any time", "ExperimentalWarning");
  }
  const { prototype } = constructor;
  const found = prototype === null || typeof prototype !== "object" ? [] : instancesOf(prototype);
  if (found === undefined) throw ERR_NOT_SUPPORTED("v8.queryObjects()");
  if (format === "count") return found.length;
  const { inspect } = importBuiltin("node:util");
  return found.map((object) => inspect(object, { depth: 0 }));
}

class SyncCPUProfileHandle {
  #stop = startProfile();

  // The text of a .cpuprofile file, once.
  stop() {
    return this.#stop();
  }
  [Symbol.dispose]() {
    this.#stop();
  }
}
export const startCpuProfile = () => new SyncCPUProfileHandle();

export class GCProfiler {
  #startedAt;

  start() {
    this.#startedAt ??= Date.now();
  }
  // The engine does not tell of its collections: there are none to list.
  stop() {
    if (this.#startedAt === undefined) return undefined;
    const startTime = this.#startedAt;
    this.#startedAt = undefined;
    return { version: 1, startTime, statistics: [], endTime: Date.now() };
  }
  [Symbol.dispose]() {
    this.stop();
  }
}

const notBuilding = () => {
  throw nodeError("Error", "ERR_NOT_BUILDING_SNAPSHOT", "Operation cannot be invoked when not building startup snapshot");
};
export const startupSnapshot = {
  addDeserializeCallback: notBuilding, addSerializeCallback: notBuilding, setDeserializeMainFunction: notBuilding, isBuildingSnapshot: () => false,
};

// ---- promise hooks

const { getPrototypeOf } = Object;
const asyncKinds = [getPrototypeOf(async () => {}), getPrototypeOf(async function* () {})];
function checkHook(callback, name) {
  validateFunction(callback, name);
  if (asyncKinds.includes(getPrototypeOf(callback))) throw ERR_INVALID_ARG_TYPE(name, "function", callback);
}
const watch = (watcher) => {
  if (!isBuiltin("node:async_hooks")) throw ERR_NOT_SUPPORTED("v8.promiseHooks without node:async_hooks");
  return importBuiltin("internal:async-hooks").watchPromises(watcher);
};
const hook = (event) => (callback) => {
  checkHook(callback, `${event}Hook`);
  return watch({ __proto__: null, [event]: callback });
};
export const promiseHooks = {
  createHook({ init, before, after, settled } = {}) {
    const given = { __proto__: null, init, before, after, settled };
    for (const event in given) if (given[event]) checkHook(given[event], `${event}Hook`);
    return watch(given);
  },
  onInit: hook("init"), onBefore: hook("before"), onAfter: hook("after"), onSettled: hook("settled"),
};

export default {
  cachedDataVersionTag, getHeapSnapshot, getHeapStatistics, getHeapSpaceStatistics, getHeapCodeStatistics, getCppHeapStatistics, setFlagsFromString,
  Serializer, Deserializer, DefaultSerializer, DefaultDeserializer, deserialize, takeCoverage, stopCoverage, serialize, writeHeapSnapshot, promiseHooks,
  queryObjects, startupSnapshot, setHeapSnapshotNearHeapLimit, GCProfiler, isStringOneByteRepresentation, startCpuProfile,
};
