//! Tables of native methods, getters and constants, for classes that have many.
//!
//! The engine makes a method's function object when the method is first read, so that a class with a hundred methods costs a
//! hundred property slots when it is defined, and a call costs no more than one of the engine's own functions.
//!
//! ```
//! use llrt_core::table::{self, Call, Member};
//! use rquickjs::{Context, IntoJs, Object, Result, Runtime, Value};
//!
//! fn add<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
//!     let sum = call.arg(0).as_number().unwrap_or_default() + f64::from(call.magic());
//!     sum.into_js(call.ctx())
//! }
//!
//! static MEMBERS: &[Member] = &[Member::method(c"addOne", 1, 1, add), Member::method(c"addTwo", 1, 2, add)];
//!
//! let context = Context::full(&Runtime::new()?)?;
//! context.with(|ctx| {
//!     let object = Object::new(ctx.clone())?;
//!     table::define(&object, MEMBERS)?;
//!     ctx.globals().set("object", object)?;
//!     assert_eq!(ctx.eval::<i32, _>("object.addOne(object.addTwo(4))")?, 7);
//!     Ok::<_, rquickjs::Error>(())
//! })?;
//! # Ok::<_, rquickjs::Error>(())
//! ```

use std::{
    ffi::{CStr, c_int},
    mem,
    ptr::{self, NonNull},
    slice,
};

use rquickjs::{Constructor, Ctx, Error, Function, Object, Result, Value, qjs};

use crate::host;

/// One call of a native function.
pub struct Call<'a, 'js> {
    ctx: &'a Ctx<'js>,
    this: qjs::JSValue,
    args: &'a [qjs::JSValue],
    magic: c_int,
}

impl<'js> Call<'_, 'js> {
    /// The context.
    pub fn ctx(&self) -> &Ctx<'js> {
        self.ctx
    }

    /// The receiver. In a constructor `new.target`, which is `undefined` when it is called without `new`.
    pub fn this(&self) -> Value<'js> {
        self.own(self.this)
    }

    /// The argument at `index`, `undefined` past the last.
    pub fn arg(&self, index: usize) -> Value<'js> {
        match self.args.get(index) {
            Some(&value) => self.own(value),
            None => Value::new_undefined(self.ctx.clone()),
        }
    }

    /// The arguments from `start` on.
    pub fn rest(&self, start: usize) -> Vec<Value<'js>> {
        self.args.get(start..).unwrap_or_default().iter().map(|&value| self.own(value)).collect()
    }

    /// How many arguments there are.
    pub fn len(&self) -> usize {
        self.args.len()
    }

    /// Whether there are no arguments.
    pub fn is_empty(&self) -> bool {
        self.args.is_empty()
    }

    /// The number that the table gives this member, for functions that serve several.
    pub fn magic(&self) -> i32 {
        self.magic
    }

    fn own(&self, value: qjs::JSValue) -> Value<'js> {
        // SAFETY: receiver and arguments live as long as the call; `from_raw` takes the reference that `dup` adds.
        unsafe { Value::from_raw(self.ctx.clone(), qjs::JS_DupValue(self.ctx.as_raw().as_ptr(), value)) }
    }
}

/// A method, getter or constant of an object.
#[repr(transparent)]
pub struct Member(qjs::JSCFunctionListEntry);

// SAFETY: it points to constants and functions only.
unsafe impl Sync for Member {}

const CONFIGURABLE: u8 = qjs::JS_PROP_CONFIGURABLE as u8;
const ENUMERABLE: u8 = qjs::JS_PROP_ENUMERABLE as u8;
const METHOD: u8 = CONFIGURABLE | qjs::JS_PROP_WRITABLE as u8;

// What quickjs.h calls JS_DEF_...; the bindings leave these macros out.
const DEF_CFUNC: u8 = 0;
const DEF_CGETSET_MAGIC: u8 = 2;
const DEF_PROP_STRING: u8 = 3;
const DEF_PROP_INT32: u8 = 4;
const DEF_PROP_DOUBLE: u8 = 6;
const DEF_ALIAS: u8 = 9;

impl Member {
    /// A method, writable, configurable and not enumerable as those of a JavaScript class. A name in brackets
    /// (`[Symbol.iterator]`) is a well-known symbol's.
    ///
    /// `function` is a function item or a closure that captures nothing.
    pub const fn method<F: NativeFn>(name: &'static CStr, length: u8, magic: i16, function: F) -> Self {
        let cfunc = qjs::JSCFunctionType { generic_magic: Some(trampoline(&function)) };
        let cproto = qjs::JSCFunctionEnum_JS_CFUNC_generic_magic as u8;
        let func = qjs::JSCFunctionListEntry__bindgen_ty_1__bindgen_ty_1 { length, cproto, cfunc };
        Self::new(name, METHOD, DEF_CFUNC, magic, qjs::JSCFunctionListEntry__bindgen_ty_1 { func })
    }

