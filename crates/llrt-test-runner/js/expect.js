// `expect`, and `jest` for mocks and timers.
// https://jestjs.io/docs/expect, https://jestjs.io/docs/jest-object
import FakeTimers from "@sinonjs/fake-timers";
import { expect } from "expect";
import { diff } from "jest-diff";
import { ModuleMocker } from "jest-mock";
import { setDefaultTimeout, setRetries, useAssertions, useDiff } from "internal:test/api";
import { ERR_NOT_SUPPORTED } from "internal:errors";
import { importBuiltin } from "internal:host";

const mocker = new ModuleMocker(globalThis);

useAssertions({
  before(test) {
    expect.setState({
      assertionCalls: 0,
      currentTestName: test.fullName,
      expectedAssertionsNumber: null,
      isExpectingAssertions: false,
      suppressedErrors: [],
      numPassingAsserts: 0,
    });
  },
  after() {
    for (const { error } of expect.extractExpectedAssertionsErrors()) throw error;
    const { suppressedErrors } = expect.getState();
    expect.setState({ suppressedErrors: [] });
    if (suppressedErrors?.length) throw suppressedErrors[0];
  },
});

// Of assertions that say what they expected, but not how it differs: Chai's.
useDiff((error) => {
  if (error.matcherResult || error.code === "ERR_ASSERTION" || error.showDiff === false) return "";
  if (!("expected" in error && "actual" in error)) return "";
  const text = diff(error.expected, error.actual);
  return text && !text.includes("no visual difference") ? `\n\n${text}` : "";
});

const snapshots = () => importBuiltin("internal:test/snapshot");
const lazily = (name) =>
  Object.defineProperty(
    function (...args) {
      return snapshots()[name].apply(this, args);
    },
    "name",
    { value: name },
  );
expect.extend({
  toMatchSnapshot: lazily("toMatchSnapshot"),
  toMatchInlineSnapshot: lazily("toMatchInlineSnapshot"),
  toThrowErrorMatchingSnapshot: lazily("toThrowErrorMatchingSnapshot"),
  toThrowErrorMatchingInlineSnapshot: lazily("toThrowErrorMatchingInlineSnapshot"),
});
expect.addSnapshotSerializer = (plugin) => snapshots().addSerializer(plugin);

// ---- fake timers

const RealDate = Date;
let clock;

const needClock = () => {
  if (!clock) throw new Error("Timers are not faked: call jest.useFakeTimers() first");
  return clock;
};

function useFakeTimers(options = {}) {
  clock?.uninstall();
  const names = [
    "Date",
    "setTimeout",
    "clearTimeout",
    "setInterval",
    "clearInterval",
    "setImmediate",
    "clearImmediate",
    "queueMicrotask",
    "performance",
  ];
  const skip = options.doNotFake ?? [];
  const { advanceTimers } = options;
  clock = FakeTimers.withGlobal(globalThis).install({
    loopLimit: options.timerLimit ?? 100_000,
    now: options.now === undefined ? RealDate.now() : Number(options.now),
    shouldAdvanceTime: Boolean(advanceTimers),
    advanceTimeDelta: typeof advanceTimers === "number" ? advanceTimers : undefined,
    shouldClearNativeTimers: true,
    toFake: names.filter((name) => !skip.includes(name) && name in globalThis),
  });
  return jest;
}

const timers = {
  useFakeTimers,
  useRealTimers() {
    clock?.uninstall();
    clock = undefined;
    return jest;
  },
  advanceTimersByTime: (ms) => void needClock().tick(ms),
  advanceTimersByTimeAsync: async (ms) => void (await needClock().tickAsync(ms)),
  advanceTimersToNextTimer(steps = 1) {
    for (; steps > 0 && needClock().countTimers() > 0; steps--) clock.next();
  },
  async advanceTimersToNextTimerAsync(steps = 1) {
    for (; steps > 0 && needClock().countTimers() > 0; steps--) await clock.nextAsync();
  },
  advanceTimersToNextFrame: () => void needClock().runToFrame(),
  runAllTimers: () => void needClock().runAll(),
  runAllTimersAsync: async () => void (await needClock().runAllAsync()),
  runAllTicks: () => void needClock().runMicrotasks(),
  runOnlyPendingTimers: () => void needClock().runToLast(),
  runOnlyPendingTimersAsync: async () => void (await needClock().runToLastAsync()),
  clearAllTimers: () => void clock?.reset(),
  getTimerCount: () => needClock().countTimers(),
  setSystemTime: (now) => void needClock().setSystemTime(now === undefined ? RealDate.now() : now),
  getRealSystemTime: () => RealDate.now(),
  now: () => (clock ? clock.now : RealDate.now()),
};

// ---- jest

const chained =
  (work) =>
  (...args) => {
    work(...args);
    return jest;
  };
const absent = (name) => () => {
  throw ERR_NOT_SUPPORTED(`jest.${name}`);
};

export const jest = {
  fn: (implementation) => mocker.fn(implementation),
  spyOn: (object, name, access) => mocker.spyOn(object, name, access),
  replaceProperty: (object, name, value) => mocker.replaceProperty(object, name, value),
  isMockFunction: (value) => mocker.isMockFunction(value),
  mocked: (value) => value,
  clearAllMocks: chained(() => mocker.clearAllMocks()),
  resetAllMocks: chained(() => mocker.resetAllMocks()),
  restoreAllMocks: chained(() => mocker.restoreAllMocks()),
  setTimeout: chained(setDefaultTimeout),
  retryTimes: chained(setRetries),
  ...timers,
};
for (const name of [
  "mock",
  "unmock",
  "doMock",
  "dontMock",
  "unstable_mockModule",
  "requireActual",
  "requireMock",
  "createMockFromModule",
  "resetModules",
  "isolateModules",
  "isolateModulesAsync",
])
  jest[name] = absent(name);

export { diff, expect };
