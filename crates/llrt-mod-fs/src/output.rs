//! What operations give, as JavaScript values.

use std::path::PathBuf;

use rquickjs::{Array, Ctx, IntoJs, Result, Value};

use crate::{
    args::path_bytes,
    classes,
    encoding::Encoding,
    ops::{dirs::Listing, meta::Stat},
};

/// The result of an operation, with what says how it looks in JavaScript.
#[derive(Debug)]
pub(crate) enum Output {
    Nothing,
    Bool(bool),
    Number(f64),
    /// Contents of a file.
    Data(Vec<u8>, Encoding),
    Path(PathBuf, Encoding),
    MaybePath(Option<PathBuf>),
    /// As bigints or not.
    Stat(Stat, bool),
    StatFs([u64; 8], bool),
    /// Paths below the first directory.
    Names(Listing, Encoding),
    /// The first directory as a `Buffer` or not.
    Dirents(Listing, Encoding, bool),
}

impl Output {
    pub(crate) fn into_value<'js>(self, ctx: &Ctx<'js>) -> Result<Value<'js>> {
        match self {
            Self::Nothing => Ok(Value::new_undefined(ctx.clone())),
            Self::Bool(value) => value.into_js(ctx),
            Self::Number(value) => Ok(Value::new_number(ctx.clone(), value)),
            Self::Data(data, encoding) => encoding.decode(ctx, data),
            Self::Path(path, encoding) => encoding.decode(ctx, path_bytes(path)),
            Self::MaybePath(path) => match path {
                Some(path) => Encoding::Utf8.decode(ctx, path_bytes(path)),
                None => Ok(Value::new_undefined(ctx.clone())),
            },
            Self::Stat(stat, bigint) => classes::stats(ctx, &stat, bigint),
            Self::StatFs(fields, bigint) => classes::stat_fs(ctx, &fields, bigint),
            Self::Names(listing, encoding) => {
                let names = if listing.parents.len() > 1 {
                    listing.relative_names()
                } else {
                    listing.entries.into_iter().map(|entry| entry.name).collect()
                };
                let array = Array::new(ctx.clone())?;
                for (index, name) in names.into_iter().enumerate() {
                    array.set(index, encoding.decode(ctx, name)?)?;
                }
                Ok(array.into_value())
            }
            Self::Dirents(listing, encoding, buffer) => {
                let mut parents = Vec::with_capacity(listing.parents.len());
                for parent in listing.parents {
                    let encoding = if buffer { Encoding::Buffer } else { Encoding::Utf8 };
                    parents.push(encoding.decode(ctx, path_bytes(parent))?);
                }
                let array = Array::new(ctx.clone())?;
                for (index, entry) in listing.entries.into_iter().enumerate() {
                    let name = encoding.decode(ctx, entry.name)?;
                    array.set(index, classes::dirent(ctx, name, parents[entry.parent].clone(), entry.kind)?)?;
                }
                Ok(array.into_value())
            }
        }
    }
}
