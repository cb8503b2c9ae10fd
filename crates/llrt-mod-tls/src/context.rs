//! A secure context: keys, certificates, whom to trust, and what to offer; configurations of rustls are made from it.

use std::{
    cell::RefCell,
    collections::VecDeque,
    rc::Rc,
    sync::{Arc, LazyLock, Mutex, PoisonError},
};

use llrt_core::bytes;
use llrt_tls::{
    AnyPeer, TLS_SERVER_ROOTS, certificates_from_pem,
    chain::Trust,
    der::Certificate,
    keys::{KeyError, key_from_pem},
    revocations_from_pem,
    rustls::{
        ClientConfig, KeyLog, NamedGroup, ServerConfig, SignatureScheme, SupportedProtocolVersion,
        client::{ResolvesClientCert, Resumption},
        crypto::{CryptoProvider, ring},
        pki_types::CertificateDer,
        server::{
            ClientHello, NoServerSessionStorage, ResolvesServerCert, ServerSessionMemoryCache, StoresServerSessions,
        },
        sign::CertifiedKey,
        version::{TLS12, TLS13},
    },
};
use rquickjs::{Ctx, JsLifetime, Result, Value, class::Trace};

use crate::{error::Failure, session::Link, suites, ticket::Ticketer};

/// How many sessions a server remembers for clients that take no tickets.
const SERVER_SESSIONS: usize = 256;

type Outcome<T> = std::result::Result<T, Failure>;

/// What `createSecureContext` reads from its options.
#[derive(Default)]
pub(crate) struct Settings {
    /// Certificates, each with those above it, PEM.
    pub(crate) certificates: Vec<Vec<u8>>,
    /// Keys in any order, PEM, and what each is under.
    pub(crate) keys: Vec<(Vec<u8>, Option<String>)>,
    /// PEM of trusted certificates; `None` for the default ones.
    pub(crate) ca: Option<Vec<Vec<u8>>>,
    /// PEM of lists of revoked certificates.
    pub(crate) revocations: Vec<Vec<u8>>,
    /// Whether Mozilla's roots are trusted too.
    pub(crate) with_anchors: bool,
    pub(crate) allow_partial: bool,
    /// The suites to offer by OpenSSL's names, in order.
    pub(crate) suites: Option<Vec<String>>,
    pub(crate) groups: Option<Vec<String>>,
    pub(crate) schemes: Option<Vec<u16>>,
    pub(crate) tls12: bool,
    pub(crate) tls13: bool,
    pub(crate) ticket_keys: Option<[u8; crate::ticket::KEYS_LEN]>,
    pub(crate) session_timeout_s: u32,
    pub(crate) no_tickets: bool,
    pub(crate) client_order: bool,
}

/// The native half of a `SecureContext`.
#[derive(Trace, JsLifetime)]
#[rquickjs::class(rename = "Context")]
pub(crate) struct Context {
    #[qjs(skip_trace)]
    pub(crate) inner: Rc<Inner>,
}

#[rquickjs::methods]
impl Context {
    /// Trusts the certificates of a PEM text too.
    #[qjs(rename = "addCACert")]
    fn add_ca_cert<'js>(&mut self, ctx: Ctx<'js>, pem: Value<'js>) -> Result<()> {
        let pem = bytes::bytes_or_utf8(&ctx, &pem, "cert")?;
        let mut inner = (*self.inner).clone();
        inner.trust.certificates.extend(certificates_from_pem(&pem).unwrap_or_default());
        self.inner = Rc::new(inner);
        Ok(())
    }
}

/// What connections of a context share.
#[derive(Clone)]
pub(crate) struct Inner {
    provider: Arc<CryptoProvider>,
    versions: Vec<&'static SupportedProtocolVersion>,
    pub(crate) identities: Vec<Arc<CertifiedKey>>,
    pub(crate) trust: Trust,
    schemes: Option<Vec<SignatureScheme>>,
    server_verifier: Arc<AnyPeer>,
    client_resolver: Arc<Identities>,
    client_order: bool,
    pub(crate) ticketer: Arc<Ticketer>,
    no_tickets: bool,
    sessions: Arc<dyn StoresServerSessions>,
}

