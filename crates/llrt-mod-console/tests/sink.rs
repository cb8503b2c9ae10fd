//! A host's sink gets the records of the global console.

use std::{cell::RefCell, rc::Rc};

use llrt_core::{Entry, host};
use llrt_mod_console::{Console, ConsoleGlobal, Level, Record, set_sink};
use rquickjs::{CatchResultExt, Context, Ctx, Runtime};

static MODULES: &[Entry] = &[Entry::of::<ConsoleGlobal>(), Entry::of::<Console>()];

type Seen = Rc<RefCell<Vec<(Level, String, Vec<&'static str>)>>>;

fn with_sink(check: impl FnOnce(&Ctx<'_>, &Seen)) {
    let runtime = Runtime::new().unwrap();
    runtime.set_loader(host::Resolver, host::Loader);
    let context = Context::full(&runtime).unwrap();
    context.with(|ctx| {
        host::attach(&ctx, MODULES).unwrap();
        let seen = Seen::default();
        let log = Rc::clone(&seen);
        set_sink(
            &ctx,
            Some(Rc::new(move |record: &Record<'_, '_>| {
                let kinds = record.arguments.iter().map(|value| value.type_of().as_str()).collect();
                log.borrow_mut().push((record.level, record.indented_text()?, kinds));
                Ok(true)
            })),
        );
        check(&ctx, &seen);
        set_sink(&ctx, None);
    });
}

fn run(ctx: &Ctx<'_>, script: &str) {
    ctx.eval::<(), _>(script).catch(ctx).unwrap();
}

#[test]
fn a_record_has_level_text_and_arguments() {
    with_sink(|ctx, seen| {
        run(ctx, "console.log('a %s', 'b', { c: 1 }); console.error(new Error('x').message); console.debug(1)");
        let seen = seen.borrow();
        assert_eq!(seen[0], (Level::Log, "a b { c: 1 }".into(), vec!["string", "string", "object"]));
        assert_eq!(seen[1], (Level::Error, "x".into(), vec!["string"]));
        assert_eq!(seen[2], (Level::Debug, "1".into(), vec!["int"]));
    });
}

#[test]
fn methods_with_a_text_of_their_own_come_as_text() {
    with_sink(|ctx, seen| {
        run(
            ctx,
            "console.group('g'); console.count('n'); console.assert(false, 'm'); console.dir({ a: 1 }); console.trace('t')",
        );
        let seen = seen.borrow();
        let text: Vec<_> = seen.iter().map(|(level, text, _)| (*level, text.lines().next().unwrap())).collect();
        let expected = [
            (Level::Log, "g"),
            (Level::Log, "  n: 1"),
            (Level::Warn, "  Assertion failed: m"),
            (Level::Dir, "  { a: 1 }"),
            (Level::Trace, "  Trace: t"),
        ];
        assert_eq!(text, expected);
    });
}

#[test]
fn other_methods_go_through_what_the_program_put_in_place_of_log() {
    with_sink(|ctx, seen| {
        run(ctx, "const { log } = console; console.log = (...values) => log('mine', ...values); console.count()");
        assert_eq!(seen.borrow()[0].1, "mine default: 1");
    });
}

#[test]
fn dir_and_dirxml_do_not_print_through_log() {
    with_sink(|ctx, seen| {
        run(ctx, "console.log = () => { throw new Error('log') }; console.dir('d'); console.dirxml('x', 1)");
        let seen = seen.borrow();
        let text: Vec<_> = seen.iter().map(|(level, text, _)| (*level, text.as_str())).collect();
        assert_eq!(text, [(Level::Dir, "'d'"), (Level::Dir, "x 1")]);
    });
}

#[test]
fn a_console_with_a_sink_knows_fatal_errors() {
    with_sink(|ctx, seen| {
        run(ctx, "console.fatal('%d down', 1)");
        assert_eq!(seen.borrow()[0], (Level::Fatal, "1 down".into(), vec!["string", "int"]));
    });
    let context = Context::full(&Runtime::new().unwrap()).unwrap();
    context.with(|ctx| {
        host::attach(&ctx, MODULES).unwrap();
        assert!(ctx.eval::<bool, _>("console.fatal === undefined").catch(&ctx).unwrap());
    });
}

#[test]
fn what_a_sink_throws_the_method_throws() {
    with_sink(|ctx, _| {
        set_sink(ctx, Some(Rc::new(|record: &Record<'_, '_>| Err(record.ctx().throw(record.arguments[0].clone())))));
        run(ctx, "try { console.log(7); throw 0 } catch (error) { if (error !== 7) throw new Error(String(error)) }");
    });
}

#[test]
fn an_inspection_that_throws_reaches_the_program() {
    with_sink(|ctx, seen| {
        run(
            ctx,
            r#"
            const bad = { [Symbol.for("nodejs.util.inspect.custom")]() { throw new Error("custom") } };
            try { console.log(bad); throw new Error("no") } catch (error) { if (error.message !== "custom") throw error }
            "#,
        );
        assert!(seen.borrow().is_empty());
    });
}
