// `internal:streams/compose`: readable-stream's compose, loaded when it is first called.
export default require("readable-stream/lib/internal/streams/compose.js");
