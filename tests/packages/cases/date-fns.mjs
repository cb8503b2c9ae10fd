import { createRequire } from "node:module";
import * as esm from "date-fns";
import { de, ja } from "date-fns/locale";

const require = createRequire(import.meta.url);
for (const d of [esm, require("date-fns")]) {
  const day = new Date(2024, 1, 29, 13, 45, 30, 123);
  console.log(d.format(day, "yyyy-MM-dd'T'HH:mm:ss.SSSxxx"), d.format(day, "EEEE, do MMMM yyyy 'at' h:mm a"), d.format(day, "PPPPpppp"), d.format(day, "QQQ R I i e"));
  console.log(d.format(day, "PPPP", { locale: de }), d.format(day, "PPPP", { locale: ja }));
  console.log(d.addMonths(day, 12).toISOString(), d.subDays(day, 60), d.add(day, { years: 1, weeks: 2, hours: 5 }), d.endOfMonth(day), d.startOfWeek(day, { weekStartsOn: 1 }));
  console.log(d.differenceInBusinessDays(new Date(2024, 6, 20), new Date(2024, 0, 10)), d.differenceInCalendarDays(new Date(2024, 2, 31), day), d.differenceInHours(new Date(2024, 2, 31, 12), new Date(2024, 2, 30, 12)));
  console.log(d.formatDistance(day, new Date(2024, 5, 1), { addSuffix: true }), d.formatDistanceStrict(day, new Date(2025, 5, 1), { unit: "month", locale: de }), d.formatRelative(d.subDays(day, 3), day));
  console.log(d.parse("29/02/2024 5:06 pm", "dd/MM/yyyy h:mm a", new Date(0)), d.parseISO("2024-03-31T03:30:00"), d.isValid(d.parseISO("2023-02-29")));
  console.log(d.eachDayOfInterval({ start: new Date(2024, 2, 30), end: new Date(2024, 3, 1) }), d.intervalToDuration({ start: new Date(1929, 0, 15), end: new Date(1968, 3, 4) }));
  console.log(d.formatDuration({ months: 9, days: 2 }), d.formatISO(day), d.formatRFC3339(day), d.formatRFC7231(day), d.getISOWeek(day), d.getQuarter(day), d.isWeekend(day), d.isLeapYear(day));
  console.log(d.compareAsc(day, new Date(0)), d.closestTo(day, [new Date(2024, 0, 1), new Date(2024, 2, 1)]), d.areIntervalsOverlapping({ start: 0, end: 2 }, { start: 1, end: 3 }));
  try {
    d.format(day, "yyyy-nnn");
  } catch (error) {
    console.log(error.name, error.message);
  }
}
const { addDays, format } = require("date-fns/fp");
console.log(format("yyyy/MM/dd")(addDays(1)(new Date(2024, 11, 31))));
console.log("done");
