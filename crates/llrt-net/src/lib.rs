//! Names to addresses to connections, under an allow list, on a current-thread tokio loop.
//!
//! - [`Policy`]: which hosts may be reached (`LLRT_NET_ALLOW`, `LLRT_NET_DENY`)
//! - [`lookup()`]: addresses of a host, without a thread where none is needed
//! - [`Socket`]: a socket of any kind, one operation at a time
//! - [`resolver`]: records of names, from name servers
//! - [`connect()`]: a TCP connection to the first address that answers
//!
//! Errors carry what Node.js puts on its own: `code`, `errno`, `syscall`, `hostname`, `address`, `port`.

mod connect;
mod lookup;
mod policy;
pub mod resolver;
mod socket;

pub use connect::{Attempt, ConnectError, connect};
pub use lookup::{Family, Hints, LookupError, lookup, lookup_service, lookup_with};
pub use policy::{Denied, Policy};
pub use socket::{
    Endpoint, Kind, Membership, Setting, Sharing, Socket, address_text, interface_index, kind_of, parse_address,
};
