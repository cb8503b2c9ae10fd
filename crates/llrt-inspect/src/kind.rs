//! What an object is inside, whatever its prototype says.

use rquickjs::Value;

use crate::{
    engine::{self, class},
    inspector::typed_array_name,
};

/// The engine's classes that programs can tell apart, as `util.types` does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
#[expect(missing_docs, reason = "each is named as what it is")]
pub enum Kind {
    Arguments,
    ArrayBuffer,
    AsyncFunction,
    AsyncGeneratorFunction,
    BigIntObject,
    BooleanObject,
    DataView,
    Date,
    Error,
    /// The object that a generator function, asynchronous or not, returns.
    Generator,
    GeneratorFunction,
    Map,
    MapIterator,
    /// A module's namespace.
    Module,
    NumberObject,
    Promise,
    Proxy,
    RegExp,
    Set,
    SetIterator,
    SharedArrayBuffer,
    StringObject,
    SymbolObject,
    /// With the name of its class.
    TypedArray(&'static str),
    WeakMap,
    WeakSet,
    /// Anything else, primitives included.
    Other,
}

/// The kind of a value. A proxy is a proxy, whatever it stands for.
pub fn kind(value: &Value<'_>) -> Kind {
    match engine::class_of(value) {
        class::ARGUMENTS | class::MAPPED_ARGUMENTS => Kind::Arguments,
        class::ARRAY_BUFFER => Kind::ArrayBuffer,
        class::ASYNC_FUNCTION => Kind::AsyncFunction,
        class::ASYNC_GENERATOR_FUNCTION => Kind::AsyncGeneratorFunction,
        class::BIG_INT => Kind::BigIntObject,
        class::BOOLEAN => Kind::BooleanObject,
        class::DATA_VIEW => Kind::DataView,
        class::DATE => Kind::Date,
        class::ERROR => Kind::Error,
        class::GENERATOR | class::ASYNC_GENERATOR => Kind::Generator,
        class::GENERATOR_FUNCTION => Kind::GeneratorFunction,
        class::MAP => Kind::Map,
        class::MAP_ITERATOR => Kind::MapIterator,
        class::MODULE => Kind::Module,
        class::NUMBER => Kind::NumberObject,
        class::PROMISE => Kind::Promise,
        class::PROXY => Kind::Proxy,
        class::REGEXP => Kind::RegExp,
        class::SET => Kind::Set,
        class::SET_ITERATOR => Kind::SetIterator,
        class::SHARED_ARRAY_BUFFER => Kind::SharedArrayBuffer,
        class::STRING => Kind::StringObject,
        class::SYMBOL => Kind::SymbolObject,
        id @ class::FIRST_TYPED_ARRAY..=class::LAST_TYPED_ARRAY => Kind::TypedArray(typed_array_name(id)),
        class::WEAK_MAP => Kind::WeakMap,
        class::WEAK_SET => Kind::WeakSet,
        _ => Kind::Other,
    }
}
