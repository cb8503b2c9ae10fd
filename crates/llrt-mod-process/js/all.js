// node:process for who imports of it what is made when it is read: the loader gives them this in its place.
import process from "node:process";

export * from "node:process";
export default process;
export const {
  _events, _eventsCount, _maxListeners, allowedNodeEnvironmentFlags, debugPort, exitCode, finalization, sourceMapsEnabled, stderr, stdin, stdout,
} = process;
