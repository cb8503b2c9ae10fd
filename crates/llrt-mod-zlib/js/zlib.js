// `node:zlib`: streams, callbacks and plain functions around native codecs.
// Node: https://nodejs.org/api/zlib.html
import { ERR_INVALID_ARG_TYPE, ERR_OUT_OF_RANGE, nodeError } from "internal:errors";
import { importBuiltin, isBuiltin, nextTick } from "internal:host";
import { validateBoolean, validateFunction, validateNumber } from "internal:validators";
import { close, crc32, openBrotli, openZlib, openZstd, reset, run, runSync, setParams, step } from "native:zlib";
import buffer from "node:buffer";
import { finished, Transform } from "node:stream";

const { Buffer, kMaxLength } = buffer;
const { isView } = ArrayBuffer;

// ---- constants

const numbered = (prefix, text) =>
  text
    .trim()
    .split(/\s+/)
    .map((pair) => pair.split("="))
    .map(([name, value]) => [prefix + name, Number(value)]);

const list = [
  ...numbered(
    "Z_",
    `NO_FLUSH=0 PARTIAL_FLUSH=1 SYNC_FLUSH=2 FULL_FLUSH=3 FINISH=4 BLOCK=5 OK=0 STREAM_END=1 NEED_DICT=2 ERRNO=-1
     STREAM_ERROR=-2 DATA_ERROR=-3 MEM_ERROR=-4 BUF_ERROR=-5 VERSION_ERROR=-6 NO_COMPRESSION=0 BEST_SPEED=1
     BEST_COMPRESSION=9 DEFAULT_COMPRESSION=-1 FILTERED=1 HUFFMAN_ONLY=2 RLE=3 FIXED=4 DEFAULT_STRATEGY=0`,
  ),
  ...numbered(
    "",
    `ZLIB_VERNUM=4897 DEFLATE=1 INFLATE=2 GZIP=3 GUNZIP=4 DEFLATERAW=5 INFLATERAW=6 UNZIP=7 BROTLI_DECODE=8 BROTLI_ENCODE=9
     ZSTD_DECOMPRESS=11 ZSTD_COMPRESS=10`,
  ),
  ...numbered(
    "Z_",
    `MIN_WINDOWBITS=8 MAX_WINDOWBITS=15 DEFAULT_WINDOWBITS=15 MIN_CHUNK=64 MAX_CHUNK=Infinity DEFAULT_CHUNK=16384 MIN_MEMLEVEL=1
     MAX_MEMLEVEL=9 DEFAULT_MEMLEVEL=8 MIN_LEVEL=-1 MAX_LEVEL=9 DEFAULT_LEVEL=-1`,
  ),
  ...numbered(
    "BROTLI_",
    `OPERATION_PROCESS=0 OPERATION_FLUSH=1 OPERATION_FINISH=2 OPERATION_EMIT_METADATA=3 PARAM_MODE=0 MODE_GENERIC=0 MODE_TEXT=1
     MODE_FONT=2 DEFAULT_MODE=0 PARAM_QUALITY=1 MIN_QUALITY=0 MAX_QUALITY=11 DEFAULT_QUALITY=11 PARAM_LGWIN=2
     MIN_WINDOW_BITS=10 MAX_WINDOW_BITS=24 LARGE_MAX_WINDOW_BITS=30 DEFAULT_WINDOW=22 PARAM_LGBLOCK=3 MIN_INPUT_BLOCK_BITS=16
     MAX_INPUT_BLOCK_BITS=24 PARAM_DISABLE_LITERAL_CONTEXT_MODELING=4 PARAM_SIZE_HINT=5 PARAM_LARGE_WINDOW=6 PARAM_NPOSTFIX=7
     PARAM_NDIRECT=8 DECODER_RESULT_ERROR=0 DECODER_RESULT_SUCCESS=1 DECODER_RESULT_NEEDS_MORE_INPUT=2
     DECODER_RESULT_NEEDS_MORE_OUTPUT=3 DECODER_PARAM_DISABLE_RING_BUFFER_REALLOCATION=0 DECODER_PARAM_LARGE_WINDOW=1
     DECODER_NO_ERROR=0 DECODER_SUCCESS=1 DECODER_NEEDS_MORE_INPUT=2 DECODER_NEEDS_MORE_OUTPUT=3
     DECODER_ERROR_FORMAT_EXUBERANT_NIBBLE=-1 DECODER_ERROR_FORMAT_RESERVED=-2 DECODER_ERROR_FORMAT_EXUBERANT_META_NIBBLE=-3
     DECODER_ERROR_FORMAT_SIMPLE_HUFFMAN_ALPHABET=-4 DECODER_ERROR_FORMAT_SIMPLE_HUFFMAN_SAME=-5 DECODER_ERROR_FORMAT_CL_SPACE=-6
     DECODER_ERROR_FORMAT_HUFFMAN_SPACE=-7 DECODER_ERROR_FORMAT_CONTEXT_MAP_REPEAT=-8 DECODER_ERROR_FORMAT_BLOCK_LENGTH_1=-9
     DECODER_ERROR_FORMAT_BLOCK_LENGTH_2=-10 DECODER_ERROR_FORMAT_TRANSFORM=-11 DECODER_ERROR_FORMAT_DICTIONARY=-12
     DECODER_ERROR_FORMAT_WINDOW_BITS=-13 DECODER_ERROR_FORMAT_PADDING_1=-14 DECODER_ERROR_FORMAT_PADDING_2=-15
     DECODER_ERROR_FORMAT_DISTANCE=-16 DECODER_ERROR_DICTIONARY_NOT_SET=-19 DECODER_ERROR_INVALID_ARGUMENTS=-20
     DECODER_ERROR_ALLOC_CONTEXT_MODES=-21 DECODER_ERROR_ALLOC_TREE_GROUPS=-22 DECODER_ERROR_ALLOC_CONTEXT_MAP=-25
     DECODER_ERROR_ALLOC_RING_BUFFER_1=-26 DECODER_ERROR_ALLOC_RING_BUFFER_2=-27 DECODER_ERROR_ALLOC_BLOCK_TYPE_TREES=-30
     DECODER_ERROR_UNREACHABLE=-31`,
  ),
  ...numbered(
    "ZSTD_",
    `e_continue=0 e_flush=1 e_end=2 fast=1 dfast=2 greedy=3 lazy=4 lazy2=5 btlazy2=6 btopt=7 btultra=8 btultra2=9
     c_compressionLevel=100 c_windowLog=101 c_hashLog=102 c_chainLog=103 c_searchLog=104 c_minMatch=105 c_targetLength=106
     c_strategy=107 c_enableLongDistanceMatching=160 c_ldmHashLog=161 c_ldmMinMatch=162 c_ldmBucketSizeLog=163
     c_ldmHashRateLog=164 c_contentSizeFlag=200 c_checksumFlag=201 c_dictIDFlag=202 c_nbWorkers=400 c_jobSize=401
     c_overlapLog=402 d_windowLogMax=100 CLEVEL_DEFAULT=3 error_no_error=0 error_GENERIC=1 error_prefix_unknown=10
     error_version_unsupported=12 error_frameParameter_unsupported=14 error_frameParameter_windowTooLarge=16
     error_corruption_detected=20 error_checksum_wrong=22 error_literals_headerWrong=24 error_dictionary_corrupted=30
     error_dictionary_wrong=32 error_dictionaryCreation_failed=34 error_parameter_unsupported=40
     error_parameter_combination_unsupported=41 error_parameter_outOfBound=42 error_tableLog_tooLarge=44
     error_maxSymbolValue_tooLarge=46 error_maxSymbolValue_tooSmall=48 error_stabilityCondition_notRespected=50
     error_stage_wrong=60 error_init_missing=62 error_memory_allocation=64 error_workSpace_tooSmall=66 error_dstSize_tooSmall=70
     error_srcSize_wrong=72 error_dstBuffer_null=74 error_noForwardProgress_destFull=80 error_noForwardProgress_inputEmpty=82`,
  ),
];

