// The smallest test harness that every script can load in a runtime that is itself under test: no import but this file.

/** Runs `body`; prints `ok NAME` or `not ok NAME` with the reason, and goes on. */
export async function test(name, body) {
  try {
    await body();
    console.log(`ok ${name}`);
  } catch (error) {
    const text = error instanceof Error ? `${error.name}: ${error.message}\n${error.stack}` : String(error);
    console.log(`not ok ${name}\n${text.replace(/^/gm, "  ")}`);
    process.exitCode = 1;
  }
}

export function equal(actual, expected, what = "value") {
  const a = JSON.stringify(actual), e = JSON.stringify(expected);
  if (a !== e) throw new Error(`${what}: got ${a}, expected ${e}`);
}

export function ok(value, what) {
  if (!value) throw new Error(`${what} does not hold`);
}

/** The error that `promise` rejects with; fails if it does not. */
export async function rejection(promise) {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error("did not reject");
}
