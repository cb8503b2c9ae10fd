//! Session tickets under keys that a server can set, so that several processes take each other's.

use std::{
    fmt,
    sync::{Mutex, PoisonError},
};

use llrt_tls::rustls::server::ProducesTickets;
use ring::{
    aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey},
    rand::{SecureRandom, SystemRandom},
};

/// As many bytes as in Node.
pub(crate) const KEYS_LEN: usize = 48;
const NAME_LEN: usize = 16;

/// Makes and reads tickets.
pub(crate) struct Ticketer {
    lifetime_s: u32,
    keys: Mutex<[u8; KEYS_LEN]>,
}

impl Ticketer {
    pub(crate) fn new(keys: Option<[u8; KEYS_LEN]>, lifetime_s: u32) -> Self {
        let keys = keys.unwrap_or_else(|| {
            let mut keys = [0; KEYS_LEN];
            SystemRandom::new().fill(&mut keys).expect("the system has random bytes");
            keys
        });
        Self { lifetime_s, keys: Mutex::new(keys) }
    }

    pub(crate) fn keys(&self) -> [u8; KEYS_LEN] {
        *self.keys.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn set_keys(&self, keys: [u8; KEYS_LEN]) {
        *self.keys.lock().unwrap_or_else(PoisonError::into_inner) = keys;
    }

    fn key(&self) -> Option<([u8; NAME_LEN], LessSafeKey)> {
        let keys = self.keys();
        let (name, key) = keys.split_first_chunk::<NAME_LEN>()?;
        let key = UnboundKey::new(&AES_256_GCM, key).ok()?;
        Some((*name, LessSafeKey::new(key)))
    }
}

impl fmt::Debug for Ticketer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ticketer").finish_non_exhaustive()
    }
}

impl ProducesTickets for Ticketer {
    fn enabled(&self) -> bool {
        true
    }

    fn lifetime(&self) -> u32 {
        self.lifetime_s
    }

    /// The keys' name, a nonce, and the sealed session.
    fn encrypt(&self, plain: &[u8]) -> Option<Vec<u8>> {
        let (name, key) = self.key()?;
        let mut nonce = [0; NONCE_LEN];
        SystemRandom::new().fill(&mut nonce).ok()?;
        let mut sealed = plain.to_vec();
        key.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(name), &mut sealed).ok()?;
        Some([&name[..], &nonce, &sealed].concat())
    }

    fn decrypt(&self, ticket: &[u8]) -> Option<Vec<u8>> {
        let (name, key) = self.key()?;
        let (nonce, sealed) = ticket.strip_prefix(&name)?.split_first_chunk::<NONCE_LEN>()?;
        let mut sealed = sealed.to_vec();
        let nonce = Nonce::assume_unique_for_key(*nonce);
        let len = key.open_in_place(nonce, Aad::from(name), &mut sealed).ok()?.len();
        sealed.truncate(len);
        Some(sealed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_keys_that_sealed_a_ticket_open_it() {
        let (one, other) = (Ticketer::new(None, 60), Ticketer::new(None, 60));
        let ticket = one.encrypt(b"session").unwrap();
        assert_eq!(one.decrypt(&ticket).unwrap(), b"session");
        assert_eq!(other.decrypt(&ticket), None);
        other.set_keys(one.keys());
        assert_eq!(other.decrypt(&ticket).unwrap(), b"session");
        assert_eq!(one.decrypt(&ticket[..20]), None);
    }
}
