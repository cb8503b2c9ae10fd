//! The modules beside `node:tls`, and certificates for its tests.

use llrt_core::Entry;
use llrt_mod_stream as stream;
use llrt_mod_timers as timers;
use llrt_mod_tls as tls;
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair, date_time_ymd,
};

pub(crate) static MODULES: &[Entry] = &[
    Entry::of::<tls::Tls>(),
    Entry::of::<tls::Context>(),
    Entry::of::<tls::Handles>(),
    Entry::of::<tls::X509>(),
    Entry::of::<llrt_mod_crypto::Crypto>(),
    Entry::of::<llrt_mod_crypto::CryptoKeys>(),
    Entry::of::<llrt_mod_abort::Abort>(),
    Entry::of::<llrt_mod_buffer::Blob>(),
    Entry::of::<llrt_mod_buffer::Buffer>(),
    Entry::of::<llrt_mod_diagnostics_channel::DiagnosticsChannel>(),
    Entry::of::<llrt_mod_encoding::Encoding>(),
    Entry::of::<llrt_mod_events::ErrorEvent>(),
    Entry::of::<llrt_mod_events::EventTarget>(),
    Entry::of::<llrt_mod_events::Events>(),
    Entry::of::<llrt_mod_net::Net>(),
    Entry::of::<llrt_mod_net::NetAddresses>(),
    Entry::of::<llrt_mod_string_decoder::StringDecoder>(),
    Entry::of::<llrt_mod_url::Url>(),
    Entry::of::<stream::Adapters>(),
    Entry::of::<stream::Compose>(),
    Entry::of::<stream::Core>(),
    Entry::of::<stream::Duplexify>(),
    Entry::of::<stream::Operators>(),
    Entry::of::<stream::Pipeline>(),
    Entry::of::<stream::Stream>(),
    Entry::of::<stream::StreamPromises>(),
    Entry::of::<stream::StreamWeb>(),
    Entry::of::<stream::WebCommon>(),
    Entry::of::<stream::WebPipe>(),
    Entry::of::<stream::WebReadable>(),
    Entry::of::<stream::WebTee>(),
    Entry::of::<stream::WebText>(),
    Entry::of::<stream::WebTransform>(),
    Entry::of::<stream::WebWritable>(),
    Entry::of::<timers::TimerGlobals>(),
    Entry::of::<timers::Timers>(),
    Entry::of::<timers::TimersPromises>(),
];

type Issuer = CertifiedIssuer<'static, KeyPair>;

fn params(name: &str, names: &[&str]) -> CertificateParams {
    let names: Vec<String> = names.iter().map(|&name| name.to_owned()).collect();
    let mut params = CertificateParams::new(names).unwrap();
    params.distinguished_name.push(DnType::CommonName, name);
    params
}

fn authority() -> Issuer {
    let mut params = params("Test CA", &[]);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

/// `{ key, cert }`.
fn identity(params: CertificateParams, by: Option<&Issuer>) -> String {
    let key = KeyPair::generate().unwrap();
    let certificate = match by {
        Some(by) => params.signed_by(&key, by),
        None => params.self_signed(&key),
    };
    format!("{{ key: `{}`, cert: `{}` }}", key.serialize_pem(), certificate.unwrap().pem())
}

/// Runs `script` with `ca` (PEM), identities and some helpers in scope: `listen(options, listener)` gives a server of `node:tls` that
/// listens, `dial(server, options)` a client that trusts `ca`, `outcome(socket)` what becomes of it.
pub(crate) fn check(script: &str) {
    let ca = authority();
    let mut expired = params("localhost", &["localhost"]);
    expired.not_after = date_time_ymd(2020, 1, 1);
    let mut client = params("the client", &[]);
    client.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    let prelude = format!(
        r#"
        import tls from "tls";
        import net from "net";
        import {{ once }} from "events";
        const ca = `{}`;
        const local = {};
        const other = {};
        const expired = {};
        const selfSigned = {};
        const client = {};
        const listen = async (options, listener) => {{
          const server = tls.createServer(options, listener).listen(0, "127.0.0.1");
          await once(server, "listening");
          return server;
        }};
        const dial = (server, options) => tls.connect({{ port: server.address().port, host: "127.0.0.1", servername: "localhost", ca, ...options }});
        const outcome = (socket) => new Promise((resolve) => socket.once("secureConnect", () => resolve("secure")).once("error", (error) => resolve(error.code)));
        "#,
        ca.pem(),
        identity(params("localhost", &["localhost", "127.0.0.1"]), Some(&ca)),
        identity(params("other.test", &["other.test", "*.other.test"]), Some(&ca)),
        identity(expired, Some(&ca)),
        identity(params("localhost", &["localhost"]), None),
        identity(client, Some(&ca)),
    );
    llrt_test::check(MODULES, &(prelude + script));
}