export const constants = Object.create(null);
for (const [name, value] of list)
  Object.defineProperty(constants, name, { __proto__: null, value, enumerable: true });

export const codes = {};
for (const name of [
  "Z_OK",
  "Z_STREAM_END",
  "Z_NEED_DICT",
  "Z_ERRNO",
  "Z_STREAM_ERROR",
  "Z_DATA_ERROR",
  "Z_MEM_ERROR",
  "Z_BUF_ERROR",
  "Z_VERSION_ERROR",
]) {
  codes[name] = constants[name];
  codes[constants[name]] = name;
}
Object.freeze(codes);

const { DEFLATE, INFLATE, GZIP, GUNZIP, DEFLATERAW, INFLATERAW, UNZIP } = constants;
const { BROTLI_DECODE, BROTLI_ENCODE, ZSTD_COMPRESS, ZSTD_DECOMPRESS } = constants;
const { Z_SYNC_FLUSH } = constants;

// The lowest and highest flush of a family, and those that are meant when none is named.
const ZLIB_FLUSHES = { highest: 5, none: 0, finish: 4, full: 3 };
const BROTLI_FLUSHES = { highest: 3, none: 0, finish: 2, full: 1 };
const ZSTD_FLUSHES = { highest: 2, none: 0, finish: 2, full: 1 };

