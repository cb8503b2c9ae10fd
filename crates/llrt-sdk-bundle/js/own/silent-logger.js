// A client that was given no logger has one that does nothing: what would be told it need not be made.
import { NoOpLogger } from "@smithy/core/client";

/** Whether nobody sees what `debug` is told. */
export const isSilent = (logger) => !logger?.debug || (logger.constructor === NoOpLogger && logger.debug === NoOpLogger.prototype.debug);
