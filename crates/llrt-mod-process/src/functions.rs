//! The functions of `process` that ask or tell the operating system.

use std::time::Instant;

use llrt_core::{OrThrow, SystemError, host};
use nix::{
    sys::{
        resource::{UsageWho, getrusage},
        signal,
        stat::Mode,
        time::TimeValLike,
    },
    unistd::{self, Pid},
};
use rquickjs::{Array, Ctx, Object, Result};

use crate::facts::numbers;

/// Ends the process at once with `code`; no event is emitted and nothing is torn down.
#[expect(clippy::exit, reason = "this is what process.exit() is")]
pub(crate) fn exit(code: i32) {
    std::process::exit(code);
}

/// Ends the process by `SIGABRT`, with a core dump where the system makes them.
pub(crate) fn abort() {
    std::process::abort();
}

pub(crate) fn cwd(ctx: Ctx<'_>) -> Result<String> {
    let path = std::env::current_dir().map_err(|error| SystemError::new(&error, "uv_cwd")).or_throw(&ctx)?;
    Ok(path.to_string_lossy().into_owned())
}

pub(crate) fn chdir(ctx: Ctx<'_>, path: String) -> Result<()> {
    let before = std::env::current_dir().unwrap_or_default();
    std::env::set_current_dir(&path)
        .map_err(|error| SystemError::new(&error, "chdir").path(before).dest(&path))
        .or_throw(&ctx)
}

