//! Further realms of an engine: global objects with intrinsics of their own, and the context that everything else runs in.

use std::{
    ffi::c_int,
    ptr::{self, NonNull},
};

use rquickjs::{Ctx, Error, Function, JsLifetime, Object, Result, Value, qjs};

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

/// An object to stand in a prototype chain: it is asked for each property that nothing before it has, and told of each that is set.
///
/// `get(key)` gives `[value]`, or `undefined` when the next of the chain is to be asked; unlike a proxy, so that a variable that
/// nobody declared is still a `ReferenceError`. `set(key, value, receiver)` does what setting means.
///
/// # Errors
/// Out of memory.
pub fn hooked<'js>(
    ctx: &Ctx<'js>,
    prototype: &Object<'js>,
    get: Function<'js>,
    set: Function<'js>,
) -> Result<Object<'js>> {
    let raw = ctx.as_raw().as_ptr();
    let class = hooked_class(ctx)?;
    // SAFETY: live context, prototype and class; the new object takes the hooks with their references, and its finalizer frees them.
    let object = unsafe {
        let made = qjs::JS_NewObjectProtoClass(raw, prototype.as_value().as_raw(), class);
        if qjs::JS_IsException(made) {
            return Err(Error::Exception);
        }
        let own = |function: Function<'js>| qjs::JS_DupValue(raw, function.as_value().as_raw());
        let hooks = Box::new(Hooks { get: own(get), set: own(set) });
        qjs::JS_SetOpaque(made, Box::into_raw(hooks).cast());
        Value::from_raw(ctx.clone(), made)
    };
    object.into_object().ok_or(Error::Unknown)
}

struct Hooks {
    get: qjs::JSValue,
    set: qjs::JSValue,
}

/// The engine's class of hooked objects, by runtime.
struct HookedClass(qjs::JSClassID);

// SAFETY: no lifetime in the struct.
unsafe impl JsLifetime<'_> for HookedClass {
    type Changed<'to> = HookedClass;
}

#[repr(transparent)]
struct Exotic(qjs::JSClassExoticMethods);

// SAFETY: it points to functions only.
unsafe impl Sync for Exotic {}

static EXOTIC: Exotic = Exotic(qjs::JSClassExoticMethods {
    get_own_property: Some(get_hooked),
    get_own_property_names: None,
    delete_property: None,
    define_own_property: None,
    has_property: None,
    get_property: None,
    set_property: Some(set_hooked),
});

fn hooked_class(ctx: &Ctx<'_>) -> Result<qjs::JSClassID> {
    if let Some(class) = ctx.userdata::<HookedClass>() {
        return Ok(class.0);
    }
    let definition = qjs::JSClassDef {
        class_name: c"Object".as_ptr(),
        finalizer: Some(free_hooks),
        gc_mark: Some(mark_hooks),
        call: None,
        exotic: ptr::from_ref(&EXOTIC.0).cast_mut(),
    };
    let mut class = 0;
    // SAFETY: a live context's runtime; the engine copies the definition and reads the static methods only.
    let failed = unsafe {
        let runtime = qjs::JS_GetRuntime(ctx.as_raw().as_ptr());
        qjs::JS_NewClassID(runtime, &mut class);
        qjs::JS_NewClass(runtime, class, &definition)
    };
    if failed != 0 {
        return Err(Error::Allocation);
    }
    let _ = ctx.store_userdata(HookedClass(class));
    Ok(class)
}

/// The hooks of an object of the class, null before it has them.
///
/// # Safety
/// `object` is an object of the class [`hooked_class`].
unsafe fn hooks_of(object: qjs::JSValue) -> *mut Hooks {
    // SAFETY: the caller's; only `hooked` sets it.
    unsafe { qjs::JS_GetOpaque(object, qjs::JS_GetClassID(object)).cast() }
}

unsafe extern "C" fn free_hooks(runtime: *mut qjs::JSRuntime, object: qjs::JSValue) {
    // SAFETY: the engine's call for an object of the class, its last; the box is the one that `hooked` made.
    unsafe {
        let hooks = hooks_of(object);
        if !hooks.is_null() {
            let hooks = Box::from_raw(hooks);
            qjs::JS_FreeValueRT(runtime, hooks.get);
            qjs::JS_FreeValueRT(runtime, hooks.set);
        }
    }
}

