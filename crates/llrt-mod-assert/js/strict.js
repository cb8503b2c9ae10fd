// node:assert/strict: the same functions, under the names of the loose ones.
import { strict } from "node:assert";

export const {
  AssertionError, Assert, ok, fail, equal, notEqual, deepEqual, notDeepEqual, deepStrictEqual, notDeepStrictEqual, strictEqual,
  notStrictEqual, partialDeepStrictEqual, match, doesNotMatch, throws, rejects, doesNotThrow, doesNotReject, ifError,
} = strict;
export { strict };
export default strict;
