//! HTTP/2 without JavaScript and without a network: bytes go in, events and bytes come out. RFC 9113.
//!
//! Limits, and what counts as an error of a stream and of the connection, are nghttp2's, as Node users know them.

pub(crate) mod frame;
pub(crate) mod hpack;
mod huffman;
pub(crate) mod message;
pub(crate) mod receive;
pub(crate) mod send;
pub(crate) mod session;
pub(crate) mod settings;
#[cfg(test)]
mod tests;

pub(crate) use hpack::Header;
pub(crate) use session::{Event, Options, Padding, Session};
