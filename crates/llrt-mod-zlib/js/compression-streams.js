// `CompressionStream` and `DecompressionStream`: https://compression.spec.whatwg.org/
import { ERR_INVALID_ARG_VALUE, ERR_INVALID_THIS } from "internal:errors";
import { importBuiltin } from "internal:host";

const FORMATS = ["deflate", "deflate-raw", "gzip", "brotli", "zstd"];
const COMPRESSORS = ["createDeflate", "createDeflateRaw", "createGzip", "createBrotliCompress", "createZstdCompress"];
const DECOMPRESSORS = ["createInflate", "createInflateRaw", "createGunzip", "createBrotliDecompress", "createZstdDecompress"];

// zlib is loaded with the first stream, not with the classes.
function open(makers, format, options) {
  const index = FORMATS.indexOf(`${format}`);
  if (index < 0) {
    const names = FORMATS.map((name) => `'${name}'`);
    throw ERR_INVALID_ARG_VALUE("format", format, `must be one of: ${names.join(", ")}`);
  }
  const stream = importBuiltin("node:zlib")[makers[index]](options);
  // The standard wants a TypeError for bad data.
  const { destroy } = stream;
  stream.destroy = function (error, callback) {
    if (error && typeof error.errno === "number") {
      const typed = new TypeError(error.message, { cause: error });
      typed.code = error.code;
      error = typed;
    }
    return destroy.call(this, error, callback);
  };
  return importBuiltin("node:stream").Duplex.toWeb(stream);
}

function tag(Class) {
  for (const name of ["readable", "writable"])
    Object.defineProperty(Class.prototype, name, { __proto__: null, enumerable: true });
  Object.defineProperty(Class.prototype, Symbol.toStringTag, { __proto__: null, configurable: true, value: Class.name });
}

export class CompressionStream {
  #pair;

  constructor(format) {
    this.#pair = open(COMPRESSORS, format);
  }

  get readable() {
    if (!(#pair in this)) throw ERR_INVALID_THIS("CompressionStream");
    return this.#pair.readable;
  }

  get writable() {
    if (!(#pair in this)) throw ERR_INVALID_THIS("CompressionStream");
    return this.#pair.writable;
  }
}

export class DecompressionStream {
  #pair;

  constructor(format) {
    this.#pair = open(DECOMPRESSORS, format, { rejectGarbageAfterEnd: true });
  }

  get readable() {
    if (!(#pair in this)) throw ERR_INVALID_THIS("DecompressionStream");
    return this.#pair.readable;
  }

  get writable() {
    if (!(#pair in this)) throw ERR_INVALID_THIS("DecompressionStream");
    return this.#pair.writable;
  }
}

tag(CompressionStream);
tag(DecompressionStream);
