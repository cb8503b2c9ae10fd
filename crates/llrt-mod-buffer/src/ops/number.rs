//! Integers of one to six bytes, in either order.

/// Reads all of `bytes` (at most eight) as an integer.
pub fn read(bytes: &[u8], signed: bool, big_endian: bool) -> i64 {
    let mut word = [0; 8];
    if big_endian {
        word[8 - bytes.len()..].copy_from_slice(bytes);
    } else {
        word[..bytes.len()].copy_from_slice(bytes);
        word.reverse();
    }
    let value = i64::from_be_bytes(word);
    let unused = 64 - 8 * bytes.len() as u32;
    if signed { value << unused >> unused } else { value }
}

/// Writes the lowest bytes of `value` over all of `bytes`.
pub fn write(bytes: &mut [u8], value: i64, big_endian: bool) {
    let len = bytes.len();
    if big_endian {
        bytes.copy_from_slice(&value.to_be_bytes()[8 - len..]);
    } else {
        bytes.copy_from_slice(&value.to_le_bytes()[..len]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sign_and_order_are_heeded() {
        assert_eq!(read(&[0xff, 0xfe], false, true), 0xfffe);
        assert_eq!(read(&[0xff, 0xfe], false, false), 0xfeff);
        assert_eq!(read(&[0xff, 0xfe], true, true), -2);
        assert_eq!(read(&[0x80, 0, 0, 0, 0, 0], true, true), -(1 << 47));
        assert_eq!(read(&[1], true, false), 1);
    }

    #[test]
    fn what_is_written_reads_back() {
        for size in 1..=8 {
            for big_endian in [false, true] {
                let mut bytes = [0; 8];
                write(&mut bytes[..size], -5, big_endian);
                assert_eq!(read(&bytes[..size], true, big_endian), -5);
            }
        }
    }
}