// What a stronger flush is, from the weakest on, in zlib's numbers.
const STRENGTH = [0, 1, 3, 4, 5, 2];
const stronger = (one, other, family) => {
  if (family !== ZLIB_FLUSHES) return Math.max(one, other);
  return STRENGTH[one] > STRENGTH[other] ? one : other;
};

// ---- options

function isFinite(value, name) {
  if (value === undefined || Number.isNaN(value)) return false;
  if (Number.isFinite(value)) return true;
  validateNumber(value, name);
  throw ERR_OUT_OF_RANGE(name, "a finite number", value);
}

function ranged(value, name, lowest, highest, standard) {
  if (!isFinite(value, name)) return standard;
  if (value < lowest || value > highest) throw ERR_OUT_OF_RANGE(name, `>= ${lowest} and <= ${highest}`, value);
  return value;
}

// What all streams have in common.
function readCommon(options, flushes) {
  let chunkSize = constants.Z_DEFAULT_CHUNK;
  let flush = flushes.none;
  let finishFlush = flushes.finish;
  let maxOutputLength = kMaxLength;
  let rejectGarbage = false;
  if (options) {
    if (isFinite(options.chunkSize, "options.chunkSize")) {
      chunkSize = options.chunkSize;
      if (chunkSize < constants.Z_MIN_CHUNK) throw ERR_OUT_OF_RANGE("options.chunkSize", `>= ${constants.Z_MIN_CHUNK}`, chunkSize);
    }
    flush = ranged(options.flush, "options.flush", 0, flushes.highest, flush);
    finishFlush = ranged(options.finishFlush, "options.finishFlush", 0, flushes.highest, finishFlush);
    maxOutputLength = ranged(options.maxOutputLength, "options.maxOutputLength", 1, kMaxLength, kMaxLength);
    if (options.rejectGarbageAfterEnd !== undefined)
      validateBoolean((rejectGarbage = options.rejectGarbageAfterEnd), "options.rejectGarbageAfterEnd");
  }
  return { chunkSize, flush, finishFlush, maxOutputLength, rejectGarbage, flushes };
}

const WINDOW_FREE = [INFLATE, GUNZIP, UNZIP];

function readZlib(options, mode) {
  const common = readCommon(options, ZLIB_FLUSHES);
  let windowBits = constants.Z_DEFAULT_WINDOWBITS;
  let level = constants.Z_DEFAULT_COMPRESSION;
  let memLevel = constants.Z_DEFAULT_MEMLEVEL;
  let strategy = constants.Z_DEFAULT_STRATEGY;
  let dictionary;
  if (options) {
    const asked = options.windowBits;
    if ((asked == null || asked === 0) && WINDOW_FREE.includes(mode)) {
      windowBits = 0;
    } else {
      // gzip has no window of 256 bytes.
      const lowest = constants.Z_MIN_WINDOWBITS + (mode === GZIP ? 1 : 0);
      windowBits = ranged(asked, "options.windowBits", lowest, constants.Z_MAX_WINDOWBITS, windowBits);
      // What zlib writes for it says 8 and uses 9, which no reader of raw data can know.
      if (mode === DEFLATERAW && windowBits === 8) windowBits = 9;
    }
    level = ranged(options.level, "options.level", constants.Z_MIN_LEVEL, constants.Z_MAX_LEVEL, level);
    memLevel = ranged(options.memLevel, "options.memLevel", constants.Z_MIN_MEMLEVEL, constants.Z_MAX_MEMLEVEL, memLevel);
    strategy = ranged(options.strategy, "options.strategy", constants.Z_DEFAULT_STRATEGY, constants.Z_FIXED, strategy);
    dictionary = readDictionary(options);
    if (isAnyArrayBuffer(dictionary)) dictionary = Buffer.from(dictionary);
  }
  return { ...common, mode, level, strategy, open: () => openZlib(mode, windowBits, level, memLevel, strategy, dictionary) };
}

