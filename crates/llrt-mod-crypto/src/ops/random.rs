//! Random bytes from the operating system.

use ring::rand::{SecureRandom, SystemRandom};

use crate::CryptoError;

/// Fills `bytes`.
///
/// # Errors
/// [`CryptoError::Random`] when the system has none to give.
pub fn fill(bytes: &mut [u8]) -> Result<(), CryptoError> {
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
    fn two_fills_differ() {
        let (mut a, mut b) = ([0; 32], [0; 32]);
        fill(&mut a).unwrap();
        fill(&mut b).unwrap();
        assert_ne!(a, b);
    }
}
