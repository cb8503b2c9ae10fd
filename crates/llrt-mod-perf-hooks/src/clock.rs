//! Clocks, from the start of the process on.

use std::{
    sync::LazyLock,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use llrt_core::task;
use nix::{
    time::{ClockId, clock_gettime},
    unistd::{SysconfVar, sysconf},
};
use rquickjs::Ctx;

/// The start of the process, on both clocks.
struct Origin {
    instant: Instant,
    unix_ms: f64,
}

static ORIGIN: LazyLock<Origin> = LazyLock::new(|| {
    let now = Instant::now();
    let age = age().unwrap_or_default();
    let unix = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Origin { instant: now.checked_sub(age).unwrap_or(now), unix_ms: (unix.as_secs_f64() - age.as_secs_f64()) * 1000.0 }
});

/// How long this process has lived: the system tells when it started, in ticks since its own start.
fn age() -> Option<Duration> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    let ticks: f64 = stat.rsplit_once(") ")?.1.split(' ').nth(19)?.parse().ok()?;
    let per_second = sysconf(SysconfVar::CLK_TCK).ok()??;
    let uptime = clock_gettime(ClockId::CLOCK_BOOTTIME).ok()?;
    let uptime = Duration::from(uptime).as_secs_f64();
    Duration::try_from_secs_f64(uptime - ticks / per_second as f64).ok()
}

/// Milliseconds since the start of the process.
pub(crate) fn now_ms(_ctx: Ctx<'_>) -> f64 {
    ORIGIN.instant.elapsed().as_secs_f64() * 1000.0
}

/// The start of the process in milliseconds since 1970.
pub(crate) fn time_origin_ms(_ctx: Ctx<'_>) -> f64 {
    ORIGIN.unix_ms
}

/// Nanoseconds since the start of the process.
pub(crate) fn monotonic_ns(_ctx: Ctx<'_>) -> f64 {
    ORIGIN.instant.elapsed().as_nanos() as f64
}

/// How long this thread has computed.
pub(crate) fn thread_cpu_ms(_ctx: Ctx<'_>) -> f64 {
    let used = clock_gettime(ClockId::CLOCK_THREAD_CPUTIME_ID).map(Duration::from).unwrap_or_default();
    used.as_secs_f64() * 1000.0
}

/// How many callbacks the loop has run.
pub(crate) fn loop_turn(ctx: Ctx<'_>) -> f64 {
    task::turns(&ctx) as f64
}
