//! What the script calls.

use std::{cell::RefCell, rc::Rc};

use llrt_core::{OrThrow, bytes, bytes::View};
use llrt_tls::{
    TLS_SERVER_ROOTS,
    der::Certificate,
    keys,
    rustls::{HandshakeKind, ProtocolVersion},
};
use rquickjs::{Array, Class, Ctx, FromJs, Object, Result, Value};

use crate::{
    certificate,
    connection::{Connection, Machine},
    context::{Context, Inner, Settings},
    error::Failure,
    session, suites,
    ticket::KEYS_LEN,
};

fn copy(value: &Value<'_>) -> Vec<u8> {
    View::of(value).map(|view| view.to_vec()).unwrap_or_default()
}

/// A list of byte views; whatever else is in it is left out.
fn list_of_bytes<'js>(value: Option<Array<'js>>) -> Vec<Vec<u8>> {
    let values = value.into_iter().flat_map(|list| list.into_iter());
    values.flatten().map(|value| copy(&value)).collect()
}

fn undefined<'js>(ctx: &Ctx<'js>) -> Value<'js> {
    Value::new_undefined(ctx.clone())
}

/// A context from what the script has read out of `createSecureContext`'s options.
pub(crate) fn new_context<'js>(ctx: Ctx<'js>, options: Object<'js>) -> Result<Class<'js, Context>> {
    fn get<'js, T: FromJs<'js>>(options: &Object<'js>, name: &str) -> Result<Option<T>> {
        options.get::<_, Option<T>>(name)
    }
    let certificates = list_of_bytes(get(&options, "certs")?);
    let keys = list_of_bytes(get(&options, "keys")?);
    let passphrases: Vec<Option<String>> = get(&options, "passphrases")?.unwrap_or_default();
    let ca: Option<Array<'js>> = get(&options, "ca")?;
    let ticket_keys = get::<Value<'js>>(&options, "ticketKeys")?.map(|keys| copy(&keys));
    let settings = Settings {
        certificates,
        keys: keys.into_iter().zip(passphrases.into_iter().chain(std::iter::repeat(None))).collect(),
        ca: ca.map(|list| list_of_bytes(Some(list))),
        revocations: list_of_bytes(get(&options, "crls")?),
        with_anchors: get(&options, "anchors")?.unwrap_or(false),
        allow_partial: get(&options, "allowPartial")?.unwrap_or(false),
        suites: get(&options, "suites")?,
        groups: get(&options, "groups")?,
        schemes: get(&options, "schemes")?,
        tls12: get(&options, "tls12")?.unwrap_or(true),
        tls13: get(&options, "tls13")?.unwrap_or(true),
        ticket_keys: ticket_keys.and_then(|keys| <[u8; KEYS_LEN]>::try_from(keys).ok()),
        session_timeout_s: get(&options, "sessionTimeout")?.unwrap_or(300),
        no_tickets: get(&options, "noTickets")?.unwrap_or(false),
        client_order: get(&options, "clientOrder")?.unwrap_or(false),
    };
    let inner = Inner::new(settings).or_throw(&ctx)?;
    Class::instance(ctx.clone(), Context { inner: Rc::new(inner) })
}

/// The signature schemes that a context takes.
pub(crate) fn context_schemes(context: Class<'_, Context>) -> Vec<u16> {
    context.borrow().inner.schemes().into_iter().map(u16::from).collect()
}

pub(crate) fn ticket_keys<'js>(ctx: Ctx<'js>, context: Class<'js, Context>) -> Result<Object<'js>> {
    let keys = context.borrow().inner.ticketer.keys();
    bytes::buffer(&ctx, keys.to_vec())
}

pub(crate) fn set_ticket_keys<'js>(context: Class<'js, Context>, keys: Value<'js>) {
    if let Ok(keys) = <[u8; KEYS_LEN]>::try_from(copy(&keys)) {
        context.borrow().inner.ticketer.set_keys(keys);
    }
}

/// A client's end. `session` is what `session` events gave, or undefined.
pub(crate) fn new_client<'js>(
    ctx: Ctx<'js>,
    context: Class<'js, Context>,
    server_name: Option<String>,
    alpn: Option<Array<'js>>,
    session: Value<'js>,
    logs_keys: bool,
) -> Result<Class<'js, Connection>> {
    let resumes = session::find(&ctx, &copy(&session));
    let context = Rc::clone(&context.borrow().inner);
    let machine = Machine::client(context, server_name, list_of_bytes(alpn), resumes, logs_keys).or_throw(&ctx)?;
    Class::instance(ctx.clone(), Connection { inner: RefCell::new(machine) })
}

