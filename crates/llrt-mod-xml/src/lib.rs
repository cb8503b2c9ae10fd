//! `llrt:xml`: a native XML parser and builder, compatible with fast-xml-parser.
//!
//! - [`Xml`]: `XMLParser`, `XmlNode`, `XmlText` for programs
//! - [`AwsXml`]: `parseXML` with the shape of `@aws-sdk/xml-builder`'s own parser, for the bundled SDK
#![forbid(unsafe_code)]

use llrt_core::{Export, Module, ModuleInfo, module::function};

mod aws;
mod builder;
mod error;
mod ops;
mod parser;

pub use error::XmlError;

/// The module `llrt:xml`, also `xml`.
pub struct Xml;

impl Module for Xml {
    const INFO: &'static ModuleInfo = &ModuleInfo {
        aliases: &["xml"],
        exports: &[
            Export { name: "XMLParser", build: parser::constructor },
            Export { name: "XmlNode", build: builder::node_constructor },
            Export { name: "XmlText", build: builder::text_constructor },
        ],
        ..ModuleInfo::new("llrt:xml")
    };
}

/// `internal:xml`: what the bundled AWS SDK parses responses with.
pub struct AwsXml;

impl Module for AwsXml {
    const INFO: &'static ModuleInfo = &ModuleInfo {
        exports: &[Export { name: "parseXML", build: |ctx| function(ctx, "parseXML", 1, aws::parse_xml) }],
        ..ModuleInfo::new("internal:xml")
    };
}
