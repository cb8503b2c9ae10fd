//! `Intl` as JavaScript sees it. Expected values are what Node.js 24 gives.

use llrt_mod_intl::MODULES;
use llrt_test::check;

#[test]
fn dates_are_written_field_by_field() {
    check(
        MODULES,
        r#"
        const date = new Date(Date.UTC(2017, 4, 15, 17, 6, 8, 9));
        const format = (options) => new Intl.DateTimeFormat("en-US", { timeZone: "UTC", ...options }).format(date);
        const long = { weekday: "long", year: "numeric", month: "long", day: "numeric" };
        for (const [options, text] of [
          [{}, "5/15/2017"], [{ month: "narrow" }, "M"], [{ weekday: "short", day: "numeric" }, "15 Mon"], [{ year: "numeric", day: "numeric" }, "2017 (day: 15)"],
          [{ year: "2-digit", month: "2-digit", day: "2-digit" }, "05/15/17"], [{ year: "numeric", month: "long" }, "May 2017"],
          [long, "Monday, May 15, 2017"], [{ ...long, hour: "numeric", minute: "numeric", timeZoneName: "short" }, "Monday, May 15, 2017 at 5:06 PM UTC"],
          [{ year: "numeric", month: "short", day: "numeric", hour: "2-digit" }, "May 15, 2017, 05 PM"], [{ era: "short", year: "numeric" }, "2017 AD"],
          [{ hour: "numeric", minute: "numeric", second: "numeric", fractionalSecondDigits: 2 }, "5:06:08.00 PM"],
          [{ hour: "numeric", minute: "numeric", hour12: false }, "17:06"], [{ hour: "numeric", hourCycle: "h11" }, "5 PM"],
          [{ hour: "numeric", dayPeriod: "long" }, "5 in the afternoon"], [{ minute: "numeric", second: "numeric" }, "06:08"],
          [{ dateStyle: "full", timeStyle: "short" }, "Monday, May 15, 2017 at 5:06 PM"], [{ dateStyle: "short", timeStyle: "medium" }, "5/15/17, 5:06:08 PM"],
        ])
          assert.equal(format(options), text);
        assert.deepEqual(new Intl.DateTimeFormat("en", { timeZone: "UTC", month: "short", day: "numeric" }).formatToParts(0),
          [{ type: "month", value: "Jan" }, { type: "literal", value: " " }, { type: "day", value: "1" }]);
        "#,
    );
}

#[test]
fn dates_are_those_of_their_time_zone() {
    check(
        MODULES,
        r#"
        const format = (time, timeZone, timeZoneName) =>
          new Intl.DateTimeFormat("en-US", { timeZone, month: "numeric", day: "numeric", hour: "numeric", minute: "numeric", hour12: false, timeZoneName }).format(time);
        const [winter, summer] = [Date.UTC(2024, 0, 1, 3), Date.UTC(2024, 6, 1, 3)];
        assert.equal(format(winter, "America/New_York", "short"), "12/31, 22:00 EST");
        assert.equal(format(summer, "America/New_York", "long"), "6/30, 23:00 Eastern Daylight Time");
        assert.equal(format(summer, "Europe/Berlin", "short"), "7/1, 05:00 GMT+2");
        assert.equal(format(summer, "Asia/Kolkata", "longOffset"), "7/1, 08:30 GMT+05:30");
        assert.equal(format(summer, "america/los_angeles", "shortGeneric"), "6/30, 20:00 PT");
        assert.equal(format(winter, "-03:30", "short"), "12/31, 23:30 GMT-3:30");
        // Beyond the last change that the database lists.
        assert.equal(format(Date.UTC(2090, 6, 1, 3), "Europe/Paris"), "7/1, 05:00");
        assert.equal(new Intl.DateTimeFormat("en", { timeZone: "etc/utc" }).resolvedOptions().timeZone, "UTC");
        assert.throws(() => format(0, "Nowhere/Else"), { name: "RangeError", message: "Invalid time zone specified: Nowhere/Else" });
        assert.ok(Intl.supportedValuesOf("timeZone").includes("Europe/Berlin"));
        "#,
    );
}

#[test]
fn ranges_name_what_tells_their_ends_apart() {
    check(
        MODULES,
        r#"
        const range = (options, start, end) => new Intl.DateTimeFormat("en-US", { timeZone: "UTC", ...options }).formatRange(start, end);
        assert.equal(range({}, 0, 1000), "1/1/1970");
        assert.equal(range({}, 0, 864e5), "1/1/1970\u2009–\u20091/2/1970");
        assert.equal(range({ hour: "numeric", minute: "numeric" }, 0, 864e5), "1/1/1970, 12:00 AM\u2009–\u20091/2/1970, 12:00 AM");
        "#,
    );
}

