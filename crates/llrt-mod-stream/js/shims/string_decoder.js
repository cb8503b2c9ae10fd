// Loads `node:string_decoder` when a stream gets an encoding.
import { importBuiltin } from "internal:host";

export default {
  StringDecoder: function (encoding) {
    const { StringDecoder } = importBuiltin("node:string_decoder");
    return new StringDecoder(encoding);
  },
};