/// A server's end, which waits for a client's first message.
pub(crate) fn new_server<'js>(ctx: Ctx<'js>, logs_keys: bool) -> Result<Class<'js, Connection>> {
    Class::instance(ctx.clone(), Connection { inner: RefCell::new(Machine::server(logs_keys)) })
}

/// `{ servername, protocols, schemes }` of the client's first message.
pub(crate) fn hello<'js>(ctx: Ctx<'js>, connection: Class<'js, Connection>) -> Result<Value<'js>> {
    let connection = connection.borrow();
    let machine = connection.inner.borrow();
    let Some(hello) = machine.hello() else { return Ok(undefined(&ctx)) };
    let object = Object::new(ctx.clone())?;
    object.set("servername", hello.server_name())?;
    let protocols = Array::new(ctx.clone())?;
    for (index, name) in hello.alpn().into_iter().flatten().enumerate() {
        let name: String = name.iter().copied().map(char::from).collect();
        protocols.set(index, name)?;
    }
    object.set("protocols", protocols)?;
    let schemes: Vec<u16> = hello.signature_schemes().iter().map(|&scheme| scheme.into()).collect();
    object.set("schemes", schemes)?;
    Ok(object.into_value())
}

/// Answers the client; the result is that of `feed`.
pub(crate) fn accept<'js>(
    ctx: Ctx<'js>,
    connection: Class<'js, Connection>,
    context: Class<'js, Context>,
    alpn: Option<Array<'js>>,
    request_certificate: bool,
    require_certificate: bool,
    ocsp_response: Value<'js>,
) -> Result<u32> {
    let context = Rc::clone(&context.borrow().inner);
    let alpn = list_of_bytes(alpn);
    let connection = connection.borrow();
    let mut machine = connection.inner.borrow_mut();
    let ocsp_response = View::of(&ocsp_response).map(|view| view.to_vec());
    machine.accept(context, alpn, request_certificate, require_certificate, ocsp_response).or_throw(&ctx)
}

/// DER of the certificate that is for a client which takes these signature schemes, and of its issuer.
pub(crate) fn certificates_for<'js>(
    ctx: Ctx<'js>,
    context: Class<'js, Context>,
    schemes: Vec<u16>,
) -> Result<Array<'js>> {
    let inner = Rc::clone(&context.borrow().inner);
    let array = Array::new(ctx.clone())?;
    for (index, der) in inner.chain_for(&schemes).iter().take(2).enumerate() {
        array.set(index, bytes::buffer(&ctx, der.to_vec())?)?;
    }
    Ok(array)
}

/// What OCSP says about the server's certificate, as the server has sent it; undefined when it has not.
pub(crate) fn stapled<'js>(ctx: Ctx<'js>, connection: Class<'js, Connection>) -> Result<Value<'js>> {
    let response = connection.borrow().inner.borrow_mut().take_ocsp_response();
    optional_buffer(&ctx, response)
}

pub(crate) fn refuse(connection: Class<'_, Connection>, alert: u8) {
    connection.borrow().inner.borrow_mut().refuse(alert);
}

/// Takes ciphertext; the result has the bits of `connection::event`.
pub(crate) fn feed<'js>(ctx: Ctx<'js>, connection: Class<'js, Connection>, input: Value<'js>) -> Result<u32> {
    let connection = connection.borrow();
    let mut machine = connection.inner.borrow_mut();
    let fed = match View::of(&input) {
        Some(view) => view.with(|bytes| machine.feed(bytes)),
        None => machine.feed(&[]),
    };
    fed.or_throw(&ctx)
}

/// Plaintext that has come, as a `Buffer`, or undefined.
pub(crate) fn read<'js>(ctx: Ctx<'js>, connection: Class<'js, Connection>) -> Result<Value<'js>> {
    let plaintext = connection.borrow().inner.borrow_mut().read();
    optional_buffer(&ctx, plaintext)
}

fn optional_buffer<'js>(ctx: &Ctx<'js>, bytes: Option<Vec<u8>>) -> Result<Value<'js>> {
    match bytes {
        Some(bytes) => Ok(bytes::buffer(ctx, bytes)?.into_value()),
        None => Ok(undefined(ctx)),
    }
}

pub(crate) fn write<'js>(connection: Class<'js, Connection>, plaintext: Value<'js>) {
    if let Some(view) = View::of(&plaintext) {
        let connection = connection.borrow();
        let mut machine = connection.inner.borrow_mut();
        view.with(|bytes| machine.write(bytes));
    }
}