/// Nanoseconds since an arbitrary moment, as two numbers: seconds and the rest.
pub(crate) fn hrtime(ctx: Ctx<'_>) -> Result<Array<'_>> {
    let now =
        nix::time::clock_gettime(nix::time::ClockId::CLOCK_MONOTONIC).map_err(|errno| system(errno, "clock_gettime"));
    let now = now.or_throw(&ctx)?;
    numbers(&ctx, &[now.tv_sec() as f64, now.tv_nsec() as f64])
}

/// Seconds since the process started.
pub(crate) fn uptime(_ctx: Ctx<'_>) -> f64 {
    started().elapsed().as_secs_f64()
}

/// When the process started, as near as the system tells: its start time in ticks since boot, else the first call.
fn started() -> Instant {
    static STARTED: std::sync::LazyLock<Instant> = std::sync::LazyLock::new(|| {
        let age = std::fs::read_to_string("/proc/self/stat").ok().and_then(|stat| {
            let ticks: f64 = stat.rsplit_once(") ")?.1.split(' ').nth(19)?.parse().ok()?;
            let uptime = std::fs::read_to_string("/proc/uptime").ok()?;
            let uptime: f64 = uptime.split(' ').next()?.parse().ok()?;
            let per_second = unistd::sysconf(unistd::SysconfVar::CLK_TCK).ok()??;
            Some((uptime - ticks / per_second as f64).max(0.0))
        });
        let now = Instant::now();
        age.and_then(|age| now.checked_sub(std::time::Duration::from_secs_f64(age))).unwrap_or(now)
    });
    *STARTED
}

/// `[uid, euid, gid, egid, ...supplementary groups]`.
pub(crate) fn ids(ctx: Ctx<'_>) -> Result<Array<'_>> {
    let mut ids = vec![
        f64::from(unistd::getuid().as_raw()),
        f64::from(unistd::geteuid().as_raw()),
        f64::from(unistd::getgid().as_raw()),
        f64::from(unistd::getegid().as_raw()),
    ];
    let groups = unistd::getgroups().map_err(|errno| system(errno, "getgroups")).or_throw(&ctx)?;
    ids.extend(groups.iter().map(|group| f64::from(group.as_raw())));
    numbers(&ctx, &ids)
}

/// Sends the signal with this number; 0 only asks whether the process exists.
pub(crate) fn kill(ctx: Ctx<'_>, pid: i32, number: i32) -> Result<()> {
    let chosen = match number {
        0 => None,
        number => Some(signal::Signal::try_from(number).map_err(|errno| system(errno, "kill")).or_throw(&ctx)?),
    };
    signal::kill(Pid::from_raw(pid), chosen).map_err(|errno| system(errno, "kill")).or_throw(&ctx)
}

/// Sets the mask for new files when one is given, and gives the one before.
pub(crate) fn umask(mask: rquickjs::function::Opt<u32>) -> u32 {
    let before = unistd_umask(Mode::from_bits_truncate(mask.0.unwrap_or(0)));
    if mask.0.is_none() {
        unistd_umask(before);
    }
    before.bits()
}

fn unistd_umask(mask: Mode) -> Mode {
    nix::sys::stat::umask(mask)
}

/// `[rss, heapTotal, heapUsed, external, arrayBuffers]` in bytes.
pub(crate) fn memory(ctx: Ctx<'_>) -> Result<Array<'_>> {
    let heap = host::memory_usage(&ctx);
    let rss = resident_bytes();
    numbers(
        &ctx,
        &[
            rss,
            heap.allocated_bytes as f64,
            heap.used_bytes as f64,
            heap.array_buffer_bytes as f64,
            heap.array_buffer_bytes as f64,
        ],
    )
}

/// Resident set size in bytes.
pub(crate) fn rss(_ctx: Ctx<'_>) -> f64 {
    resident_bytes()
}

fn resident_bytes() -> f64 {
    let pages =
        std::fs::read_to_string("/proc/self/statm").ok().and_then(|statm| statm.split(' ').nth(1)?.parse::<f64>().ok());
    let page = unistd::sysconf(unistd::SysconfVar::PAGE_SIZE).ok().flatten().unwrap_or(4096);
    match pages {
        Some(pages) => pages * page as f64,
        // Without /proc: the peak is the best that the system tells.
        None => getrusage(UsageWho::RUSAGE_SELF).map_or(0.0, |usage| usage.max_rss() as f64 * 1024.0),
    }
}

/// `[constrained, available]` in bytes: the memory limit of the control group (0 when there is none), and what can still be had.
pub(crate) fn system_memory(ctx: Ctx<'_>) -> Result<Array<'_>> {
    let number = |path: &str| std::fs::read_to_string(path).ok()?.trim().parse::<f64>().ok();
    let limit = number("/sys/fs/cgroup/memory.max").or_else(|| number("/sys/fs/cgroup/memory/memory.limit_in_bytes"));
    // Version 1 of control groups says "no limit" by a number near 2^63.
    let limit = limit.filter(|limit| *limit < 9e18).unwrap_or(0.0);
    let used = number("/sys/fs/cgroup/memory.current").unwrap_or_default();
    let available = std::fs::read_to_string("/proc/meminfo").ok().and_then(|text| {
        let line = text.lines().find_map(|line| line.strip_prefix("MemAvailable:"))?.trim();
        Some(line.trim_end_matches(" kB").parse::<f64>().ok()? * 1024.0)
    });
    let available = available.unwrap_or_default();
    let available = if limit > 0.0 { available.min((limit - used).max(0.0)) } else { available };
    numbers(&ctx, &[limit, available])
}

/// `process.resourceUsage()`, which `cpuUsage` reads too.
pub(crate) fn usage(ctx: Ctx<'_>) -> Result<Object<'_>> {
    let usage = getrusage(UsageWho::RUSAGE_SELF).map_err(|errno| system(errno, "uv_getrusage")).or_throw(&ctx)?;
    let object = Object::new(ctx.clone())?;
    object.set("userCPUTime", usage.user_time().num_microseconds() as f64)?;
    object.set("systemCPUTime", usage.system_time().num_microseconds() as f64)?;
    object.set("maxRSS", usage.max_rss() as f64)?;
    object.set("sharedMemorySize", usage.shared_integral() as f64)?;
    object.set("unsharedDataSize", usage.unshared_data_integral() as f64)?;
    object.set("unsharedStackSize", usage.unshared_stack_integral() as f64)?;
    object.set("minorPageFault", usage.minor_page_faults() as f64)?;
    object.set("majorPageFault", usage.major_page_faults() as f64)?;
    object.set("swappedOut", usage.full_swaps() as f64)?;
    object.set("fsRead", usage.block_reads() as f64)?;
    object.set("fsWrite", usage.block_writes() as f64)?;
    object.set("ipcSent", usage.ipc_sends() as f64)?;
    object.set("ipcReceived", usage.ipc_receives() as f64)?;
    object.set("signalsCount", usage.signals() as f64)?;
    object.set("voluntaryContextSwitches", usage.voluntary_context_switches() as f64)?;
    object.set("involuntaryContextSwitches", usage.involuntary_context_switches() as f64)?;
    Ok(object)
}

/// `[user, system]` of this thread, in microseconds.
pub(crate) fn thread_usage(ctx: Ctx<'_>) -> Result<Array<'_>> {
    #[cfg(target_os = "linux")]
    let who = UsageWho::RUSAGE_THREAD;
    #[cfg(not(target_os = "linux"))]
    let who = UsageWho::RUSAGE_SELF;
    let usage = getrusage(who).map_err(|errno| system(errno, "uv_getrusage_thread")).or_throw(&ctx)?;
    numbers(&ctx, &[usage.user_time().num_microseconds() as f64, usage.system_time().num_microseconds() as f64])
}

fn system(errno: nix::errno::Errno, syscall: &'static str) -> SystemError {
    SystemError::from_errno(errno as i32, syscall)
}
