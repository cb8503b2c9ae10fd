//! `JSON` in the place of the engine's, beside the engine's own.

use rquickjs::{CatchResultExt, Coerced, Context, Runtime};

/// What the script gives, as text; `engine` is the engine's own `JSON`.
fn eval(script: &str) -> String {
    let runtime = Runtime::new().expect("an engine");
    // As the binaries have it; a debug build's frames are large.
    runtime.set_max_stack_size(0);
    let context = Context::full(&runtime).expect("a context");
    context.with(|ctx| {
        let keep = "globalThis.engine = { parse: JSON.parse, stringify: JSON.stringify, rawJSON: JSON.rawJSON }";
        ctx.eval::<(), _>(keep).expect("the engine's functions");
        llrt_plain::install(&ctx).expect("ours");
        let value: Coerced<String> = ctx.eval(script).catch(&ctx).unwrap_or_else(|error| panic!("{error}"));
        value.0
    })
}

#[test]
fn random_values_and_texts_are_the_same_as_in_the_engine() {
    for seed in 1..=4 {
        let script = format!("const seed = {seed}, rounds = 1500;\n{}", include_str!("js/fuzz.js"));
        assert_eq!(eval(&script), "", "seed {seed}");
    }
}

#[test]
fn functions_are_those_of_the_standard() {
    let shape = "[JSON.parse.name, JSON.parse.length, JSON.stringify.name, JSON.stringify.length, Object.getOwnPropertyNames(JSON)].join() + \
                 ['parse', 'stringify'].map((name) => Object.values(Object.getOwnPropertyDescriptor(JSON, name)).slice(1).join())";
    assert_eq!(eval(shape), "parse,2,stringify,3,isRawJSON,parse,rawJSON,stringifytrue,false,true,true,false,true");
    assert_eq!(eval("try { new JSON.parse('1') } catch (error) { error.name }"), "TypeError");
    assert_eq!(eval("JSON.stringify() === undefined && JSON.stringify(() => 1) === undefined"), "true");
}

#[test]
fn errors_are_the_engines() {
    let both = |call: &str| {
        let script = format!(
            "const seen = (json) => {{ try {{ return json.{call} }} catch (error) {{ return `${{error}} ${{error.stack.replace(/eval_script:\\d+:\\d+/g, '')}}` }} }}; \
             seen(engine) === seen(JSON) ? seen(JSON) : 'ours ' + seen(JSON) + ', the engine ' + seen(engine)"
        );
        eval(&script)
    };
    assert!(both("parse('{\"a\":}')").starts_with("SyntaxError: "));
    assert!(both("parse('[1\\n,]')").starts_with("SyntaxError: "));
    assert!(both("parse(Symbol())").starts_with("TypeError: "));
    assert!(both("stringify(1n)").starts_with("TypeError: "));
    assert!(both("stringify({ get a() { throw new RangeError('thrown') } })").starts_with("RangeError: thrown"));
    assert!(both("stringify((() => { const a = []; a.push([a]); return a; })())").starts_with("TypeError: "));
}

#[test]
fn what_is_given_beside_the_text_or_the_value_is_the_engines_to_do() {
    assert_eq!(eval("JSON.parse('{\"a\":[1,2]}', (key, value) => key === '0' ? 5 : value).a.join()"), "5,2");
    assert_eq!(eval("let seen; JSON.parse('1.50', (key, value, { source }) => { seen = source }); seen"), "1.50");
    assert_eq!(eval("JSON.stringify({ a: 1, b: 2 }, ['b'])"), "{\"b\":2}");
    assert_eq!(eval("JSON.stringify({ a: 1 }, (key, value) => key === 'a' ? 7 : value)"), "{\"a\":7}");
    assert_eq!(eval("JSON.stringify({ a: JSON.rawJSON('1.50') })"), "{\"a\":1.50}");
}

#[test]
fn objects_that_share_a_shape_stay_apart() {
    let script = "const [a, b, c] = JSON.parse('[{\"x\":1,\"y\":2},{\"x\":3,\"y\":4},{\"x\":5,\"y\":6}]'); \
                  a.z = 9; delete b.x; Object.defineProperty(c, 'y', { value: 7, enumerable: false }); Object.freeze(a); \
                  [engine.stringify(a), engine.stringify(b), engine.stringify(c), engine.stringify(JSON.parse('{\"x\":1,\"y\":2}'))].join()";
    assert_eq!(eval(script), "{\"x\":1,\"y\":2,\"z\":9},{\"y\":4},{\"x\":5},{\"x\":1,\"y\":2}");
}

#[test]
fn a_property_that_its_accessor_deletes_keeps_its_name() {
    let script = "const name = ['name', 'that', 'nobody', 'else', 'has'].join(' '); \
                  const object = { get [name]() { delete this[name]; for (let i = 0; i < 99; i++) ({})['other ' + i] = i; return [1]; } }; \
                  Object.freeze(Object.prototype); JSON.stringify([object])";
    assert_eq!(eval(script), "[{\"name that nobody else has\":[1]}]");
}

#[test]
fn deep_values_do_not_end_the_process() {
    assert_eq!(eval("JSON.parse('['.repeat(1900) + ']'.repeat(1900)).length"), "1");
    let script = "let deep = []; for (let i = 0; i < 1e5; i++) deep = [deep]; try { JSON.stringify(deep) } catch (error) { `${error}` }";
    assert_eq!(eval(script), "RangeError: Maximum call stack size exceeded");
}

#[test]
fn a_function_that_is_put_on_a_prototype_is_called() {
    let script = "JSON.stringify([{}]); Object.prototype.toJSON = () => 'all'; Array.prototype.toJSON = () => 'list'; \
                  const seen = [JSON.stringify({}), JSON.stringify([])]; delete Object.prototype.toJSON; delete Array.prototype.toJSON; \
                  seen.join() + JSON.stringify([{ a: 1 }])";
    assert_eq!(eval(script), "\"all\",\"list\"[{\"a\":1}]");
}

#[test]
fn nothing_is_left_when_the_engine_ends() {
    // Freeing a runtime in a debug build looks for objects that are left.
    eval(
        "for (const text of ['{\"a\":[1,{\"b\":2}', '[{\"a\":1},{\"a\":1},', '{\"a\":1} x', '[\"\\\\u12\"]']) try { JSON.parse(text) } catch {} ; \
          try { JSON.stringify({ a: [{ toJSON() { throw 1 } }] }) } catch {}",
    );
}
