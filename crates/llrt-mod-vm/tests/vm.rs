//! `node:vm` through JavaScript.

use llrt_core::Entry;

static MODULES: &[Entry] =
    &[Entry::of::<llrt_mod_vm::Vm>(), Entry::of::<llrt_mod_buffer::Buffer>(), Entry::of::<llrt_mod_buffer::Blob>()];

fn check(script: &str) {
    llrt_test::check(MODULES, &format!("import vm from 'node:vm';\n{script}"));
}

#[test]
fn globals_of_a_script_are_the_objects_properties() {
    check(
        r#"
        const context = vm.createContext({ x: 2, gone: 1 });
        const seen = vm.runInContext("x += 40; var y = 17; z = 3; function f() { return ++y; } delete gone; f()", context);
        assert.equal(seen, 18);
        assert.deepEqual(Object.keys(context).sort(), ["f", "x", "y", "z"]);
        assert.deepEqual([context.x, context.y, context.z], [42, 18, 3]);
        context.y = 100;
        assert.equal(context.f(), 101);
        assert.equal(context.y, 101);
        "#,
    );
}

#[test]
fn callbacks_between_scripts_see_and_make_globals() {
    check(
        r#"
        const context = vm.createContext({});
        const [make, read] = vm.runInContext("[() => { made = 1; globalThis.also = made + 1; }, (name) => eval(name)]", context);
        make();
        assert.deepEqual(Object.entries(context), [["made", 1], ["also", 2]]);
        context.added = "later";
        assert.equal(read("added"), "later");
        vm.runInContext("delete made", context);
        assert.equal("made" in context, false);
        assert.equal(read("typeof made"), "undefined");
        assert.throws(() => read("made"), { name: "ReferenceError" });
        assert.throws(() => vm.runInContext("'use strict'; undeclared = 1", context), { name: "ReferenceError" });
        assert.equal(vm.runInContext("const inherits = Object.create(globalThis); inherits.own = 1; Object.hasOwn(inherits, 'own')", context), true);
        assert.equal("own" in context, false);
        "#,
    );
}

#[test]
fn a_context_keeps_its_declarations_and_has_intrinsics_of_its_own() {
    check(
        r#"
        const context = vm.createContext({});
        vm.runInContext("const kept = [1]; let n = 0;", context);
        const kept = vm.runInContext("n++; kept", context);
        assert.equal(kept instanceof Array, false);
        assert.ok(kept instanceof vm.runInContext("Array", context));
        assert.throws(() => vm.runInContext("unknown", context), { name: "ReferenceError", message: "unknown is not defined" });
        assert.equal(vm.runInContext("typeof unknown", context), "undefined");
        assert.equal(vm.runInContext("n", context), 1);
        assert.equal(vm.runInNewContext("Array = 1; Array", { Array: 2 }), 1);
        "#,
    );
}

#[test]
fn scripts_are_checked_when_they_are_made() {
    check(
        r#"
        assert.throws(() => new vm.Script("var a = ;", "broken.js"), { name: "SyntaxError" });
        assert.throws(() => new vm.Script("", { filename: 1 }), { code: "ERR_INVALID_ARG_TYPE" });
        assert.throws(() => vm.runInContext("", {}), { code: "ERR_INVALID_ARG_TYPE" });
        const script = new vm.Script("globalThis.count = (globalThis.count ?? 0) + 1");
        assert.deepEqual([script.runInThisContext(), script.runInThisContext(), script.runInNewContext()], [1, 2, 1]);
        "#,
    );
}

#[test]
fn errors_say_where_they_were_thrown() {
    check(
        r#"
        let stack;
        try {
          vm.runInNewContext("\n  throw new Error('here')", {}, { filename: "place.js", lineOffset: 10 });
        } catch (error) {
          stack = error.stack;
        }
        assert.ok(stack.startsWith("place.js:12\n  throw new Error('here')\n"), stack);
        "#,
    );
}

#[test]
fn a_script_that_takes_too_long_is_stopped() {
    check(
        r#"
        const error = { code: "ERR_SCRIPT_EXECUTION_TIMEOUT", message: "Script execution timed out after 5ms" };
        assert.throws(() => vm.runInNewContext("for (;;);", {}, { timeout: 5 }), error);
        const inner = () => vm.runInThisContext("for (;;);", { timeout: 10000 });
        assert.throws(() => vm.runInNewContext("inner()", { inner }, { timeout: 5 }), error);
        assert.throws(() => vm.runInNewContext("inner()", { inner: () => vm.runInThisContext("for (;;);", { timeout: 5 }) }, { timeout: 10000 }), error);
        assert.equal(vm.runInThisContext("1", { timeout: 5 }), 1);
        "#,
    );
}

#[test]
fn functions_are_compiled_with_their_parameters_and_scopes() {
    check(
        r#"
        const add = vm.compileFunction("return a + b + c", ["a", "b"], { contextExtensions: [{ c: 5 }] });
        assert.equal(add(1, 2), 8);
        assert.throws(() => vm.compileFunction("}); (function () {"), { name: "SyntaxError" });
        const context = vm.createContext({ base: 10 });
        assert.equal(vm.compileFunction("return base + n", ["n"], { parsingContext: context })(1), 11);
        "#,
    );
}

#[test]
fn a_cache_is_taken_when_it_is_what_the_engine_compiles() {
    check(
        r#"
        const data = new vm.Script("1 + 1").createCachedData();
        assert.equal(new vm.Script("1 + 1", { cachedData: data }).cachedDataRejected, false);
        assert.equal(new vm.Script("1 + 2", { cachedData: data }).cachedDataRejected, true);
        "#,
    );
}

#[test]
fn what_is_not_offered_says_so() {
    check(
        r#"
        const code = "ERR_FEATURE_UNAVAILABLE_ON_PLATFORM";
        assert.throws(() => vm.measureMemory(), { code });
        assert.throws(() => vm.createContext({}, { microtaskMode: "afterEvaluate" }), { code });
        assert.throws(() => vm.runInThisContext("", { breakOnSigint: true }), { code });
        const strict = vm.createContext({}, { codeGeneration: { strings: false } });
        for (const code of ["eval('1')", "Function('')", "new Function('')", "(async () => {}).constructor('')"])
          assert.equal(vm.runInContext(`try { ${code} } catch (error) { error.name }`, strict), "EvalError");
        "#,
    );
}
