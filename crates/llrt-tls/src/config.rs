use std::{
    borrow::Cow,
    cell::RefCell,
    path::{Path, PathBuf},
    sync::Arc,
};

use rustls::{
    ClientConfig, RootCertStore, SupportedProtocolVersion,
    client::{ResolvesClientCert, Resumption},
    crypto::ring,
    pki_types::{CertificateDer, CertificateRevocationListDer, PrivateKeyDer, pem::PemObject},
    sign::{CertifiedKey, SingleCertAndKey},
    version::{TLS12, TLS13},
};

use crate::verify::{AnyPeer, Verifier};

/// How many hosts' sessions are kept to resume.
const SESSIONS: usize = 64;

/// A version of the protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Version {
    /// TLS 1.2
    Tls12,
    /// TLS 1.3
    Tls13,
}

/// Whom to trust.
#[derive(Clone, Debug, Default)]
pub enum Roots {
    /// Mozilla's list, and the file that the environment names.
    #[default]
    Default,
    /// These and no others (Node's `ca` option).
    Only(Vec<CertificateDer<'static>>),
}

/// What a configuration is made of.
#[derive(Clone, Debug)]
pub struct Options {
    /// Whom to trust.
    pub roots: Roots,
    /// Whether the server's certificate is verified (Node's `rejectUnauthorized`).
    pub verify: bool,
    /// Protocols to offer, in order of preference.
    pub alpn: Vec<Vec<u8>>,
    /// The oldest version to accept.
    pub min_version: Version,
    /// The newest version to offer.
    pub max_version: Version,
    /// Chooses a client certificate when a server asks for one; see [`identity_from_pem`].
    pub identity: Option<Arc<dyn ResolvesClientCert>>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            roots: Roots::Default,
            verify: true,
            alpn: Vec::new(),
            min_version: Version::Tls12,
            max_version: Version::Tls13,
            identity: None,
        }
    }
}

impl Options {
    /// The defaults as the environment changes them.
    pub fn from_env() -> Self {
        let mut options = Self::default();
        if std::env::var_os("NODE_TLS_REJECT_UNAUTHORIZED").is_some_and(|value| value == "0") {
            options.verify = false;
        }
        if std::env::var_os("LLRT_TLS_VERSION").is_some_and(|value| value == "1.2") {
            options.max_version = Version::Tls12;
        }
        options
    }
}

/// A configuration that cannot be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// A PEM text without a certificate or key in it, or with a broken one.
    #[error("error:0480006C:PEM routines::{0}")]
    Pem(String),
    /// A certificate that is no root, or a key that does not fit.
    #[error(transparent)]
    Tls(#[from] rustls::Error),
    /// No version lies between the oldest and the newest.
    #[error("error:0A0000BF:SSL routines::no protocols available")]
    NoVersion,
}

impl ConfigError {
    /// Node's code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Pem(_) => "ERR_OSSL_PEM_NO_START_LINE",
            Self::Tls(_) => "ERR_TLS_INVALID_CONTEXT",
            Self::NoVersion => "ERR_SSL_NO_PROTOCOLS_AVAILABLE",
        }
    }
}

/// The configuration of ordinary requests that offer `alpn`, from the environment. One per thread and list: its sessions are
/// resumed whoever asks.
///
/// # Errors
/// [`ConfigError`]. A file of extra roots that cannot be read is a warning on standard error, as in Node.
pub fn shared(alpn: &[&[u8]]) -> Result<Arc<ClientConfig>, ConfigError> {
    thread_local! {
        static SHARED: RefCell<Vec<Arc<ClientConfig>>> = const { RefCell::new(Vec::new()) };
    }
    SHARED.with(|shared| {
        let found = shared.borrow().iter().find(|config| config.alpn_protocols == alpn).cloned();
        if let Some(config) = found {
            return Ok(config);
        }
        let alpn = alpn.iter().map(|name| name.to_vec()).collect();
        let config = client_config(&Options { alpn, ..Options::from_env() })?;
        shared.borrow_mut().push(Arc::clone(&config));
        Ok(config)
    })
}

/// Makes a configuration.
///
/// # Errors
/// [`ConfigError`].
pub fn client_config(options: &Options) -> Result<Arc<ClientConfig>, ConfigError> {
    let provider = Arc::new(ring::default_provider());
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider));
    let builder = builder.with_protocol_versions(&versions(options)?)?.dangerous();
    let algorithms = provider.signature_verification_algorithms;
    let builder = if options.verify {
        let (roots, trusted) = roots(&options.roots)?;
        builder.with_custom_certificate_verifier(Arc::new(Verifier::new(roots, trusted, algorithms)))
    } else {
        builder.with_custom_certificate_verifier(Arc::new(AnyPeer::new(algorithms, false)))
    };
    let mut config = match &options.identity {
        Some(identity) => builder.with_client_cert_resolver(Arc::clone(identity)),
        None => builder.with_no_client_auth(),
    };
    config.alpn_protocols.clone_from(&options.alpn);
    config.resumption = Resumption::in_memory_sessions(SESSIONS);
    Ok(Arc::new(config))
}

