//! Names to addresses to connections, under an allow list, on a current-thread tokio loop.
//!
//! - [`Policy`]: which hosts may be reached (`LLRT_NET_ALLOW`, `LLRT_NET_DENY`)
//! - [`lookup()`]: addresses of a host, without a thread where none is needed
//! - [`connect()`]: a TCP connection to the first address that answers
//!
//! Errors carry what Node.js puts on its own: `code`, `errno`, `syscall`, `hostname`, `address`, `port`.

mod connect;
mod lookup;
mod policy;

pub use connect::{Attempt, ConnectError, connect};
pub use lookup::{Family, LookupError, lookup};
pub use policy::{Denied, Policy};
