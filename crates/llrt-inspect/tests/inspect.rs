//! What Node.js 24 prints for the same values, reviewed line by line.

use llrt_inspect::function;
use rquickjs::{CatchResultExt, Context, Ctx, Runtime};

fn with(check: impl FnOnce(&Ctx<'_>)) {
    let runtime = Runtime::new().unwrap();
    runtime.set_max_stack_size(768 * 1024);
    let context = Context::full(&runtime).unwrap();
    context.with(|ctx| {
        ctx.globals().set("inspect", function::inspect(&ctx).unwrap()).unwrap();
        ctx.globals().set("format", function::format(&ctx).unwrap()).unwrap();
        ctx.globals().set("formatWithOptions", function::format_with_options(&ctx).unwrap()).unwrap();
        check(&ctx);
    });
}

fn eval(ctx: &Ctx<'_>, source: &str) -> String {
    ctx.eval::<String, _>(source).catch(ctx).unwrap_or_else(|error| panic!("{source}: {error}"))
}

/// Each pair is a value (with options behind a comma, if any) and its text.
fn check(pairs: &[(&str, &str)]) {
    with(|ctx| {
        for (source, expected) in pairs {
            assert_eq!(eval(ctx, &format!("inspect({source})")), *expected, "{source}");
        }
    });
}

fn check_format(pairs: &[(&str, &str)]) {
    with(|ctx| {
        for (arguments, expected) in pairs {
            assert_eq!(eval(ctx, &format!("format({arguments})")), *expected, "{arguments}");
        }
    });
}

#[test]
fn primitives() {
    check(&[
        ("undefined", "undefined"),
        ("null", "null"),
        ("true", "true"),
        ("-0", "-0"),
        ("1e21", "1e+21"),
        ("0.1", "0.1"),
        ("NaN", "NaN"),
        ("12345678901234567890n", "12345678901234567890n"),
        ("Symbol('a b')", "Symbol(a b)"),
        ("Symbol()", "Symbol()"),
        ("-1234567.891, { numericSeparator: true }", "-1_234_567.891"),
        ("123456789n, { numericSeparator: true }", "123_456_789n"),
        ("-0.5, { numericSeparator: true }", "-0.5"),
        ("1e21, { numericSeparator: true }", "1e+21"),
    ]);
}

#[test]
fn placeholders_separate_digits_where_that_is_asked_for() {
    with(|ctx| {
        let seen = eval(
            ctx,
            "formatWithOptions({ numericSeparator: true }, '%s %d %i %f %s', 1234, 12345n, 1234567, 1234.5, 1234n)",
        );
        assert_eq!(seen, "1_234 12_345n 1_234_567 1_234.5 1_234n");
    });
}

#[test]
fn a_class_named_after_its_tag_shows_no_tag() {
    check(&[
        ("new (class MyMap extends Map {})([[1, 2]])", "MyMap(1) { 1 => 2 }"),
        ("new (class MapOfAll extends Map {})", "MapOfAll(0) {}"),
        ("new (class Mapper extends Map {})", "Mapper(0) [Map] {}"),
        ("new (class Map2 extends Map {})", "Map2(0) [Map] {}"),
        ("new (class Other extends Set {})", "Other(0) [Set] {}"),
    ]);
}

#[test]
fn an_url_is_its_address_where_it_cannot_say_more() {
    check(&[
        ("new (class URL { get href() { return 'a:b'; } get [Symbol.toStringTag]() { return 'URL'; } })", "a:b"),
        ("new (class URL { get href() { throw 1; } get [Symbol.toStringTag]() { return 'URL'; } })", "URL {}"),
    ]);
}

#[test]
fn strings() {
    check(&[
        ("'a'", "'a'"),
        (r#""it's""#, r#""it's""#),
        (r#"'it\'s "q"'"#, r#"`it's "q"`"#),
        (r#"'it\'s "q" `z`'"#, r#"'it\'s "q" `z`'"#),
        (r"'\0\b\t\n\v\f\r\x1b\x7f\x9f\\'", r"'\x00\b\t\n\x0B\f\r\x1B\x7F\x9F\\'"),
        (r"'\ud83d x'", r"'\ud83d x'"),
        ("'x'.repeat(4), { maxStringLength: 3 }", "'xxx'... 1 more character"),
        ("['x'.repeat(5)], { maxStringLength: 3 }", "[ 'xxx'... 2 more characters ]"),
        ("'a\\n'.repeat(9)", "'a\\na\\na\\na\\na\\na\\na\\na\\na\\n'"),
        (
            "{ x: 'a'.repeat(70) + '\\n' + 'b'.repeat(9) }".trim(),
            "{\n  x: 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\\n' +\n    'bbbbbbbbb'\n}",
        ),
    ]);
}

#[test]
fn arrays() {
    check(&[
        ("[]", "[]"),
        ("[[[[]]]]", "[ [ [ [] ] ] ]"),
        ("[[[[1]]]]", "[ [ [ [Array] ] ] ]"),
        ("[1, , 3, , , 'a']", "[ 1, <1 empty item>, 3, <2 empty items>, 'a' ]"),
        ("Array(5)", "[ <5 empty items> ]"),
        ("[, , 1, , 2, , ,], { maxArrayLength: 3 }", "[ <2 empty items>, 1, <1 empty item>, ... 3 more items ]"),
        ("Object.assign([1, 2], { x: 1, '-1': 2 })", "[ 1, 2, x: 1, '-1': 2 ]"),
        ("[1, 2, 3], { maxArrayLength: 1 }", "[ 1, ... 2 more items ]"),
        ("[1, 2], { showHidden: true }", "[ 1, 2, [length]: 2 ]"),
        ("new (class Foo extends Array {})(3)", "Foo(3) [ <3 empty items> ]"),
        ("Object.setPrototypeOf([1], null)", "[Array(1): null prototype] [ 1 ]"),
        ("Object.setPrototypeOf([1], {})", "{ '0': 1 }"),
    ]);
}

#[test]
fn long_arrays_are_put_in_columns() {
    check(&[
        (
            "Array.from({ length: 27 }, (_, i) => i * 37)",
            "\
[
    0,  37,  74, 111, 148, 185,
  222, 259, 296, 333, 370, 407,
  444, 481, 518, 555, 592, 629,
  666, 703, 740, 777, 814, 851,
  888, 925, 962
]",
        ),
        (
            "Array.from({ length: 10 }, (_, i) => 'é'.repeat(i % 4))",
            "\
[
  '',    'é',   'éé',
  'ééé', '',    'é',
  'éé',  'ééé', '',
  'é'
]",
        ),
        (
            "Array(102).fill(0), { maxArrayLength: 30 }",
            "\
[
  0, 0, 0, 0, 0, 0, 0, 0, 0,
  0, 0, 0, 0, 0, 0, 0, 0, 0,
  0, 0, 0, 0, 0, 0, 0, 0, 0,
  0, 0, 0,
  ... 72 more items
]",
        ),
        (
            "Array.from({ length: 11 }, (_, i) => '漢'.repeat((i * 7) % 5) + i)",
            "\
[
  '0',         '漢漢1',
  '漢漢漢漢2', '漢3',
  '漢漢漢4',   '5',
  '漢漢6',     '漢漢漢漢7',
  '漢8',       '漢漢漢9',
  '10'
]",
        ),
    ]);
}