/// rustls resumes a session only with the very objects that verified it.
static ANY_SERVER: LazyLock<Arc<AnyPeer>> =
    LazyLock::new(|| Arc::new(AnyPeer::new(ring::default_provider().signature_verification_algorithms, false)));
thread_local! {
    static IDENTITIES: RefCell<VecDeque<Arc<Identities>>> = const { RefCell::new(VecDeque::new()) };
}

impl Inner {
    pub(crate) fn new(settings: Settings) -> Outcome<Self> {
        let mut provider = ring::default_provider();
        provider.cipher_suites = suites::all().to_vec();
        if let Some(names) = &settings.suites {
            let by_name = |name: &String| suites::all().iter().find(|suite| suites::suite(suite.suite()).name == name);
            provider.cipher_suites = names.iter().filter_map(by_name).copied().collect();
        }
        let has = |version| provider.cipher_suites.iter().any(|suite| suite.version().version == version);
        let mut versions = Vec::with_capacity(2);
        for (wanted, version) in [(settings.tls13, &TLS13), (settings.tls12, &TLS12)] {
            if wanted && has(version.version) {
                versions.push(version);
            }
        }
        provider
            .cipher_suites
            .retain(|suite| versions.iter().any(|version| version.version == suite.version().version));
        if let Some(names) = &settings.groups {
            let groups: Vec<NamedGroup> = names.iter().filter_map(|name| suites::group_by_name(name)).collect();
            let find = |name: &NamedGroup| ring::ALL_KX_GROUPS.iter().find(|group| group.name() == *name);
            provider.kx_groups = groups.iter().filter_map(find).copied().collect();
        }
        let schemes: Option<Vec<SignatureScheme>> =
            settings.schemes.as_ref().map(|list| list.iter().map(|&id| SignatureScheme::from(id)).collect());
        let mut trust = Trust { allow_partial: settings.allow_partial, ..Trust::default() };
        for pem in settings.ca.iter().flatten() {
            // As OpenSSL: what is no certificate in it adds none.
            trust.certificates.extend(certificates_from_pem(pem).unwrap_or_default());
        }
        for pem in &settings.revocations {
            let failure = || Failure::new("ERR_CRYPTO_OPERATION_FAILED", "Failed to parse CRL");
            trust.revocations.extend(revocations_from_pem(pem).ok_or_else(failure)?);
        }
        if settings.with_anchors {
            trust.anchors = TLS_SERVER_ROOTS;
        }
        let identities = identities(&settings, &trust)?;
        let client_resolver = Identities::shared(&identities, &schemes);
        let server_verifier = match &schemes {
            None => Arc::clone(&ANY_SERVER),
            Some(list) => {
                let algorithms = provider.signature_verification_algorithms;
                Arc::new(AnyPeer::new(algorithms, false).with_schemes(list.clone()))
            }
        };
        Ok(Self {
            provider: Arc::new(provider),
            versions,
            identities,
            trust,
            schemes,
            server_verifier,
            client_resolver,
            client_order: settings.client_order,
            ticketer: Arc::new(Ticketer::new(settings.ticket_keys, settings.session_timeout_s)),
            no_tickets: settings.no_tickets,
            sessions: if settings.no_tickets {
                Arc::new(NoServerSessionStorage {})
            } else {
                ServerSessionMemoryCache::new(SERVER_SESSIONS)
            },
        })
    }

    /// Whether there is a certificate for a peer that takes these.
    pub(crate) fn can_sign(&self, offered: &[SignatureScheme]) -> bool {
        self.client_resolver.find(offered).is_some()
    }

    /// The certificate that is for a peer which takes these, and those above it.
    pub(crate) fn chain_for(&self, schemes: &[u16]) -> &[CertificateDer<'static>] {
        let schemes: Vec<SignatureScheme> = schemes.iter().map(|&id| SignatureScheme::from(id)).collect();
        self.client_resolver.find(&schemes).map_or(&[], |found| found.cert.as_slice())
    }

