//! What `setTimeout` and `setImmediate` return.

mod immediate;
mod timeout;

pub(crate) use immediate::Immediate;
pub(crate) use timeout::Timeout;

use llrt_core::NodeError;
use rquickjs::{
    Class, Constructor, Ctx, Function, IntoJs, JsLifetime, Object, Result, Value,
    class::{JsClass, Trace, Tracer},
    function::{Args, IntoJsFunc, This},
    object::{Accessor, Property},
};

/// A callback and what it is called with.
#[derive(JsLifetime)]
struct Work<'js> {
    callback: Function<'js>,
    arguments: Vec<Value<'js>>,
}

impl<'js> Work<'js> {
    /// The call, ready to be made when the borrow of this is over: the callback may clear its own timer.
    fn prepare(&self, ctx: &Ctx<'js>, this: Object<'js>) -> Result<(Function<'js>, Args<'js>)> {
        let mut arguments = Args::new(ctx.clone(), self.arguments.len());
        arguments.this(this)?;
        arguments.push_args(self.arguments.iter().cloned())?;
        Ok((self.callback.clone(), arguments))
    }
}

impl<'js> Trace<'js> for Work<'js> {
    fn trace<'a>(&self, tracer: Tracer<'a, 'js>) {
        self.callback.trace(tracer);
        self.arguments.trace(tracer);
    }
}

/// Builds a prototype whose members are not enumerable, as those of a class.
struct Prototype<'js>(Object<'js>);

impl<'js> Prototype<'js> {
    fn new(ctx: &Ctx<'js>, class: &'static str) -> Result<Self> {
        let prototype = Object::new(ctx.clone())?;
        let refuse = |ctx: Ctx<'js>| -> Result<Object<'js>> {
            Err(NodeError::new(llrt_core::JsClass::TypeError, "ERR_ILLEGAL_CONSTRUCTOR", "Illegal constructor")
                .throw(&ctx))
        };
        let constructor = Constructor::new_prototype(ctx, prototype.clone(), refuse)?;
        constructor.set_name(class)?;
        prototype.prop("constructor", Property::from(constructor).writable().configurable())?;
        Ok(Self(prototype))
    }

    fn method<P>(self, name: impl Into<Key>, f: impl IntoJsFunc<'js, P> + 'js) -> Result<Self> {
        let key = name.into();
        let ctx = self.0.ctx();
        let function = Function::new(ctx.clone(), f)?.with_name(key.name())?;
        self.0.prop(key.value(ctx)?, Property::from(function).writable().configurable())?;
        Ok(self)
    }

    fn accessor<G, S>(
        self,
        name: &str,
        get: impl IntoJsFunc<'js, G> + 'js,
        set: impl IntoJsFunc<'js, S> + 'js,
    ) -> Result<Self> {
        self.0.prop(name, Accessor::new(get, set).configurable())?;
        Ok(self)
    }

    fn finish(self) -> Object<'js> {
        self.0
    }

    fn getter<P>(self, name: &str, get: impl IntoJsFunc<'js, P> + 'js) -> Result<Self> {
        self.0.prop(name, Accessor::from(get).configurable())?;
        Ok(self)
    }
}

/// The object behind `this`. As in Node, a method that is called on anything else does nothing.
fn receiver<'a, 'js, C: JsClass<'js>>(this: &'a This<Value<'js>>) -> Option<&'a Class<'js, C>> {
    this.as_object()?.as_class()
}

/// A method's name.
enum Key {
    Name(&'static str),
    /// `Symbol.dispose`
    Dispose,
    /// `Symbol.toPrimitive`
    ToPrimitive,
}

impl From<&'static str> for Key {
    fn from(name: &'static str) -> Self {
        Self::Name(name)
    }
}

impl Key {
    fn name(&self) -> &'static str {
        match self {
            Self::Name(name) => name,
            Self::Dispose => "[Symbol.dispose]",
            Self::ToPrimitive => "[Symbol.toPrimitive]",
        }
    }

    fn value<'js>(&self, ctx: &Ctx<'js>) -> Result<Value<'js>> {
        let symbol = |name| ctx.globals().get::<_, Object<'js>>("Symbol")?.get(name);
        match self {
            Self::Name(name) => name.into_js(ctx),
            Self::Dispose => symbol("dispose"),
            Self::ToPrimitive => symbol("toPrimitive"),
        }
    }
}

/// `null` for `None`, which rquickjs makes `undefined`.
struct Nullable<T>(Option<T>);

impl<'js, T: IntoJs<'js>> IntoJs<'js> for Nullable<T> {
    fn into_js(self, ctx: &Ctx<'js>) -> Result<Value<'js>> {
        match self.0 {
            Some(value) => value.into_js(ctx),
            None => Ok(Value::new_null(ctx.clone())),
        }
    }
}
