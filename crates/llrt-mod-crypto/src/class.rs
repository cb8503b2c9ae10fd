//! The native class `Hash`: a hash or an HMAC, as the SDK and `node:crypto`'s JavaScript side use it.

use llrt_core::{OrThrow, bytes};
use rquickjs::{
    Class, Ctx, JsLifetime, Result, TypedArray, Value,
    class::Trace,
    function::{Opt, This},
};

use crate::{
    CryptoError,
    ops::{Hasher, by_name},
};

/// A hash or HMAC that is being computed.
#[derive(Trace, JsLifetime)]
#[rquickjs::class(rename = "Hash")]
pub(crate) struct Hash {
    #[qjs(skip_trace)]
    hasher: Hasher,
}

#[rquickjs::methods]
impl Hash {
    /// `new Hash(algorithm, key?)`; with a key it is an HMAC.
    #[qjs(constructor)]
    pub(crate) fn new<'js>(ctx: Ctx<'js>, algorithm: String, key: Opt<Value<'js>>) -> Result<Self> {
        let hasher = match key.0.filter(|key| !key.is_undefined()) {
            Some(key) => {
                let found = by_name(&algorithm).map_err(|_| CryptoError::InvalidDigest(algorithm)).or_throw(&ctx)?;
                Hasher::with_key(found, &bytes::bytes_or_utf8(&ctx, &key, "key")?)
            }
            None => Hasher::new(by_name(&algorithm).or_throw(&ctx)?),
        };
        Ok(Self { hasher })
    }

    /// Adds bytes, or a string's UTF-8; gives the hash itself.
    pub(crate) fn update<'js>(
        this: This<Class<'js, Self>>,
        ctx: Ctx<'js>,
        data: Value<'js>,
    ) -> Result<Class<'js, Self>> {
        let mut hash = this.0.borrow_mut();
        match bytes::View::of(&data) {
            Some(view) => view.with(|data| hash.hasher.update(data)),
            None => hash.hasher.update(&bytes::bytes_or_utf8(&ctx, &data, "data")?),
        }
        drop(hash);
        Ok(this.0)
    }

    /// The digest of what was added so far, as a `Uint8Array`. More can be added after.
    pub(crate) fn digest<'js>(&self, ctx: Ctx<'js>) -> Result<TypedArray<'js, u8>> {
        bytes::uint8_array(&ctx, self.hasher.clone().finish())
    }

    /// A hash in the same state.
    pub(crate) fn copy(&self) -> Self {
        Self { hasher: self.hasher.clone() }
    }
}

pub(crate) fn constructor<'js>(ctx: &Ctx<'js>) -> Result<Value<'js>> {
    let constructor = Class::<Hash>::create_constructor(ctx)?;
    Ok(constructor.map_or_else(|| Value::new_undefined(ctx.clone()), |constructor| constructor.into_value()))
}
