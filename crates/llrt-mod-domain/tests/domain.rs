//! `node:domain` through JavaScript.

use llrt_core::Entry;
use llrt_mod_process as process;
use llrt_mod_timers as timers;

static MODULES: &[Entry] = &[
    Entry::of::<llrt_mod_domain::Domain>(),
    Entry::of::<llrt_mod_async_hooks::AsyncHooks>(),
    Entry::of::<llrt_mod_async_hooks::Hooks>(),
    Entry::of::<llrt_mod_events::Events>(),
    Entry::of::<process::GlobalProcess>(),
    Entry::of::<process::Process>(),
    Entry::of::<timers::TimerGlobals>(),
    Entry::of::<timers::Timers>(),
    Entry::of::<timers::TimersPromises>(),
];

fn check(script: &str) {
    let head = "import domain from 'node:domain';\nimport { EventEmitter } from 'node:events';\n\
                const errors = [];\nconst d = domain.create().on('error', (error) => errors.push(error));";
    llrt_test::check(MODULES, &format!("{head}\n{script}"));
}

#[test]
fn errors_of_emitters_are_the_domains() {
    check(
        r#"
        const added = new EventEmitter();
        d.add(added);
        const made = d.run(() => new EventEmitter());
        added.emit("error", new Error("added"));
        made.emit("error", new Error("made"));
        added.emit("error", 42);
        added.emit("error");
        assert.equal(errors.map((error) => error.message ?? error).join(), "added,made,42,Unhandled error. (undefined)");
        assert.ok(errors[0].domain === d && errors[0].domainEmitter === added && errors[0].domainThrown === false);
        assert.equal(d.members.length, 1);
        d.remove(added);
        assert.throws(() => added.emit("error", new Error("alone")), { message: "alone" });
        // A listener of its own comes first.
        made.on("error", () => {});
        made.emit("error", new Error("listened"));
        assert.equal(errors.length, 4);
        "#,
    );
}

#[test]
fn domains_nest_and_end() {
    check(
        r#"
        const inner = domain.create();
        assert.equal(d.run((n) => inner.run(() => [process.domain === inner, domain.active === inner, n].join()), 5), "true,true,5");
        assert.ok(!process.domain);
        d.enter();
        inner.enter();
        d.exit();
        assert.ok(!process.domain && domain._stack.length === 0);
        "#,
    );
}

#[test]
fn bound_callbacks_run_in_it_and_intercepted_errors_go_to_it() {
    check(
        r#"
        const bound = d.bind(function (a) { return [this.x, a, process.domain === d].join(); });
        assert.equal(bound.call({ x: 1 }, 2), "1,2,true");
        const intercepted = d.intercept((data) => data);
        assert.equal(intercepted(null, "data"), "data");
        intercepted(new Error("no"));
        assert.equal(errors[0].message, "no");
        assert.equal(errors[0].domainThrown, false);
        "#,
    );
}

#[test]
fn a_later_callback_belongs_to_the_domain_it_was_asked_for_in() {
    check(
        r#"
        const seen = await new Promise((resolve) => d.run(() => setTimeout(() => process.nextTick(() => resolve(process.domain)), 1)));
        assert.ok(seen === d);
        "#,
    );
}
