//! Times as `Date.prototype.toISOString` writes them.

use std::time::{SystemTime, UNIX_EPOCH};

const MS_PER_DAY: u64 = 24 * 60 * 60 * 1000;

/// Appends `2026-01-01T00:00:00.000Z`. A clock before 1970 counts as 1970.
pub(super) fn push(out: &mut String, time: SystemTime) {
    let ms = time.duration_since(UNIX_EPOCH).map_or(0, |since| u64::try_from(since.as_millis()).unwrap_or(0));
    let (year, month, day) = date(ms / MS_PER_DAY);
    let ms_of_day = ms % MS_PER_DAY;
    let second = ms_of_day / 1000;
    push_digits(out, year, 4);
    for (mark, value, width) in [
        ('-', month, 2),
        ('-', day, 2),
        ('T', second / 3600, 2),
        (':', second / 60 % 60, 2),
        (':', second % 60, 2),
        ('.', ms_of_day % 1000, 3),
    ] {
        out.push(mark);
        push_digits(out, value, width);
    }
    out.push('Z');
}

/// Year, month and day of a day counted from 1970-01-01. Years are counted from March, so that the leap day is the last of its year.
fn date(days: u64) -> (u64, u64, u64) {
    const DAYS_PER_400_YEARS: u64 = 146_097;
    let from_march_of_0 = days + 719_468;
    let era = from_march_of_0 / DAYS_PER_400_YEARS;
    let day_of_era = from_march_of_0 % DAYS_PER_400_YEARS;
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let march_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * march_month + 2) / 5 + 1;
    let month = if march_month < 10 { march_month + 3 } else { march_month - 9 };
    (era * 400 + year_of_era + u64::from(month <= 2), month, day)
}

fn push_digits(out: &mut String, value: u64, width: u32) {
    for place in (0..width).rev() {
        let digit = value / 10_u64.pow(place) % 10;
        out.push(char::from(b'0' + u8::try_from(digit).unwrap_or(0)));
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn text(ms: u64) -> String {
        let mut out = String::new();
        push(&mut out, UNIX_EPOCH + Duration::from_millis(ms));
        out
    }

    #[test]
    fn known_times() {
        assert_eq!(text(0), "1970-01-01T00:00:00.000Z");
        assert_eq!(text(951_782_399_999), "2000-02-28T23:59:59.999Z");
        assert_eq!(text(951_782_400_000), "2000-02-29T00:00:00.000Z");
        assert_eq!(text(1_709_251_199_001), "2024-02-29T23:59:59.001Z");
        assert_eq!(text(4_107_542_400_000), "2100-03-01T00:00:00.000Z");
        assert_eq!(text(253_402_300_799_999), "9999-12-31T23:59:59.999Z");
    }

    #[test]
    fn days_follow_each_other() {
        let lengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
        let mut expected = (1970, 1, 1);
        for days in 0..200_000 {
            assert_eq!(date(days), expected);
            let (year, month, day) = expected;
            let leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
            let last = lengths[usize::try_from(month - 1).expect("small")] + u64::from(leap && month == 2);
            expected = match (month, day == last) {
                (12, true) => (year + 1, 1, 1),
                (_, true) => (year, month + 1, 1),
                (_, false) => (year, month, day + 1),
            };
        }
    }

    #[test]
    fn a_clock_before_1970_is_no_panic() {
        let mut out = String::new();
        push(&mut out, UNIX_EPOCH - Duration::from_secs(1));
        assert_eq!(out, "1970-01-01T00:00:00.000Z");
    }
}
