//! `node:util` as JavaScript sees it. Expectations are Node.js 24's.

use llrt_core::Entry;
use llrt_mod_util::{Comparisons, Mime, ParseArgs, Util, UtilTypes};
use llrt_test::{check, eval};

static MODULES: &[Entry] = &[
    Entry::of::<Util>(),
    Entry::of::<UtilTypes>(),
    Entry::of::<Comparisons>(),
    Entry::of::<Mime>(),
    Entry::of::<ParseArgs>(),
];

fn util(script: &str) {
    check(MODULES, &format!("import util, * as all from 'node:util';\n{script}"));
}

#[test]
fn the_module_has_nodes_names_twice() {
    util(
        r#"
        assert.equal(Object.keys(util).join(), "_errnoException,_exceptionWithHostPort,_extend,callbackify,convertProcessSignalToExitCode,debug,debuglog,deprecate,format,styleText,formatWithOptions,getCallSites,getSystemErrorMap,getSystemErrorName,getSystemErrorMessage,inherits,inspect,isArray,isDeepStrictEqual,promisify,stripVTControlCharacters,toUSVString,transferableAbortSignal,transferableAbortController,aborted,types,parseEnv,parseArgs,TextDecoder,TextEncoder,MIMEType,MIMEParams,diff,setTraceSigInt");
        for (const name of Object.keys(util)) assert.equal(all[name], util[name], name);
        "#,
    );
    assert_eq!(eval(MODULES, "import a from 'util'; import b from 'node:util'; export default a === b"), "true");
    assert_eq!(
        eval(MODULES, "import { types } from 'util'; import a from 'util/types'; export default a === types"),
        "true"
    );
}

#[test]
fn inspect_and_format_are_there() {
    util(
        r#"
        assert.equal(util.inspect({ a: [1, "x"] }), "{ a: [ 1, 'x' ] }");
        assert.equal(util.format("%s %d", "a", 1, {}), "a 1 {}");
        assert.equal(util.formatWithOptions({ depth: 0 }, { a: {} , b: { c: 1 } }), "{ a: {}, b: [Object] }");
        assert.equal(util.inspect.custom, Symbol.for("nodejs.util.inspect.custom"));
        "#,
    );
}

#[test]
fn promisify_settles_with_the_callbacks_values() {
    util(
        r#"
        const { promisify } = util;
        assert.equal(await promisify((a, callback) => callback(null, a, "more"))(5), 5);
        await assert.rejects(promisify((callback) => callback(new Error("x")))(), { message: "x" });
        const object = { value: 7, read(callback) { callback(null, this.value); } };
        object.readAsync = promisify(object.read);
        assert.equal(await object.readAsync(), 7);
        function named(a, b) {}
        named.extra = 1;
        const promisified = promisify(named);
        assert.deepEqual([promisified.name, promisified.length, promisified.extra], ["named", 2, 1]);
        assert.equal(promisify(promisified), promisified);
        const custom = () => Promise.resolve("custom");
        named[promisify.custom] = custom;
        assert.equal(promisify(named), custom);
        assert.throws(() => promisify(5), { code: "ERR_INVALID_ARG_TYPE", message: 'The "original" argument must be of type function. Received type number (5)' });
        named[promisify.custom] = 5;
        assert.throws(() => promisify(named), { message: 'The "util.promisify.custom" property must be of type function. Received type number (5)' });
        "#,
    );
}

#[test]
fn promisify_names_several_values_when_told_how() {
    util(
        r#"
        const read = (callback) => callback(null, 3, "text");
        read[Symbol.for("llrt.util.promisify.args")] = ["bytesRead", "buffer"];
        assert.deepEqual(await util.promisify(read)(), { bytesRead: 3, buffer: "text" });
        "#,
    );
}

#[test]
fn callbackify_calls_back_in_a_later_turn() {
    util(
        r#"
        async function original(a, b) { if (a === "fail") throw b; return [this?.name, a]; }
        const fn = util.callbackify(original);
        assert.deepEqual([fn.name, fn.length], ["originalCallbackified", 3]);
        const called = (...args) => new Promise((resolve) => {
          let later = false;
          fn.call({ name: "me" }, ...args, (...results) => resolve([later, ...results]));
          later = true;
        });
        assert.deepEqual(await called("x", 1), [true, null, ["me", "x"]]);
        const [, error] = await called("fail", new Error("boom"));
        assert.equal(error.message, "boom");
        const [, falsy] = await called("fail", null);
        assert.deepEqual([falsy.code, falsy.message, falsy.reason], ["ERR_FALSY_VALUE_REJECTION", "Promise was rejected with falsy value", null]);
        assert.throws(() => fn(1), { message: "The last argument must be of type function. Received type number (1)" });
        "#,
    );
}

