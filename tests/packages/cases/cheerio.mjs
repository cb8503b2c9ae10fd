import { createRequire } from "node:module";
import * as esm from "cheerio";

const cjs = createRequire(import.meta.url)("cheerio");
for (const cheerio of [esm, cjs]) {
  const $ = cheerio.load('<h2 class="title">Hello world</h2>');
  $("h2.title").text("Hello there!");
  $("h2").addClass("welcome");
  console.log($.html());
  const list = cheerio.load('<ul id="fruits"><li class="apple" data-n="1">Apple</li><li class="orange">Orange<br>&amp; more</li><li class="pear">Pear</li></ul><form><input name="q" value="1"><select name="s"><option selected>a</option></select></form>', null, false);
  console.log(list(".apple", "#fruits").text(), list("ul .pear").attr("class"), list("li[class=orange]").html(), list("li:nth-child(2), li:last").length, list("li").map((i, element) => list(element).text()).get());
  console.log(list("li").first().data(), list("form").serializeArray(), list("li").filter((i) => i % 2).length, list(".pear").prevAll().length, list("li:contains('Pea')").index(), list("li:has(br)").is(".orange"));
  list("ul").append('<li class="plum">Plum</li>').prepend("<li>First</li>");
  list(".apple").replaceWith("<li>None</li>").end();
  list("li").each((i, element) => void list(element).attr("data-i", i));
  list(".pear").wrap("<b></b>").css({ color: "red", "margin-top": 1 }).toggleClass("x").before("<i>before</i>");
  console.log(list.html(), list.root().contents().length, list.xml("br"), list("ul").children().eq(1).prop("outerHTML"));
  console.log(cheerio.load("<a><b/></a>", { xml: true }).xml(), cheerio.load("<table><tr><td>1<p>unclosed<script>if (a<b) {}</script>").html());
  console.log(list.extract({ items: [{ selector: "li", value: "data-i" }], first: "li" }));
  console.log(cheerio.load(Buffer.from("<p>caf\u00e9 ☃</p>")).text(), cheerio.loadBuffer(Buffer.from([0x3c, 0x70, 0x3e, 0xe9])).text());
  const stream = cheerio.stringStream({}, (error, dollar) => console.log(error, dollar("p").text()));
  stream.end("<p>streamed</p>");
  await new Promise((resolve) => setTimeout(resolve, 20));
}
console.log("done");
