//! `util.types`: what an object is inside, whatever its prototype says.

use llrt_core::{Export, host, module::function};
use llrt_inspect::{Kind, kind};
use rquickjs::{Ctx, Object, Result, Value};

macro_rules! exports {
    ($($name:literal: $check:expr),* $(,)?) => {
        &[$(Export { name: $name, build: |ctx| function(ctx, $name, 1, |value: Value<'_>| -> bool { ($check)(kind(&value)) }) },)*
            Export { name: "isExternal", build: |ctx| function(ctx, "isExternal", 1, |_: Value<'_>| false) },
            Export { name: "isKeyObject", build: |ctx| function(ctx, "isKeyObject", 1, is_key_object) },
            Export { name: "isCryptoKey", build: |ctx| function(ctx, "isCryptoKey", 1, is_crypto_key) },
        ]
    };
}

/// What a proxy stands for; `undefined` for anything else.
pub(crate) fn proxy_target(value: Value<'_>) -> Option<Value<'_>> {
    llrt_inspect::proxy_target(&value)
}

/// The name of a value's kind, for deep comparisons. A proxy counts as what it pretends to be: nothing special.
pub(crate) fn kind_of(value: Value<'_>) -> &'static str {
    match kind(&value) {
        Kind::ArrayBuffer => "ArrayBuffer",
        Kind::BigIntObject => "BigIntObject",
        Kind::BooleanObject => "BooleanObject",
        Kind::DataView => "DataView",
        Kind::Date => "Date",
        Kind::Error => "Error",
        Kind::Map => "Map",
        Kind::NumberObject => "NumberObject",
        Kind::Promise => "Promise",
        Kind::RegExp => "RegExp",
        Kind::Set => "Set",
        Kind::SharedArrayBuffer => "SharedArrayBuffer",
        Kind::StringObject => "StringObject",
        Kind::SymbolObject => "SymbolObject",
        Kind::TypedArray(name) => name,
        Kind::WeakMap => "WeakMap",
        Kind::WeakSet => "WeakSet",
        _ => "Other",
    }
}

/// Whether nothing but elements is to be compared of a typed array.
pub(crate) fn has_elements_only(array: Object<'_>) -> bool {
    llrt_inspect::has_elements_only(&array)
}

fn is_typed_array(kind: Kind, name: &str) -> bool {
    matches!(kind, Kind::TypedArray(found) if found == name)
}

pub(crate) const EXPORTS: &[Export] = exports! {
    "isArgumentsObject": |kind| kind == Kind::Arguments,
    "isArrayBuffer": |kind| kind == Kind::ArrayBuffer,
    "isAsyncFunction": |kind| matches!(kind, Kind::AsyncFunction | Kind::AsyncGeneratorFunction),
    "isBigIntObject": |kind| kind == Kind::BigIntObject,
    "isBooleanObject": |kind| kind == Kind::BooleanObject,
    "isDate": |kind| kind == Kind::Date,
    "isGeneratorFunction": |kind| matches!(kind, Kind::GeneratorFunction | Kind::AsyncGeneratorFunction),
    "isGeneratorObject": |kind| kind == Kind::Generator,
    "isMap": |kind| kind == Kind::Map,
    "isMapIterator": |kind| kind == Kind::MapIterator,
    "isModuleNamespaceObject": |kind| kind == Kind::Module,
    "isNativeError": |kind| kind == Kind::Error,
    "isNumberObject": |kind| kind == Kind::NumberObject,
    "isPromise": |kind| kind == Kind::Promise,
    "isProxy": |kind| kind == Kind::Proxy,
    "isRegExp": |kind| kind == Kind::RegExp,
    "isSet": |kind| kind == Kind::Set,
    "isSetIterator": |kind| kind == Kind::SetIterator,
    "isSharedArrayBuffer": |kind| kind == Kind::SharedArrayBuffer,
    "isStringObject": |kind| kind == Kind::StringObject,
    "isSymbolObject": |kind| kind == Kind::SymbolObject,
    "isWeakMap": |kind| kind == Kind::WeakMap,
    "isWeakSet": |kind| kind == Kind::WeakSet,
    "isAnyArrayBuffer": |kind| matches!(kind, Kind::ArrayBuffer | Kind::SharedArrayBuffer),
    "isBoxedPrimitive": |kind| matches!(
        kind,
        Kind::NumberObject | Kind::StringObject | Kind::BooleanObject | Kind::BigIntObject | Kind::SymbolObject
    ),
    "isArrayBufferView": |kind| matches!(kind, Kind::TypedArray(_) | Kind::DataView),
    "isDataView": |kind| kind == Kind::DataView,
    "isTypedArray": |kind| matches!(kind, Kind::TypedArray(_)),
    "isUint8Array": |kind| is_typed_array(kind, "Uint8Array"),
    "isUint8ClampedArray": |kind| is_typed_array(kind, "Uint8ClampedArray"),
    "isUint16Array": |kind| is_typed_array(kind, "Uint16Array"),
    "isUint32Array": |kind| is_typed_array(kind, "Uint32Array"),
    "isInt8Array": |kind| is_typed_array(kind, "Int8Array"),
    "isInt16Array": |kind| is_typed_array(kind, "Int16Array"),
    "isInt32Array": |kind| is_typed_array(kind, "Int32Array"),
    "isFloat16Array": |kind| is_typed_array(kind, "Float16Array"),
    "isFloat32Array": |kind| is_typed_array(kind, "Float32Array"),
    "isFloat64Array": |kind| is_typed_array(kind, "Float64Array"),
    "isBigInt64Array": |kind| is_typed_array(kind, "BigInt64Array"),
    "isBigUint64Array": |kind| is_typed_array(kind, "BigUint64Array"),
};

/// Only an object that is not one of the language's own can be a key: that keeps `node:crypto` from being loaded for nothing.
fn is_key_object<'js>(ctx: Ctx<'js>, value: Value<'js>) -> Result<bool> {
    if !value.is_object() || kind(&value) != Kind::Other || !host::is_builtin(&ctx, "node:crypto") {
        return Ok(false);
    }
    let class: Option<Object<'js>> = host::import(&ctx, "node:crypto")?.get("KeyObject")?;
    Ok(class.is_some_and(|class| value.as_object().is_some_and(|object| object.is_instance_of(class))))
}

fn is_crypto_key<'js>(ctx: Ctx<'js>, value: Value<'js>) -> Result<bool> {
    if !value.is_object() || kind(&value) != Kind::Other {
        return Ok(false);
    }
    let class: Option<Object<'js>> = ctx.globals().get("CryptoKey")?;
    Ok(class.is_some_and(|class| value.as_object().is_some_and(|object| object.is_instance_of(class))))
}
