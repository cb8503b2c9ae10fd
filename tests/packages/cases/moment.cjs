const moment = require("moment");
require("moment/locale/de");

moment.locale("en");
const day = moment("2013-02-08T09:30:26.123");
console.log(day.format(), day.format("dddd, MMMM Do YYYY, h:mm:ss a"), day.format("[Today is] ddd Q W gggg X x SSS ZZ"), day.toISOString(), day.toObject(), day.unix());
console.log(day.clone().add(7, "days").subtract(1, "month").calendar(null, { sameElse: "L" }), day.clone().startOf("week").format("LLLL"), day.clone().endOf("quarter").format());
console.log(moment("12/25/1995", "MM-DD-YYYY").format("LL"), moment("2010-13-01").isValid(), moment("24/12/2019 09:15:00", "DD MM YYYY hh:mm:ss", true).isValid(), moment.utc("2013-02-08").format());
console.log(moment([2007, 0, 29]).from([2008, 0, 28]), moment([2007, 0]).diff([2006, 5], "months", true), moment.duration(2, "hours").humanize(true), moment.duration("P1Y2M3DT4H").toISOString(), moment.duration(90061, "seconds").as("days").toFixed(3));
console.log(day.locale("de").format("LLLL"), moment.weekdays(), moment.months("MMM").length, day.isBetween("2013-01-01", "2013-03-01"), moment.max(day, moment(0)).year(), day.utcOffset("+05:30").format());
console.log(JSON.stringify({ day }), moment.isMoment(day), String(moment.invalid()), moment({ y: 2020, M: 1, d: 29 }).add(1, "year").format("L"));
console.log("done");
