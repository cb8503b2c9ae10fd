//! `--cpu-prof`: a profile of the whole program, written when the process ends, however it does.
//!
//! Node: <https://nodejs.org/api/cli.html#--cpu-prof>.

use std::{
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
    time::Duration,
};

use llrt_core::profile::{self, Profile};
use rquickjs::Ctx;

use crate::uncaught;

/// A profile that is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CpuProfile {
    /// The folder that it is written to (`--cpu-prof-dir`); the working directory without.
    pub directory: Option<PathBuf>,
    /// The file's name (`--cpu-prof-name`); made of the time and the process without.
    pub name: Option<String>,
    /// How often the stack is looked at (`--cpu-prof-interval`).
    pub interval: Duration,
}

impl Default for CpuProfile {
    fn default() -> Self {
        Self { directory: None, name: None, interval: profile::INTERVAL }
    }
}

/// Of the process, not of a context: its end writes it.
static RUNNING: Mutex<Option<(Profile, PathBuf)>> = Mutex::new(None);

/// Begins the profile.
pub(crate) fn start(ctx: &Ctx<'_>, asked: &CpuProfile) {
    let directory = asked.directory.clone().unwrap_or_default();
    let directory = std::path::absolute(&directory).or_else(|_| std::env::current_dir()).unwrap_or(directory);
    let path = directory.join(asked.name.clone().unwrap_or_else(default_name));
    let profile = profile::start(ctx, asked.interval);
    *RUNNING.lock().unwrap_or_else(PoisonError::into_inner) = Some((profile, path));
    // SAFETY: the function takes nothing and may run at any time.
    unsafe { libc::atexit(write_at_exit) };
}

/// `CPU.20300102.030405.PID.0.001.cpuprofile`, in local time.
fn default_name() -> String {
    // SAFETY: both calls fill in what they are given a place for; all zeros are a valid `tm`.
    let time = unsafe {
        let now = libc::time(std::ptr::null_mut());
        let mut time = std::mem::zeroed::<libc::tm>();
        libc::localtime_r(&now, &mut time);
        time
    };
    let (year, month) = (time.tm_year + 1900, time.tm_mon + 1);
    format!(
        "CPU.{year}{month:02}{:02}.{:02}{:02}{:02}.{}.0.001.cpuprofile",
        time.tm_mday,
        time.tm_hour,
        time.tm_min,
        time.tm_sec,
        std::process::id()
    )
}

extern "C" fn write_at_exit() {
    let Some((profile, path)) = RUNNING.lock().unwrap_or_else(PoisonError::into_inner).take() else { return };
    let Some(text) = profile.stop() else { return };
    if let Err(error) = write(&path, &text) {
        uncaught::print(&format!("llrt: {}: {error}\n", path.display()));
    }
}

fn write(path: &Path, text: &str) -> std::io::Result<()> {
    if let Some(directory) = path.parent() {
        std::fs::create_dir_all(directory)?;
    }
    std::fs::write(path, text)
}
