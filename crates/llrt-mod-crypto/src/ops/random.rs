//! Random bytes from the operating system.

use ring::{
    aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey},
    rand::{SecureRandom, SystemRandom},
};

use crate::CryptoError;

/// What takes longer to ask the system for than to stretch a key of its into.
const LARGE_BYTES: usize = 16 * 1024;
/// What is made of one key.
const BYTES_OF_A_KEY: usize = 1024 * 1024;

/// Fills `bytes`.
///
/// The system's generator stretches a key, too, but takes ten times as long. Many bytes are therefore the key stream of AES-256 in counter mode under
/// a fresh key of the system's, which nothing else is made of and which is forgotten at once.
///
/// # Errors
/// [`CryptoError::Random`] when the system has none to give.
pub fn fill(bytes: &mut [u8]) -> Result<(), CryptoError> {
    if bytes.len() < LARGE_BYTES {
        return fill_from_system(bytes);
    }
    for part in bytes.chunks_mut(BYTES_OF_A_KEY) {
        let mut key = [0; 32];
        fill_from_system(&mut key)?;
        let key = UnboundKey::new(&AES_256_GCM, &key).map_err(|_| CryptoError::Random)?;
        // Encrypted zeros are the key stream itself; nobody asks whether they are authentic.
        part.fill(0);
        let nonce = Nonce::assume_unique_for_key([0; 12]);
        let _tag = LessSafeKey::new(key)
            .seal_in_place_separate_tag(nonce, Aad::empty(), part)
            .map_err(|_| CryptoError::Random)?;
    }
    Ok(())
}

fn fill_from_system(bytes: &mut [u8]) -> Result<(), CryptoError> {
    SystemRandom::new().fill(bytes).map_err(|_| CryptoError::Random)
}

/// A number below `bound` (at least 1), each as likely as the other.
///
/// # Errors
/// As [`fill`].
pub fn random_below(bound: u64) -> Result<u64, CryptoError> {
    // What lies above the last whole multiple of `bound` would favour small numbers.
    let limit = u64::MAX - u64::MAX % bound;
    loop {
        let mut bytes = [0; 8];
        fill(&mut bytes)?;
        let number = u64::from_le_bytes(bytes);
        if number < limit {
            return Ok(number % bound);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_stay_below_their_bound_and_reach_all_of_it() {
        let mut seen = [false; 5];
        for _ in 0..1000 {
            seen[usize::try_from(random_below(5).unwrap()).unwrap()] = true;
        }
        assert_eq!(seen, [true; 5]);
        assert_eq!(random_below(1), Ok(0));
    }

    #[test]
    fn many_bytes_are_random_everywhere() {
        let mut bytes = vec![7; 2 * BYTES_OF_A_KEY + LARGE_BYTES + 5];
        fill(&mut bytes).unwrap();
        let mut parts: Vec<&[u8]> = bytes.chunks_exact(16).collect();
        parts.sort_unstable();
        assert!(parts.windows(2).all(|pair| pair[0] != pair[1]));
        let mut counts = [0_usize; 256];
        bytes.iter().for_each(|&byte| counts[usize::from(byte)] += 1);
        // Six standard deviations.
        let expected = bytes.len() / 256;
        assert!(counts.iter().all(|count| count.abs_diff(expected) < 6 * expected.isqrt()), "{counts:?}");
        let mut others = vec![0; bytes.len()];
        fill(&mut others).unwrap();
        assert!(bytes.chunks_exact(16).zip(others.chunks_exact(16)).all(|(one, other)| one != other));
    }

    #[test]
    fn two_fills_differ() {
        let (mut a, mut b) = ([0; 32], [0; 32]);
        fill(&mut a).unwrap();
        fill(&mut b).unwrap();
        assert_ne!(a, b);
    }
}