    /// A property with a getter and no setter.
    pub const fn getter<F: NativeFn>(name: &'static CStr, magic: i16, get: F) -> Self {
        let get = qjs::JSCFunctionType { getter_magic: Some(getter(&get)) };
        let set = qjs::JSCFunctionType { setter_magic: None };
        let getset = qjs::JSCFunctionListEntry__bindgen_ty_1__bindgen_ty_2 { get, set };
        Self::new(name, CONFIGURABLE, DEF_CGETSET_MAGIC, magic, qjs::JSCFunctionListEntry__bindgen_ty_1 { getset })
    }

    /// A property with a getter and a setter, whose argument is the new value.
    pub const fn accessor<G: NativeFn, S: NativeFn>(name: &'static CStr, magic: i16, get: G, set: S) -> Self {
        let get = qjs::JSCFunctionType { getter_magic: Some(getter(&get)) };
        let set = qjs::JSCFunctionType { setter_magic: Some(setter(&set)) };
        let getset = qjs::JSCFunctionListEntry__bindgen_ty_1__bindgen_ty_2 { get, set };
        Self::new(name, CONFIGURABLE, DEF_CGETSET_MAGIC, magic, qjs::JSCFunctionListEntry__bindgen_ty_1 { getset })
    }

    /// A constant that only a redefinition changes, as `Symbol.toStringTag` is.
    pub const fn string(name: &'static CStr, value: &'static CStr) -> Self {
        let value = qjs::JSCFunctionListEntry__bindgen_ty_1 { str_: value.as_ptr() };
        Self::new(name, CONFIGURABLE, DEF_PROP_STRING, 0, value)
    }

    /// Another name for a method that stands before it in the table, or that the object has already: the same function.
    pub const fn alias(name: &'static CStr, of: &'static CStr) -> Self {
        let alias = qjs::JSCFunctionListEntry__bindgen_ty_1__bindgen_ty_3 { name: of.as_ptr(), base: -1 };
        Self::new(name, METHOD, DEF_ALIAS, 0, qjs::JSCFunctionListEntry__bindgen_ty_1 { alias })
    }

    /// A 32-bit integer that never changes.
    pub const fn int(name: &'static CStr, value: i32) -> Self {
        Self::new(name, 0, DEF_PROP_INT32, 0, qjs::JSCFunctionListEntry__bindgen_ty_1 { i32_: value })
    }

    /// A number that never changes.
    pub const fn number(name: &'static CStr, value: f64) -> Self {
        Self::new(name, 0, DEF_PROP_DOUBLE, 0, qjs::JSCFunctionListEntry__bindgen_ty_1 { f64_: value })
    }

    /// The same member, enumerable: as web interfaces have them, and objects that are no classes.
    pub const fn enumerable(mut self) -> Self {
        self.0.prop_flags |= ENUMERABLE;
        self
    }

    /// The same member, read-only and not configurable.
    pub const fn fixed(mut self) -> Self {
        self.0.prop_flags &= ENUMERABLE;
        self
    }

    /// The same member, a property that can be assigned and redefined.
    pub const fn writable(mut self) -> Self {
        self.0.prop_flags |= METHOD;
        self
    }

    const fn new(
        name: &'static CStr,
        prop_flags: u8,
        def_type: u8,
        magic: i16,
        u: qjs::JSCFunctionListEntry__bindgen_ty_1,
    ) -> Self {
        Self(qjs::JSCFunctionListEntry { name: name.as_ptr(), prop_flags, def_type, magic, u })
    }
}

/// A function that JavaScript calls: an item, or a closure that captures nothing.
pub trait NativeFn: for<'a, 'b, 'js> Fn(&'a Call<'b, 'js>) -> Result<Value<'js>> + Copy + 'static {}

impl<F: for<'a, 'b, 'js> Fn(&'a Call<'b, 'js>) -> Result<Value<'js>> + Copy + 'static> NativeFn for F {}

/// Defines `members` on `object`.
///
/// # Errors
/// Out of memory.
///
/// # Panics
/// When a name in brackets is no well-known symbol's, the engine aborts.
pub fn define(object: &Object<'_>, members: &'static [Member]) -> Result<()> {
    let ctx = object.ctx().as_raw().as_ptr();
    let len = c_int::try_from(members.len()).map_err(|_| Error::Unknown)?;
    // SAFETY: a live object of a live context; `Member` is the engine's entry, and the table is static, as the engine reads
    // an entry again when its method is first used.
    let failed =
        unsafe { qjs::JS_SetPropertyFunctionList(ctx, object.as_value().as_raw(), members.as_ptr().cast(), len) };
    if failed != 0 { Err(Error::Exception) } else { Ok(()) }
}

