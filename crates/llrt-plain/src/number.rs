//! Numbers as JavaScript writes them.

use std::fmt::{self, Write};

/// Appends a number as `Number.prototype.toString` writes it; `null` for one that JSON has not.
pub(crate) fn write(out: &mut Vec<u8>, number: f64) {
    const EXACT: f64 = (1_u64 << 53) as f64;
    if number.abs() < EXACT && number.trunc() == number {
        return write_integer(out, number as i64);
    }
    if !number.is_finite() {
        return out.extend_from_slice(b"null");
    }
    let mut digits = [0_u8; 20];
    let (count, point) =
        few_digits(number.abs(), &mut digits).unwrap_or_else(|| shortest_digits(number.abs(), &mut digits));
    let digits = &digits[..count];
    if number < 0.0 {
        out.push(b'-');
    }
    match point {
        1..=21 if point as usize >= count => {
            out.extend_from_slice(digits);
            out.resize(out.len() + point as usize - count, b'0');
        }
        1..=21 => {
            let (whole, fraction) = digits.split_at(point as usize);
            out.extend_from_slice(whole);
            out.push(b'.');
            out.extend_from_slice(fraction);
        }
        -5..=0 => {
            out.extend_from_slice(b"0.");
            out.resize(out.len() + point.unsigned_abs() as usize, b'0');
            out.extend_from_slice(digits);
        }
        _ => {
            out.push(digits[0]);
            if count > 1 {
                out.push(b'.');
                out.extend_from_slice(&digits[1..]);
            }
            out.extend_from_slice(if point < 1 { b"e-" } else { b"e+" });
            write_integer(out, i64::from(point - 1).abs());
        }
    }
}

struct Text {
    bytes: [u8; 32],
    len: usize,
}

impl Write for Text {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let end = self.len + text.len();
        self.bytes.get_mut(self.len..end).ok_or(fmt::Error)?.copy_from_slice(text.as_bytes());
        self.len = end;
        Ok(())
    }
}

/// The shortest digits that read as a number above 0, and where the point stands, seen from the first.
fn shortest_digits(number: f64, digits: &mut [u8; 20]) -> (usize, i32) {
    // As in `1.25e-7`.
    let mut text = Text { bytes: [0; 32], len: 0 };
    let written = write!(text, "{number:e}");
    debug_assert!(written.is_ok(), "17 digits, a point and five of the exponent fit");
    let (mut count, mut exponent, mut is_exponent, mut is_negative) = (0, 0, false, false);
    for &byte in &text.bytes[..text.len] {
        match byte {
            b'e' => is_exponent = true,
            b'-' => is_negative = true,
            b'.' => {}
            _ if is_exponent => exponent = exponent * 10 + i32::from(byte - b'0'),
            _ => {
                digits[count] = byte;
                count += 1;
            }
        }
    }
    (count, if is_negative { 1 - exponent } else { 1 + exponent })
}

/// The same for a number that has few digits, as most do.
///
/// Of decimal numbers of up to 15 digits no two are the same double, so that one that reads as the number is what is looked for.
fn few_digits(number: f64, digits: &mut [u8; 20]) -> Option<(usize, i32)> {
    const EXACT: f64 = 1e15;
    if number < 1e-3 {
        return None;
    }
    let mut power = 1.0;
    for decimals in 1..=6 {
        power *= 10.0;
        let whole = (number * power).round_ties_even();
        if whole >= EXACT {
            return None;
        }
        if whole / power == number {
            let (count, mut rest) = ((whole as u64).ilog10() as usize + 1, whole as u64);
            for digit in digits[..count].iter_mut().rev() {
                *digit = b'0' + (rest % 10) as u8;
                rest /= 10;
            }
            return Some((count, count as i32 - decimals));
        }
    }
    None
}

/// Appends an integer.
pub(crate) fn write_integer(out: &mut Vec<u8>, number: i64) {
    let mut text = [0_u8; 20];
    let mut at = text.len();
    let mut rest = number.unsigned_abs();
    loop {
        at -= 1;
        text[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    if number < 0 {
        at -= 1;
        text[at] = b'-';
    }
    out.extend_from_slice(&text[at..]);
}

#[cfg(test)]
mod tests {
    use super::write;

    #[test]
    fn numbers_are_written_as_in_javascript() {
        let expected = [
            (0.0, "0"),
            (-0.0, "0"),
            (1.5, "1.5"),
            (-123.456, "-123.456"),
            (1e20, "100000000000000000000"),
            (123456789012345680000.0, "123456789012345680000"),
            (1e21, "1e+21"),
            (-1.25e-7, "-1.25e-7"),
            (0.05, "0.05"),
            (-0.001, "-0.001"),
            (1234567.891, "1234567.891"),
            (0.30000000000000004, "0.30000000000000004"),
            (0.000001, "0.000001"),
            (0.00000123, "0.00000123"),
            (1e-7, "1e-7"),
            (5e-324, "5e-324"),
            (f64::MAX, "1.7976931348623157e+308"),
            (9007199254740991.0, "9007199254740991"),
            (9007199254740992.0, "9007199254740992"),
            (f64::NAN, "null"),
            (f64::NEG_INFINITY, "null"),
        ];
        for (number, text) in expected {
            let mut out = Vec::new();
            write(&mut out, number);
            assert_eq!(String::from_utf8(out).unwrap(), text);
        }
    }
}