#[test]
fn objects() {
    check(&[
        ("({})", "{}"),
        ("({ a: { b: { c: { d: 1 } } } })", "{ a: { b: { c: [Object] } } }"),
        ("({ a: { b: { c: {} } } }), { depth: 1 }", "{ a: { b: [Object] } }"),
        ("({ a: { b: { c: { d: { e: 1 } } } } }), { depth: null }", "{\n  a: {\n    b: { c: { d: { e: 1 } } }\n  }\n}"),
        (
            "({ 'a b': 1, 1: 2, é: 3, _x: 4, $y: 5, ['__proto__']: 6 })",
            "{ '1': 2, 'a b': 1, 'é': 3, _x: 4, '$y': 5, ['__proto__']: 6 }",
        ),
        ("({ s: Symbol('x'), [Symbol('k')]: 1 })", "{ s: Symbol(x), Symbol(k): 1 }"),
        ("({ c: 1, a: 2 }), { sorted: true }", "{ a: 2, c: 1 }"),
        ("({ a: 1, b: 2 }), { sorted: (x, y) => (x < y ? 1 : -1) }", "{ b: 2, a: 1 }"),
        ("({ a: 1, get b() { return 5 }, set b(x) {}, set c(x) {} })", "{ a: 1, b: [Getter/Setter], c: [Setter] }"),
        (
            "({ get a() { return 5 }, get b() { return { q: 1 } }, get c() { return null } }), { getters: true }",
            "{ a: [Getter: 5], b: [Getter] { q: 1 }, c: [Getter: null] }",
        ),
        (
            "({ get a() { return 5 }, get b() { return 6 }, set b(x) {} }), { getters: 'set' }",
            "{ a: [Getter], b: [Getter/Setter: 6] }",
        ),
        ("({ get a() { throw 5 } }), { getters: true }", "{ a: [Getter: <Inspection threw (5)>] }"),
        ("Object.defineProperty({ a: 1 }, 'hid den', { value: 1 }), { showHidden: true }", "{ a: 1, ['hid den']: 1 }"),
        ("Object.create(null)", "[Object: null prototype] {}"),
        ("Object.create(Object.create(null))", "Object <[Object: null prototype] {}> {}"),
        (
            "({ a: { b: Object.create(Object.create(null), { x: { value: 1, enumerable: true } }) } }), { depth: 1 }",
            "{ a: { b: [Object <Complex prototype>] } }",
        ),
        ("new (class A { x = 1 })", "A { x: 1 }"),
        ("new (class {})", "{}"),
        ("new (class A { get [Symbol.toStringTag]() { return 'bar' } })", "A [bar] {}"),
        ("({ [Symbol.toStringTag]: 'x' })", "{ Symbol(Symbol.toStringTag): 'x' }"),
        ("(function () { return arguments })(1)", "[Arguments] { '0': 1 }"),
        (
            "new (class A { get x() { return 1 } set y(v) {} }), { showHidden: true }",
            "A { [x]: [Getter], [y]: [Setter] }",
        ),
        ("Math", "Object [Math] {}"),
        ("Object.prototype", "[Object: null prototype] {}"),
        ("Map.prototype", "Object [Map] {}"),
        ("(function* () {})()", "Object [Generator] {}"),
        ("[][Symbol.iterator]()", "Object [Array Iterator] {}"),
    ]);
}

