//! The duration that `console.timeEnd` prints.

use std::time::Duration;

/// `12.345ms`, `1.234s`, `1:02.345 (m:ss.mmm)` or `1:00:02.345 (h:mm:ss.mmm)`.
pub(crate) fn format_time(elapsed: Duration) -> String {
    let millis = elapsed.as_secs_f64() * 1000.0;
    let hours = (millis / 3_600_000.0).floor();
    let minutes = (millis % 3_600_000.0 / 60_000.0).floor();
    let seconds = millis % 60_000.0 / 1000.0;
    if hours > 0.0 {
        return format!("{hours}:{minutes:02}:{seconds:06.3} (h:mm:ss.mmm)");
    }
    if minutes > 0.0 {
        return format!("{minutes}:{seconds:06.3} (m:ss.mmm)");
    }
    if millis >= 1000.0 {
        return format!("{seconds:.3}s");
    }
    let text = format!("{millis:.3}");
    format!("{}ms", text.trim_end_matches('0').trim_end_matches('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_follow_the_length() {
        let seen = |micros| format_time(Duration::from_micros(micros));
        assert_eq!(seen(0), "0ms");
        assert_eq!(seen(12), "0.012ms");
        assert_eq!(seen(100_500), "100.5ms");
        assert_eq!(seen(1_234_567), "1.235s");
        assert_eq!(seen(62_345_000), "1:02.345 (m:ss.mmm)");
        assert_eq!(seen(3_602_345_000), "1:00:02.345 (h:mm:ss.mmm)");
    }
}
