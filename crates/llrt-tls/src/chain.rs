//! What OpenSSL would say about a chain of certificates, under the code it would say it with.
//!
//! webpki refuses some certificates that OpenSSL takes and people use: version 1, an authority as a server, a common name alone. It
//! also has one word for several of OpenSSL's verdicts. Here the chain is built and checked in OpenSSL's order, in which the last
//! complaint is the verdict; name constraints are left to webpki.

use std::sync::LazyLock;

use rustls::{
    RootCertStore,
    client::verify_server_cert_signed_by_trust_anchor,
    crypto::{WebPkiSupportedAlgorithms, ring},
    pki_types::{CertificateDer, TrustAnchor, UnixTime},
    server::ParsedCertificate,
};

use crate::{
    TlsError,
    der::{Certificate, PublicKey, Reader, RevocationList, oid, tag},
};

static ALGORITHMS: LazyLock<WebPkiSupportedAlgorithms> =
    LazyLock::new(|| ring::default_provider().signature_verification_algorithms);

/// No real chain is longer.
const MAX_DEPTH: usize = 16;

/// What the certificate at the end of a chain is used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// It shows who a server is.
    Server,
    /// It shows who a client is.
    Client,
}

/// Whom a peer's certificate may lead to.
#[derive(Clone, Debug, Default)]
pub struct Trust {
    /// Mozilla's roots, as keys and names.
    pub anchors: &'static [TrustAnchor<'static>],
    /// Trusted certificates: roots, and authorities between a root and a peer.
    pub certificates: Vec<CertificateDer<'static>>,
    /// Lists of revoked certificates, DER. When there is one, there must be one of every authority.
    pub revocations: Vec<Vec<u8>>,
    /// Whether a trusted certificate ends a chain that is no root (Node's `allowPartialTrustChain`).
    pub allow_partial: bool,
}