#[test]
fn inherits_links_prototypes() {
    util(
        r#"
        function A() {}
        function B() {}
        util.inherits(A, B);
        assert.ok(new A() instanceof B && A.super_ === B && !Object.keys(A).includes("super_"));
        assert.throws(() => util.inherits(null, B), { message: 'The "ctor" argument must be of type function. Received null' });
        assert.throws(() => util.inherits(A, {}), { message: 'The "superCtor.prototype" property must be of type object. Received undefined' });
        "#,
    );
}

#[test]
fn a_deprecated_function_works_and_keeps_its_length() {
    util(
        r#"
        class K { constructor(a) { this.a = a; } }
        const Old = util.deprecate(K, "K is old", "DEP_TEST");
        assert.ok(new Old(1) instanceof K && new Old(2).a === 2 && Old.length === 1 && Old.prototype === K.prototype);
        const f = util.deprecate(function (a, b) { return [this.x, a]; }, "f is old");
        assert.deepEqual(f.call({ x: 1 }, 2), [1, 2]);
        assert.throws(() => util.deprecate(() => {}, "m", 5), { message: 'The "code" argument must be of type string. Received type number (5)' });
        assert.equal(util.isArray([]), true);
        assert.deepEqual(util._extend({ a: 1 }, { b: 2 }), { a: 1, b: 2 });
        "#,
    );
}

#[test]
fn types_look_inside() {
    util(
        r#"
        const { types } = util;
        const cases = {
          isArgumentsObject: (function () { return arguments; })(),
          isArrayBuffer: new ArrayBuffer(1), isAsyncFunction: async () => {}, isBigIntObject: Object(1n), isBooleanObject: Object(true),
          isDate: new Date(), isGeneratorFunction: function* () {}, isGeneratorObject: (function* () {})(), isMap: new Map(),
          isMapIterator: new Map().keys(), isModuleNamespaceObject: all, isNativeError: new TypeError(), isNumberObject: Object(1),
          isPromise: Promise.resolve(), isProxy: new Proxy({}, {}), isRegExp: /a/, isSet: new Set(), isSetIterator: new Set().values(),
          isSharedArrayBuffer: new SharedArrayBuffer(1), isStringObject: Object(""), isSymbolObject: Object(Symbol()), isWeakMap: new WeakMap(),
          isWeakSet: new WeakSet(), isDataView: new DataView(new ArrayBuffer(1)), isUint8Array: new Uint8Array(), isInt8Array: new Int8Array(),
          isUint8ClampedArray: new Uint8ClampedArray(), isUint16Array: new Uint16Array(), isInt16Array: new Int16Array(),
          isUint32Array: new Uint32Array(), isInt32Array: new Int32Array(), isFloat16Array: new Float16Array(), isFloat32Array: new Float32Array(),
          isFloat64Array: new Float64Array(), isBigInt64Array: new BigInt64Array(), isBigUint64Array: new BigUint64Array(),
        };
        const values = Object.values(cases);
        for (const [name, value] of Object.entries(cases))
          for (const other of values) assert.equal(types[name](other), other === value, `${name} ${util.inspect(other)}`);
        assert.ok(types.isAnyArrayBuffer(cases.isSharedArrayBuffer) && types.isAnyArrayBuffer(cases.isArrayBuffer) && !types.isAnyArrayBuffer(new Uint8Array()));
        assert.ok(types.isBoxedPrimitive(Object(1n)) && !types.isBoxedPrimitive(1));
        assert.ok(types.isArrayBufferView(new DataView(new ArrayBuffer(1))) && types.isTypedArray(new Int8Array()) && !types.isTypedArray(cases.isDataView));
        assert.ok(types.isAsyncFunction(async function* () {}) && types.isGeneratorFunction(async function* () {}));
        assert.ok(!types.isDate(Object.create(Date.prototype)) && types.isMap(Object.setPrototypeOf(new Map(), null)));
        assert.ok(!types.isExternal({}) && !types.isKeyObject({}) && !types.isCryptoKey({}));
        assert.equal(Object.keys(types).length, 43);
        "#,
    );
}

