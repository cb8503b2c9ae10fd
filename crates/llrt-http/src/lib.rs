//! An HTTP client for a current-thread tokio loop.
//!
//! Connections are kept alive and driven by whoever uses them: a request with a whole body costs no task, no channel between
//! threads and, for `http:`, no TLS state. Responses stream with backpressure. Errors are typed, under Node's codes.
//!
//! ```no_run
//! # async fn example() -> Result<(), llrt_http::Error> {
//! use llrt_http::{Client, Config, Method, Origin, Request};
//!
//! let client = Client::new(Config::from_env());
//! let mut request = Request::new(Method::POST, Origin::http("127.0.0.1", 8000), "/");
//! request.body = "{}".into();
//! let mut response = client.send(request).await?;
//! let body = response.body.collect().await?;
//! # Ok(())
//! # }
//! ```

mod client;
#[cfg(feature = "decode")]
mod coding;
mod connection;
mod error;
mod pool;
mod request;
mod response;

pub use client::{Client, Config, Http2};
#[cfg(feature = "decode")]
pub use coding::{DecodeError, Decoder};
pub use error::Error;
pub use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
pub use llrt_net::{Attempt, ConnectError, Denied, LookupError, Policy};
pub use llrt_tls::TlsError;
pub use request::{Body, BodyError, BodySender, Gated, Origin, Request, Timeouts};
pub use response::{Response, ResponseBody};
