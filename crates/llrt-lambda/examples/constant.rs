//! A runtime without an engine: every invocation gets the same answer. What is measured with it is the client alone:
//! `node bench.mjs --rt 'client=target/release/examples/constant' --handler hello`.

use std::process::ExitCode;

use llrt_lambda::{
    api::{ApiError, RuntimeApi},
    config::Config,
};

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match Config::from_env(|name| std::env::var_os(name)) {
        Ok(config) => eprintln!("{}", serve(&config.runtime_api).await),
        Err(error) => eprintln!("{error}"),
    }
    ExitCode::FAILURE
}

/// Serves invocations until one cannot be had.
async fn serve(address: &str) -> ApiError {
    let mut api = RuntimeApi::new(address);
    loop {
        match api.next().await {
            Ok(invocation) => {
                if let Err(error) = api.respond(&invocation.request_id, br#"{"ok":true}"#).await {
                    eprintln!("{error}");
                }
            }
            Err(error) => return error,
        }
    }
}
