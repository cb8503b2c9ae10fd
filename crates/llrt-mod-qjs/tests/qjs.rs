//! `llrt:qjs` as JavaScript sees it.

use llrt_core::Entry;
use llrt_mod_qjs::Qjs;
use llrt_test::check;

static MODULES: &[Entry] = &[Entry::of::<Qjs>()];

#[test]
fn cycles_are_counted_until_they_are_collected() {
    check(
        MODULES,
        r#"
        import { computeMemoryUsage, gc } from "llrt:qjs";
        gc();
        const before = computeMemoryUsage();
        assert.ok(Object.values(before).every(Number.isInteger) && before.memory_used_size > 0);
        for (let i = 0; i < 100; i++) { const a = {}, b = { a }; a.b = b; }
        assert.ok(computeMemoryUsage().obj_count >= before.obj_count + 200);
        gc();
        assert.ok(computeMemoryUsage().obj_count < before.obj_count + 100);
        "#,
    );
}