impl Trust {
    /// Whether `chain`, the peer's certificate first, can be trusted now.
    ///
    /// # Errors
    /// `CERT_HAS_EXPIRED`, `DEPTH_ZERO_SELF_SIGNED_CERT`, `UNABLE_TO_VERIFY_LEAF_SIGNATURE`, ...
    pub fn verify(&self, chain: &[CertificateDer<'_>], purpose: Purpose, now: UnixTime) -> Result<(), TlsError> {
        let malformed = || failure("CERT_REJECTED");
        let trusted = parse_all(&self.certificates);
        let mut presented = parse_all(chain);
        if presented.len() != chain.len() || presented.is_empty() {
            return Err(malformed());
        }
        let leaf = presented.remove(0);
        let (path, end) = self.build(leaf, &presented, &trusted);

        let mut verdict = match end {
            End::Trusted(_) => None,
            End::Complaint(code) => Some(code),
        };
        let mut complain = |code| verdict = Some(code);
        for (depth, certificate) in path.iter().enumerate() {
            if let Some(code) = check_extensions(certificate, depth, purpose) {
                complain(code);
            }
        }
        let last = path.len() - 1;
        let now = i64::try_from(now.as_secs()).unwrap_or(i64::MAX);
        let issuer_of = |depth: usize| match (path.get(depth + 1), end) {
            (Some(issuer), _) => Some(issuer.key),
            (None, End::Trusted(anchor)) => anchor,
            (None, _) => None,
        };
        if !self.revocations.is_empty() {
            for (depth, certificate) in path.iter().enumerate().rev() {
                let issuer = issuer_of(depth).or_else(|| certificate.is_self_issued().then_some(certificate.key));
                if let Some(code) = self.check_revocation(certificate, issuer, now) {
                    complain(code);
                }
            }
        }
        for (depth, certificate) in path.iter().enumerate().rev() {
            let issuer = issuer_of(depth);
            if let Some(issuer) = issuer
                && !is_signed_by(certificate, &issuer)
            {
                complain("CERT_SIGNATURE_FAILURE");
            } else if depth == last && matches!(end, End::Complaint(_)) && last == 0 && !certificate.is_self_issued() {
                complain("UNABLE_TO_VERIFY_LEAF_SIGNATURE");
            }
            if now < certificate.not_before {
                complain("CERT_NOT_YET_VALID");
            }
            if now > certificate.not_after {
                complain("CERT_HAS_EXPIRED");
            }
        }
        match verdict {
            Some(code) => Err(failure(code)),
            None => self.check_names(chain, &path, now),
        }
    }

    /// The certificates that lead from `certificate` to a root, as far as they are known: trusted ones and those in `presented`.
    pub fn issuer_of<'a>(
        &'a self,
        certificate: &Certificate<'_>,
        presented: &'a [CertificateDer<'_>],
    ) -> Option<&'a [u8]> {
        let known = presented.iter().map(|one| one.as_ref()).chain(self.certificates.iter().map(|one| one.as_ref()));
        known.filter_map(Certificate::parse).find(|candidate| is_issuer(candidate, certificate)).map(|found| found.der)
    }

    fn build<'a>(
        &self,
        leaf: Certificate<'a>,
        presented: &[Certificate<'a>],
        trusted: &[Certificate<'a>],
    ) -> (Vec<Certificate<'a>>, End) {
        let is_trusted = |certificate: &Certificate<'_>| trusted.iter().any(|one| one.der == certificate.der);
        let mut path = vec![leaf];
        let mut found_trusted = false;
        while path.len() < MAX_DEPTH {
            let current = &path[path.len() - 1];
            if (self.allow_partial && (found_trusted || is_trusted(current)))
                || (current.is_self_issued() && is_trusted(current))
            {
                return (path, End::Trusted(None));
            }
            let named = self.anchors.iter().filter(|anchor| anchor.subject.as_ref() == current.issuer);
            let keys = named.filter_map(|anchor| PublicKey::parse(&[], anchor.subject_public_key_info.as_ref()));
            if let Some(key) = keys.into_iter().find(|key| is_signed_by(current, key)) {
                return (path, End::Trusted(Some(key)));
            }
            if current.is_self_issued() {
                break;
            }
            let next = match find_issuer(trusted, current, &path) {
                Some(issuer) => {
                    found_trusted = true;
                    issuer
                }
                None if found_trusted => break,
                None => match find_issuer(presented, current, &path) {
                    Some(issuer) => issuer,
                    None => break,
                },
            };
            path.push(next);
        }
        let last = &path[path.len() - 1];
        let code = match (path.len(), last.is_self_issued()) {
            (MAX_DEPTH, _) => "CERT_CHAIN_TOO_LONG",
            (1, true) => "DEPTH_ZERO_SELF_SIGNED_CERT",
            (_, true) => "SELF_SIGNED_CERT_IN_CHAIN",
            (_, false) if found_trusted => "UNABLE_TO_GET_ISSUER_CERT",
            (_, false) => "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
        };
        (path, End::Complaint(code))
    }

    fn check_revocation(
        &self,
        certificate: &Certificate<'_>,
        issuer: Option<PublicKey<'_>>,
        now: i64,
    ) -> Option<&'static str> {
        let lists = self.revocations.iter().filter_map(|der| RevocationList::parse(der));
        let Some(list) = lists.into_iter().find(|list| list.issuer == certificate.issuer) else {
            return Some("UNABLE_TO_GET_CRL");
        };
        if !issuer.is_some_and(|key| verify(list.signature_algorithm, list.signed, list.signature, &key)) {
            return Some("CRL_SIGNATURE_FAILURE");
        }
        if list.revoked.contains(&certificate.serial) {
            return Some("CERT_REVOKED");
        }
        if now < list.this_update {
            return Some("CRL_NOT_YET_VALID");
        }
        list.next_update.is_some_and(|next| now > next).then_some("CRL_HAS_EXPIRED")
    }

    /// Has webpki look at a path in which names are constrained.
    fn check_names(&self, chain: &[CertificateDer<'_>], path: &[Certificate<'_>], now: i64) -> Result<(), TlsError> {
        let constrained = path.iter().any(|certificate| certificate.extension(oid::NAME_CONSTRAINTS).is_some());
        let anchored = self.anchors.iter().any(|anchor| {
            anchor.name_constraints.is_some() && path.last().is_some_and(|last| last.issuer == anchor.subject.as_ref())
        });
        if !constrained && !anchored {
            return Ok(());
        }
        let mut store = RootCertStore { roots: self.anchors.to_vec() };
        store.add_parsable_certificates(self.certificates.iter().cloned());
        let now = UnixTime::since_unix_epoch(std::time::Duration::from_secs(now.unsigned_abs()));
        let verified = ParsedCertificate::try_from(&chain[0]).and_then(|leaf| {
            verify_server_cert_signed_by_trust_anchor(&leaf, &store, &chain[1..], now, ALGORITHMS.all)
        });
        verified.map_err(|_| failure("PERMITTED_VIOLATION"))
    }
}

