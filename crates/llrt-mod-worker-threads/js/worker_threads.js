// node:worker_threads: the facts of the only thread, and messages. Node: https://nodejs.org/api/worker_threads.html
import { BroadcastChannel, MessageChannel, MessagePort, receiveMessageOnPort, uncloneable, untransferable } from "internal:messaging";
import { ERR_NOT_SUPPORTED, nodeError } from "internal:errors";

export { BroadcastChannel, MessageChannel, MessagePort, receiveMessageOnPort };
export const isMainThread = true;
export const isInternalThread = false;
export const threadId = 0;
export const threadName = "";
export const parentPort = null;
export const workerData = null;
export const resourceLimits = {};
export const SHARE_ENV = Symbol.for("nodejs.worker_threads.SHARE_ENV");

export class Worker {
  constructor() {
    throw ERR_NOT_SUPPORTED("worker_threads.Worker");
  }
}

const isObject = (value) => (typeof value === "object" && value !== null) || typeof value === "function";
export function markAsUntransferable(object) {
  if (isObject(object)) untransferable.add(object);
}
export const isMarkedAsUntransferable = (object) => isObject(object) && untransferable.has(object);
export function markAsUncloneable(object) {
  if (isObject(object)) uncloneable.add(object);
}
export function moveMessagePortToContext() {
  throw ERR_NOT_SUPPORTED("worker_threads.moveMessagePortToContext()");
}

const environment = new Map();
export function setEnvironmentData(key, value) {
  if (value === undefined) environment.delete(key);
  else environment.set(key, value);
}
export const getEnvironmentData = (key) => environment.get(key);

export async function postMessageToThread(id) {
  if (id === threadId) throw nodeError("Error", "ERR_WORKER_MESSAGING_SAME_THREAD", "Cannot sent a message to the same thread");
  throw nodeError("Error", "ERR_WORKER_MESSAGING_FAILED", "Cannot find the destination thread or listener");
}

export default {
  isInternalThread, isMainThread, MessagePort, MessageChannel, markAsUncloneable, markAsUntransferable, isMarkedAsUntransferable, moveMessagePortToContext,
  receiveMessageOnPort, resourceLimits, postMessageToThread, threadId, threadName, SHARE_ENV, Worker, parentPort, workerData, BroadcastChannel,
  setEnvironmentData, getEnvironmentData,
};