#[test]
fn layouts() {
    check(&[
        (
            "({ a: 1, b: 'x', c: { d: [1, { e: 1 }] } }), { compact: false }",
            "{\n  a: 1,\n  b: 'x',\n  c: {\n    d: [\n      1,\n      [Object]\n    ]\n  }\n}",
        ),
        (
            "({ a: 1, b: 'x', c: { d: [1, { e: 1 }] } }), { compact: 1 }",
            "{\n  a: 1,\n  b: 'x',\n  c: {\n    d: [ 1, [Object] ]\n  }\n}",
        ),
        (
            "({ a: 1, b: 'x'.repeat(50), f: 'y'.repeat(40) }), { compact: true }",
            "{ a: 1,\n  b: 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx',\n  f: 'yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy' }",
        ),
        (
            "({ a: 'x'.repeat(30), b: 'y'.repeat(40) }), { breakLength: Infinity }",
            "{ a: 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxx', b: 'yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy' }",
        ),
        ("({ a: 1, b: 2 }), { breakLength: 10 }", "{\n  a: 1,\n  b: 2\n}"),
        (
            "({ a: undefined, b: null, c: NaN, d: -0, e: 1e21, f: 1n, g: true, h: 'x' })",
            "{\n  a: undefined,\n  b: null,\n  c: NaN,\n  d: -0,\n  e: 1e+21,\n  f: 1n,\n  g: true,\n  h: 'x'\n}",
        ),
    ]);
}