/// Ciphertext that is to be sent, as a `Buffer`, or undefined.
pub(crate) fn take<'js>(ctx: Ctx<'js>, connection: Class<'js, Connection>) -> Result<Value<'js>> {
    let output = connection.borrow().inner.borrow_mut().take();
    optional_buffer(&ctx, (!output.is_empty()).then_some(output))
}

pub(crate) fn close_notify(connection: Class<'_, Connection>) {
    connection.borrow().inner.borrow_mut().close();
}

pub(crate) fn set_max_fragment(connection: Class<'_, Connection>, len: usize) {
    connection.borrow().inner.borrow_mut().set_max_fragment(len);
}

pub(crate) fn key_lines(connection: Class<'_, Connection>) -> Vec<String> {
    connection.borrow().inner.borrow().key_lines()
}

/// Names of sessions that can be resumed from now on.
pub(crate) fn new_sessions<'js>(ctx: Ctx<'js>, connection: Class<'js, Connection>) -> Result<Array<'js>> {
    let connection = connection.borrow();
    let mut machine = connection.inner.borrow_mut();
    let names = machine.new_sessions();
    if let (false, Some(store)) = (names.is_empty(), &machine.sessions) {
        session::keep(&ctx, store);
    }
    let array = Array::new(ctx.clone())?;
    for (index, name) in names.into_iter().enumerate() {
        array.set(index, bytes::buffer(&ctx, name)?)?;
    }
    Ok(array)
}

/// What stands for the newest session that a client has, or undefined.
pub(crate) fn session_name<'js>(ctx: Ctx<'js>, connection: Class<'js, Connection>) -> Result<Value<'js>> {
    let connection = connection.borrow();
    let machine = connection.inner.borrow();
    if let Some(store) = &machine.sessions {
        session::keep(&ctx, store);
    }
    optional_buffer(&ctx, machine.sessions.as_ref().map(|store| store.name(store.received())))
}

/// What was agreed on; undefined before there is a connection.
pub(crate) fn info<'js>(ctx: Ctx<'js>, connection: Class<'js, Connection>) -> Result<Value<'js>> {
    let connection = connection.borrow();
    let mut machine = connection.inner.borrow_mut();
    let Some(live) = machine.live_connection() else { return Ok(undefined(&ctx)) };
    let object = Object::new(ctx.clone())?;
    let protocol = match live.protocol_version() {
        Some(ProtocolVersion::TLSv1_2) => "TLSv1.2",
        Some(ProtocolVersion::TLSv1_3) => "TLSv1.3",
        _ => "unknown",
    };
    object.set("protocol", protocol)?;
    if let Some(negotiated) = live.negotiated_cipher_suite() {
        let suite = suites::suite(negotiated.suite());
        object.set("name", suite.name)?;
        object.set("standardName", suite.standard_name)?;
    }
    if let Some(group) = live.negotiated_key_exchange_group() {
        let (name, size) = suites::group(group.name());
        object.set("group", name)?;
        object.set("groupSize", size)?;
    }
    if let Some(name) = live.alpn_protocol() {
        object.set("alpn", name.iter().copied().map(char::from).collect::<String>())?;
    }
    object.set("resumed", live.handshake_kind() == Some(HandshakeKind::Resumed))?;
    Ok(object.into_value())
}

/// The verdict on the peer's certificates: undefined, or `[code, message]`.
pub(crate) fn verify<'js>(ctx: Ctx<'js>, connection: Class<'js, Connection>) -> Result<Value<'js>> {
    let verdict = connection.borrow().inner.borrow().verify();
    match verdict {
        Ok(()) => Ok(undefined(&ctx)),
        Err(error) => {
            let pair = Array::new(ctx.clone())?;
            pair.set(0, error.code)?;
            pair.set(1, error.message)?;
            Ok(pair.into_value())
        }
    }
}

/// DER of the peer's certificates, and of those above them as far as they are known.
pub(crate) fn peer_certificates<'js>(ctx: Ctx<'js>, connection: Class<'js, Connection>) -> Result<Array<'js>> {
    let connection = connection.borrow();
    let machine = connection.inner.borrow();
    let presented = machine.peer_certificates();
    let array = Array::new(ctx.clone())?;
    let mut next = presented.first().map(|leaf| leaf.as_ref());
    let mut index = 0;
    while let Some(der) = next {
        array.set(index, bytes::buffer(&ctx, der.to_vec())?)?;
        index += 1;
        let parsed = Certificate::parse(der).filter(|certificate| !certificate.is_self_issued() && index < 16);
        next = parsed.and_then(|certificate| machine.context.as_ref()?.trust.issuer_of(&certificate, presented));
    }
    Ok(array)
}

