// TextEncoderStream and TextDecoderStream.
// Encoding: https://encoding.spec.whatwg.org/#interface-textencoderstream
import { finishClass, invalidThis } from "internal:web-streams/common";
import { objectOf as readableObject } from "internal:web-streams/readable";
import { createTransform, enqueueTransformed } from "internal:web-streams/transform";
import { objectOf as writableObject } from "internal:web-streams/writable";

let encoderOf, decoderOf;

class TextEncoderStream {
  #stream;

  static {
    encoderOf = (value) => {
      if (typeof value !== "object" || value === null || !(#stream in value)) throw invalidThis("TextEncoderStream");
      return value.#stream;
    };
  }

  constructor() {
    const encoder = new TextEncoder();
    let high = ""; // the first half of a surrogate pair that a chunk ended with
    this.#stream = createTransform(undefined, {
      transform(chunk, controller) {
        let text = high + `${chunk}`;
        const last = text.charCodeAt(text.length - 1);
        high = last >= 0xd800 && last <= 0xdbff ? text.slice(-1) : "";
        if (high !== "") text = text.slice(0, -1);
        if (text !== "") enqueueTransformed(controller, encoder.encode(text));
      },
      flush(controller) {
        if (high !== "") enqueueTransformed(controller, encoder.encode(high));
      },
    });
  }

  get encoding() {
    encoderOf(this);
    return "utf-8";
  }

  get readable() {
    return readableObject(encoderOf(this).readable);
  }

  get writable() {
    return writableObject(encoderOf(this).writable);
  }
}

finishClass(TextEncoderStream, ["encoding", "readable", "writable"], ({ encoding, readable, writable }) => ({
  encoding,
  readable,
  writable,
}));

class TextDecoderStream {
  #stream;
  #decoder;

  static {
    decoderOf = (value) => {
      if (typeof value !== "object" || value === null || !(#stream in value)) throw invalidThis("TextDecoderStream");
      return { stream: value.#stream, decoder: value.#decoder };
    };
  }

  constructor(label = "utf-8", options = {}) {
    const decoder = new TextDecoder(label, options);
    this.#decoder = decoder;
    this.#stream = createTransform(undefined, {
      transform(chunk, controller) {
        const text = decoder.decode(chunk, { stream: true });
        if (text !== "") enqueueTransformed(controller, text);
      },
      flush(controller) {
        const text = decoder.decode();
        if (text !== "") enqueueTransformed(controller, text);
      },
    });
  }

  get encoding() {
    return decoderOf(this).decoder.encoding;
  }

  get fatal() {
    return decoderOf(this).decoder.fatal;
  }

  get ignoreBOM() {
    return decoderOf(this).decoder.ignoreBOM;
  }

  get readable() {
    return readableObject(decoderOf(this).stream.readable);
  }

  get writable() {
    return writableObject(decoderOf(this).stream.writable);
  }
}

finishClass(TextDecoderStream, ["encoding", "fatal", "ignoreBOM", "readable", "writable"], (object) => {
  const { encoding, fatal, ignoreBOM, readable, writable } = object;
  return { encoding, fatal, ignoreBOM, readable, writable };
});

export { TextDecoderStream, TextEncoderStream };
