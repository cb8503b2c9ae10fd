// Stands in for readable-stream's own copy of Node's errors.
import {
  AbortError,
  ERR_ILLEGAL_CONSTRUCTOR,
  ERR_INVALID_ARG_TYPE,
  ERR_INVALID_ARG_VALUE,
  ERR_INVALID_RETURN_VALUE,
  ERR_METHOD_NOT_IMPLEMENTED,
  ERR_MISSING_ARGS,
  ERR_OUT_OF_RANGE,
  ERR_UNKNOWN_ENCODING,
  nodeError,
} from "internal:errors";

// `new codes.ERR_X()` has to work, and makers are not constructors.
const constructible = (make) =>
  function (...args) {
    return make(...args);
  };
const fixed = (code, message, kind = "Error") => constructible(() => nodeError(kind, code, message));
const afterWhat = (code, end) =>
  constructible((name) => nodeError("Error", code, `Cannot call ${name} after a stream was ${end}`));

const codes = {
  ERR_ILLEGAL_CONSTRUCTOR: constructible(ERR_ILLEGAL_CONSTRUCTOR),
  // A chunk may be any view, since Node 22.
  ERR_INVALID_ARG_TYPE: constructible((name, expected, value) =>
    ERR_INVALID_ARG_TYPE(name, name === "chunk" ? ["string", "Buffer", "TypedArray", "DataView"] : expected, value),
  ),
  ERR_INVALID_ARG_VALUE: constructible(ERR_INVALID_ARG_VALUE),
  ERR_INVALID_RETURN_VALUE: constructible(ERR_INVALID_RETURN_VALUE),
  ERR_METHOD_NOT_IMPLEMENTED: constructible(ERR_METHOD_NOT_IMPLEMENTED),
  ERR_MISSING_ARGS: constructible(ERR_MISSING_ARGS),
  ERR_OUT_OF_RANGE: constructible(ERR_OUT_OF_RANGE),
  ERR_UNKNOWN_ENCODING: constructible(ERR_UNKNOWN_ENCODING),
  ERR_MULTIPLE_CALLBACK: fixed("ERR_MULTIPLE_CALLBACK", "Callback called multiple times"),
  ERR_STREAM_ALREADY_FINISHED: afterWhat("ERR_STREAM_ALREADY_FINISHED", "finished"),
  ERR_STREAM_CANNOT_PIPE: fixed("ERR_STREAM_CANNOT_PIPE", "Cannot pipe, not readable"),
  ERR_STREAM_DESTROYED: afterWhat("ERR_STREAM_DESTROYED", "destroyed"),
  ERR_STREAM_NULL_VALUES: fixed("ERR_STREAM_NULL_VALUES", "May not write null values to stream", "TypeError"),
  ERR_STREAM_PREMATURE_CLOSE: fixed("ERR_STREAM_PREMATURE_CLOSE", "Premature close"),
  ERR_STREAM_PUSH_AFTER_EOF: fixed("ERR_STREAM_PUSH_AFTER_EOF", "stream.push() after EOF"),
  ERR_STREAM_UNSHIFT_AFTER_END_EVENT: fixed("ERR_STREAM_UNSHIFT_AFTER_END_EVENT", "stream.unshift() after end event"),
  ERR_STREAM_WRITE_AFTER_END: fixed("ERR_STREAM_WRITE_AFTER_END", "write after end"),
};

function aggregateTwoErrors(inner, outer) {
  if (!inner || !outer || inner === outer) return inner || outer;
  if (Array.isArray(outer.errors)) {
    outer.errors.push(inner);
    return outer;
  }
  const both = new AggregateError([outer, inner], outer.message);
  both.code = outer.code;
  return both;
}

export default { AbortError, aggregateTwoErrors, codes, hideStackFrames: (f) => f };