/// DER of the certificate that was shown to the peer, or undefined.
pub(crate) fn own_certificate<'js>(ctx: Ctx<'js>, connection: Class<'js, Connection>) -> Result<Value<'js>> {
    let connection = connection.borrow();
    let machine = connection.inner.borrow();
    let shown = match (&machine.identities, &machine.context) {
        (Some(identities), _) => identities.chosen(),
        (None, Some(context)) => context.identities.first().and_then(|identity| identity.cert.first().cloned()),
        (None, None) => None,
    };
    optional_buffer(&ctx, shown.map(|der| der.to_vec()))
}

/// The certificate as an object, or undefined.
pub(crate) fn describe<'js>(ctx: Ctx<'js>, der: Value<'js>) -> Result<Value<'js>> {
    let described = certificate::describe(&ctx, &copy(&der))?;
    Ok(described.map_or_else(|| undefined(&ctx), Object::into_value))
}

pub(crate) fn export_keying_material<'js>(
    ctx: Ctx<'js>,
    connection: Class<'js, Connection>,
    len: usize,
    label: String,
    context: Value<'js>,
) -> Result<Object<'js>> {
    let connection = connection.borrow();
    let mut machine = connection.inner.borrow_mut();
    let context = View::of(&context).map(|view| view.to_vec());
    let failed = || Failure::new("ERR_CRYPTO_OPERATION_FAILED", "Exporting keying material failed");
    let material = machine.live_connection().ok_or_else(failed).and_then(|live| {
        live.export_keying_material(vec![0; len], label.as_bytes(), context.as_deref()).map_err(|_| failed())
    });
    bytes::buffer(&ctx, material.or_throw(&ctx)?)
}

/// `[name, standard name]` of every suite, in order of preference.
pub(crate) fn list_suites<'js>(ctx: Ctx<'js>) -> Result<Array<'js>> {
    let array = Array::new(ctx.clone())?;
    for (index, suite) in suites::all().iter().enumerate() {
        array.set(index, suites::suite(suite.suite()).name)?;
    }
    Ok(array)
}

/// `{ key, certs }` of a PKCS #12 archive, PEM.
pub(crate) fn read_archive<'js>(ctx: Ctx<'js>, der: Value<'js>, passphrase: Option<String>) -> Result<Object<'js>> {
    let archive = keys::archive_from_der(&copy(&der), passphrase.as_ref().map(String::as_bytes));
    let archive = archive.map_err(Failure::from).or_throw(&ctx)?;
    let object = Object::new(ctx.clone())?;
    object.set("key", pem_of("PRIVATE KEY", archive.key.secret_der()))?;
    let certificates: Vec<String> = archive.certificates.iter().map(|der| pem(der)).collect();
    object.set("certs", certificates)?;
    Ok(object)
}

/// Mozilla's roots as PEM texts.
pub(crate) fn root_certificates<'js>(ctx: Ctx<'js>) -> Result<Array<'js>> {
    let array = Array::new(ctx.clone())?;
    for (index, anchor) in TLS_SERVER_ROOTS.iter().enumerate() {
        array.set(
            index,
            pem(&certificate_of_anchor(anchor.subject.as_ref(), anchor.subject_public_key_info.as_ref())),
        )?;
    }
    Ok(array)
}

/// The certificates in PEM texts, or the one that is DER, each as a PEM text of its own.
pub(crate) fn split_pem<'js>(ctx: Ctx<'js>, text: Value<'js>) -> Result<Array<'js>> {
    let text = bytes::bytes_or_utf8(&ctx, &text, "certs")?;
    let array = Array::new(ctx.clone())?;
    for (index, der) in read_certificates(&text).or_throw(&ctx)?.iter().enumerate() {
        array.set(index, pem(der) + "\n")?;
    }
    Ok(array)
}

fn read_certificates(bytes: &[u8]) -> std::result::Result<Vec<Vec<u8>>, Failure> {
    if Certificate::parse(bytes).is_some() {
        return Ok(vec![bytes.to_vec()]);
    }
    let certificates = llrt_tls::certificates_from_pem(bytes)?;
    if certificates.iter().any(|der| Certificate::parse(der).is_none()) {
        let library = "asn1 encoding routines";
        return Err(Failure::openssl(0x0680_00A8, library, "ERR_OSSL_ASN1_WRONG_TAG", "wrong tag"));
    }
    Ok(certificates.into_iter().map(|der| der.to_vec()).collect())
}

