// `internal:streams/operators`: readable-stream's operators, loaded when it is first called.
export default require("readable-stream/lib/internal/streams/operators.js");