#[derive(Clone, Copy)]
enum End {
    /// In a trusted certificate, or in a key that signed the last one.
    Trusted(Option<PublicKey<'static>>),
    Complaint(&'static str),
}

fn parse_all<'a>(list: &'a [CertificateDer<'_>]) -> Vec<Certificate<'a>> {
    list.iter().filter_map(|der| Certificate::parse(der)).collect()
}

/// The one whose key made the signature, if there is one; otherwise the first that has the name.
fn find_issuer<'a>(
    candidates: &[Certificate<'a>],
    of: &Certificate<'_>,
    path: &[Certificate<'_>],
) -> Option<Certificate<'a>> {
    let named = || {
        let fresh = |one: &&Certificate<'a>| is_issuer(one, of) && path.iter().all(|seen| seen.der != one.der);
        candidates.iter().filter(fresh)
    };
    named().find(|one| is_signed_by(of, &one.key)).or_else(|| named().next()).cloned()
}

/// Whether `candidate` is what `of` calls its issuer, by names and key identifiers; the signature is another question.
pub fn is_issuer(candidate: &Certificate<'_>, of: &Certificate<'_>) -> bool {
    let wanted = of.extension(oid::AUTHORITY_KEY_IDENTIFIER).and_then(|value| {
        let mut fields = Reader::new(value).enter(tag::SEQUENCE)?;
        fields.content(0x80)
    });
    let has = candidate
        .extension(oid::SUBJECT_KEY_IDENTIFIER)
        .and_then(|value| Reader::new(value).content(tag::OCTET_STRING));
    candidate.subject == of.issuer && wanted.zip(has).is_none_or(|(wanted, has)| wanted == has)
}

fn is_signed_by(certificate: &Certificate<'_>, key: &PublicKey<'_>) -> bool {
    verify(certificate.signature_algorithm, certificate.signed, certificate.signature, key)
}

fn verify(signature_algorithm: &[u8], signed: &[u8], signature: &[u8], key: &PublicKey<'_>) -> bool {
    ALGORITHMS.all.iter().any(|algorithm| {
        algorithm.signature_alg_id().as_ref() == signature_algorithm
            && algorithm.public_key_alg_id().as_ref() == key.algorithm
            && algorithm.verify_signature(key.bits, signed, signature).is_ok()
    })
}

/// What OpenSSL finds wrong with the extensions of the certificate at `depth`.
fn check_extensions(certificate: &Certificate<'_>, depth: usize, purpose: Purpose) -> Option<&'static str> {
    const KNOWN: &[&[u8]] = &[
        oid::KEY_USAGE,
        oid::SUBJECT_ALT_NAME,
        oid::BASIC_CONSTRAINTS,
        oid::NAME_CONSTRAINTS,
        oid::CERTIFICATE_POLICIES,
        oid::EXTENDED_KEY_USAGE,
        oid::SUBJECT_KEY_IDENTIFIER,
        oid::AUTHORITY_KEY_IDENTIFIER,
    ];
    let unknown = certificate.extensions.iter().any(|one| one.critical && !KNOWN.contains(&one.oid));
    if unknown {
        return Some("UNHANDLED_CRITICAL_EXTENSION");
    }
    if depth > 0 && !may_sign(certificate) {
        return Some("INVALID_CA");
    }
    if depth > 1
        && let Some(limit) = path_len(certificate)
        && depth - 1 > limit
    {
        return Some("PATH_LENGTH_EXCEEDED");
    }
    if !has_purpose(certificate, depth, purpose) {
        return Some("INVALID_PURPOSE");
    }
    None
}

fn key_usage(certificate: &Certificate<'_>) -> Option<u8> {
    let bits = Reader::new(certificate.extension(oid::KEY_USAGE)?).content(tag::BIT_STRING)?;
    Some(bits.get(1).copied().unwrap_or(0))
}

fn may_sign(certificate: &Certificate<'_>) -> bool {
    const CERT_SIGN: u8 = 0x04;
    let usage = key_usage(certificate);
    match certificate.is_authority() {
        Some(is_authority) => is_authority && usage.is_none_or(|usage| usage & CERT_SIGN != 0),
        // Version 1 has no extensions: a root of that time.
        None if certificate.version == 1 => certificate.is_self_issued(),
        None => usage.is_some_and(|usage| usage & CERT_SIGN != 0),
    }
}

fn path_len(certificate: &Certificate<'_>) -> Option<usize> {
    let mut constraints = Reader::new(certificate.extension(oid::BASIC_CONSTRAINTS)?).enter(tag::SEQUENCE)?;
    constraints.content(tag::BOOLEAN)?;
    constraints.content(tag::INTEGER)?.last().map(|&len| usize::from(len))
}

fn has_purpose(certificate: &Certificate<'_>, depth: usize, purpose: Purpose) -> bool {
    const DIGITAL_SIGNATURE: u8 = 0x80;
    const KEY_ENCIPHERMENT: u8 = 0x20;
    const KEY_AGREEMENT: u8 = 0x08;
    let (extended, usage) = match purpose {
        Purpose::Server => (oid::SERVER_AUTH, DIGITAL_SIGNATURE | KEY_ENCIPHERMENT | KEY_AGREEMENT),
        Purpose::Client => (oid::CLIENT_AUTH, DIGITAL_SIGNATURE | KEY_AGREEMENT),
    };
    if let Some(value) = certificate.extension(oid::EXTENDED_KEY_USAGE) {
        let Some(mut list) = Reader::new(value).enter(tag::SEQUENCE) else { return false };
        let mut listed = std::iter::from_fn(|| list.content(tag::OID));
        if !listed.any(|one| one == extended || one == oid::ANY_USAGE) {
            return false;
        }
    }
    depth > 0 || key_usage(certificate).is_none_or(|bits| bits & usage != 0)
}

fn failure(code: &'static str) -> TlsError {
    let message = match code {
        "CERT_CHAIN_TOO_LONG" => "certificate chain too long",
        "CERT_HAS_EXPIRED" => "certificate has expired",
        "CERT_NOT_YET_VALID" => "certificate is not yet valid",
        "CERT_SIGNATURE_FAILURE" => "certificate signature failure",
        "CERT_REVOKED" => "certificate revoked",
        "CRL_HAS_EXPIRED" => "CRL has expired",
        "CRL_NOT_YET_VALID" => "CRL is not yet valid",
        "CRL_SIGNATURE_FAILURE" => "CRL signature failure",
        "DEPTH_ZERO_SELF_SIGNED_CERT" => "self-signed certificate",
        "INVALID_CA" => "invalid CA certificate",
        "INVALID_PURPOSE" => "unsuitable certificate purpose",
        "PATH_LENGTH_EXCEEDED" => "path length constraint exceeded",
        "PERMITTED_VIOLATION" => "permitted subtree violation",
        "SELF_SIGNED_CERT_IN_CHAIN" => "self-signed certificate in certificate chain",
        "UNABLE_TO_GET_CRL" => "unable to get certificate CRL",
        "UNABLE_TO_GET_ISSUER_CERT" => "unable to get issuer certificate",
        "UNABLE_TO_GET_ISSUER_CERT_LOCALLY" => "unable to get local issuer certificate",
        "UNABLE_TO_VERIFY_LEAF_SIGNATURE" => "unable to verify the first certificate",
        "UNHANDLED_CRITICAL_EXTENSION" => "unhandled critical extension",
        _ => "certificate rejected",
    };
    TlsError::new(code, message)
}

#[cfg(test)]
mod tests {
    use rcgen::{BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair};

    use super::*;

    struct Made {
        der: CertificateDer<'static>,
        issuer: Issuer<'static, KeyPair>,
    }

    fn make(name: &str, by: Option<&Made>, change: impl FnOnce(&mut CertificateParams)) -> Made {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(vec![format!("{name}.test")]).unwrap();
        params.distinguished_name.push(DnType::CommonName, name);
        params.use_authority_key_identifier_extension = true;
        change(&mut params);
        let certificate = match by {
            Some(by) => params.signed_by(&key, &by.issuer),
            None => params.self_signed(&key),
        };
        Made { der: certificate.unwrap().der().clone(), issuer: Issuer::new(params, key) }
    }

    fn authority(params: &mut CertificateParams) {
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    }

    fn verdict(chain: &[&Made], trusted: &[&Made], allow_partial: bool) -> &'static str {
        let der = |list: &[&Made]| list.iter().map(|made| made.der.clone()).collect::<Vec<_>>();
        let trust = Trust { certificates: der(trusted), allow_partial, ..Trust::default() };
        match trust.verify(&der(chain), Purpose::Server, UnixTime::now()) {
            Ok(()) => "OK",
            Err(error) => error.code,
        }
    }

    #[test]
    fn a_chain_that_ends_in_a_trusted_root_is_trusted() {
        let root = make("root", None, authority);
        let middle = make("middle", Some(&root), authority);
        let leaf = make("leaf", Some(&middle), |_| {});
        assert_eq!(verdict(&[&leaf, &middle], &[&root], false), "OK");
        assert_eq!(verdict(&[&leaf], &[&root, &middle], false), "OK");
        assert_eq!(verdict(&[&leaf, &middle, &root], &[&root], false), "OK");
    }

    #[test]
    fn a_chain_that_ends_elsewhere_is_not() {
        let root = make("root", None, authority);
        let middle = make("middle", Some(&root), authority);
        let leaf = make("leaf", Some(&middle), |_| {});
        assert_eq!(verdict(&[&leaf], &[&root], false), "UNABLE_TO_VERIFY_LEAF_SIGNATURE");
        assert_eq!(verdict(&[&leaf, &middle], &[], false), "UNABLE_TO_GET_ISSUER_CERT_LOCALLY");
        assert_eq!(verdict(&[&leaf, &middle, &root], &[], false), "SELF_SIGNED_CERT_IN_CHAIN");
        assert_eq!(verdict(&[&root], &[], false), "DEPTH_ZERO_SELF_SIGNED_CERT");
        assert_eq!(verdict(&[&leaf], &[&middle], false), "UNABLE_TO_GET_ISSUER_CERT");
        assert_eq!(verdict(&[&leaf], &[&middle], true), "OK");
    }

    #[test]
    fn a_root_of_the_same_name_with_another_key_signed_nothing() {
        let root = make("root", None, authority);
        let other = make("root", None, |params| {
            authority(params);
            params.key_identifier_method = rcgen::KeyIdMethod::PreSpecified(vec![1]);
        });
        let leaf = make("leaf", Some(&root), |params| params.use_authority_key_identifier_extension = false);
        assert_eq!(verdict(&[&leaf], &[&other], false), "CERT_SIGNATURE_FAILURE");
    }

    #[test]
    fn dates_are_checked_along_the_path() {
        let root = make("root", None, authority);
        let old = make("old", Some(&root), |params| params.not_after = rcgen::date_time_ymd(2020, 1, 1));
        let young = make("young", Some(&root), |params| params.not_before = rcgen::date_time_ymd(2400, 1, 1));
        assert_eq!(verdict(&[&old], &[&root], false), "CERT_HAS_EXPIRED");
        assert_eq!(verdict(&[&young], &[&root], false), "CERT_NOT_YET_VALID");
    }

    #[test]
    fn only_authorities_sign_and_only_as_deep_as_they_may() {
        let root = make("root", None, |params| params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0)));
        let middle = make("middle", Some(&root), authority);
        let leaf = make("leaf", Some(&middle), |_| {});
        let forged = make("forged", Some(&leaf), |_| {});
        assert_eq!(verdict(&[&leaf, &middle], &[&root], false), "PATH_LENGTH_EXCEEDED");
        let root = make("root", None, authority);
        let plain = make("plain", Some(&root), |params| params.is_ca = IsCa::ExplicitNoCa);
        let below = make("below", Some(&plain), |_| {});
        assert_eq!(verdict(&[&below, &plain], &[&root], false), "INVALID_CA");
        assert_ne!(verdict(&[&forged, &leaf, &middle], &[&root], false), "OK");
    }

    #[test]
    fn a_client_certificate_shows_no_server() {
        let root = make("root", None, authority);
        let client = make("client", Some(&root), |params| {
            params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        });
        assert_eq!(verdict(&[&client], &[&root], false), "INVALID_PURPOSE");
    }

    #[test]
    fn constrained_names_are_kept_to() {
        let root = make("root", None, |params| {
            authority(params);
            params.name_constraints = Some(rcgen::NameConstraints {
                permitted_subtrees: vec![rcgen::GeneralSubtree::DnsName("allowed.test".to_owned())],
                excluded_subtrees: vec![],
            });
        });
        let inside = make("a.allowed", Some(&root), |_| {});
        let outside = make("b", Some(&root), |_| {});
        assert_eq!(verdict(&[&inside], &[&root], false), "OK");
        assert_eq!(verdict(&[&outside], &[&root], false), "PERMITTED_VIOLATION");
    }

    #[test]
    fn a_certificate_on_a_list_of_its_issuer_is_revoked() {
        let root = make("root", None, authority);
        let leaf = make("leaf", Some(&root), |params| params.serial_number = Some(7.into()));
        let other = make("other", Some(&root), |params| params.serial_number = Some(8.into()));
        let list = |serial: u64, next_update| {
            let revoked = rcgen::RevokedCertParams {
                serial_number: serial.into(),
                revocation_time: rcgen::date_time_ymd(2020, 1, 1),
                reason_code: None,
                invalidity_date: None,
            };
            let params = rcgen::CertificateRevocationListParams {
                this_update: rcgen::date_time_ymd(2020, 1, 1),
                next_update,
                crl_number: 1.into(),
                issuing_distribution_point: None,
                revoked_certs: vec![revoked],
                key_identifier_method: rcgen::KeyIdMethod::Sha256,
            };
            params.signed_by(&root.issuer).unwrap().der().to_vec()
        };
        let verdict = |made: &Made, revocations| {
            let trust = Trust { certificates: vec![root.der.clone()], revocations, ..Trust::default() };
            trust.verify(std::slice::from_ref(&made.der), Purpose::Server, UnixTime::now()).map_err(|error| error.code)
        };
        let later = rcgen::date_time_ymd(2400, 1, 1);
        assert_eq!(verdict(&leaf, vec![list(7, later)]), Err("CERT_REVOKED"));
        assert_eq!(verdict(&other, vec![list(7, later)]), Ok(()));
        assert_eq!(verdict(&other, vec![list(7, rcgen::date_time_ymd(2021, 1, 1))]), Err("CRL_HAS_EXPIRED"));
        let stranger = make("stranger", None, authority);
        let trust =
            Trust { certificates: vec![stranger.der.clone()], revocations: vec![list(7, later)], ..Trust::default() };
        let refused = trust.verify(&[stranger.der], Purpose::Server, UnixTime::now()).unwrap_err();
        assert_eq!(refused.code, "UNABLE_TO_GET_CRL");
    }

    #[test]
    fn what_is_no_certificate_is_refused() {
        let trust = Trust::default();
        let broken = CertificateDer::from(vec![0x30, 0x03, 1, 2, 3]);
        assert_eq!(trust.verify(&[broken], Purpose::Server, UnixTime::now()).unwrap_err().code, "CERT_REJECTED");
        assert_eq!(trust.verify(&[], Purpose::Server, UnixTime::now()).unwrap_err().code, "CERT_REJECTED");
    }
}