function readParams(options, isKnown, unknown) {
  const params = [];
  const seen = new Set();
  for (const name of Object.keys(options?.params ?? {})) {
    const key = Number(name);
    if (!isKnown(key) || seen.has(key)) throw unknown(name);
    seen.add(key);
    const value = options.params[name];
    if (typeof value !== "number" && typeof value !== "boolean") throw ERR_INVALID_ARG_TYPE("options.params[key]", "number", value);
    params.push(key, Number(value));
  }
  return params;
}

function readDictionary(options) {
  const dictionary = options?.dictionary;
  if (dictionary !== undefined && !isView(dictionary) && !isAnyArrayBuffer(dictionary))
    throw ERR_INVALID_ARG_TYPE("options.dictionary", ["Buffer", "TypedArray", "DataView", "ArrayBuffer"], dictionary);
  return dictionary;
}

function readBrotli(options, mode) {
  const common = readCommon(options, BROTLI_FLUSHES);
  const params = readParams(
    options,
    (key) => Number.isInteger(key) && key >= 0 && key <= constants.BROTLI_PARAM_NDIRECT,
    (name) => nodeError("RangeError", "ERR_BROTLI_INVALID_PARAM", `${name} is not a valid Brotli parameter`),
  );
  const dictionary = readDictionary(options);
  return { ...common, mode, open: () => openBrotli(mode === BROTLI_ENCODE, params, dictionary) };
}

const ZSTD_LAST_KEY = { [ZSTD_COMPRESS]: constants.ZSTD_c_overlapLog, [ZSTD_DECOMPRESS]: constants.ZSTD_d_windowLogMax };

function readZstd(options, mode) {
  const common = readCommon(options, ZSTD_FLUSHES);
  const params = readParams(
    options,
    (key) => Number.isInteger(key) && key >= 0 && key <= ZSTD_LAST_KEY[mode],
    (name) => nodeError("RangeError", "ERR_ZSTD_INVALID_PARAM", `${name} is not a valid zstd parameter`),
  );
  const dictionary = readDictionary(options);
  const pledgedSrcSize = options?.pledgedSrcSize;
  return { ...common, mode, open: () => openZstd(mode === ZSTD_COMPRESS, params, pledgedSrcSize, dictionary) };
}

// ---- streams

const arrayBufferLength = Object.getOwnPropertyDescriptor(ArrayBuffer.prototype, "byteLength").get;
const sharedLength =
  typeof SharedArrayBuffer === "function" && Object.getOwnPropertyDescriptor(SharedArrayBuffer.prototype, "byteLength").get;

function isAnyArrayBuffer(value) {
  if (value === null || typeof value !== "object") return false;
  for (const length of [arrayBufferLength, sharedLength]) {
    try {
      length.call(value);
      return true;
    } catch {}
  }
  return false;
}

const kFlush = Symbol("flush");

// Empty chunks that are written in order to flush.
const flushChunks = [0, 1, 2, 3, 4, 5].map((kind) => {
  const chunk = Buffer.alloc(0);
  chunk[kFlush] = kind;
  return chunk;
});

const trailingGarbage = () =>
  nodeError("TypeError", "ERR_TRAILING_JUNK_AFTER_STREAM_END", "Trailing junk found after the end of the compressed stream");

function ZlibBase(options, settings) {
  // A stream of bytes, whatever is asked for.
  const plain = options?.encoding || options?.objectMode || options?.writableObjectMode;
  const bytes = plain ? { ...options, encoding: null, objectMode: false, writableObjectMode: false } : options;
  const handle = settings.open();
  Transform.call(this, { autoDestroy: true, ...bytes });
  this.bytesWritten = 0;
  this._handle = handle;
  this._chunkSize = settings.chunkSize;
  this._defaultFlushFlag = settings.flush;
  this._finishFlushFlag = settings.finishFlush;
  this._defaultFullFlushFlag = settings.flushes.full;
  this._flushes = settings.flushes;
  this._info = options?.info;
  this._maxOutputLength = settings.maxOutputLength;
  this._rejectGarbageAfterEnd = settings.rejectGarbage;
  this._level = settings.level;
  this._strategy = settings.strategy;
  this._mode = settings.mode;
}
Object.setPrototypeOf(ZlibBase.prototype, Transform.prototype);
Object.setPrototypeOf(ZlibBase, Transform);

