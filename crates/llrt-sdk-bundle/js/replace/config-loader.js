import { chain } from "../property-provider/chain";
import { getConfigFilepath } from "../shared-ini-file-loader/getConfigFilepath";
import { getCredentialsFilepath } from "../shared-ini-file-loader/getCredentialsFilepath";
import { getProfileName } from "../shared-ini-file-loader/getProfileName";
import { loadSharedConfigFiles } from "../shared-ini-file-loader/loadSharedConfigFiles";
import { fileIntercept, filePromises } from "../shared-ini-file-loader/readFile";
import { fromEnv } from "./fromEnv";
import { fromSharedConfigFiles } from "./fromSharedConfigFiles";
import { fromStatic } from "./fromStatic";
import { isSilent } from "own:silent-logger";

/**
 * A client asks for a dozen options, of which the environment and the shared files usually have none. The package parses the files for
 * each of them, and makes four errors, with their stacks, to say that one is in neither. Here a value that is not there is just that;
 * the files are parsed once for as long as they and their places are the same, and what was parsed is at hand for the next option. With a
 * logger, which those errors tell of, the package's own chain does it.
 *
 * As the package's `memoize` does, one attempt is made at a time, and what it finds is kept: here the promise is.
 */
export const loadConfig = (
  { environmentVariableSelector: fromEnvironment, configFileSelector: fromFile, default: byDefault },
  configuration,
) => {
  const option = { fromEnvironment, fromFile, byDefault, init: { ...configuration }, loaded: undefined, loading: undefined };
  return (options) => (option.loaded === undefined || options?.forceRefresh ? (option.loading ??= load(option)) : option.loaded);
};

async function load(option) {
  try {
    const value = await find(option);
    option.loaded = option.loading;
    return value;
  } finally {
    option.loading = undefined;
  }
}

async function find(option) {
  const init = option.init;
  const logger = init.logger;
  const options = { signingName: init.signingName, logger };
  if (!isSilent(logger))
    return chain(fromEnv(option.fromEnvironment, options), fromSharedConfigFiles(option.fromFile, init), fromStatic(option.byDefault))();
  let value = selected(option.fromEnvironment, process.env, options);
  if (value !== undefined) return value;
  const profile = getProfileName(init);
  const shared = sharedFiles(init);
  const files = shared.files ?? (await shared.parsed);
  let first = files.configFile;
  let second = files.credentialsFile;
  if ((init.preferredFile ?? "config") !== "config") [first, second] = [second, first];
  value = selected(option.fromFile, { ...second[profile], ...first[profile] }, first);
  if (value !== undefined) return value;
  value = option.byDefault;
  return typeof value === "function" ? value() : value;
}

/** What a selector finds; one that throws has found nothing. */
function selected(selector, from, more) {
  try {
    return selector(from, more);
  } catch {
    return undefined;
  }
}

let known;

/** The promise of both files' sections, `parsed`, and, from when it is there, what it promises: `files`. */
function sharedFiles(init) {
  if (init.ignoreCache) return { parsed: loadSharedConfigFiles(init) };
  const env = process.env;
  if (
    known !== undefined &&
    known.filepath === init.filepath &&
    known.configFilepath === init.configFilepath &&
    known.credentialsVariable === env.AWS_SHARED_CREDENTIALS_FILE &&
    known.configVariable === env.AWS_CONFIG_FILE &&
    known.home === (env.HOME || env.USERPROFILE) &&
    known.config === contentOf(known.configPath) &&
    known.credentials === contentOf(known.credentialsPath)
  )
    return known;
  const { filepath: credentialsPath = getCredentialsFilepath(), configFilepath: configPath = getConfigFilepath() } = init;
  const parsed = loadSharedConfigFiles({ filepath: credentialsPath, configFilepath: configPath });
  // A path below "~" is resolved by the package, again each time.
  if (credentialsPath.startsWith("~/") || configPath.startsWith("~/")) return { parsed };
  const fresh = {
    filepath: init.filepath,
    configFilepath: init.configFilepath,
    credentialsVariable: env.AWS_SHARED_CREDENTIALS_FILE,
    configVariable: env.AWS_CONFIG_FILE,
    home: env.HOME || env.USERPROFILE,
    configPath,
    credentialsPath,
    config: contentOf(configPath),
    credentials: contentOf(credentialsPath),
    parsed,
    files: undefined,
  };
  parsed.then((files) => (fresh.files = files));
  return (known = fresh);
}

/** The promise of a file's text that `readFile` gives: another one when the file is read anew. */
const contentOf = (path) => fileIntercept[path] ?? filePromises[path];
