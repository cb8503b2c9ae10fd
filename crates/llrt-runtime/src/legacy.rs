//! Names from before Node's modules had their shape: `constants`, and the parts of `stream` and `tls` that are modules of their own.
//!
//! Old packages still ask for them. Each is made of the module that has what it gives, when it is asked for.

use llrt_core::{Export, Module, ModuleInfo, host};
#[cfg(any(feature = "stream", feature = "unavailable"))]
use llrt_core::{JsClass, NodeError, module::function};
#[cfg(any(feature = "stream", feature = "unavailable"))]
use rquickjs::function::Rest;
use rquickjs::{Ctx, Object, Result, Value, object::Property};

/// A module whose `default` is made by a function.
macro_rules! legacy {
    ($($(#[$only:meta])? $type:ident $specifier:literal $alias:literal $build:expr;)*) => {
        $(
            $(#[$only])?
            #[doc = concat!("The module `", $specifier, "`.")]
            pub(crate) struct $type;

            $(#[$only])?
            impl Module for $type {
                const INFO: &'static ModuleInfo = &ModuleInfo {
                    aliases: &[$alias],
                    exports: &[Export { name: "default", build: $build }],
                    ..ModuleInfo::new($specifier)
                };
            }
        )*
    };
}

legacy! {
    Constants "node:constants" "constants" constants;
    #[cfg(feature = "stream")]
    StreamDuplex "node:_stream_duplex" "_stream_duplex" |ctx| member(ctx, "node:stream", "Duplex");
    #[cfg(feature = "stream")]
    StreamPassThrough "node:_stream_passthrough" "_stream_passthrough" |ctx| member(ctx, "node:stream", "PassThrough");
    #[cfg(feature = "stream")]
    StreamReadable "node:_stream_readable" "_stream_readable" |ctx| member(ctx, "node:stream", "Readable");
    #[cfg(feature = "stream")]
    StreamTransform "node:_stream_transform" "_stream_transform" |ctx| member(ctx, "node:stream", "Transform");
    #[cfg(feature = "stream")]
    StreamWrap "node:_stream_wrap" "_stream_wrap" |ctx| missing(ctx, "_stream_wrap", "JSStreamSocket");
    #[cfg(feature = "stream")]
    StreamWritable "node:_stream_writable" "_stream_writable" |ctx| member(ctx, "node:stream", "Writable");
    #[cfg(feature = "unavailable")]
    TlsCommon "node:_tls_common" "_tls_common" |ctx| some_of(ctx, "node:tls", &["SecureContext", "createSecureContext"]);
    #[cfg(feature = "unavailable")]
    TlsWrap "node:_tls_wrap" "_tls_wrap" |ctx| some_of(ctx, "node:tls", &["TLSSocket", "Server", "createServer", "connect"]);
}

#[cfg(any(feature = "stream", feature = "unavailable"))]
fn member<'js>(ctx: &Ctx<'js>, module: &str, name: &str) -> Result<Value<'js>> {
    host::import(ctx, module)?.get(name)
}

/// An object with these exports of a module.
#[cfg(feature = "unavailable")]
fn some_of<'js>(ctx: &Ctx<'js>, module: &str, names: &[&str]) -> Result<Value<'js>> {
    let namespace = host::import(ctx, module)?;
    let object = Object::new(ctx.clone())?;
    for &name in names {
        object.set(name, namespace.get::<_, Value<'js>>(name)?)?;
    }
    Ok(object.into_value())
}

/// What throws when it is called or constructed.
#[cfg(feature = "stream")]
fn missing<'js>(ctx: &Ctx<'js>, module: &'static str, name: &'static str) -> Result<Value<'js>> {
    let refuse = move |ctx: Ctx<'js>, _arguments: Rest<Value<'js>>| -> Result<()> {
        let message = format!("{module}.{name} is not available in this runtime");
        Err(NodeError::new(JsClass::Error, "ERR_FEATURE_UNAVAILABLE_ON_PLATFORM", message).throw(&ctx))
    };
    let value = function(ctx, name, 0, refuse)?;
    if let Some(function) = value.as_function() {
        function.clone().with_constructor(true).set("prototype", Object::new(ctx.clone())?)?;
    }
    Ok(value)
}

/// All that `os`, `fs` and `crypto` call constants, in one object.
fn constants<'js>(ctx: &Ctx<'js>) -> Result<Value<'js>> {
    let object = Object::new(ctx.clone())?;
    let add = |constants: Object<'js>| -> Result<()> {
        for entry in constants.props::<String, Value<'js>>() {
            let (name, value) = entry?;
            if !value.is_object() {
                object.prop(name, Property::from(value).enumerable())?;
            }
        }
        Ok(())
    };
    let of = |module: &str| -> Result<Option<Object<'js>>> {
        match host::is_builtin(ctx, module) {
            true => host::import(ctx, module)?.get("constants"),
            false => Ok(None),
        }
    };
    if let Some(os) = of("node:os")? {
        for group in ["dlopen", "errno", "priority", "signals"] {
            add(os.get(group)?)?;
        }
        add(os)?;
    }
    for module in ["node:fs", "node:crypto"] {
        if let Some(constants) = of(module)? {
            add(constants)?;
        }
    }
    Ok(object.into_value())
}