unsafe extern "C" fn mark_hooks(runtime: *mut qjs::JSRuntime, object: qjs::JSValue, mark: qjs::JS_MarkFunc) {
    // SAFETY: the engine's call for a live object of the class.
    unsafe {
        if let Some(hooks) = hooks_of(object).as_ref() {
            qjs::JS_MarkValue(runtime, hooks.get, mark);
            qjs::JS_MarkValue(runtime, hooks.set, mark);
        }
    }
}

unsafe extern "C" fn get_hooked(
    ctx: *mut qjs::JSContext,
    descriptor: *mut qjs::JSPropertyDescriptor,
    object: qjs::JSValue,
    atom: qjs::JSAtom,
) -> c_int {
    // SAFETY: the engine's call for a live object of the class; `descriptor` is null or to be filled, and owns what is put there.
    unsafe {
        let Some(hooks) = hooks_of(object).as_ref() else { return 0 };
        let mut key = qjs::JS_AtomToValue(ctx, atom);
        let found = qjs::JS_Call(ctx, hooks.get, qjs::JS_UNDEFINED, 1, &mut key);
        qjs::JS_FreeValue(ctx, key);
        if qjs::JS_IsException(found) {
            return -1;
        }
        if !qjs::JS_IsObject(found) {
            qjs::JS_FreeValue(ctx, found);
            return 0;
        }
        let value = qjs::JS_GetPropertyUint32(ctx, found, 0);
        qjs::JS_FreeValue(ctx, found);
        if qjs::JS_IsException(value) {
            return -1;
        }
        match descriptor.as_mut() {
            Some(descriptor) => {
                descriptor.flags = qjs::JS_PROP_C_W_E as c_int;
                descriptor.value = value;
                descriptor.getter = qjs::JS_UNDEFINED;
                descriptor.setter = qjs::JS_UNDEFINED;
            }
            None => qjs::JS_FreeValue(ctx, value),
        }
        1
    }
}

unsafe extern "C" fn set_hooked(
    ctx: *mut qjs::JSContext,
    object: qjs::JSValue,
    atom: qjs::JSAtom,
    value: qjs::JSValue,
    receiver: qjs::JSValue,
    _flags: c_int,
) -> c_int {
    // SAFETY: the engine's call for a live object of the class; the value stays the engine's.
    unsafe {
        let Some(hooks) = hooks_of(object).as_ref() else { return 0 };
        let key = qjs::JS_AtomToValue(ctx, atom);
        let mut arguments = [key, value, receiver];
        let done = qjs::JS_Call(ctx, hooks.set, qjs::JS_UNDEFINED, 3, arguments.as_mut_ptr());
        qjs::JS_FreeValue(ctx, key);
        let failed = qjs::JS_IsException(done);
        qjs::JS_FreeValue(ctx, done);
        if failed { -1 } else { 1 }
    }
}

#[cfg(test)]
mod tests {
    use rquickjs::{Context, Function, Object, Runtime};

    use super::{create, home, hooked, is_home, set_home};

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
    fn a_hooked_prototype_is_asked_and_told() {
        let runtime = Runtime::new().expect("an engine");
        Context::full(&runtime).expect("a context").with(|ctx| {
            let realm = create(&ctx).expect("a realm");
            let store: Object<'_> = ctx.eval("globalThis.store = { there: 1 }; store").expect("an object");
            let get = ctx.eval("(key) => key in store ? [store[key]] : undefined").expect("a function");
            let set = ctx.eval("(key, value) => { store[key] = value; }").expect("a function");
            let object: Object<'_> = realm.eval("Object.prototype").expect("a prototype");
            let hook = hooked(&realm, &object, get, set).expect("an object");
            realm.globals().set_prototype(Some(&hook)).expect("a prototype");
            let options = || {
                let mut options = rquickjs::context::EvalOptions::default();
                options.strict = false;
                options
            };
            let seen: Vec<rquickjs::Value<'_>> = realm
                .eval_with_options("made = there + 1; [there, made, typeof missing, 'there' in globalThis]", options())
                .expect("values");
            let seen: Vec<String> =
                seen.into_iter().map(|value| value.get::<rquickjs::Coerced<String>>().expect("text").0).collect();
            assert_eq!(seen, ["1", "2", "undefined", "true"]);
            assert_eq!(store.get::<_, i32>("made").expect("a number"), 2);
            assert!(realm.eval::<rquickjs::Value<'_>, _>("missing").is_err());
            let error: Object<'_> = ctx.catch().get().expect("an error");
            assert_eq!(error.get::<_, String>("name").expect("a name"), "ReferenceError");
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
