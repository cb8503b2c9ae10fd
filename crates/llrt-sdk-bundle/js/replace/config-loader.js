import { NoOpLogger } from "@smithy/core/client";
import { chain } from "../property-provider/chain";
import { getConfigFilepath } from "../shared-ini-file-loader/getConfigFilepath";
import { getCredentialsFilepath } from "../shared-ini-file-loader/getCredentialsFilepath";
import { getProfileName } from "../shared-ini-file-loader/getProfileName";
import { loadSharedConfigFiles } from "../shared-ini-file-loader/loadSharedConfigFiles";
import { fileIntercept, filePromises } from "../shared-ini-file-loader/readFile";
import { fromEnv } from "./fromEnv";
import { fromSharedConfigFiles } from "./fromSharedConfigFiles";
import { fromStatic } from "./fromStatic";

/**
 * A client asks for a dozen options, of which the environment and the shared files usually have none. The package parses the files for
 * each of them, and makes four errors, with their stacks, to say that one is in neither. Here a value that is not there is just that;
 * the files are parsed once for as long as they and their places are the same, and what was parsed is at hand for the next option. With a
 * logger, which those errors tell of, the package's own chain does it.
 *
 * As the package's `memoize` does, one attempt is made at a time, and what it finds is kept: here the promise is.
 */
export const loadConfig = ({ environmentVariableSelector, configFileSelector, default: defaultValue }, configuration) => {
  const option = { environmentVariableSelector, configFileSelector, defaultValue, init: { ...configuration }, loaded: undefined, loading: undefined };
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

async function find({ environmentVariableSelector, configFileSelector, defaultValue, init }) {
  const { signingName, logger, preferredFile = "config" } = init;
  const options = { signingName, logger };
  if (!isSilent(logger))
    return chain(fromEnv(environmentVariableSelector, options), fromSharedConfigFiles(configFileSelector, init), fromStatic(defaultValue))();
  let value = selected(environmentVariableSelector, process.env, options);
  if (value !== undefined) return value;
  const profile = getProfileName(init);
  const shared = sharedFiles(init);
  const { configFile, credentialsFile } = shared.files ?? (await shared.parsed);
  value =
    preferredFile === "config"
      ? selected(configFileSelector, { ...credentialsFile[profile], ...configFile[profile] }, configFile)
      : selected(configFileSelector, { ...configFile[profile], ...credentialsFile[profile] }, credentialsFile);
  if (value !== undefined) return value;
  return typeof defaultValue === "function" ? defaultValue() : defaultValue;
}

const isSilent = (logger) => logger === undefined || (logger.constructor === NoOpLogger && logger.debug === NoOpLogger.prototype.debug);

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
  const { env } = process;
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