#[test]
fn numbers_are_rounded_as_they_are_written() {
    check(
        MODULES,
        r#"
        const format = (value, options) => new Intl.NumberFormat("en-US", options).format(value);
        for (const [value, options, text] of [
          [1234567.891, {}, "1,234,567.891"], [-0, {}, "-0"], [NaN, {}, "NaN"], [-Infinity, {}, "-∞"], [1.005, { maximumFractionDigits: 2 }, "1.01"],
          [99.995, { maximumFractionDigits: 2, minimumFractionDigits: 2 }, "100.00"], [0.000123456, { maximumSignificantDigits: 3 }, "0.000123"],
          [123456789012345678901234567890n, {}, "123,456,789,012,345,678,901,234,567,890"], ["12345678901234567890.123", {}, "12,345,678,901,234,567,890.123"],
          [0.256, { style: "percent" }, "26%"], [-1234.5, { style: "currency", currency: "USD" }, "-$1,234.50"], [1, { style: "currency", currency: "jpy" }, "¥1"],
          [-5, { style: "currency", currency: "EUR", currencySign: "accounting" }, "(€5.00)"], [2, { style: "unit", unit: "hour", unitDisplay: "long" }, "2 hours"],
          [2, { style: "unit", unit: "kilometer-per-hour" }, "2 km/h"], [1234, { notation: "compact" }, "1.2K"], [999999, { notation: "compact", compactDisplay: "long" }, "1 million"],
          [12345, { notation: "scientific" }, "1.235E4"], [2.5, { roundingMode: "halfEven", maximumFractionDigits: 0 }, "2"], [5, { minimumIntegerDigits: 3 }, "005"],
          [9999, { useGrouping: "min2" }, "9999"], [3, { signDisplay: "always" }, "+3"],
        ])
          assert.equal(format(value, options), text);
        assert.throws(() => format(1, { style: "currency" }), { name: "TypeError", message: "Currency code is required with currency style." });
        assert.throws(() => format(1, { minimumFractionDigits: 5, maximumFractionDigits: 2 }), { name: "RangeError" });
        assert.throws(() => format(1, { roundingIncrement: 5 }), { name: "RangeError" });
        "#,
    );
}

#[test]
fn plurals_times_and_lists_are_english() {
    check(
        MODULES,
        r#"
        const ordinal = new Intl.PluralRules("en", { type: "ordinal" });
        assert.deepEqual([1, 2, 3, 4, 11, 22, 113].map((n) => ordinal.select(n)), ["one", "two", "few", "other", "other", "two", "other"]);
        assert.deepEqual([0, 1, 1.5].map((n) => new Intl.PluralRules("en").select(n)), ["other", "one", "other"]);
        const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
        assert.deepEqual([[-1, "day"], [2, "weeks"], [0, "hour"], [-1234, "second"], [1, "year"]].map((it) => relative.format(...it)),
          ["yesterday", "in 2 weeks", "this hour", "1,234 seconds ago", "next year"]);
        assert.equal(new Intl.RelativeTimeFormat("en", { style: "narrow" }).format(-1, "month"), "1mo ago");
        const list = (elements, options) => new Intl.ListFormat("en", options).format(elements);
        assert.equal(list(["a", "b", "c"]), "a, b, and c");
        assert.equal(list(["a", "b"], { type: "disjunction" }), "a or b");
        assert.throws(() => list([1]), TypeError);
        "#,
    );
}

#[test]
fn text_is_cut_where_unicode_says() {
    check(
        MODULES,
        r#"
        const cut = (granularity, text) => [...new Intl.Segmenter("en", { granularity }).segment(text)];
        assert.deepEqual(cut("grapheme", "a👩‍👩‍👧é\r\n🇩🇪").map(({ segment }) => segment), ["a", "👩‍👩‍👧", "é", "\r\n", "🇩🇪"]);
        assert.deepEqual(cut("word", "It's 3.14!").map(({ segment, index, isWordLike }) => [segment, index, isWordLike]),
          [["It's", 0, true], [" ", 4, false], ["3.14", 5, true], ["!", 9, false]]);
        assert.deepEqual(cut("sentence", "One. Two?").map(({ segment }) => segment), ["One. ", "Two?"]);
        assert.deepEqual(cut("grapheme", "\ud800a").map(({ index }) => index), [0, 1]);
        const segments = new Intl.Segmenter().segment("a👩‍👩‍👧b");
        assert.deepEqual(segments.containing(4), { segment: "👩‍👩‍👧", index: 1, input: "a👩‍👩‍👧b" });
        assert.equal(segments.containing(99), undefined);
        "#,
    );
}

#[test]
fn every_locale_is_english_in_the_end() {
    check(
        MODULES,
        r#"
        assert.deepEqual(["de", "en-GB", "en", undefined].map((tag) => new Intl.NumberFormat(tag).resolvedOptions().locale), ["en-US", "en", "en", "en-US"]);
        assert.deepEqual(Intl.NumberFormat.supportedLocalesOf(["de", "en-GB"]), ["en-GB"]);
        assert.deepEqual(Intl.getCanonicalLocales(["EN-us", "zh-hans-cn"]), ["en-US", "zh-Hans-CN"]);
        assert.throws(() => new Intl.DateTimeFormat("x_y"), { name: "RangeError", message: "Incorrect locale information provided" });
        assert.ok(Intl.DateTimeFormat() instanceof Intl.DateTimeFormat);
        assert.equal(Object.prototype.toString.call(Intl), "[object Intl]");
        "#,
    );
}
