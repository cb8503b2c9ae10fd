//! `os.constants`.

use nix::sys::signal::Signal;
use rquickjs::{Ctx, Function, Object, Result, Value};

/// Names and numbers of the system's errors.
macro_rules! errno {
    ($($name:ident)*) => { &[$((stringify!($name), libc::$name),)*] };
}

const ERRNO: &[(&str, i32)] = errno! {
    E2BIG EACCES EADDRINUSE EADDRNOTAVAIL EAFNOSUPPORT EAGAIN EALREADY EBADF EBADMSG EBUSY ECANCELED ECHILD
    ECONNABORTED ECONNREFUSED ECONNRESET EDEADLK EDESTADDRREQ EDOM EDQUOT EEXIST EFAULT EFBIG EHOSTUNREACH EIDRM
    EILSEQ EINPROGRESS EINTR EINVAL EIO EISCONN EISDIR ELOOP EMFILE EMLINK EMSGSIZE EMULTIHOP ENAMETOOLONG
    ENETDOWN ENETRESET ENETUNREACH ENFILE ENOBUFS ENODATA ENODEV ENOENT ENOEXEC ENOLCK ENOLINK ENOMEM ENOMSG
    ENOPROTOOPT ENOSPC ENOSR ENOSTR ENOSYS ENOTCONN ENOTDIR ENOTEMPTY ENOTSOCK ENOTSUP ENOTTY ENXIO EOPNOTSUPP
    EOVERFLOW EPERM EPIPE EPROTO EPROTONOSUPPORT EPROTOTYPE ERANGE EROFS ESPIPE ESRCH ESTALE ETIME ETIMEDOUT
    ETXTBSY EWOULDBLOCK EXDEV
};

pub(crate) fn build<'js>(ctx: &Ctx<'js>) -> Result<Value<'js>> {
    let constants = Object::new_proto(ctx.clone(), None)?;
    constants.set("UV_UDP_REUSEADDR", 4)?;
    let dlopen = group(ctx)?;
    for (name, value) in [
        ("RTLD_LAZY", libc::RTLD_LAZY),
        ("RTLD_NOW", libc::RTLD_NOW),
        ("RTLD_GLOBAL", libc::RTLD_GLOBAL),
        ("RTLD_LOCAL", libc::RTLD_LOCAL),
    ] {
        dlopen.set(name, value)?;
    }
    #[cfg(target_os = "linux")]
    dlopen.set("RTLD_DEEPBIND", 8)?;
    constants.set("dlopen", dlopen)?;
    let errno = group(ctx)?;
    for (name, number) in ERRNO {
        errno.set(*name, *number)?;
    }
    constants.set("errno", errno)?;
    let signals = group(ctx)?;
    for signal in Signal::iterator() {
        signals.set(signal.as_str(), signal as i32)?;
    }
    // Other names of the same numbers.
    signals.set("SIGIOT", Signal::SIGABRT as i32)?;
    #[cfg(target_os = "linux")]
    signals.set("SIGPOLL", Signal::SIGIO as i32)?;
    let freeze: Function<'js> = ctx.globals().get::<_, Object<'js>>("Object")?.get("freeze")?;
    freeze.call::<_, Value<'js>>((signals.clone(),))?;
    constants.set("signals", signals)?;
    let priority = group(ctx)?;
    for (name, value) in [
        ("PRIORITY_LOW", 19),
        ("PRIORITY_BELOW_NORMAL", 10),
        ("PRIORITY_NORMAL", 0),
        ("PRIORITY_ABOVE_NORMAL", -7),
        ("PRIORITY_HIGH", -14),
        ("PRIORITY_HIGHEST", -20),
    ] {
        priority.set(name, value)?;
    }
    constants.set("priority", priority)?;
    Ok(constants.into_value())
}

fn group<'js>(ctx: &Ctx<'js>) -> Result<Object<'js>> {
    Object::new_proto(ctx.clone(), None)
}
