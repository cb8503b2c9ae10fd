// `internal:streams`: the part of readable-stream that every user of `node:stream` needs.
//
// The names here differ from those inside readable-stream, because the bundler would rename its functions, whose names show.
// It is required instead of imported, because then the bundler does not copy its exports into a namespace first.
import errorsPart from "./shims/errors.js";
import processPart from "./shims/process.js";
import utilPart from "./shims/util.js";

const addAbortSignalPart = require("readable-stream/lib/internal/streams/add-abort-signal.js");
const destroyPart = require("readable-stream/lib/internal/streams/destroy.js");
const duplexPart = require("readable-stream/lib/internal/streams/duplex.js");
const eosPart = require("readable-stream/lib/internal/streams/end-of-stream.js");
const fromPart = require("readable-stream/lib/internal/streams/from.js");
const legacyPart = require("readable-stream/lib/internal/streams/legacy.js");
const passThroughPart = require("readable-stream/lib/internal/streams/passthrough.js");
const readablePart = require("readable-stream/lib/internal/streams/readable.js");
const statePart = require("readable-stream/lib/internal/streams/state.js");
const transformPart = require("readable-stream/lib/internal/streams/transform.js");
const utilsPart = require("readable-stream/lib/internal/streams/utils.js");
const writablePart = require("readable-stream/lib/internal/streams/writable.js");
const primordialsPart = require("readable-stream/lib/ours/primordials.js");

export {
  addAbortSignalPart as addAbortSignal,
  destroyPart as destroy,
  duplexPart as Duplex,
  eosPart as eos,
  errorsPart as errors,
  fromPart as from,
  legacyPart as legacy,
  passThroughPart as PassThrough,
  primordialsPart as primordials,
  processPart as process,
  readablePart as Readable,
  statePart as state,
  transformPart as Transform,
  utilPart as util,
  utilsPart as utils,
  writablePart as Writable,
};