/// DER of the first certificate of a PEM text, or of the one that it is.
pub(crate) fn read_certificate<'js>(ctx: Ctx<'js>, bytes: Value<'js>) -> Result<Object<'js>> {
    let certificates = read_certificates(&copy(&bytes)).or_throw(&ctx)?;
    bytes::buffer(&ctx, certificates.into_iter().next().unwrap_or_default())
}

/// Whether the one certificate's subject is what the other calls its issuer, by names and key identifiers.
pub(crate) fn is_issuer<'js>(issuer: Value<'js>, certificate: Value<'js>) -> bool {
    let (issuer, certificate) = (copy(&issuer), copy(&certificate));
    let parsed = Certificate::parse(&issuer).zip(Certificate::parse(&certificate));
    parsed.is_some_and(|(issuer, certificate)| llrt_tls::chain::is_issuer(&issuer, &certificate))
}

/// The PEM texts of the file that the environment names; a failure is a warning, as in Node.
pub(crate) fn extra_certificates<'js>(ctx: Ctx<'js>) -> Result<Array<'js>> {
    let array = Array::new(ctx.clone())?;
    let Some(path) = llrt_tls::extra_roots_path() else { return Ok(array) };
    match llrt_tls::read_extra_roots(&path) {
        Ok(certificates) => {
            for (index, der) in certificates.iter().enumerate() {
                array.set(index, pem(der) + "\n")?;
            }
        }
        Err(error) => eprintln!("Warning: Ignoring extra certs from `{}`, load failed: {error}", path.display()),
    }
    Ok(array)
}

fn pem(der: &[u8]) -> String {
    pem_of("CERTIFICATE", der)
}

fn pem_of(label: &str, der: &[u8]) -> String {
    let base64 = base64_simd::STANDARD.encode_to_string(der);
    let mut text = format!("-----BEGIN {label}-----\n");
    for line in base64.as_bytes().chunks(64) {
        text.extend(line.iter().copied().map(char::from));
        text.push('\n');
    }
    text.push_str(&format!("-----END {label}-----"));
    text
}

/// A root is known by its name and key alone. This is a certificate that says no more, without a signature: as a trusted certificate
/// it is what the original is.
fn certificate_of_anchor(subject: &[u8], key: &[u8]) -> Vec<u8> {
    const SEQUENCE: u8 = 0x30;
    const SHA256_WITH_RSA: &[u8] = &[0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0b, 0x05, 0x00];
    // Basic constraints: an authority.
    const EXTENSIONS: &[u8] =
        &[0x30, 0x0f, 0x06, 0x03, 0x55, 0x1d, 0x13, 0x01, 0x01, 0xff, 0x04, 0x05, 0x30, 0x03, 0x01, 0x01, 0xff];
    let algorithm = element(SEQUENCE, SHA256_WITH_RSA);
    let name = element(SEQUENCE, subject);
    let dates = [element(0x17, b"700101000000Z"), element(0x18, b"99991231235959Z")].concat();
    let serial = ring::digest::digest(&ring::digest::SHA256, key);
    let serial = [&[0x01], &serial.as_ref()[..15]].concat();
    let signed = [
        element(0xa0, &[0x02, 0x01, 0x02]),
        element(0x02, &serial),
        algorithm.clone(),
        name.clone(),
        element(SEQUENCE, &dates),
        name,
        element(SEQUENCE, key),
        element(0xa3, &element(SEQUENCE, EXTENSIONS)),
    ];
    let parts = [element(SEQUENCE, &signed.concat()), algorithm, element(0x03, &[0])];
    element(SEQUENCE, &parts.concat())
}

fn element(tag: u8, content: &[u8]) -> Vec<u8> {
    let len = content.len();
    let mut element = vec![tag];
    if len < 0x80 {
        element.push(len as u8);
    } else {
        let digits = len.to_be_bytes();
        let digits = &digits[digits.iter().position(|&digit| digit != 0).unwrap_or(0)..];
        element.push(0x80 | digits.len() as u8);
        element.extend_from_slice(digits);
    }
    element.extend_from_slice(content);
    element
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_root_is_a_certificate_of_its_own() {
        let mut seen = std::collections::HashSet::new();
        for anchor in TLS_SERVER_ROOTS {
            let key = anchor.subject_public_key_info.as_ref();
            let der = certificate_of_anchor(anchor.subject.as_ref(), key);
            let certificate = Certificate::parse(&der).unwrap();
            assert!(certificate.is_self_issued() && certificate.is_authority() == Some(true));
            assert!(certificate.key.der.ends_with(key));
            assert!(seen.insert(der));
        }
    }
}