#[test]
fn deep_equality_is_strict() {
    util(
        r#"
        const same = (a, b) => assert.ok(util.isDeepStrictEqual(a, b) === true, `${util.inspect(a)} equals ${util.inspect(b)}`);
        const differ = (a, b) => assert.ok(util.isDeepStrictEqual(a, b) === false, `${util.inspect(a)} differs from ${util.inspect(b)}`);
        same(NaN, NaN); differ(0, -0); differ(1, "1"); differ(null, undefined);
        same({ a: [1, { b: 2 }] }, { a: [1, { b: 2 }] }); differ({ a: 1 }, { a: 1, b: undefined }); differ([undefined], [,]); differ([], {});
        same({ a: 1, b: 2 }, { b: 2, a: 1 });
        differ({ [Symbol.for("q")]: 1 }, { [Symbol.for("q")]: 2 });
        const named = (array, name) => Object.assign(array, { [name]: 1 });
        same(named(new Uint8Array(2), "x"), named(new Uint8Array(2), "x")); differ(named(new Uint8Array(2), "x"), new Uint8Array(2));
        differ(new Uint8Array(2), named(new Uint8Array(2), Symbol.for("x"))); same(new Uint8Array(1 << 20), new Uint8Array(1 << 20));
        differ({}, Object.create(null)); assert.ok(util.isDeepStrictEqual({}, Object.create(null), true));
        same(new Map([[{ a: 1 }, 2], [{ a: 2 }, 3]]), new Map([[{ a: 2 }, 3], [{ a: 1 }, 2]])); differ(new Map([[1, 2]]), new Map([[1, 3]]));
        same(new Set([[1], [2]]), new Set([[2], [1]])); differ(new Set([1]), new Set(["1"]));
        same(new Date(0), new Date(0)); same(new Date(NaN), new Date(NaN)); differ(new Date(0), new Date(1));
        same(/a/g, /a/g); differ(/a/g, /a/i); same(new Error("x"), new Error("x")); differ(new Error("x"), new Error("y"));
        differ(new Error("x", { cause: 1 }), new Error("x", { cause: 2 })); differ(new TypeError("x"), new Error("x"));
        same(new Uint8Array([1, 2]), new Uint8Array([1, 2])); differ(new Float32Array([0]), new Float32Array([-0])); differ(new Uint8Array(1), new Int8Array(1));
        same(Object("a"), Object("a")); differ(Object(1), Object(2)); differ(Object(1), 1);
        differ(new WeakMap(), new WeakMap()); differ(Promise.resolve(1), Promise.resolve(1));
        const loop = () => { const a = { list: [] }; a.list.push(a); return a; };
        same(loop(), loop());
        differ(Object.assign([1], { x: 1 }), [1]);
        let thrown;
        try { util.isDeepStrictEqual(new Proxy([1], { ownKeys: () => [] }), [1]); } catch (error) { thrown = error; }
        assert.equal(`${thrown}`, "TypeError: 'ownKeys' on proxy: trap result did not include 'length'");
        "#,
    );
}

#[test]
fn loose_equality_is_there_for_assert() {
    static WITH_PROBE: &[Entry] = &[Entry::of::<Comparisons>(), Entry::of::<UtilTypes>(), Entry::of::<Probe>()];
    check(
        WITH_PROBE,
        r#"
        import { isDeepEqual } from "llrt:probe";
        const same = (a, b) => assert.ok(isDeepEqual(a, b), "same");
        same(1, "1"); same([1], ["1"]); same({ a: 1 }, Object.assign(Object.create(null), { a: "1" }));
        same(new Map([[1, "2"]]), new Map([[1, 2]])); same(new Set([1]), new Set(["1"]));
        assert.ok(!isDeepEqual([,], [undefined]) && !isDeepEqual({ a: 1 }, { a: 2 }) && !isDeepEqual(null, {}) && !isDeepEqual([1], [1, 2]));
        "#,
    );
}

/// Gives tests the internal module.
struct Probe;

impl llrt_core::Module for Probe {
    const INFO: &'static llrt_core::ModuleInfo = &llrt_core::ModuleInfo {
        exports: &[llrt_core::Export {
            name: "isDeepEqual",
            build: |ctx| llrt_core::host::import(ctx, "internal:comparisons")?.get("isDeepEqual"),
        }],
        ..llrt_core::ModuleInfo::new("llrt:probe")
    };
}

