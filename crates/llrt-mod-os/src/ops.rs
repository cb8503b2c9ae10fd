//! Plain Rust: what the system says.

use std::{collections::BTreeMap, fs, net::IpAddr};

/// One processor, as `os.cpus()` shows it. Times are milliseconds since the start of the system.
#[derive(Debug, Default, Clone, PartialEq)]
pub struct Cpu {
    /// The model's name.
    pub model: String,
    /// Its clock in MHz.
    pub speed_mhz: f64,
    /// User, nice, system, idle, interrupt.
    pub times_ms: [f64; 5],
}

/// The processors, from `/proc`; none where there is no `/proc`.
pub fn cpus() -> Vec<Cpu> {
    let stat = fs::read_to_string("/proc/stat").unwrap_or_default();
    let info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    parse_cpus(&stat, &info)
}

fn parse_cpus(stat: &str, info: &str) -> Vec<Cpu> {
    let field = |name: &'static str| {
        info.lines().filter_map(move |line| {
            let (key, value) = line.split_once(':')?;
            (key.trim() == name).then(|| value.trim().to_owned())
        })
    };
    let models: Vec<String> = field("model name").collect();
    let speeds: Vec<f64> = field("cpu MHz").filter_map(|speed| speed.parse().ok()).collect();
    let lines =
        stat.lines().filter(|line| line.starts_with("cpu") && line.as_bytes().get(3).is_some_and(u8::is_ascii_digit));
    lines
        .enumerate()
        .map(|(index, line)| {
            // Ticks of a hundredth of a second: user, nice, system, idle, iowait, irq.
            let ticks: Vec<f64> = line.split_whitespace().skip(1).filter_map(|field| field.parse().ok()).collect();
            let ms = |index: usize| ticks.get(index).copied().unwrap_or_default() * 10.0;
            Cpu {
                model: models.get(index).or_else(|| models.last()).cloned().unwrap_or_else(|| "unknown".to_owned()),
                speed_mhz: speeds.get(index).copied().unwrap_or_default().floor(),
                times_ms: [ms(0), ms(1), ms(2), ms(3), ms(5)],
            }
        })
        .collect()
}

/// `[total, available]` bytes of memory.
pub fn memory() -> [f64; 2] {
    let text = fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let bytes = |name: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default();
        line.trim().trim_end_matches(" kB").parse::<f64>().unwrap_or_default() * 1024.0
    };
    [bytes("MemTotal:"), bytes("MemAvailable:")]
}

/// Averages of the load over one, five and fifteen minutes.
pub fn load_average() -> [f64; 3] {
    let text = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let mut numbers = text.split(' ').map(|number| number.parse().unwrap_or_default());
    [(); 3].map(|()| numbers.next().unwrap_or_default())
}

/// One address of a network interface.
#[derive(Debug, Clone, PartialEq)]
pub struct Address {
    /// The address.
    pub ip: IpAddr,
    /// Its mask.
    pub mask: IpAddr,
    /// The interface's hardware address, `00:00:00:00:00:00` if it has none.
    pub mac: String,
    /// Whether only this machine reaches it.
    pub internal: bool,
    /// The zone of a link-local IPv6 address, else 0.
    pub scope: u32,
}

/// The addresses of the interfaces that are up and running, by interface name.
///
/// # Errors
/// The system's error number.
pub fn network_interfaces() -> Result<BTreeMap<String, Vec<Address>>, nix::errno::Errno> {
    use nix::net::if_::InterfaceFlags;
    let mut macs = BTreeMap::new();
    let mut found = Vec::new();
    for entry in nix::ifaddrs::getifaddrs()? {
        let Some(address) = entry.address else { continue };
        if let Some(mac) = address.as_link_addr().and_then(|link| link.addr()) {
            let text = mac.map(|byte| format!("{byte:02x}")).join(":");
            macs.insert(entry.interface_name.clone(), text);
            continue;
        }
        if !entry.flags.contains(InterfaceFlags::IFF_UP | InterfaceFlags::IFF_RUNNING) {
            continue;
        }
        let mask = entry.netmask;
        let internal = entry.flags.contains(InterfaceFlags::IFF_LOOPBACK);
        if let Some(v4) = address.as_sockaddr_in() {
            let mask = mask.and_then(|mask| mask.as_sockaddr_in().map(|mask| mask.ip()));
            let mask = IpAddr::V4(mask.unwrap_or(std::net::Ipv4Addr::UNSPECIFIED));
            found.push((
                entry.interface_name,
                Address { ip: IpAddr::V4(v4.ip()), mask, mac: String::new(), internal, scope: 0 },
            ));
        } else if let Some(v6) = address.as_sockaddr_in6() {
            let mask = mask.and_then(|mask| mask.as_sockaddr_in6().map(|mask| mask.ip()));
            let mask = IpAddr::V6(mask.unwrap_or(std::net::Ipv6Addr::UNSPECIFIED));
            let scope = v6.scope_id();
            found.push((
                entry.interface_name,
                Address { ip: IpAddr::V6(v6.ip()), mask, mac: String::new(), internal, scope },
            ));
        }
    }
    let mut interfaces: BTreeMap<String, Vec<Address>> = BTreeMap::new();
    for (name, mut address) in found {
        address.mac = macs.get(&name).cloned().unwrap_or_else(|| "00:00:00:00:00:00".to_owned());
        interfaces.entry(name).or_default().push(address);
    }
    Ok(interfaces)
}

/// The number of leading ones of a mask.
pub fn prefix_len(mask: IpAddr) -> u32 {
    match mask {
        IpAddr::V4(mask) => mask.to_bits().leading_ones(),
        IpAddr::V6(mask) => mask.to_bits().leading_ones(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn processors_are_read_from_both_files() {
        let stat = "cpu  1 2 3 4\ncpu0 10 20 30 40 50 60 70\ncpu1 1 1 1 1 1 1 1\nintr 5\n";
        let info = "model name\t: Fast One\ncpu MHz\t\t: 2400.9\nmodel name\t: Fast One\ncpu MHz\t\t: 2400.9\n";
        let cpus = parse_cpus(stat, info);
        assert_eq!(cpus.len(), 2);
        assert_eq!(
            cpus[0],
            Cpu { model: "Fast One".into(), speed_mhz: 2400.0, times_ms: [100.0, 200.0, 300.0, 400.0, 600.0] }
        );
    }

    #[test]
    fn a_machine_that_says_nothing_has_no_processors() {
        assert_eq!(parse_cpus("", ""), []);
    }

    #[test]
    fn masks_have_a_prefix_length() {
        assert_eq!(prefix_len("255.255.240.0".parse().unwrap()), 20);
        assert_eq!(prefix_len("ffff:ffff::".parse().unwrap()), 32);
    }
}
