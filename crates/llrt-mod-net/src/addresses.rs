//! What of `node:net` needs no network.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use llrt_core::bytes::uint8_array;
use llrt_net::{Kind, Policy};
use rquickjs::{Coerced, Ctx, Result, TypedArray, function::Opt};

use crate::handle::denied;

/// `net.isIP`.
pub(crate) fn is_ip(input: Opt<Coerced<String>>) -> i32 {
    let Some(input) = input.0 else { return 0 };
    match (is_v4(&input), is_v6(&input)) {
        (true, _) => 4,
        (_, true) => 6,
        _ => 0,
    }
}

/// `net.isIPv4`.
pub(crate) fn is_ip_v4(input: Opt<Coerced<String>>) -> bool {
    input.0.is_some_and(|input| is_v4(&input))
}

/// `net.isIPv6`.
pub(crate) fn is_ip_v6(input: Opt<Coerced<String>>) -> bool {
    input.0.is_some_and(|input| is_v6(&input))
}

fn is_v4(input: &str) -> bool {
    input.parse::<Ipv4Addr>().is_ok()
}

/// A zone may follow, as in `fe80::1%eth0`.
fn is_v6(input: &str) -> bool {
    let (address, zone) = input.split_once('%').unwrap_or((input, "0"));
    let names_zone =
        !zone.is_empty() && zone.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-.:".contains(&byte));
    names_zone && address.parse::<Ipv6Addr>().is_ok()
}

fn parse(text: &str) -> Option<IpAddr> {
    llrt_net::parse_address(text, 0).map(|address| address.ip())
}

/// `addressBytes(text)`: 4 or 16 bytes, or nothing when it is no address.
pub(crate) fn bytes<'js>(ctx: Ctx<'js>, text: String) -> Result<Option<TypedArray<'js, u8>>> {
    let bytes = match parse(&text) {
        Some(IpAddr::V4(address)) => address.octets().to_vec(),
        Some(IpAddr::V6(address)) => address.octets().to_vec(),
        None => return Ok(None),
    };
    uint8_array(&ctx, bytes).map(Some)
}

/// `normalAddress(text)`: the one text that an address has.
pub(crate) fn normal(text: String) -> Option<String> {
    parse(&text).map(|address| address.to_string())
}

/// `checkHost(host, port)`: throws when the policy forbids to connect to it.
pub(crate) fn check_host(ctx: Ctx<'_>, host: String, port: u16) -> Result<()> {
    Policy::from_env().check(&host, port).map_err(|error| denied(&ctx, &error))
}

/// `descriptorKind(number)`
pub(crate) fn kind(number: i32) -> &'static str {
    match llrt_net::kind_of(number) {
        Some(Kind::Tcp) => "TCP",
        Some(Kind::Udp) => "UDP",
        Some(Kind::Pipe) => "PIPE",
        Some(Kind::Other) => "OTHER",
        None => "INVALID",
    }
}