#[test]
fn circles() {
    check(&[
        (
            "(() => { const a = {}; a.a = a; a.b = { a }; const b = { c: a }; b.b = b; a.x = b; return a })()",
            "<ref *1> {\n  a: [Circular *1],\n  b: { a: [Circular *1] },\n  x: <ref *2> { c: [Circular *1], b: [Circular *2] }\n}",
        ),
        (
            "(() => { const m = new Map(); m.set(m, m); return m })()",
            "<ref *1> Map(1) { [Circular *1] => [Circular *1] }",
        ),
        ("(() => { const f = function f() {}; f.x = f; return f })()", "<ref *1> [Function: f] { x: [Circular *1] }"),
    ]);
}

#[test]
fn functions_and_classes() {
    check(&[
        ("() => {}", "[Function (anonymous)]"),
        ("({ f() {} })", "{ f: [Function: f] }"),
        ("async () => {}", "[AsyncFunction (anonymous)]"),
        ("function* g() {}", "[GeneratorFunction: g]"),
        ("async function* g() {}", "[AsyncGeneratorFunction: g]"),
        ("Map", "[Function: Map]"),
        ("class {}", "[class (anonymous)]"),
        ("class A extends Map {}", "[class A extends Map]"),
        ("class B extends null {}", "[class B]"),
        ("Object.setPrototypeOf(class A {}, null)", "[class A extends [null prototype]]"),
        ("Object.setPrototypeOf(() => 1, null)", "[Function (null prototype) (anonymous)]"),
        ("Object.assign(() => {}, { a: 1 })", "[Function (anonymous)] { a: 1 }"),
        ("({ a: { b: { c: Object.assign(() => {}, { a: 1 }) } } })", "{ a: { b: { c: [Function] } } }"),
        ("Object.defineProperty(() => {}, 'name', { value: 5 })", "[Function: 5]"),
    ]);
}

#[test]
fn collections() {
    check(&[
        ("new Map([['a', 1], [{}, []]])", "Map(2) { 'a' => 1, {} => [] }"),
        ("new Map()", "Map(0) {}"),
        ("new Set([1, 'x', { a: 1 }])", "Set(3) { 1, 'x', { a: 1 } }"),
        ("new Set([1, 2, 3]), { maxArrayLength: 1 }", "Set(3) { 1, ... 2 more items }"),
        ("new Map([[3, 1], [1, 1]]), { sorted: true }", "Map(2) { 1 => 1, 3 => 1 }"),
        ("Object.assign(new Map([[1, 2]]), { x: 1 })", "Map(1) { 1 => 2, x: 1 }"),
        ("Object.setPrototypeOf(new Set([1]), null)", "[Set(1): null prototype] { 1 }"),
        ("new Map([[{ a: 1 }, 'b']]).entries()", "[Map Entries] { [ { a: 1 }, 'b' ] }"),
        ("new Map([[1, 2]]).keys()", "[Map Iterator] { 1 }"),
        ("new Map([[1, 2]]).values()", "[Map Iterator] { 2 }"),
        ("new Set([5]).entries()", "[Set Entries] { [ 5, 5 ] }"),
        ("new Set([5])[Symbol.iterator]()", "[Set Iterator] { 5 }"),
        ("(() => { const i = new Set([5, 6]).values(); i.next(); return i })()", "[Set Iterator] { 6 }"),
        ("new WeakMap()", "WeakMap { <items unknown> }"),
        ("new WeakRef({})", "WeakRef {}"),
    ]);
}