/// A client certificate and its key from PEM texts, for [`Options::identity`]. The certificates of its issuers may follow.
///
/// # Errors
/// [`ConfigError::Pem`] when either has none, [`ConfigError::Tls`] when they do not fit.
pub fn identity_from_pem(certificate: &[u8], key: &[u8]) -> Result<Arc<dyn ResolvesClientCert>, ConfigError> {
    let chain = certificates_from_pem(certificate)?;
    let key = PrivateKeyDer::from_pem_slice(key).map_err(|error| ConfigError::Pem(error.to_string()))?;
    let certified = CertifiedKey::from_der(chain, key, &ring::default_provider())?;
    Ok(Arc::new(SingleCertAndKey::from(certified)))
}

fn versions(options: &Options) -> Result<Vec<&'static SupportedProtocolVersion>, ConfigError> {
    let wanted = |version| (options.min_version..=options.max_version).contains(&version);
    let mut versions = Vec::with_capacity(2);
    if wanted(Version::Tls13) {
        versions.push(&TLS13);
    }
    if wanted(Version::Tls12) {
        versions.push(&TLS12);
    }
    if versions.is_empty() { Err(ConfigError::NoVersion) } else { Ok(versions) }
}

/// The root store, and the certificates that are trusted as they are.
fn roots(roots: &Roots) -> Result<(RootCertStore, Vec<CertificateDer<'static>>), ConfigError> {
    match roots {
        Roots::Only(certificates) => {
            let mut store = RootCertStore::empty();
            store.add_parsable_certificates(certificates.iter().cloned());
            Ok((store, certificates.clone()))
        }
        Roots::Default => {
            let mut store = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
            let extra = extra_roots_path().and_then(|path| match read_extra_roots(&path) {
                Ok(certificates) => Some(certificates),
                Err(error) => {
                    // As Node: said once, on standard error, and the program goes on.
                    eprintln!("Warning: Ignoring extra certs from `{}`, load failed: {error}", path.display());
                    None
                }
            });
            let extra = extra.unwrap_or_default();
            store.add_parsable_certificates(extra.iter().cloned());
            Ok((store, extra))
        }
    }
}

/// The file of further roots that the environment names.
pub fn extra_roots_path() -> Option<PathBuf> {
    let path = std::env::var_os("LLRT_EXTRA_CA_CERTS").or_else(|| std::env::var_os("NODE_EXTRA_CA_CERTS"))?;
    (!path.is_empty()).then(|| path.into())
}

/// The certificates in it.
///
/// # Errors
/// The system's words, or those of a PEM text without a certificate.
pub fn read_extra_roots(path: &Path) -> Result<Vec<CertificateDer<'static>>, String> {
    let text = std::fs::read(path).map_err(|error| error.to_string())?;
    certificates_from_pem(&text).map_err(|error| error.to_string())
}

/// Every certificate of a PEM text, for [`Roots::Only`].
///
/// # Errors
/// [`ConfigError::Pem`] when there is none, or a broken one.
pub fn certificates_from_pem(pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, ConfigError> {
    let pem = with_plain_labels(pem);
    let list: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&pem).collect();
    match list {
        Ok(list) if !list.is_empty() => Ok(list),
        Ok(_) => Err(ConfigError::Pem("no start line".to_owned())),
        Err(error) => Err(ConfigError::Pem(error.to_string())),
    }
}

/// Every list of revoked certificates of a PEM text, DER; `None` when there is none.
pub fn revocations_from_pem(pem: &[u8]) -> Option<Vec<Vec<u8>>> {
    let list: Vec<_> = CertificateRevocationListDer::pem_slice_iter(pem).collect::<Result<_, _>>().ok()?;
    (!list.is_empty()).then(|| list.into_iter().map(|one| one.to_vec()).collect())
}

/// OpenSSL has two more names for the same thing; what it adds to a trusted one after the certificate is not looked at.
fn with_plain_labels(pem: &[u8]) -> Cow<'_, [u8]> {
    const LABELS: [&str; 2] = ["TRUSTED CERTIFICATE-----", "X509 CERTIFICATE-----"];
    match std::str::from_utf8(pem) {
        Ok(text) if LABELS.iter().any(|label| text.contains(label)) => Cow::Owned(
            LABELS.iter().fold(text.to_owned(), |text, label| text.replace(label, "CERTIFICATE-----")).into_bytes(),
        ),
        _ => Cow::Borrowed(pem),
    }
}
