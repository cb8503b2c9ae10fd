//! `llrt:xml` as JavaScript sees it. Expected values are those of fast-xml-parser 5 and @aws-sdk/xml-builder.

use llrt_core::{Entry, Export, Module, ModuleInfo, host};
use llrt_mod_xml::{AwsXml, Xml};
use llrt_test::{check, eval};

static MODULES: &[Entry] = &[Entry::of::<Xml>(), Entry::of::<AwsXml>(), Entry::of::<Probe>()];

/// Hands out what only built-in scripts can import.
struct Probe;

impl Module for Probe {
    const INFO: &'static ModuleInfo = &ModuleInfo {
        exports: &[Export { name: "parseXML", build: |ctx| host::import(ctx, "internal:xml")?.get("parseXML") }],
        ..ModuleInfo::new("llrt:probe")
    };
}

#[test]
fn a_parser_reads_values_lists_and_mixed_content() {
    check(
        MODULES,
        r##"
        import { XMLParser } from "llrt:xml";
        const parser = new XMLParser();
        assert.deepEqual(parser.parse("<?xml version='1.0'?><a><b>1</b><b> x </b><c/><d>true</d><e>0x1F</e></a>"),
          { "?xml": "", a: { b: [1, "x"], c: "", d: true, e: 31 } });
        assert.deepEqual(parser.parse("<a>x<b>y</b>z</a>"), { a: { b: "y", "#text": "xz" } });
        assert.deepEqual(parser.parse("<a>&lt;&amp;&unknown;&#65;</a>"), { a: "<&&unknown;&#65;" });
        assert.deepEqual(parser.parse("<a><![CDATA[<raw>]]></a>"), { a: "<raw>" });
        assert.deepEqual(parser.parse(new Uint8Array([60, 97, 47, 62])), { a: "" });
        assert.deepEqual(parser.parse("<n>12345678901234567890</n>"), { n: "12345678901234567890" });
        "##,
    );
}

#[test]
fn options_change_names_and_values() {
    check(
        MODULES,
        r##"
        import { XMLParser } from "xml";
        const parse = (xml, options) => new XMLParser(options).parse(xml);
        assert.deepEqual(parse('<a k="1" l=" v ">t</a>', { ignoreAttributes: false }), { a: { "#text": "t", "@_k": "1", "@_l": "v" } });
        assert.deepEqual(parse('<a k="1"/>', { ignoreAttributes: false, attributeNamePrefix: "", parseAttributeValue: true }), { a: { k: 1 } });
        assert.deepEqual(parse('<a k="1"/>', { ignoreAttributes: false, attributesGroupName: "$" }), { a: { $: { "@_k": "1" } } });
        assert.deepEqual(parse("<x:a> 1 </x:a>", { removeNSPrefix: true, parseTagValue: false, trimValues: false }), { a: " 1 " });
        assert.deepEqual(parse("<a>1</a>", { alwaysCreateTextNode: true, textNodeName: "_" }), { a: { _: 1 } });
        assert.deepEqual(parse("<a><b>1</b></a>", { isArray: (name, path) => path === "a.b" }), { a: { b: [1] } });
        assert.deepEqual(parse("<a>1</a>", { tagValueProcessor: (name, value) => `${name}:${value}` }), { a: "a:1" });
        assert.deepEqual(parse("<A/>", { transformTagName: (name) => name.toLowerCase() }), { a: "" });
        assert.deepEqual(parse("<a>&#65;</a>", { htmlEntities: true }), { a: "A" });
        assert.deepEqual(parse("<a><![CDATA[x]]><!-- c --></a>", { cdataPropName: "cd", commentPropName: "co" }), { a: { cd: "x", co: " c " } });
        assert.throws(() => new XMLParser({ preserveOrder: true }), { code: "ERR_FEATURE_UNAVAILABLE_ON_PLATFORM" });
        "##,
    );
}

#[test]
fn broken_documents_throw() {
    check(
        MODULES,
        r##"
        import { XMLParser } from "xml";
        const parser = new XMLParser();
        for (const xml of ["<a></b>", "<a", "<a>", "</a>"])
          assert.throws(() => parser.parse(xml), { name: "Error", message: /^XML parse error at byte \d+: / });
        assert.throws(() => parser.parse("<__proto__/>"), { message: /\[SECURITY\] Invalid name: "__proto__"/ });
        assert.throws(() => parser.parse("<a>".repeat(100000)), { message: /nested more than/ });
        assert.throws(() => parser.parse(5), { code: "ERR_INVALID_ARG_TYPE" });
        "##,
    );
}

#[test]
fn nodes_are_written_with_escapes() {
    let seen = eval(
        MODULES,
        r##"
        import { XmlNode, XmlText } from "llrt:xml";
        export default new XmlNode("a", [XmlNode.of("b", "x<y>\n"), new XmlText("&")])
          .addAttribute("k", '"<').addAttribute("gone", undefined).addAttribute("k", "2\"").addChildNode(new XmlNode("c").withName("d")).toString();
        "##,
    );
    assert_eq!(seen, r#"<a k="2&quot;"><b>x&lt;y&gt;&#x0A;</b>&amp;<d/></a>"#);
}

#[test]
fn aws_documents_have_the_packages_shape() {
    check(
        MODULES,
        r##"
        import { parseXML } from "llrt:probe";
        assert.deepEqual(parseXML("<R><K>1</K><K>2</K><E/>\n  <T a='x'>t</T>\r\n<B> </B><N>\n</N></R>"),
          { R: { K: ["1", "2"], E: "", T: { "#text": "t", a: "x" }, B: " ", N: "" } });
        assert.deepEqual(parseXML("<a>&#x41;&lt;&nope;<![CDATA[<&amp;]]></a>"), { a: "A<<&amp;" });
        assert.equal(parseXML("<a>&#xD83D;</a>").a.charCodeAt(0), 0xd83d);
        assert.ok(Object.hasOwn(parseXML("<__proto__>1</__proto__>"), "__proto__"));
        assert.throws(() => parseXML("<a></b>"), { message: "@aws-sdk XML parse error: mismatched tags <a> and </b>." });
        assert.throws(() => parseXML(""), { message: "@aws-sdk XML parse error: no root element." });
        "##,
    );
}