#[test]
fn differences_are_shortest() {
    util(
        r#"
        assert.deepEqual(util.diff("abcabba", "cbabac"), [[1, "a"], [1, "b"], [0, "c"], [-1, "b"], [0, "a"], [0, "b"], [1, "b"], [0, "a"], [-1, "c"]]);
        assert.deepEqual(util.diff("same", "same"), []);
        assert.deepEqual(util.diff(["a", "b"], ["a"]), [[0, "a"], [1, "b"]]);
        assert.throws(() => util.diff([1], ["a"]), { message: 'The "actual[0]" argument must be of type string. Received type number (1)' });
        "#,
    );
}

#[test]
fn parse_args_reads_options() {
    util(
        r#"
        const options = {
          foo: { type: "boolean", short: "f" }, bar: { type: "string", short: "b" }, many: { type: "string", multiple: true },
          fallback: { type: "string", default: "d" },
        };
        const parse = (args, more) => { const { values, positionals } = util.parseArgs({ args, options, ...more }); return [{ ...values }, positionals]; };
        assert.deepEqual(parse(["-fb", "x", "--many=1", "--many", "2"]), [{ foo: true, bar: "x", many: ["1", "2"], fallback: "d" }, []]);
        assert.deepEqual(parse(["-bx", "a", "--", "--foo"], { allowPositionals: true }), [{ bar: "x", fallback: "d" }, ["a", "--foo"]]);
        assert.deepEqual(parse(["--no-foo"], { allowNegative: true }), [{ foo: false, fallback: "d" }, []]);
        assert.deepEqual(parse(["--what", "x", "-qw", "--a=b", "--bar", "-f"], { strict: false }), [{ what: true, q: true, w: true, a: "b", bar: "-f", fallback: "d" }, ["x"]]);
        const { tokens } = util.parseArgs({ args: ["-fbx", "--", "p"], options, allowPositionals: true, tokens: true });
        assert.deepEqual(tokens, [
          { kind: "option", name: "foo", rawName: "-f", index: 0 },
          { kind: "option", name: "bar", rawName: "-b", index: 0, value: "x", inlineValue: true },
          { kind: "option-terminator", index: 1 },
          { kind: "positional", index: 2, value: "p" },
        ]);
        const fails = (args, code, message, more) => assert.throws(() => parse(args, more), { name: "TypeError", code, message });
        fails(["--no"], "ERR_PARSE_ARGS_UNKNOWN_OPTION", "Unknown option '--no'");
        fails(["-x"], "ERR_PARSE_ARGS_UNKNOWN_OPTION",
          `Unknown option '-x'. To specify a positional argument starting with a '-', place it at the end of the command after '--', as in '-- "-x"`, { allowPositionals: true });
        fails(["--bar"], "ERR_PARSE_ARGS_INVALID_OPTION_VALUE", "Option '-b, --bar <value>' argument missing");
        fails(["--foo=1"], "ERR_PARSE_ARGS_INVALID_OPTION_VALUE", "Option '-f, --foo' does not take an argument");
        fails(["-b", "--x"], "ERR_PARSE_ARGS_INVALID_OPTION_VALUE",
          "Option '-b' argument is ambiguous.\nDid you forget to specify the option argument for '-b'?\nTo specify an option argument starting with a dash use '--bar=-XYZ' or '-b-XYZ'.");
        fails(["p"], "ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL", "Unexpected argument 'p'. This command does not take positional arguments");
        fails([], "ERR_INVALID_ARG_TYPE", `The "options.a.type" property must be ('string|boolean'). Received undefined`, { options: { a: {} } });
        fails([], "ERR_INVALID_ARG_VALUE", "The property 'options.a.short' must be a single character. Received 'ab'", { options: { a: { type: "string", short: "ab" } } });
        fails([], "ERR_INVALID_ARG_TYPE", `The "options.a.default[0]" property must be of type string. Received type number (5)`,
          { options: { a: { type: "string", multiple: true, default: [5] } } });
        "#,
    );
}

