const Bluebird = require("bluebird");
const fs = require("node:fs");

Bluebird.config({ cancellation: true });
(async () => {
  console.log(await Bluebird.map([3, 1, 2], (n) => Bluebird.delay(n).return(n * 2), { concurrency: 2 }), await Bluebird.props({ a: 1, b: Bluebird.resolve(2) }));
  console.log(await Bluebird.reduce([1, 2, 3], (sum, n) => sum + n), await Bluebird.filter([1, 2, 3], (n) => n > 1), await Bluebird.each([1, 2], (n) => n), await Bluebird.some([Bluebird.reject(new Error("x")), 1, 2], 2));
  const promised = Bluebird.promisifyAll({ ...fs });
  await promised.writeFileAsync("a.txt", "text");
  console.log(await promised.readFileAsync("a.txt", "utf8"), await Bluebird.promisify((x, done) => done(null, x + 1))(1));
  class Own extends Error {}
  console.log(await Bluebird.reject(new Own("own")).catch(TypeError, () => "wrong").catch(Own, (error) => error.message).finally(() => console.log("finally")));
  console.log(await Bluebird.delay(100).timeout(5, "too long").catch(Bluebird.TimeoutError, (error) => error.message), await Bluebird.resolve([1, 2]).spread((a, b) => a + b), await Bluebird.try(() => { throw new Own("tried"); }).catchReturn("caught"));
  console.log(await Bluebird.using(Bluebird.resolve("res").disposer(() => console.log("disposed")), (it) => it), await Bluebird.any([Bluebird.reject(new Error()), 5]), await Bluebird.coroutine(function* () { return (yield Bluebird.resolve(1)) + 1; })());
  new Bluebird((resolve, reject, onCancel) => onCancel(() => console.log("cancelled"))).cancel();
  console.log(Bluebird.resolve(1).isFulfilled(), Bluebird.resolve(1).value(), Bluebird.is({ then() {} }));
  await new Bluebird((resolve) => resolve()).asCallback((error, value) => console.log(error, value));
  console.log("done");
})();