#[test]
fn bytes() {
    check(&[
        ("new Uint8Array([1, 2])", "Uint8Array(2) [ 1, 2 ]"),
        ("new Uint8Array()", "Uint8Array(0) []"),
        ("new BigInt64Array(2)", "BigInt64Array(2) [ 0n, 0n ]"),
        ("new Float64Array([1.5, -0, NaN])", "Float64Array(3) [ 1.5, -0, NaN ]"),
        ("new (class Q extends Uint8Array {})(2)", "Q(2) [Uint8Array] [ 0, 0 ]"),
        ("Object.setPrototypeOf(new Uint8Array(2), null)", "[Uint8Array(2): null prototype] [ 0, 0 ]"),
        ("new ArrayBuffer(4)", "ArrayBuffer { [Uint8Contents]: <00 00 00 00>, [byteLength]: 4 }"),
        (
            "new ArrayBuffer(5), { maxArrayLength: 2 }",
            "ArrayBuffer {\n  [Uint8Contents]: <00 00 ... 3 more bytes>,\n  [byteLength]: 5\n}",
        ),
        (
            "(() => { const b = new ArrayBuffer(4); b.transfer(); return b })()",
            "ArrayBuffer { (detached), [byteLength]: 0 }",
        ),
        (
            "new DataView(new ArrayBuffer(3))",
            "DataView {\n  [byteLength]: 3,\n  [byteOffset]: 0,\n  [buffer]: ArrayBuffer { [Uint8Contents]: <00 00 00>, [byteLength]: 3 }\n}",
        ),
        (
            "new Uint8Array(1), { showHidden: true }",
            "Uint8Array(1) [\n  0,\n  [BYTES_PER_ELEMENT]: 1,\n  [length]: 1,\n  [byteLength]: 1,\n  [byteOffset]: 0,\n  [buffer]: ArrayBuffer { [byteLength]: 1 }\n]",
        ),
    ]);
}

#[test]
fn wrappers_dates_and_expressions() {
    check(&[
        ("Object('abc')", "[String: 'abc']"),
        ("Object.assign(Object('abc'), { x: 1 })", "[String: 'abc'] { x: 1 }"),
        ("Object(-0)", "[Number: -0]"),
        ("Object(5n)", "[BigInt: 5n]"),
        ("Object(Symbol('q'))", "[Symbol: Symbol(q)]"),
        ("new (class S extends String {})('a')", "[String (S): 'a']"),
        ("new Date(0)", "1970-01-01T00:00:00.000Z"),
        ("new Date(NaN)", "Invalid Date"),
        ("Object.assign(new Date(0), { x: 1 })", "1970-01-01T00:00:00.000Z { x: 1 }"),
        ("new (class D extends Date {})(0)", "D 1970-01-01T00:00:00.000Z"),
        ("/a/gi", "/a/gi"),
        ("Object.setPrototypeOf(/a/g, null)", "[RegExp: null prototype] /a/g"),
    ]);
}

#[test]
fn promises() {
    check(&[
        ("Promise.resolve({ a: 1 })", "Promise { { a: 1 } }"),
        ("new Promise(() => {})", "Promise { <pending> }"),
        ("Promise.reject(5)", "Promise { <rejected> 5 }"),
        ("Object.assign(Promise.resolve(1), { x: 1 })", "Promise { 1, x: 1 }"),
        ("new (class P extends Promise {})(() => {})", "P [Promise] { <pending> }"),
    ]);
}

#[test]
fn proxies() {
    check(&[
        ("new Proxy([1, 2], {})", "[ 1, 2 ]"),
        ("new Proxy([1, 2], {}), { showProxy: true }", "Proxy [ [ 1, 2 ], {} ]"),
        ("[[[new Proxy({}, {})]]], { showProxy: true }", "[ [ [ Proxy [Array] ] ] ]"),
        ("new Proxy(new Proxy({ a: 1 }, {}), { ownKeys() { throw 5 }, get() { throw 6 } })", "{ a: 1 }"),
        (
            "(() => { const { proxy, revoke } = Proxy.revocable({}, {}); revoke(); return [proxy] })()",
            "[ <Revoked Proxy> ]",
        ),
        ("new Proxy(class A {}, {})", "[class A]"),
    ]);
}

