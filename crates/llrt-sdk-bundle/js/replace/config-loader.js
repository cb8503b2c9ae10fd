import { NoOpLogger } from "@smithy/core/client";
import { chain } from "../property-provider/chain";
import { memoize } from "../property-provider/memoize";
import { getConfigFilepath } from "../shared-ini-file-loader/getConfigFilepath";
import { getCredentialsFilepath } from "../shared-ini-file-loader/getCredentialsFilepath";
import { getProfileName } from "../shared-ini-file-loader/getProfileName";
import { loadSharedConfigFiles } from "../shared-ini-file-loader/loadSharedConfigFiles";
import { readFile } from "../shared-ini-file-loader/readFile";
import { fromEnv } from "./fromEnv";
import { fromSharedConfigFiles } from "./fromSharedConfigFiles";
import { fromStatic } from "./fromStatic";

/**
 * A client asks for a dozen options, of which the environment and the shared files usually have none. The package parses the files for
 * each of them, and makes four errors, with their stacks, to say that one is in neither. Here a value that is not there is just that;
 * the files are parsed once for as long as they and their places are the same. With a logger, which those errors tell of, the package's
 * own chain does it.
 */
export const loadConfig = ({ environmentVariableSelector, configFileSelector, default: defaultValue }, configuration = {}) => {
  const { signingName, logger } = configuration;
  const options = { signingName, logger };
  const whole = () =>
    chain(fromEnv(environmentVariableSelector, options), fromSharedConfigFiles(configFileSelector, configuration), fromStatic(defaultValue))();
  const direct = async () => {
    const fromEnvironment = selected(environmentVariableSelector, process.env, options);
    if (fromEnvironment !== undefined) return fromEnvironment;
    const fromFile = await fromFiles(configFileSelector, configuration);
    if (fromFile !== undefined) return fromFile;
    return typeof defaultValue === "function" ? defaultValue() : defaultValue;
  };
  return memoize(() => (isSilent(logger) ? direct() : whole()));
};

const isSilent = (logger) => logger === undefined || (logger.constructor === NoOpLogger && logger.debug === NoOpLogger.prototype.debug);

/** What a selector finds; one that throws has found nothing. */
function selected(selector, ...from) {
  try {
    return selector(...from);
  } catch {
    return undefined;
  }
}

async function fromFiles(selector, { preferredFile = "config", ...init }) {
  const profile = getProfileName(init);
  const { configFile, credentialsFile } = await parsedFiles(init);
  const [first, second] = preferredFile === "config" ? [configFile, credentialsFile] : [credentialsFile, configFile];
  return selected(selector, { ...second[profile], ...first[profile] }, first);
}

let known;

function parsedFiles(init) {
  if (init.ignoreCache) return loadSharedConfigFiles(init);
  const { HOME, USERPROFILE, AWS_CONFIG_FILE, AWS_SHARED_CREDENTIALS_FILE } = process.env;
  const key = [init.filepath, init.configFilepath, HOME, USERPROFILE, AWS_CONFIG_FILE, AWS_SHARED_CREDENTIALS_FILE].join("\n");
  if (known?.key === key && known.files.every(([path, content]) => readFile(path) === content)) return known.parsed;
  const { filepath = getCredentialsFilepath(), configFilepath = getConfigFilepath() } = init;
  // A path below "~" is resolved by the package, again each time.
  if (filepath.startsWith("~/") || configFilepath.startsWith("~/")) return loadSharedConfigFiles(init);
  const parsed = loadSharedConfigFiles(init);
  known = { key, files: [configFilepath, filepath].map((path) => [path, readFile(path)]), parsed };
  return parsed;
}
