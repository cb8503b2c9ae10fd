//! What the Lambda service tells a runtime through the environment.

use std::{ffi::OsString, path::PathBuf};

use crate::log::{Format, Level};

/// A variable that must be there is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0} environment variable is not set")]
pub struct Missing(pub &'static str);

/// The environment of a runtime, read once at start.
#[derive(Clone, Debug)]
pub struct Config {
    /// `AWS_LAMBDA_RUNTIME_API`: host and port.
    pub runtime_api: String,
    /// `_HANDLER`; `LAMBDA_HANDLER` where that is unset, as in a container image of one's own.
    pub handler: String,
    /// `LAMBDA_TASK_ROOT`: the folder of the function's code.
    pub task_root: PathBuf,
    /// `AWS_LAMBDA_FUNCTION_NAME`.
    pub function_name: Option<String>,
    /// `AWS_LAMBDA_FUNCTION_VERSION`.
    pub function_version: Option<String>,
    /// `AWS_LAMBDA_FUNCTION_MEMORY_SIZE`, as text: `context.memoryLimitInMB` is a string.
    pub memory_limit_mb: Option<String>,
    /// `AWS_LAMBDA_LOG_GROUP_NAME`.
    pub log_group_name: Option<String>,
    /// `AWS_LAMBDA_LOG_STREAM_NAME`.
    pub log_stream_name: Option<String>,
    /// `AWS_LAMBDA_LOG_FORMAT`.
    pub log_format: Format,
    /// `AWS_LAMBDA_LOG_LEVEL`: records below it are dropped.
    pub log_level: Level,
    /// `_LAMBDA_TELEMETRY_LOG_FD`: where framed log records go. The runtime removes the variable from `process.env`.
    pub telemetry_fd: Option<i32>,
    /// `LLRT_REGISTER_HOOKS`: a file to be loaded before the handler, which may call `module.registerHooks`.
    pub register_hooks: Option<PathBuf>,
    /// `AWS_LAMBDA_MAX_CONCURRENCY`: invocations at once; 1 unless it says more.
    pub max_concurrency: usize,
}

/// Where layers put packages, in the order in which they are searched.
pub const LAYER_FOLDERS: [&str; 2] = ["/opt/nodejs/node24/node_modules", "/opt/nodejs/node_modules"];

impl Config {
    /// The variable that says that a process runs as a Lambda runtime.
    pub const RUNTIME_API: &str = "AWS_LAMBDA_RUNTIME_API";
    /// The variable that names the telemetry descriptor.
    pub const TELEMETRY_FD: &str = "_LAMBDA_TELEMETRY_LOG_FD";

    /// Reads the variables through `get`, which is `std::env::var_os` outside of tests.
    ///
    /// # Errors
    /// The Runtime API's address, the handler or the task root is missing.
    pub fn from_env(get: impl Fn(&str) -> Option<OsString>) -> Result<Self, Missing> {
        let text = |name: &str| get(name).map(|value| value.to_string_lossy().into_owned());
        Ok(Self {
            runtime_api: text(Self::RUNTIME_API)
                .filter(|address| !address.is_empty())
                .ok_or(Missing(Self::RUNTIME_API))?,
            handler: text("_HANDLER").or_else(|| text("LAMBDA_HANDLER")).ok_or(Missing("_HANDLER"))?,
            task_root: get("LAMBDA_TASK_ROOT").map(PathBuf::from).ok_or(Missing("LAMBDA_TASK_ROOT"))?,
            function_name: text("AWS_LAMBDA_FUNCTION_NAME"),
            function_version: text("AWS_LAMBDA_FUNCTION_VERSION"),
            memory_limit_mb: text("AWS_LAMBDA_FUNCTION_MEMORY_SIZE"),
            log_group_name: text("AWS_LAMBDA_LOG_GROUP_NAME"),
            log_stream_name: text("AWS_LAMBDA_LOG_STREAM_NAME"),
            log_format: text("AWS_LAMBDA_LOG_FORMAT").map_or(Format::Text, |value| Format::parse(&value)),
            log_level: text("AWS_LAMBDA_LOG_LEVEL").and_then(|value| Level::parse(&value)).unwrap_or(Level::Trace),
            telemetry_fd: text(Self::TELEMETRY_FD).and_then(|value| value.parse().ok()).filter(|fd| *fd >= 0),
            register_hooks: get("LLRT_REGISTER_HOOKS").filter(|path| !path.is_empty()).map(PathBuf::from),
            max_concurrency: text("AWS_LAMBDA_MAX_CONCURRENCY")
                .and_then(|value| value.parse().ok())
                .unwrap_or(1)
                .max(1),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(variables: &[(&str, &str)]) -> Result<Config, Missing> {
        Config::from_env(|name| variables.iter().find(|(key, _)| *key == name).map(|(_, value)| OsString::from(value)))
    }

    const REQUIRED: [(&str, &str); 3] = [
        ("AWS_LAMBDA_RUNTIME_API", "127.0.0.1:9001"),
        ("_HANDLER", "index.handler"),
        ("LAMBDA_TASK_ROOT", "/var/task"),
    ];

    fn with(more: &[(&str, &str)]) -> Config {
        config(&[&REQUIRED[..], more].concat()).expect("the required variables are there")
    }

    #[test]
    fn each_required_variable_is_missed_by_name() {
        for (index, (name, _)) in REQUIRED.iter().enumerate() {
            let mut variables = REQUIRED.to_vec();
            variables.remove(index);
            let error = config(&variables).expect_err("one is missing");
            assert_eq!(error.to_string(), format!("{name} environment variable is not set"));
        }
    }

    #[test]
    fn an_empty_handler_is_there_and_an_empty_address_is_not() {
        assert_eq!(with(&[]).handler, "index.handler");
        let empty = [("AWS_LAMBDA_RUNTIME_API", "a:1"), ("_HANDLER", ""), ("LAMBDA_TASK_ROOT", "/")];
        assert_eq!(config(&empty).expect("complete").handler, "");
        let no_address = [("AWS_LAMBDA_RUNTIME_API", ""), ("_HANDLER", "a.b"), ("LAMBDA_TASK_ROOT", "/")];
        assert_eq!(config(&no_address).expect_err("no address"), Missing("AWS_LAMBDA_RUNTIME_API"));
    }

    #[test]
    fn lambda_handler_stands_in_for_handler() {
        let variables = [("AWS_LAMBDA_RUNTIME_API", "a:1"), ("LAMBDA_HANDLER", "app.run"), ("LAMBDA_TASK_ROOT", "/")];
        assert_eq!(config(&variables).expect("complete").handler, "app.run");
        assert_eq!(with(&[("LAMBDA_HANDLER", "app.run")]).handler, "index.handler");
    }

    #[test]
    fn logging_follows_the_variables_in_any_case() {
        let config = with(&[("AWS_LAMBDA_LOG_FORMAT", "json"), ("AWS_LAMBDA_LOG_LEVEL", "warn")]);
        assert_eq!((config.log_format, config.log_level), (Format::Json, Level::Warn));
        let config = with(&[("AWS_LAMBDA_LOG_FORMAT", "odd"), ("AWS_LAMBDA_LOG_LEVEL", "odd")]);
        assert_eq!((config.log_format, config.log_level), (Format::Text, Level::Trace));
    }

    #[test]
    fn numbers_that_are_none_are_ignored() {
        let config = with(&[("_LAMBDA_TELEMETRY_LOG_FD", "x"), ("AWS_LAMBDA_MAX_CONCURRENCY", "0")]);
        assert_eq!((config.telemetry_fd, config.max_concurrency), (None, 1));
        let config = with(&[("_LAMBDA_TELEMETRY_LOG_FD", "62"), ("AWS_LAMBDA_MAX_CONCURRENCY", "8")]);
        assert_eq!((config.telemetry_fd, config.max_concurrency), (Some(62), 8));
    }
}