#[test]
fn errors() {
    let head = "const at = '\\n    at f (a.js:1:1)';
        const make = (error, stack) => Object.defineProperty(error, 'stack', { value: stack, writable: true, configurable: true });
        class Foo extends Error {} class FooError extends Error {}";
    let pairs = [
        ("make(new Error('a'), 'Error: a' + at)", "Error: a\n    at f (a.js:1:1)"),
        ("make(new Error('a'), '    at f (a.js:1:1)\\n')", "Error: a\n    at f (a.js:1:1)"),
        ("make(new Error('a'), 'Error: a')", "[Error: a]"),
        ("make(new Error('a'), undefined)", "[Error: a]"),
        ("make(new Error('a'), 5)", "[Error: a\n    5]"),
        ("make(new Error('a'), { a: 1 })", "[Error: a\n    {\n      a: 1\n    }]"),
        ("make(new Foo('a'), 'Error: a' + at)", "Foo [Error]: a\n    at f (a.js:1:1)"),
        ("make(new FooError('a'), 'Error: a' + at)", "FooError: a\n    at f (a.js:1:1)"),
        (
            "make(Object.assign(new Error('a'), { name: 'Zed' }), 'Error: a' + at)",
            "Error: a\n    at f (a.js:1:1) {\n  name: 'Zed'\n}",
        ),
        ("make(Object.assign(new Error('a'), { name: 'Zed' }), 'Zed: a' + at)", "Zed: a\n    at f (a.js:1:1)"),
        (
            "make(Object.assign(new Error('a'), { code: 'E' }), 'Error: a' + at)",
            "Error: a\n    at f (a.js:1:1) {\n  code: 'E'\n}",
        ),
        ("make(new TypeError('a'), 'TypeError [E_X]: a' + at)", "TypeError [E_X]: a\n    at f (a.js:1:1)"),
        (
            "make(Object.setPrototypeOf(new Error('a'), null), 'Error: a' + at)",
            "[Error: null prototype]: a\n    at f (a.js:1:1)",
        ),
        (
            "make(new Error('a', { cause: { b: 1 } }), 'Error: a' + at)",
            "Error: a\n    at f (a.js:1:1) {\n  [cause]: { b: 1 }\n}",
        ),
        (
            "make(new AggregateError([1, 'x'], 'm'), 'AggregateError: m' + at)",
            "AggregateError: m\n    at f (a.js:1:1) {\n  [errors]: [ 1, 'x' ]\n}",
        ),
        ("({ e: make(new Error('x\\ny'), 'Error: x\\ny' + at) })", "{\n  e: Error: x\n  y\n      at f (a.js:1:1)\n}"),
        ("({ __proto__: Error.prototype, message: 'q' })", "[Error: q]"),
        (
            "({ a: { b: { c: make(Object.assign(new Error('x'), { code: 1 }), 'Error: x' + at) } } })",
            "{\n  a: {\n    b: {\n      c: [Error]\n    }\n  }\n}",
        ),
    ];
    with(|ctx| {
        for (source, expected) in pairs {
            if source.contains("b: { c:") {
                // As Node: deeper than the depth, only the class is named, on one line.
                assert_eq!(
                    eval(ctx, &format!("(() => {{ {head}; return inspect({source}) }})()")),
                    "{ a: { b: { c: [Error] } } }"
                );
                continue;
            }
            assert_eq!(eval(ctx, &format!("(() => {{ {head}; return inspect({source}) }})()")), expected, "{source}");
        }
    });
}

#[test]
fn frames_that_the_cause_has_too_are_left_out() {
    with(|ctx| {
        let source = r"
            const frames = (list) => [...list].map((name) => '\n    at ' + name).join('');
            const cause = new Error('c'), error = new Error('e', { cause });
            Object.defineProperty(cause, 'stack', { value: 'Error: c' + frames('xbcde') });
            Object.defineProperty(error, 'stack', { value: 'Error: e' + frames('abcde') });
            inspect(error)";
        let expected = "Error: e\n    at a\n    at b\n    ... 2 lines matching cause stack trace ...\n    at e {\n  [cause]: Error: c\n      at x\n      at b\n      at c\n      at d\n      at e\n}";
        assert_eq!(eval(ctx, source), expected);
    });
}

