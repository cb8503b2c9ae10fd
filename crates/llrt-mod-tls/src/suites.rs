//! The cipher suites and groups that there are, under OpenSSL's names.

use llrt_tls::rustls::{CipherSuite, NamedGroup, SupportedCipherSuite, crypto::ring};

/// A suite's names.
pub(crate) struct Suite {
    /// OpenSSL's name.
    pub(crate) name: &'static str,
    /// The IANA's name.
    pub(crate) standard_name: &'static str,
}

pub(crate) fn suite(id: CipherSuite) -> Suite {
    let (name, standard_name) = match id {
        CipherSuite::TLS13_AES_256_GCM_SHA384 => ("TLS_AES_256_GCM_SHA384", "TLS_AES_256_GCM_SHA384"),
        CipherSuite::TLS13_AES_128_GCM_SHA256 => ("TLS_AES_128_GCM_SHA256", "TLS_AES_128_GCM_SHA256"),
        CipherSuite::TLS13_CHACHA20_POLY1305_SHA256 => ("TLS_CHACHA20_POLY1305_SHA256", "TLS_CHACHA20_POLY1305_SHA256"),
        CipherSuite::TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384 => {
            ("ECDHE-ECDSA-AES256-GCM-SHA384", "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384")
        }
        CipherSuite::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256 => {
            ("ECDHE-ECDSA-AES128-GCM-SHA256", "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256")
        }
        CipherSuite::TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256 => {
            ("ECDHE-ECDSA-CHACHA20-POLY1305", "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256")
        }
        CipherSuite::TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384 => {
            ("ECDHE-RSA-AES256-GCM-SHA384", "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384")
        }
        CipherSuite::TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256 => {
            ("ECDHE-RSA-AES128-GCM-SHA256", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256")
        }
        CipherSuite::TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256 => {
            ("ECDHE-RSA-CHACHA20-POLY1305", "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256")
        }
        _ => ("unknown", "unknown"),
    };
    Suite { name, standard_name }
}

/// All suites, those of TLS 1.3 first.
pub(crate) fn all() -> &'static [SupportedCipherSuite] {
    ring::ALL_CIPHER_SUITES
}

/// OpenSSL's name of a group and the size of its keys in bits.
pub(crate) fn group(id: NamedGroup) -> (&'static str, u32) {
    match id {
        NamedGroup::X25519 => ("X25519", 253),
        NamedGroup::secp256r1 => ("prime256v1", 256),
        NamedGroup::secp384r1 => ("secp384r1", 384),
        _ => ("unknown", 0),
    }
}

/// The group that OpenSSL calls `name`.
pub(crate) fn group_by_name(name: &str) -> Option<NamedGroup> {
    match name.to_ascii_lowercase().as_str() {
        "x25519" => Some(NamedGroup::X25519),
        "prime256v1" | "p-256" | "secp256r1" => Some(NamedGroup::secp256r1),
        "secp384r1" | "p-384" => Some(NamedGroup::secp384r1),
        _ => None,
    }
}
