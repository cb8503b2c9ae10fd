//! Further realms of an engine: global objects with intrinsics of their own, and the context that everything else runs in.

use std::ptr::NonNull;

use rquickjs::{Ctx, Error, JsLifetime, Result, qjs};

/// A new realm: its globals are those of the language, nothing else.
///
/// It lives as long as a function of it does. Objects of one realm can be used in every other.
///
/// # Errors
/// Out of memory.
pub fn create<'js>(ctx: &Ctx<'js>) -> Result<Ctx<'js>> {
    // SAFETY: the runtime of a live context; the new context's reference goes to `Ctx`, which takes one of its own. Its values may
    // have the lifetime of the first context's, because both belong to the same runtime, which is locked.
    unsafe {
        let runtime = qjs::JS_GetRuntime(ctx.as_raw().as_ptr());
        let raw = NonNull::new(qjs::JS_NewContext(runtime)).ok_or(Error::Allocation)?;
        let realm = Ctx::from_raw(raw);
        qjs::JS_FreeContext(raw.as_ptr());
        Ok(realm)
    }
}

/// The context that modules were composed into.
struct Home(NonNull<qjs::JSContext>);

// SAFETY: no lifetime in the struct.
unsafe impl JsLifetime<'_> for Home {
    type Changed<'to> = Home;
}

/// Makes `ctx` the one that built-in modules live in, whatever realm asks for them.
pub(crate) fn set_home(ctx: &Ctx<'_>) {
    let _ = ctx.store_userdata(Home(ctx.as_raw()));
}

/// The context that the modules were composed into: native code that a function of another realm calls may get that realm's.
pub fn home<'js>(ctx: &Ctx<'js>) -> Ctx<'js> {
    match ctx.userdata::<Home>() {
        // SAFETY: the home context lives as long as its runtime's userdata is reachable from a running context.
        Some(home) => unsafe { Ctx::from_raw(home.0) },
        None => ctx.clone(),
    }
}

/// Whether `ctx` is the context that the modules were composed into.
pub fn is_home(ctx: &Ctx<'_>) -> bool {
    ctx.userdata::<Home>().is_none_or(|home| home.0 == ctx.as_raw())
}

#[cfg(test)]
mod tests {
    use rquickjs::{Context, Function, Object, Runtime};

    use super::{create, home, is_home, set_home};

    #[test]
    fn a_realm_has_intrinsics_of_its_own_and_lives_while_it_is_used() {
        let runtime = Runtime::new().expect("an engine");
        let context = Context::full(&runtime).expect("a context");
        context.with(|ctx| {
            let evaluate: Function<'_> = {
                let realm = create(&ctx).expect("a realm");
                realm.globals().get("eval").expect("its eval")
            };
            ctx.globals().set("inner", evaluate).expect("a global");
            let seen: Vec<bool> = ctx
                .eval("[inner('Array') === Array, inner('[1]').length === 1, inner('typeof inner') === 'undefined']")
                .expect("values");
            assert_eq!(seen, [false, true, true]);
        });
        runtime.run_gc();
    }

    #[test]
    fn the_home_is_found_from_everywhere() {
        let runtime = Runtime::new().expect("an engine");
        Context::full(&runtime).expect("a context").with(|ctx| {
            set_home(&ctx);
            let realm = create(&ctx).expect("a realm");
            assert!(is_home(&ctx) && !is_home(&realm));
            let global: Object<'_> = home(&realm).globals();
            assert_eq!(global, ctx.globals());
        });
    }
}
