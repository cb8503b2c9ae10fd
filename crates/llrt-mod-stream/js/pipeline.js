// `internal:streams/pipeline`: readable-stream's pipeline, loaded when it is first called.
export default require("readable-stream/lib/internal/streams/pipeline.js");
