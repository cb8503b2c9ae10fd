import { importBuiltin } from "internal:host";
export const filePromises = {};
export const fileIntercept = {};

// Read in place: these files are small, usually absent, and the thread pool would cost more than the read.
const read = async (path) => importBuiltin("internal:text-file").readTextFile(path);

export const readFile = (path, options) => {
  const intercepted = fileIntercept[path];
  if (intercepted !== undefined) return intercepted;
  if (!filePromises[path] || options?.ignoreCache) filePromises[path] = read(path);
  return filePromises[path];
};