#[test]
fn mime_types_are_parsed_and_written() {
    util(
        r#"
        const { MIMEType, MIMEParams } = util;
        const mime = new MIMEType('TEXT/HTML;Charset="UTF-8";charset=x;q=;b="";c');
        assert.deepEqual([mime.type, mime.subtype, mime.essence, mime.params.get("charset"), [...mime.params]], ["text", "html", "text/html", "UTF-8", [["charset", "UTF-8"], ["b", ""]]]);
        assert.equal(`${mime}`, 'text/html;charset=UTF-8;b=""');
        assert.equal(JSON.stringify(mime), '"text/html;charset=UTF-8;b=\\"\\""');
        mime.type = "Application"; mime.subtype = "json"; mime.params.delete("b"); mime.params.set("A", 'c"d');
        assert.equal(`${mime}`, 'application/json;charset=UTF-8;A="c\\"d"');
        const fails = (body, message) => assert.throws(body, { name: "TypeError", code: "ERR_INVALID_MIME_SYNTAX", message });
        fails(() => new MIMEType("x"), 'The MIME syntax for a type in "x" is invalid');
        fails(() => new MIMEType("a b/c"), 'The MIME syntax for a type in "a b/c" is invalid at 1');
        fails(() => new MIMEType("a/"), 'The MIME syntax for a subtype in "a/" is invalid');
        fails(() => { mime.type = "x y"; }, 'The MIME syntax for a type in "x y" is invalid at 1');
        fails(() => mime.params.set("a", "\u0100"), 'The MIME syntax for a parameter value in "\u0100" is invalid at 0');
        assert.equal(MIMEType.parse("x"), null);
        assert.equal(new MIMEParams().has("a"), false);
        "#,
    );
}

#[test]
fn style_text_colours_when_it_should() {
    util(
        r#"
        const style = (format, text) => util.styleText(format, text, { validateStream: false });
        assert.equal(style("red", "x"), "\x1b[31mx\x1b[39m");
        assert.equal(style(["red", "bold"], "x"), "\x1b[31m\x1b[1mx\x1b[22m\x1b[39m");
        assert.equal(style("red", `a${style("blue", "b")}c`), "\x1b[31ma\x1b[34mb\x1b[31mc\x1b[39m");
        assert.equal(style("bold", `a${style("dim", "b")}c`), "\x1b[1ma\x1b[2mb\x1b[22m\x1b[1mc\x1b[22m");
        assert.equal(style('#f00', 'x'), "\x1b[38;2;255;0;0mx\x1b[39m");
        assert.equal(style("none", "x"), "x");
        assert.equal(util.styleText("red", "x", { stream: null }), "x");
        const stream = { write() {}, on() {}, isTTY: true, getColorDepth: () => 4 };
        assert.equal(util.styleText("red", "x", { stream }), "\x1b[31mx\x1b[39m");
        assert.equal(util.styleText("red", "x", { stream: { ...stream, isTTY: false } }), "x");
        assert.throws(() => style("nope", "x"), { code: "ERR_INVALID_ARG_VALUE", message: /^The argument 'format' must be one of: 'reset', 'bold', .*'doubleUnderline'\. Received 'nope'$/ });
        assert.throws(() => style("red", 5), { message: 'The "text" argument must be of type string. Received type number (5)' });
        assert.throws(() => util.styleText("red", "x", { stream: {} }), {
          message: 'The "stream" argument must be an instance of ReadableStream, WritableStream, or Stream. Received an instance of Object',
        });
        assert.equal(util.stripVTControlCharacters(style("red", "x") + "\x1b]8;;http://a.b\x07link\x1b]8;;\x07"), "xlink");
        "#,
    );
}

#[test]
fn environment_files_are_parsed() {
    util(
        r#"
        assert.deepEqual(util.parseEnv(`A=1\nB="x\\ny"\nC='q' # c\nexport D=5\nE=a b # c\nF=\nno\nG="two\nlines"`),
          { A: "1", B: "x\ny", C: "q", D: "5", E: "a b", F: "", G: "two\nlines" });
        assert.throws(() => util.parseEnv(5), { message: 'The "content" argument must be of type string. Received type number (5)' });
        "#,
    );
}

#[test]
fn system_errors_have_names_and_texts() {
    util(
        r#"
        assert.equal(util.getSystemErrorName(-2), "ENOENT");
        assert.equal(util.getSystemErrorMessage(-111), "connection refused");
        assert.deepEqual(util.getSystemErrorMap().get(-3008), ["EAI_NONAME", "unknown node or service"]);
        assert.equal(util.getSystemErrorName(-99999), "Unknown system error -99999");
        assert.throws(() => util.getSystemErrorName(2), { code: "ERR_OUT_OF_RANGE", message: 'The value of "err" is out of range. It must be a negative integer. Received 2' });
        const error = util._errnoException(-2, "open", "foo");
        assert.deepEqual([error.message, error.errno, error.code, error.syscall], ["open ENOENT foo", -2, "ENOENT", "open"]);
        assert.equal(util._exceptionWithHostPort(-111, "connect", "1.2.3.4", 80).message, "connect ECONNREFUSED 1.2.3.4:80");
        assert.equal(util.convertProcessSignalToExitCode("SIGINT"), 130);
        "#,
    );
}

