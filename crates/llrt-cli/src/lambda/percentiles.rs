//! What many invocations took, in percentiles.

use std::fmt::Write;

use llrt_lambda::local::Report;

/// Which part of the values lies below each column.
const COLUMNS: [(&str, f64); 5] = [("min", 0.0), ("p50", 50.0), ("p90", 90.0), ("p99", 99.0), ("max", 100.0)];

/// A figure of many invocations.
struct Row {
    /// Its name in the table, and in JSON.
    names: (&'static str, &'static str),
    /// In ascending order.
    values: Vec<f64>,
}

fn rows(reports: &[Report]) -> Vec<Row> {
    let ms = |duration: std::time::Duration| duration.as_secs_f64() * 1000.0;
    let (cold, warm): (Vec<_>, Vec<_>) = reports.iter().partition(|report| report.init.is_some());
    let row = |name, json, values: Vec<f64>| {
        let mut values = values;
        values.sort_by(f64::total_cmp);
        Row { names: (name, json), values }
    };
    vec![
        row("init (ms)", "initMs", cold.iter().filter_map(|report| report.init.map(ms)).collect()),
        row("cold invocation (ms)", "coldMs", cold.iter().map(|report| ms(report.duration)).collect()),
        row("warm invocation (ms)", "warmMs", warm.iter().map(|report| ms(report.duration)).collect()),
        row("memory (MB)", "memoryMb", reports.iter().filter_map(Report::peak_memory_mb).collect()),
    ]
}

/// The value that `percent` of all are not above (nearest rank); `None` of nothing.
fn percentile(sorted: &[f64], percent: f64) -> Option<f64> {
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "an index of a vector"
    )]
    let rank = (percent / 100.0 * sorted.len() as f64).ceil() as usize;
    sorted.get(rank.saturating_sub(1)).copied()
}

/// A line for each figure.
pub(super) fn to_table(reports: &[Report]) -> String {
    let rows = rows(reports);
    let width = rows.iter().map(|row| row.names.0.len()).max().unwrap_or_default();
    // Writing to a string does not fail.
    let mut out = format!("{:width$}", "");
    for (column, _) in COLUMNS {
        let _ = write!(out, "{column:>10}");
    }
    let _ = writeln!(out, "{:>8}", "count");
    for row in rows {
        let _ = write!(out, "{:width$}", row.names.0);
        for (_, percent) in COLUMNS {
            match percentile(&row.values, percent) {
                Some(value) => _ = write!(out, "{value:>10.2}"),
                None => _ = write!(out, "{:>10}", "-"),
            }
        }
        let _ = writeln!(out, "{:>8}", row.values.len());
    }
    out
}

/// `{"invocations":[...]}`, and with percentiles `"percentiles":{"initMs":{"min":...}}`.
pub(super) fn to_json(reports: &[Report], with_percentiles: bool) -> String {
    let reports_json: Vec<String> = reports.iter().map(Report::to_json).collect();
    let mut out = format!("{{\"invocations\":[{}]", reports_json.join(","));
    if with_percentiles {
        let rows = rows(reports).into_iter().map(|row| {
            let columns = COLUMNS.map(|(name, percent)| {
                let value = percentile(&row.values, percent).map_or("null".to_owned(), |value| format!("{value:.3}"));
                format!("\"{name}\":{value}")
            });
            format!("\"{}\":{{{},\"count\":{}}}", row.names.1, columns.join(","), row.values.len())
        });
        let _ = write!(out, ",\"percentiles\":{{{}}}", rows.collect::<Vec<_>>().join(","));
    }
    out.push_str("}\n");
    out
}

#[cfg(test)]
mod tests {
    use super::percentile;

    #[test]
    fn percentiles_are_values_that_occurred() {
        let values: Vec<f64> = (1..=10).map(f64::from).collect();
        assert_eq!(
            [0.0, 50.0, 90.0, 91.0, 100.0].map(|p| percentile(&values, p)),
            [1.0, 5.0, 9.0, 10.0, 10.0].map(Some)
        );
        assert_eq!((percentile(&[7.0], 99.0), percentile(&[], 50.0)), (Some(7.0), None));
    }
}