function closeHandle(stream) {
  if (stream._handle) close(stream._handle);
  stream._handle = null;
}

const methods = {
  reset() {
    if (!this._handle) throw nodeError("Error", "ERR_INTERNAL_ASSERTION", "zlib binding closed");
    return reset(this._handle);
  },

  // The writable side ends by `prefinish`, which calls `_flush`.
  _final(callback) {
    callback();
  },

  _flush(callback) {
    this._transform(Buffer.alloc(0), "", callback);
  },

  flush(kind, callback) {
    if (typeof kind === "function" || (kind === undefined && !callback)) {
      callback = kind;
      kind = this._defaultFullFlushFlag;
    }
    if (this.writableFinished) {
      if (callback) nextTick(callback);
    } else if (this.writableEnded) {
      if (callback) this.once("end", callback);
    } else {
      this.write(flushChunks[kind], "", callback);
    }
  },

  close(callback) {
    if (callback) finished(this, callback);
    this.destroy();
  },

  _destroy(error, callback) {
    closeHandle(this);
    callback(error);
  },

  _transform(chunk, encoding, callback) {
    let flush = this._defaultFlushFlag;
    if (typeof chunk[kFlush] === "number") flush = chunk[kFlush];
    // The last chunk, or one with nothing but flushes behind it.
    if (this.writableEnded && this.writableLength === chunk.byteLength)
      flush = stronger(flush, this._finishFlushFlag, this._flushes);
    work(this, chunk, flush, callback);
  },

  // For programs that reach into streams, as some do: with a callback as a stream does, without one at once.
  _processChunk(chunk, flush, callback) {
    if (typeof callback === "function") {
      work(this, chunk, flush, callback);
      return;
    }
    const [output, read] = runSync(this._handle, flush, chunk, this._maxOutputLength);
    this.bytesWritten += read;
    closeHandle(this);
    return output;
  },
};

function work(stream, chunk, flush, callback) {
  const handle = stream._handle;
  if (!handle) {
    nextTick(callback);
    return;
  }
  const go = (input) => step(handle, flush, input, stream._chunkSize, done);
  const done = (error, output, read, space, left) => {
    if (stream.destroyed) {
      callback();
      return;
    }
    if (error) {
      stream.destroy(error);
      return;
    }
    stream.bytesWritten += read;
    const isFull = output.length > 0 && !stream.push(output);
    if (stream.destroyed) {
      callback();
      return;
    }
    // There may be more that did not fit.
    if (space === 0) {
      if (!isFull) {
        go(undefined);
        return;
      }
      const read = stream._read;
      stream._read = (size) => {
        stream._read = read;
        go(undefined);
        stream._read(size);
      };
      return;
    }
    // Nothing of what is left is part of the stream.
    if (left > 0) {
      if (stream._rejectGarbageAfterEnd) {
        stream.destroy(trailingGarbage());
        return;
      }
      stream.push(null);
    }
    callback();
  };
  go(chunk);
}

for (const [name, value] of Object.entries(methods))
  Object.defineProperty(ZlibBase.prototype, name, { __proto__: null, value, writable: true, configurable: true });
Object.defineProperty(ZlibBase.prototype, "_closed", {
  __proto__: null,
  configurable: true,
  get() {
    return !this._handle;
  },
});

function inherit(name, parent, body) {
  Object.defineProperty(body, "name", { value: name });
  Object.defineProperty(body.prototype, "constructor", { value: body, writable: true, configurable: true });
  Object.setPrototypeOf(body.prototype, parent.prototype);
  Object.setPrototypeOf(body, parent);
  return body;
}

const Zlib = inherit("Zlib", ZlibBase, function (options, mode) {
  ZlibBase.call(this, options, readZlib(options, mode));
});
const Brotli = inherit("Brotli", ZlibBase, function (options, mode) {
  ZlibBase.call(this, options, readBrotli(options, mode));
});
const Zstd = inherit("Zstd", ZlibBase, function (options, mode) {
  ZlibBase.call(this, options, readZstd(options, mode));
});

