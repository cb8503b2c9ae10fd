import { createRequire } from "node:module";
import esm, { SemVer, satisfies } from "semver";
import valid from "semver/functions/valid.js";

const semver = createRequire(import.meta.url)("semver");
console.log(semver === esm, satisfies("1.2.3", "1.x || >=2.5.0 || 5.0.0 - 7.2.3"), valid("a.b.c"), valid("=v1.2.3 "));
console.log(semver.clean("  =v1.2.3   "), semver.gt("1.2.3", "9.8.7"), semver.lt("1.2.3", "9.8.7"), semver.minVersion(">=1.0.0").version, semver.coerce("v2").version, semver.coerce("42.6.7.9.3-alpha")?.version, semver.coerce("1.2.3-rc.1", { includePrerelease: true }).version);
console.log(semver.parse("1.2.3-alpha.4+build.5"), new SemVer("1.2.3").compare("1.2.3-0"), semver.prerelease("1.2.3-alpha.1"));
console.log(["patch", "minor", "major", "prerelease", "prepatch", "preminor", "premajor"].map((release) => semver.inc("1.2.3", release, "beta")), semver.inc("1.2.4-beta.0", "release"));
console.log(["1.2.3", "1.0.0-beta", "10.0.0", "1.0.0", "1.0.0-alpha.1"].sort(semver.compare), semver.rsort(["1.0.0", "2.0.0"]), semver.diff("1.2.3", "1.3.0-a"));
for (const range of ["^0.0.3", "~1.2", "1.2.x", "<2 >=1.5 || ^3", ">1 <1", "*", "^1.2.3-beta.2", "1.2.3 - 2.3", "nonsense range"]) console.log(range, "->", semver.validRange(range));
console.log(semver.maxSatisfying(["1.2.3", "1.3.0", "2.0.0"], "^1"), semver.minSatisfying(["1.2.3", "1.3.0"], "^1"), semver.intersects("^1.2", ">=1.9"), semver.subset("^1.2", "^1"), semver.outside("3.0.0", "1 - 2", ">"), semver.simplifyRange(["1.0.0", "1.0.1", "2.0.0"], "1.0.0 || 1.0.1"));
console.log(new semver.Range("^1.2 || 3").set.map((set) => set.map(String)), String(new semver.Comparator(">=1.2.3")));
try {
  new SemVer("not a version");
} catch (error) {
  console.log(error.name, error.message);
}
console.log("done");