/// The function of a member made by [`Member::method`], on its own: to be a property that no table can name.
///
/// # Errors
/// Out of memory; `Error::Unknown` when the member is no method.
pub fn function<'js>(ctx: &Ctx<'js>, member: &'static Member) -> Result<Function<'js>> {
    let entry = &member.0;
    if entry.def_type != DEF_CFUNC {
        return Err(Error::Unknown);
    }
    // SAFETY: live context; the entry of a method holds `func`, with a function of the kind `cproto`.
    let value = unsafe {
        let func = entry.u.func;
        let (length, kind) = (func.length.into(), func.cproto.into());
        let raw = ctx.as_raw().as_ptr();
        let made = qjs::JS_NewCFunction2(raw, func.cfunc.generic, entry.name, length, kind, entry.magic.into());
        Value::from_raw(ctx.clone(), made)
    };
    value.into_function().ok_or(Error::Exception)
}

/// A function for `new`, whose instances have `prototype`. [`Call::this`] is `new.target`; without `new` it is `undefined`.
///
/// # Errors
/// Out of memory.
pub fn constructor<'js, F: NativeFn>(
    ctx: &Ctx<'js>,
    name: &CStr,
    length: u8,
    prototype: &Object<'js>,
    function: F,
) -> Result<Constructor<'js>> {
    let raw = ctx.as_raw().as_ptr();
    let function = qjs::JSCFunctionType { generic_magic: Some(trampoline(&function)) };
    let kind = qjs::JSCFunctionEnum_JS_CFUNC_constructor_or_func_magic;
    // SAFETY: live context and prototype; constructor and generic functions with magic have the same signature.
    let value = unsafe {
        let made = qjs::JS_NewCFunction2(raw, function.generic, name.as_ptr(), length.into(), kind, 0);
        let value = Value::from_raw(ctx.clone(), made);
        if value.is_exception() {
            return Err(Error::Exception);
        }
        qjs::JS_SetConstructor(raw, made, prototype.as_value().as_raw());
        value
    };
    value.into_constructor().ok_or(Error::Unknown)
}

type Native = unsafe extern "C" fn(*mut qjs::JSContext, qjs::JSValue, c_int, *mut qjs::JSValue, c_int) -> qjs::JSValue;
type NativeGetter = unsafe extern "C" fn(*mut qjs::JSContext, qjs::JSValue, c_int) -> qjs::JSValue;
type NativeSetter = unsafe extern "C" fn(*mut qjs::JSContext, qjs::JSValue, qjs::JSValue, c_int) -> qjs::JSValue;

/// The C function that calls `F`. It takes a reference, as a proof that there is a value of the type.
const fn trampoline<F: NativeFn>(_function: &F) -> Native {
    unsafe extern "C" fn call<F: NativeFn>(
        ctx: *mut qjs::JSContext,
        this: qjs::JSValue,
        argc: c_int,
        argv: *mut qjs::JSValue,
        magic: c_int,
    ) -> qjs::JSValue {
        // SAFETY: the engine's arguments, and `trampoline` proves that `F` has a value.
        unsafe { invoke::<F>(ctx, this, argc, argv, magic) }
    }
    const { assert!(mem::size_of::<F>() == 0, "a native function captures nothing") };
    call::<F>
}

const fn getter<F: NativeFn>(_function: &F) -> NativeGetter {
    unsafe extern "C" fn get<F: NativeFn>(ctx: *mut qjs::JSContext, this: qjs::JSValue, magic: c_int) -> qjs::JSValue {
        // SAFETY: as in `trampoline`.
        unsafe { invoke::<F>(ctx, this, 0, ptr::null_mut(), magic) }
    }
    const { assert!(mem::size_of::<F>() == 0, "a native function captures nothing") };
    get::<F>
}

const fn setter<F: NativeFn>(_function: &F) -> NativeSetter {
    unsafe extern "C" fn set<F: NativeFn>(
        ctx: *mut qjs::JSContext,
        this: qjs::JSValue,
        mut value: qjs::JSValue,
        magic: c_int,
    ) -> qjs::JSValue {
        // SAFETY: as in `trampoline`; the one argument lies in this frame.
        unsafe { invoke::<F>(ctx, this, 1, &mut value, magic) }
    }
    const { assert!(mem::size_of::<F>() == 0, "a native function captures nothing") };
    set::<F>
}

/// # Safety
/// `ctx` is live, `argv` holds `argc` values that outlive the call, and there is a value of the zero-sized type `F`.
unsafe fn invoke<F: NativeFn>(
    ctx: *mut qjs::JSContext,
    this: qjs::JSValue,
    argc: c_int,
    argv: *mut qjs::JSValue,
    magic: c_int,
) -> qjs::JSValue {
    // SAFETY: a copy of a value of a type without size, of which the caller says that there is one.
    let function = unsafe { NonNull::<F>::dangling().read() };
    // SAFETY: the caller's.
    let (ctx, args) = unsafe {
        let args = if argc > 0 { slice::from_raw_parts(argv, argc as usize) } else { &[] };
        (Ctx::from_raw(NonNull::new_unchecked(ctx)), args)
    };
    let result = function(&Call { ctx: &ctx, this, args, magic });
    give(&ctx, result)
}

