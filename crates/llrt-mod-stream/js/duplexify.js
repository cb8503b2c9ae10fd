// `internal:streams/duplexify`: readable-stream's duplexify, loaded when it is first called.
export default require("readable-stream/lib/internal/streams/duplexify.js");
