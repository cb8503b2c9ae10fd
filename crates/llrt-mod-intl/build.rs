//! Compiles `js/*.js` to bytecode.

fn main() {
    llrt_build::scripts(&[
        ("internal:intl", "js/intl.js"),
        ("internal:intl-dates", "js/dates.js"),
        ("internal:intl-numbers", "js/numbers.js"),
        ("internal:intl-words", "js/words.js"),
        ("internal:intl-options", "js/options.js"),
        ("internal:intl-zone-names", "js/zone-names.js"),
    ]);
}