/// What the engine gets of a call. Once for all functions.
#[inline(never)]
fn give<'js>(ctx: &Ctx<'js>, result: Result<Value<'js>>) -> qjs::JSValue {
    match result {
        Ok(value) => {
            let raw = value.as_raw();
            let realm = value.ctx().as_raw();
            // The reference that `value` holds goes to the engine.
            mem::forget(value);
            // SAFETY: the reference to its context that `value` held, which may be another than `ctx`.
            unsafe { qjs::JS_FreeContext(realm.as_ptr()) };
            raw
        }
        Err(error) => host::raise(ctx, error),
    }
}

#[cfg(test)]
mod tests {
    use rquickjs::{Context, IntoJs, Runtime};

    use super::*;

    fn this_and_args<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
        let list = rquickjs::Array::new(call.ctx().clone())?;
        list.set(0, call.this())?;
        for (index, value) in call.rest(0).into_iter().enumerate() {
            list.set(index + 1, value)?;
        }
        list.set(call.len() + 1, call.magic())?;
        list.into_js(call.ctx())
    }

    fn fail<'js>(_call: &Call<'_, 'js>) -> Result<Value<'js>> {
        Err(Error::new_loading("nothing"))
    }

    static MEMBERS: &[Member] = &[
        Member::method(c"method", 2, 7, this_and_args),
        Member::method(c"[Symbol.iterator]", 0, 0, this_and_args),
        Member::method(c"fail", 0, 0, fail).enumerable(),
        Member::accessor(c"both", 3, this_and_args, fail),
        Member::getter(c"only", 4, this_and_args),
        Member::alias(c"same", c"method"),
        Member::string(c"[Symbol.toStringTag]", c"Tagged"),
        Member::int(c"limit", 5).enumerable(),
    ];

    fn eval(script: &str) -> String {
        let context = Context::full(&Runtime::new().unwrap()).unwrap();
        context.with(|ctx| {
            let prototype = Object::new(ctx.clone()).unwrap();
            define(&prototype, MEMBERS).unwrap();
            let class = constructor(&ctx, c"Made", 1, &prototype, |call| {
                let object = Object::new(call.ctx().clone())?;
                object.set("target", call.this())?;
                object.into_js(call.ctx())
            });
            ctx.globals().set("proto", prototype).unwrap();
            ctx.globals().set("Made", class.unwrap()).unwrap();
            let value: Value<'_> = ctx.eval(script).unwrap_or_else(|_| ctx.catch());
            value.get::<rquickjs::Coerced<String>>().unwrap().0
        })
    }

    #[test]
    fn receiver_arguments_and_magic_arrive() {
        assert_eq!(eval("proto.method.call('me', 1, 'two').join()"), "me,1,two,7");
        assert_eq!(eval("proto.method.call('me').join()"), "me,7");
    }

    #[test]
    fn properties_have_the_flags_of_a_class() {
        assert_eq!(eval("Object.keys(proto).join()"), "fail,limit");
        assert_eq!(
            eval("[proto.method.name, proto.method.length, proto.method === proto.method].join()"),
            "method,2,true"
        );
        assert_eq!(eval("[proto.same === proto.method, proto.same.name].join()"), "true,method");
        assert_eq!(eval("proto.method = 5; delete proto.only; [proto.method, 'only' in proto].join()"), "5,false");
        assert_eq!(eval("String(proto)"), "[object Tagged]");
        assert_eq!(eval("typeof proto[Symbol.iterator]"), "function");
        assert_eq!(eval("Object.getOwnPropertyDescriptor(proto, 'only').set"), "undefined");
        assert_eq!(eval("proto.only[1] + proto.both[1]"), "7");
    }

    #[test]
    fn an_error_of_the_engine_is_thrown() {
        assert!(eval("try { proto.fail() } catch (e) { `caught ${e.message}` }").starts_with("caught "));
        assert!(eval("try { proto.both = 1 } catch (e) { `caught ${e.message}` }").starts_with("caught "));
    }

    #[test]
    fn a_constructor_sees_its_new_target() {
        assert_eq!(eval("new Made().target === Made"), "true");
        assert_eq!(eval("class Sub extends Made {}; new Sub().target === Sub"), "true");
        assert_eq!(eval("Made().target"), "undefined");
        assert_eq!(
            eval("[Made.name, Made.length, Made.prototype === proto, proto.constructor === Made].join()"),
            "Made,1,true,true"
        );
    }
}
