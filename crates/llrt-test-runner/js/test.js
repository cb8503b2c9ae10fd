// `llrt:test`, also `@jest/globals`: what test files have as globals, to import.
export {
  after,
  afterAll,
  afterEach,
  before,
  beforeAll,
  beforeEach,
  describe,
  fdescribe,
  fit,
  it,
  suite,
  test,
  xdescribe,
  xit,
  xtest,
} from "internal:test/api";
export { expect, jest } from "internal:test/expect";