#[test]
fn call_sites_name_the_caller() {
    util(
        r#"
        function caller() { return util.getCallSites(1); }
        const [site] = caller();
        assert.deepEqual([site.functionName, site.scriptName.endsWith("test.mjs"), site.lineNumber > 0], ["caller", true, true]);
        assert.throws(() => util.getCallSites(0), { code: "ERR_OUT_OF_RANGE", message: 'The value of "frameCount" is out of range. It must be >= 1 && <= 200. Received 0' });
        assert.throws(() => util.getCallSites({ sourceMap: 5 }), { message: 'The "options.sourceMap" property must be of type boolean. Received type number (5)' });
        "#,
    );
}

#[test]
fn aborted_waits_for_the_signal() {
    util(
        r#"
        const signal = { aborted: false, addEventListener(name, listener) { this.fire = listener; } };
        const resource = {};
        let done = false;
        const promise = util.aborted(signal, resource).then(() => { done = true; });
        await null;
        assert.equal(done, false);
        signal.fire();
        await promise;
        assert.equal(done, true);
        await util.aborted({ aborted: true, addEventListener() {} }, resource);
        await assert.rejects(util.aborted({}, resource), { name: "TypeError", code: "ERR_INVALID_ARG_TYPE", message: "signal is not of type AbortSignal." });
        await assert.rejects(util.aborted(signal), { message: 'The "resource" argument must be of type object. Received undefined' });
        "#,
    );
}

#[test]
fn what_is_missing_says_so() {
    util(
        r#"
        for (const body of [() => util.transferableAbortController(), () => util.setTraceSigInt(true)])
          assert.throws(body, { code: "ERR_FEATURE_UNAVAILABLE_ON_PLATFORM" });
        assert.throws(() => util.transferableAbortSignal(), { message: 'The "signal" argument must be an instance of AbortSignal. Received undefined' });
        "#,
    );
}

#[test]
fn text_helpers() {
    util(
        r#"
        assert.equal(util.toUSVString("a\ud83d"), "a\ufffd");
        const log = util.debuglog("some-section");
        log("not printed");
        assert.deepEqual([log.enabled, util.debug === util.debuglog], [false, true]);
        "#,
    );
}

#[test]
fn a_lost_prototype_leaves_the_name_of_the_class() {
    util(
        r#"
        const { inspect } = util;
        class Foo {}
        class Bar extends Foo {}
        assert.equal(inspect(Object.setPrototypeOf(new Bar(), null)), "[Bar: null prototype] {}");
        const object = { a: 1 };
        assert.equal(Reflect.setPrototypeOf(object, null), true);
        assert.equal(inspect(object), "[Object: null prototype] { a: 1 }");
        assert.equal(inspect(Object.create(null)), "[Object: null prototype] {}");
        // All else is as it was.
        assert.equal(Object.setPrototypeOf.name + Object.setPrototypeOf.length + Object.keys(Object).length, "setPrototypeOf20");
        assert.throws(() => Object.setPrototypeOf({}, 1), { name: "TypeError" });
        assert.throws(() => Object.setPrototypeOf(Object.freeze(new Foo()), null), { name: "TypeError" });
        const asked = [];
        Object.setPrototypeOf(new Proxy(new Foo(), { get: (_, key) => asked.push(key), getPrototypeOf: () => asked.push("prototype") }), null);
        assert.equal(asked.length, 0);
        "#,
    );
}

#[test]
fn callbackify_makes_an_error_of_a_falsy_rejection_in_a_tick() {
    util(
        r#"
        const { callbackify } = util;
        const error = await new Promise((done) => callbackify(() => Promise.reject(null))(done));
        assert.equal(error.code, "ERR_FALSY_VALUE_REJECTION");
        assert.equal(error.reason, null);
        assert.equal(error.stack.split("\n")[1].includes("processTicksAndRejections"), true);
        "#,
    );
}