    pub(crate) fn schemes(&self) -> Vec<SignatureScheme> {
        let supported = self.provider.signature_verification_algorithms.supported_schemes();
        match &self.schemes {
            Some(list) => list.iter().filter(|scheme| supported.contains(scheme)).copied().collect(),
            None => supported,
        }
    }

    pub(crate) fn client_config(
        &self,
        alpn: Vec<Vec<u8>>,
        sni: bool,
        sessions: Arc<Link>,
        key_log: Arc<dyn KeyLog>,
    ) -> Outcome<ClientConfig> {
        let builder = ClientConfig::builder_with_provider(Arc::clone(&self.provider));
        let builder = builder.with_protocol_versions(&self.versions).map_err(|_| no_protocols())?.dangerous();
        let builder = builder.with_custom_certificate_verifier(Arc::clone(&self.server_verifier) as _);
        let mut config = builder.with_client_cert_resolver(Arc::clone(&self.client_resolver) as _);
        config.alpn_protocols = alpn;
        config.enable_sni = sni;
        config.key_log = key_log;
        config.resumption = Resumption::store(sessions);
        Ok(config)
    }

    /// A configuration, and what knows which certificate it chose.
    pub(crate) fn server_config(
        &self,
        alpn: Vec<Vec<u8>>,
        request_certificate: bool,
        require_certificate: bool,
        ocsp_response: Option<Vec<u8>>,
        key_log: Arc<dyn KeyLog>,
    ) -> Outcome<(ServerConfig, Arc<Identities>)> {
        let builder = ServerConfig::builder_with_provider(Arc::clone(&self.provider));
        let builder = builder.with_protocol_versions(&self.versions).map_err(|_| no_protocols())?;
        let builder = if request_certificate {
            let algorithms = self.provider.signature_verification_algorithms;
            let mut verifier = AnyPeer::new(algorithms, require_certificate).with_issuers(&self.trust.certificates);
            if let Some(schemes) = &self.schemes {
                verifier = verifier.with_schemes(schemes.clone());
            }
            builder.with_client_cert_verifier(Arc::new(verifier))
        } else {
            builder.with_no_client_auth()
        };
        let identities = Arc::new(Identities {
            list: self.identities.clone(),
            schemes: self.schemes.clone(),
            ocsp_response,
            chosen: Mutex::default(),
        });
        let mut config = builder.with_cert_resolver(Arc::clone(&identities) as _);
        config.alpn_protocols = alpn;
        config.key_log = key_log;
        config.ignore_client_order = !self.client_order;
        config.session_storage = Arc::clone(&self.sessions);
        if !self.no_tickets {
            config.ticketer = Arc::clone(&self.ticketer) as _;
        }
        Ok((config, identities))
    }
}

fn no_protocols() -> Failure {
    Failure::openssl(0x0A00_00BF, "SSL routines", "ERR_SSL_NO_PROTOCOLS_AVAILABLE", "no protocols available")
}

/// Every key with its certificate, of which version 1 is one too.
fn identities(settings: &Settings, trust: &Trust) -> Outcome<Vec<Arc<CertifiedKey>>> {
    let mut chains = Vec::new();
    for pem in &settings.certificates {
        let chain = certificates_from_pem(pem)?;
        let leaf = Certificate::parse(&chain[0]).ok_or_else(|| {
            Failure::openssl(0x0680_00A8, "asn1 encoding routines", "ERR_OSSL_ASN1_WRONG_TAG", "wrong tag")
        })?;
        let public = leaf.key.der.to_vec();
        chains.push((public, chain));
    }
    let mut identities = Vec::new();
    for (pem, passphrase) in &settings.keys {
        let key = key_from_pem(pem, passphrase.as_ref().map(String::as_bytes))?;
        let key = ring::default_provider().key_provider.load_private_key(key);
        let key = key.map_err(|_| Failure::from(KeyError::Unsupported))?;
        let fits = |(public, _): &&(Vec<u8>, Vec<CertificateDer<'static>>)| {
            key.public_key().is_none_or(|key| key.as_ref() == public.as_slice())
        };
        match chains.iter().find(fits) {
            Some((_, chain)) => {
                let mut chain = chain.clone();
                if chain.len() == 1 {
                    chain.extend(issuers(&chain[0], trust));
                }
                identities.push(Arc::new(CertifiedKey::new(chain, key)));
            }
            None if chains.is_empty() => {}
            None => {
                let reason = "key values mismatch";
                let code = "ERR_OSSL_X509_KEY_VALUES_MISMATCH";
                return Err(Failure::openssl(0x0580_0074, "x509 certificate routines", code, reason));
            }
        }
    }
    Ok(identities)
}