#[test]
fn custom_functions_get_depth_options_and_inspect() {
    with(|ctx| {
        let custom = "Symbol.for('nodejs.util.inspect.custom')";
        let seen = |source: &str| eval(ctx, &source.replace("CUSTOM", custom));
        assert_eq!(
            seen(
                "inspect({ a: { [CUSTOM](depth, options, f) { return [depth, options.depth, f === inspect, Object.keys(options)[0]].join() } } })"
            ),
            "{ a: 1,2,true,stylize }"
        );
        assert_eq!(seen("inspect({ [CUSTOM]: (depth, options) => options.extra }, { extra: 'seen' })"), "seen");
        assert_eq!(seen("inspect({ a: { [CUSTOM]: () => ({ b: 1 }) } })"), "{ a: { b: 1 } }");
        assert_eq!(seen(r"inspect([{ [CUSTOM]: () => 'x\ny' }])"), "[\n  x\n  y\n]");
        assert_eq!(
            seen("inspect({ a: 1, [CUSTOM]() { return this } })"),
            "{ a: 1, Symbol(nodejs.util.inspect.custom): [Function: [nodejs.util.inspect.custom]] }"
                .replace(", Symbol", ",\n  Symbol")
                .replace("{ a", "{\n  a")
                .replace("] }", "]\n}")
        );
        assert_eq!(
            seen("inspect({ [CUSTOM]: (depth, { stylize }) => stylize('x', 'number') }, { colors: true })"),
            "\u{1b}[33mx\u{1b}[39m"
        );
        assert_eq!(
            seen("inspect({ [CUSTOM]: () => 'no' }, { customInspect: false }) === 'no' ? 'called' : 'not called'"),
            "not called"
        );
    });
}

#[test]
fn an_error_of_a_custom_function_is_thrown() {
    with(|ctx| {
        let source = "(() => { try { inspect({ [Symbol.for('nodejs.util.inspect.custom')]() { throw new Error('x') } }) } catch (e) { return e.message } })()";
        assert_eq!(eval(ctx, source), "x");
    });
}

#[test]
fn colors_follow_the_styles() {
    with(|ctx| {
        assert_eq!(
            eval(
                ctx,
                "inspect({ a: 1, b: 'x', c: null, d: undefined, e: /r/, f() {} }, { colors: true, breakLength: Infinity })"
            ),
            "{ a: \u{1b}[33m1\u{1b}[39m, b: \u{1b}[32m'x'\u{1b}[39m, c: \u{1b}[1mnull\u{1b}[22m, d: \u{1b}[90mundefined\u{1b}[39m, e: \u{1b}[31m/r/\u{1b}[39m, f: \u{1b}[36m[Function: f]\u{1b}[39m }"
        );
        assert_eq!(eval(ctx, "inspect.styles.number = 'red'; inspect(1, { colors: true })"), "\u{1b}[31m1\u{1b}[39m");
        assert_eq!(
            eval(
                ctx,
                "inspect.colors.grey.join() + inspect.colors.gray.join() + Object.keys(inspect.colors).includes('grey')"
            ),
            "90,3990,39false"
        );
    });
}

#[test]
fn default_options_can_be_changed() {
    with(|ctx| {
        assert_eq!(
            eval(ctx, "JSON.stringify(inspect.defaultOptions)"),
            r#"{"showHidden":false,"depth":2,"colors":false,"customInspect":true,"showProxy":false,"maxArrayLength":100,"maxStringLength":10000,"breakLength":80,"compact":3,"sorted":false,"getters":false,"numericSeparator":false}"#
        );
        assert_eq!(eval(ctx, "inspect.defaultOptions = { depth: 0 }; inspect({ a: { b: 1 } })"), "{ a: [Object] }");
        assert_eq!(eval(ctx, "inspect({ a: { b: 1 } }, false, 1)"), "{ a: { b: 1 } }");
        let thrown = "try { inspect.defaultOptions = null } catch (e) { e.message }";
        assert_eq!(eval(ctx, thrown), "The \"options\" argument must be of type object. Received null");
    });
}

