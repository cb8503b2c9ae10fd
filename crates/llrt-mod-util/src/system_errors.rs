//! Names and texts of system errors: those of the operating system, and those that libuv adds to them.

use llrt_core::system::ERRNO;
use rquickjs::{Array, Ctx, Result};

/// What `util.getSystemErrorMap` lists beside [`ERRNO`]: numbers are negative, as everywhere in Node.
const MORE: &[(i32, &str, &str)] = &[
    (-3000, "EAI_ADDRFAMILY", "address family not supported"),
    (-3001, "EAI_AGAIN", "temporary failure"),
    (-3002, "EAI_BADFLAGS", "bad ai_flags value"),
    (-3013, "EAI_BADHINTS", "invalid value for hints"),
    (-3003, "EAI_CANCELED", "request canceled"),
    (-3004, "EAI_FAIL", "permanent failure"),
    (-3005, "EAI_FAMILY", "ai_family not supported"),
    (-3006, "EAI_MEMORY", "out of memory"),
    (-3007, "EAI_NODATA", "no address"),
    (-3008, "EAI_NONAME", "unknown node or service"),
    (-3009, "EAI_OVERFLOW", "argument buffer overflow"),
    (-3014, "EAI_PROTOCOL", "resolved protocol is unknown"),
    (-3010, "EAI_SERVICE", "service not available for socket type"),
    (-3011, "EAI_SOCKTYPE", "socket type not supported"),
    (-4028, "EFTYPE", "inappropriate file type or format"),
    (-4080, "ECHARSET", "invalid Unicode character"),
    (-4094, "UNKNOWN", "unknown error"),
    (-4095, "EOF", "end of file"),
    (-49, "EUNATCH", "protocol driver not attached"),
    (-64, "ENONET", "machine is not on the network"),
    (-94, "ESOCKTNOSUPPORT", "socket type not supported"),
    (-108, "ESHUTDOWN", "cannot send after transport endpoint shutdown"),
    (-112, "EHOSTDOWN", "host is down"),
    (-121, "EREMOTEIO", "remote I/O error"),
];

fn all() -> impl Iterator<Item = (i32, &'static str, &'static str)> {
    ERRNO.iter().map(|&(number, name, text)| (-number, name, text)).chain(MORE.iter().copied())
}

/// `[name, text]` of a negative error number, or nothing.
pub(crate) fn describe<'js>(ctx: Ctx<'js>, number: f64) -> Result<Option<Array<'js>>> {
    let found = all().find(|(known, ..)| f64::from(*known) == number);
    found.map(|(_, name, text)| strings(&ctx, &[name, text])).transpose()
}

/// `[number, name, text]` of each.
pub(crate) fn list<'js>(ctx: Ctx<'js>) -> Result<Array<'js>> {
    let list = Array::new(ctx.clone())?;
    for (index, (number, name, text)) in all().enumerate() {
        let entry = Array::new(ctx.clone())?;
        entry.set(0, number)?;
        entry.set(1, name)?;
        entry.set(2, text)?;
        list.set(index, entry)?;
    }
    Ok(list)
}

fn strings<'js>(ctx: &Ctx<'js>, texts: &[&str]) -> Result<Array<'js>> {
    let array = Array::new(ctx.clone())?;
    for (index, text) in texts.iter().enumerate() {
        array.set(index, *text)?;
    }
    Ok(array)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn no_number_is_listed_twice() {
        let numbers: HashSet<_> = all().map(|(number, ..)| number).collect();
        assert_eq!(numbers.len(), all().count());
    }
}