/// What OpenSSL shows beside a certificate that comes alone: those above it, as far as the trusted ones tell.
fn issuers(leaf: &CertificateDer<'static>, trust: &Trust) -> Vec<CertificateDer<'static>> {
    const MAX: usize = 8;
    let mut chain: Vec<CertificateDer<'static>> = Vec::new();
    loop {
        let last = chain.last().unwrap_or(leaf);
        let above = Certificate::parse(last).filter(|certificate| !certificate.is_self_issued() && chain.len() < MAX);
        let Some(above) = above.and_then(|certificate| trust.issuer_of(&certificate, &[])) else { return chain };
        chain.push(CertificateDer::from(above.to_vec()));
    }
}

/// Chooses among a context's certificates by what the peer can verify.
#[derive(Debug, Default)]
pub(crate) struct Identities {
    list: Vec<Arc<CertifiedKey>>,
    schemes: Option<Vec<SignatureScheme>>,
    ocsp_response: Option<Vec<u8>>,
    chosen: Mutex<Option<CertificateDer<'static>>>,
}

impl Identities {
    /// One for all contexts of this thread that have the same certificates, as far as they are remembered.
    fn shared(list: &[Arc<CertifiedKey>], schemes: &Option<Vec<SignatureScheme>>) -> Arc<Self> {
        const MAX: usize = 16;
        let same = |one: &&Arc<Self>| {
            let pairs = one.list.iter().zip(list);
            one.schemes == *schemes && one.list.len() == list.len() && pairs.into_iter().all(|(a, b)| a.cert == b.cert)
        };
        IDENTITIES.with_borrow_mut(|remembered| {
            if let Some(found) = remembered.iter().find(same) {
                return Arc::clone(found);
            }
            let made = Arc::new(Self { list: list.to_vec(), schemes: schemes.clone(), ..Self::default() });
            if remembered.len() == MAX {
                remembered.pop_front();
            }
            remembered.push_back(Arc::clone(&made));
            made
        })
    }

    fn find(&self, offered: &[SignatureScheme]) -> Option<&Arc<CertifiedKey>> {
        let allowed = |scheme: &&SignatureScheme| self.schemes.as_ref().is_none_or(|list| list.contains(scheme));
        offered.iter().filter(allowed).find_map(|scheme| {
            let signs = |one: &&Arc<CertifiedKey>| one.key.choose_scheme(&[*scheme]).is_some();
            self.list.iter().find(signs)
        })
    }

    fn choose(&self, offered: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        let found = self.find(offered)?;
        *self.chosen.lock().unwrap_or_else(PoisonError::into_inner) = found.cert.first().cloned();
        match &self.ocsp_response {
            Some(response) => Some(Arc::new(CertifiedKey { ocsp: Some(response.clone()), ..(**found).clone() })),
            None => Some(Arc::clone(found)),
        }
    }

    /// The certificate that was shown last.
    pub(crate) fn chosen(&self) -> Option<CertificateDer<'static>> {
        self.chosen.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl ResolvesServerCert for Identities {
    fn resolve(&self, client_hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        self.choose(client_hello.signature_schemes())
    }
}

impl ResolvesClientCert for Identities {
    fn resolve(&self, _root_hint_subjects: &[&[u8]], schemes: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        self.choose(schemes)
    }

    fn has_certs(&self) -> bool {
        !self.list.is_empty()
    }
}