#[test]
fn hostile_objects_do_not_throw() {
    check(&[
        ("({ get [Symbol.toStringTag]() { throw 1 } })", "{ Symbol(Symbol.toStringTag): [Getter] }"),
        ("Object.create({ get constructor() { throw 1 } })", "{}"),
        ("Object.defineProperty({}, 'constructor', { get() { throw 1 } })", "{}"),
        ("Object.defineProperty(new Error('a'), 'name', { get() { throw 1 } })", "[object Error]"),
        ("Object.defineProperty(new Set([1]), Symbol.iterator, { value: 5 })", "Set(1) { 1 }"),
        ("Object.defineProperty(new Map([[1, 2]]), 'size', { value: 9 })", "Map(1) { 1 => 2 }"),
        ("Object.defineProperty(new Uint8Array(1), 'length', { value: 9 })", "Uint8Array(1) [ 0 ]"),
        (
            "(() => { let a = {}; for (let i = 0; i < 5000; i++) a = { a }; return inspect(a, { depth: null }).includes('prematurely') })()",
            "true",
        ),
    ]);
}

#[test]
fn format_fills_placeholders() {
    check_format(&[
        ("'%s is %d', 'x', 5, 'y'", "x is 5 y"),
        (
            "'%d %d %d %d %i %i %f %f', '5', 5n, Symbol('a'), {}, '3.7px', 5n, '1.5x', Symbol('a')",
            "5 5n NaN NaN 3 5n 1.5 NaN",
        ),
        ("'%%s %s%', 'a'", "%s a%"),
        ("'%s'", "%s"),
        ("'%x %s', 1, 2", "%x 1 2"),
        ("'%c%s', 'css', 'x'", "x"),
        ("'%% %s', 1", "% 1"),
        ("'%s%%%s', 1", "1%%s"),
        ("1, '%s', 2", "1 %s 2"),
        ("'%d|%i|%f', -0, -0, -0", "-0|0|0"),
        ("'%j', { a: 1 }", r#"{"a":1}"#),
        ("'%j', (() => { const c = {}; c.c = c; return c })()", "[Circular]"),
        ("'%O', { a: { b: { c: { d: 1 } } } }", "{ a: { b: { c: [Object] } } }"),
        ("'%o', [1]", "[ 1, [length]: 1 ]"),
        ("'%s', [1, [2, [3]]]", "[ 1, [Array] ]"),
        ("'%s', { toString() { return 'x' } }", "x"),
        ("'%s', { [Symbol.toPrimitive]() { return 'prim' } }", "prim"),
        ("'%s', new (class A { toString() { return 'A!' } })", "A!"),
        ("'%s', Object.create(null)", "[Object: null prototype] {}"),
        ("'%s', new Date(0)", "1970-01-01T00:00:00.000Z"),
        ("'%s %s %s %s', Symbol('a'), -0, 12n, null, undefined, 'x'", "Symbol(a) -0 12n null undefined x"),
        ("'%s', function foo() {}", "function foo() {}"),
        ("'a%', 5", "a% 5"),
        ("", ""),
        ("undefined, null", "undefined null"),
    ]);
}

#[test]
fn format_with_options_passes_them_on() {
    with(|ctx| {
        assert_eq!(
            eval(ctx, "formatWithOptions({ colors: true }, '%s %O %d', { a: 1 }, { a: 1 }, 5, { b: 1 })"),
            "{ a: 1 } { a: \u{1b}[33m1\u{1b}[39m } 5 { b: \u{1b}[33m1\u{1b}[39m }"
        );
        assert_eq!(eval(ctx, "formatWithOptions({ depth: 0 }, { a: { b: 1 } })"), "{ a: [Object] }");
        let thrown = "try { formatWithOptions('x') } catch (e) { e.code + e.message }";
        assert_eq!(
            eval(ctx, thrown),
            "ERR_INVALID_ARG_TYPEThe \"inspectOptions\" argument must be of type object. Received type string ('x')"
        );
    });
}
