const BN = require("bn.js");

const a = new BN("dead", 16), b = new BN("101010", 2), huge = new BN("123456789012345678901234567890123456789");
console.log(a.add(b).toString(10), huge.mul(huge).toString(), huge.pow(new BN(5)).toString(16), huge.mod(new BN(97)).toNumber(), huge.div(new BN(-7)).toString(), huge.divmod(new BN(1000)).mod.toString());
console.log(a.toArrayLike(Buffer, "be", 4), a.toRed(BN.red("k256")).redInvm().fromRed().toString(16), new BN(3).invm(new BN(11)).toNumber(), huge.gcd(new BN(15)).toString(), huge.bitLength(), a.cmp(b), huge.shln(10).toString(36), a.neg().isNeg(), new BN(Buffer.from([1, 0])).toNumber(), new BN(-5).toTwos(8).toString(2));
console.log(a, huge.isZero(), BN.isBN(a), BN.max(a, b) === a, new BN("7fffffffffffffff", "hex").toJSON());
try {
  huge.toNumber();
} catch (error) {
  console.log(error.message);
}
console.log("done");
