//! `internal:process-extra`, native half.

use std::{
    ffi::{CString, NulError},
    os::raw::c_int,
};

use nix::{
    errno::Errno,
    unistd::{self, Gid, Group, Uid, User},
};
use rquickjs::Ctx;

/// The number of a user or group by its name, -1 when there is none.
pub(crate) fn look_up(kind: String, name: String) -> f64 {
    let number = match kind.as_str() {
        "User" => User::from_name(&name).ok().flatten().map(|user| user.uid.as_raw()),
        _ => Group::from_name(&name).ok().flatten().map(|group| group.gid.as_raw()),
    };
    // A name may be a number in digits.
    number.or_else(|| name.parse().ok()).map_or(-1.0, f64::from)
}

/// The name of a user by its number.
pub(crate) fn user_name(uid: f64) -> Option<String> {
    Some(User::from_uid(Uid::from_raw(uid as u32)).ok().flatten()?.name)
}

/// 0, or the number of the error.
pub(crate) fn set_id(syscall: String, id: f64) -> c_int {
    let id = id as u32;
    errno(match syscall.as_str() {
        "setuid" => unistd::setuid(Uid::from_raw(id)),
        "seteuid" => unistd::seteuid(Uid::from_raw(id)),
        "setgid" => unistd::setgid(Gid::from_raw(id)),
        _ => unistd::setegid(Gid::from_raw(id)),
    })
}

/// 0, or the number of the error.
pub(crate) fn set_groups(groups: Vec<f64>) -> c_int {
    let groups: Vec<Gid> = groups.into_iter().map(|group| Gid::from_raw(group as u32)).collect();
    errno(unistd::setgroups(&groups))
}

/// 0, or the number of the error.
pub(crate) fn init_groups(user: String, group: f64) -> c_int {
    let Ok(user) = CString::new(user) else { return Errno::EINVAL as c_int };
    errno(unistd::initgroups(&user, Gid::from_raw(group as u32)))
}

/// Becomes another program; the number of the error when it cannot.
pub(crate) fn execve(path: String, args: Vec<String>, env: Vec<String>) -> c_int {
    let texts = |list: Vec<String>| list.into_iter().map(CString::new).collect::<Result<Vec<_>, NulError>>();
    let (Ok(path), Ok(args), Ok(env)) = (CString::new(path), texts(args), texts(env)) else {
        return Errno::EINVAL as c_int;
    };
    match unistd::execve(&path, &args, &env) {
        Ok(never) => match never {},
        Err(errno) => errno as c_int,
    }
}

/// How many operations of native code are under way.
pub(crate) fn pending(ctx: Ctx<'_>) -> usize {
    llrt_core::task::pending(&ctx)
}

/// The system's own words for an error.
pub(crate) fn error_text(number: c_int) -> &'static str {
    Errno::from_raw(number).desc()
}

/// Sets the name under which the system lists the process, where it lets.
pub(crate) fn set_title(title: String) {
    #[cfg(target_os = "linux")]
    llrt_core::system::set_process_title(&title);
    #[cfg(not(target_os = "linux"))]
    drop(title);
}

/// Sets the zone of dates, by the name that `TZ` has; `undefined` for the system's.
pub(crate) fn set_time_zone(name: Option<String>) {
    // A NUL byte would end it early for the system, and cannot be in a variable.
    llrt_core::system::set_time_zone(name.as_deref().filter(|name| !name.contains('\0')));
}

fn errno(result: nix::Result<()>) -> c_int {
    result.err().map_or(0, |errno| errno as c_int)
}