Object.defineProperty(Zlib.prototype, "params", {
  __proto__: null,
  writable: true,
  configurable: true,
  value: function params(level, strategy, callback) {
    level = ranged(level, "level", constants.Z_MIN_LEVEL, constants.Z_MAX_LEVEL, this._level);
    strategy = ranged(strategy, "strategy", constants.Z_DEFAULT_STRATEGY, constants.Z_FIXED, this._strategy);
    if (this._level === level && this._strategy === strategy) {
      if (callback) nextTick(callback);
      return;
    }
    this.flush(Z_SYNC_FLUSH, () => {
      if (!this._handle) throw nodeError("Error", "ERR_INTERNAL_ASSERTION", "zlib binding closed");
      setParams(this._handle, level, strategy);
      this._level = level;
      this._strategy = strategy;
      callback?.();
    });
  },
});

function warnOfCall(name) {
  if (isBuiltin("node:process"))
    importBuiltin("node:process").emitWarning(
      `Instantiating ${name} without the 'new' keyword has been deprecated.`,
      "DeprecationWarning",
      "DEP0184",
    );
}

function streamClass(name, parent, mode) {
  const made = inherit(name, parent, function (options) {
    if (!(this instanceof made)) {
      warnOfCall(name);
      return new made(options);
    }
    parent.call(this, options, mode);
  });
  return made;
}

export const Deflate = streamClass("Deflate", Zlib, DEFLATE);
export const Inflate = streamClass("Inflate", Zlib, INFLATE);
export const Gzip = streamClass("Gzip", Zlib, GZIP);
export const Gunzip = streamClass("Gunzip", Zlib, GUNZIP);
export const DeflateRaw = streamClass("DeflateRaw", Zlib, DEFLATERAW);
export const InflateRaw = streamClass("InflateRaw", Zlib, INFLATERAW);
export const Unzip = streamClass("Unzip", Zlib, UNZIP);
export const BrotliCompress = streamClass("BrotliCompress", Brotli, BROTLI_ENCODE);
export const BrotliDecompress = streamClass("BrotliDecompress", Brotli, BROTLI_DECODE);
export const ZstdCompress = streamClass("ZstdCompress", Zstd, ZSTD_COMPRESS);
export const ZstdDecompress = streamClass("ZstdDecompress", Zstd, ZSTD_DECOMPRESS);

// ---- functions

function checkInput(input) {
  if (typeof input === "string" || isView(input) || isAnyArrayBuffer(input)) return;
  throw ERR_INVALID_ARG_TYPE("buffer", ["string", "Buffer", "TypedArray", "DataView", "ArrayBuffer"], input);
}

const lengthOf = (input) => (typeof input === "string" ? Buffer.byteLength(input) : input.byteLength);

function later(Class, readOptions, mode, name) {
  const body = function (input, options, callback) {
    if (typeof options === "function") {
      callback = options;
      options = {};
    }
    const settings = readOptions(options, mode);
    const handle = settings.open();
    validateFunction(callback, "callback");
    checkInput(input);
    const engine = options?.info ? new Class(options) : undefined;
    run(handle, settings.finishFlush, input, settings.maxOutputLength, (error, output, read) => {
      if (!error && settings.rejectGarbage && read < lengthOf(input)) error = trailingGarbage();
      if (error) callback(error);
      else callback(null, engine ? { buffer: output, engine } : output);
    });
  };
  return Object.defineProperty(body, "name", { value: name });
}

function atOnce(Class, readOptions, mode, name) {
  const body = function (input, options) {
    const settings = readOptions(options, mode);
    const handle = settings.open();
    checkInput(input);
    let output, read;
    try {
      [output, read] = runSync(handle, settings.finishFlush, input, settings.maxOutputLength);
    } finally {
      close(handle);
    }
    if (settings.rejectGarbage && read < lengthOf(input)) throw trailingGarbage();
    if (!options?.info) return output;
    const engine = new Class(options);
    engine.bytesWritten = read;
    closeHandle(engine);
    return { buffer: output, engine };
  };
  return Object.defineProperty(body, "name", { value: name });
}

