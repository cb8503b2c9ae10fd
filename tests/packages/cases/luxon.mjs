import { createRequire } from "node:module";
import * as esm from "luxon";

const cjs = createRequire(import.meta.url)("luxon");
for (const { DateTime, Duration, FixedOffsetZone, Info, Interval, Settings } of [esm, cjs]) {
  const utc = DateTime.utc(2017, 5, 15, 17, 36, 8, 9);
  console.log(utc.toISO(), utc.toHTTP(), utc.toRFC2822(), utc.toSQL(), utc.toISOWeekDate(), utc.toMillis(), utc.toJSDate(), String(utc), utc);
  const local = DateTime.local(2017, 5, 15, 8, 30);
  console.log(local.toISO(), local.zoneName, local.offset, local.isInDST, local.offsetNameShort, local.toObject());
  console.log(local.setZone("America/New_York").toISO(), local.setZone("Asia/Tokyo").toFormat("yyyy LLL dd HH:mm ZZZZ z"), DateTime.fromISO("2016-05-25T09:08:34.123+06:00", { setZone: true }).toISO());
  console.log(local.toFormat("cccc, d MMMM yyyy 'at' h:mm a"), local.toFormat("yyyy-'W'WW-c o"), local.toFormat("DDDD t"), local.toLocaleString(DateTime.DATETIME_MED), local.toLocaleString(DateTime.DATE_HUGE), local.toLocaleString(DateTime.TIME_WITH_SHORT_OFFSET));
  console.log(local.plus({ hours: 3, minutes: 2 }).toISO(), local.minus({ months: 3 }).endOf("day").toISO(), local.startOf("week").toISO(), local.set({ hour: 3 }).toISO(), local.hasSame(utc, "day"));
  console.log(DateTime.fromISO("2024-03-31T01:30").plus({ hours: 1 }).toISO(), DateTime.fromISO("2024-03-31T01:30").plus({ days: 1 }).toISO(), DateTime.fromISO("2024-10-27T02:30", { zone: "Europe/Paris" }).toISO());
  console.log(DateTime.fromFormat("May 25 1982", "LLLL dd yyyy").toISODate(), DateTime.fromFormat("2014-08-06 12:00 America/Chicago", "yyyy-MM-dd HH:mm z", { setZone: true }).toISO(), DateTime.fromRFC2822("Tue, 01 Nov 2016 13:23:12 +0630").toISO(), DateTime.fromSQL("2017-05-15 09:24:15").toISO());
  console.log(utc.diff(DateTime.utc(2016, 1, 1), ["months", "days", "hours"]).toObject(), utc.diff(DateTime.utc(2017, 1, 1)).toFormat("d 'd' h 'h'"), Duration.fromISO("P3Y6M4DT12H30M5S").toHuman(), Duration.fromObject({ hours: 49, minutes: 75 }).normalize().toISO(), Duration.fromMillis(90061001).rescale().toHuman({ unitDisplay: "short" }));
  const week = Interval.fromDateTimes(utc, utc.plus({ weeks: 1 }));
  console.log(week.toISO(), week.length("days"), week.contains(utc.plus({ days: 2 })), week.splitBy({ days: 3 }).map((it) => it.toISODate()));
  console.log(utc.toRelative({ base: utc.plus({ days: 2 }) }), utc.plus({ days: 1 }).toRelativeCalendar({ base: utc }));
  console.log(Info.months("short"), Info.weekdays(), Info.meridiems(), Info.eras("long"), Info.isValidIANAZone("Europe/Nowhere"), Info.hasDST("America/Denver"));
  console.log(DateTime.fromISO("nope").invalidReason, DateTime.fromObject({ month: 13 }).invalidExplanation, DateTime.local({ zone: "Bad/Zone" }).isValid, FixedOffsetZone.instance(90).formatOffset(0, "narrow"));
  Settings.defaultZone = "Asia/Kolkata";
  console.log(DateTime.local(2020, 1, 1).toISO(), DateTime.local(2020, 1, 1).offsetNameLong);
}
console.log("done");