export const deflate = later(Deflate, readZlib, DEFLATE, "deflate");
export const deflateSync = atOnce(Deflate, readZlib, DEFLATE, "deflateSync");
export const gzip = later(Gzip, readZlib, GZIP, "gzip");
export const gzipSync = atOnce(Gzip, readZlib, GZIP, "gzipSync");
export const deflateRaw = later(DeflateRaw, readZlib, DEFLATERAW, "deflateRaw");
export const deflateRawSync = atOnce(DeflateRaw, readZlib, DEFLATERAW, "deflateRawSync");
export const unzip = later(Unzip, readZlib, UNZIP, "unzip");
export const unzipSync = atOnce(Unzip, readZlib, UNZIP, "unzipSync");
export const inflate = later(Inflate, readZlib, INFLATE, "inflate");
export const inflateSync = atOnce(Inflate, readZlib, INFLATE, "inflateSync");
export const gunzip = later(Gunzip, readZlib, GUNZIP, "gunzip");
export const gunzipSync = atOnce(Gunzip, readZlib, GUNZIP, "gunzipSync");
export const inflateRaw = later(InflateRaw, readZlib, INFLATERAW, "inflateRaw");
export const inflateRawSync = atOnce(InflateRaw, readZlib, INFLATERAW, "inflateRawSync");
export const brotliCompress = later(BrotliCompress, readBrotli, BROTLI_ENCODE, "brotliCompress");
export const brotliCompressSync = atOnce(BrotliCompress, readBrotli, BROTLI_ENCODE, "brotliCompressSync");
export const brotliDecompress = later(BrotliDecompress, readBrotli, BROTLI_DECODE, "brotliDecompress");
export const brotliDecompressSync = atOnce(BrotliDecompress, readBrotli, BROTLI_DECODE, "brotliDecompressSync");
export const zstdCompress = later(ZstdCompress, readZstd, ZSTD_COMPRESS, "zstdCompress");
export const zstdCompressSync = atOnce(ZstdCompress, readZstd, ZSTD_COMPRESS, "zstdCompressSync");
export const zstdDecompress = later(ZstdDecompress, readZstd, ZSTD_DECOMPRESS, "zstdDecompress");
export const zstdDecompressSync = atOnce(ZstdDecompress, readZstd, ZSTD_DECOMPRESS, "zstdDecompressSync");

const maker = (Class) =>
  Object.defineProperty(
    function (options) {
      return new Class(options);
    },
    "name",
    { value: `create${Class.name}` },
  );

export const createDeflate = maker(Deflate);
export const createInflate = maker(Inflate);
export const createDeflateRaw = maker(DeflateRaw);
export const createInflateRaw = maker(InflateRaw);
export const createGzip = maker(Gzip);
export const createGunzip = maker(Gunzip);
export const createUnzip = maker(Unzip);
export const createBrotliCompress = maker(BrotliCompress);
export const createBrotliDecompress = maker(BrotliDecompress);
export const createZstdCompress = maker(ZstdCompress);
export const createZstdDecompress = maker(ZstdDecompress);

export { crc32 };

const zlib = {
  crc32,
  Deflate,
  Inflate,
  Gzip,
  Gunzip,
  DeflateRaw,
  InflateRaw,
  Unzip,
  BrotliCompress,
  BrotliDecompress,
  ZstdCompress,
  ZstdDecompress,
  deflate,
  deflateSync,
  gzip,
  gzipSync,
  deflateRaw,
  deflateRawSync,
  unzip,
  unzipSync,
  inflate,
  inflateSync,
  gunzip,
  gunzipSync,
  inflateRaw,
  inflateRawSync,
  brotliCompress,
  brotliCompressSync,
  brotliDecompress,
  brotliDecompressSync,
  zstdCompress,
  zstdCompressSync,
  zstdDecompress,
  zstdDecompressSync,
};
for (const [name, value] of Object.entries({
  createDeflate,
  createInflate,
  createDeflateRaw,
  createInflateRaw,
  createGzip,
  createGunzip,
  createUnzip,
  createBrotliCompress,
  createBrotliDecompress,
  createZstdCompress,
  createZstdDecompress,
}))
  Object.defineProperty(zlib, name, { __proto__: null, value, enumerable: true, configurable: true });
// As before there was `constants`.
for (const [name, value] of list)
  if (!/^(?:BROTLI|ZSTD)_/.test(name)) Object.defineProperty(zlib, name, { __proto__: null, value });
for (const [name, value] of Object.entries({ constants, codes }))
  Object.defineProperty(zlib, name, { __proto__: null, value, enumerable: true });

export default zlib;
