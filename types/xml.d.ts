/** A native XML parser, compatible with fast-xml-parser, and a builder with the interface of `@aws-sdk/xml-builder`. */
declare module "llrt:xml" {
  /** Options of {@link XMLParser}; those of fast-xml-parser that are not here are ignored, but for those that would change the result. */
  export interface XMLParserOptions {
    /** Leave attributes out. Default: `true`. */
    ignoreAttributes?: boolean;
    /** What attributes' names begin with. Default: `"@_"`. */
    attributeNamePrefix?: string;
    /** The property that holds all attributes of an element. Default: none. */
    attributesGroupName?: string | false;
    /** The property that holds an element's text beside other things. Default: `"#text"`. */
    textNodeName?: string;
    /** Text is always in that property. Default: `false`. */
    alwaysCreateTextNode?: boolean;
    /** Take white space off the ends of values. Default: `true`. */
    trimValues?: boolean;
    /** Texts that read as numbers and booleans become such. Default: `true`. */
    parseTagValue?: boolean;
    /** Attributes, too. Default: `false`. */
    parseAttributeValue?: boolean;
    /** Replace `&lt;` and its like. Default: `true`. */
    processEntities?: boolean;
    /** Replace numbered entities, too. Default: `false`. */
    htmlEntities?: boolean;
    /** Leave out the part of a name before its colon. Default: `false`. */
    removeNSPrefix?: boolean;
    /** Read attributes without a value as `true`. Default: `false`. */
    allowBooleanAttributes?: boolean;
    /** Leave the XML declaration out. Default: `false`. */
    ignoreDeclaration?: boolean;
    /** Leave processing instructions out. Default: `false`. */
    ignorePiTags?: boolean;
    /** The property that holds CDATA. Default: it is text. */
    cdataPropName?: string | false;
    /** The property that holds comments. Default: they are left out. */
    commentPropName?: string | false;
    /** Whether an element becomes a list even where it stands alone. */
    isArray?: (tagName: string, path: string, isLeafNode: boolean, isAttribute: boolean) => boolean;
    /** Changes the value of an element. */
    tagValueProcessor?: (tagName: string, value: string, path: string, hasAttributes: boolean, isLeafNode: boolean) => unknown;
    /** Changes the value of an attribute. */
    attributeValueProcessor?: (attributeName: string, value: string, path: string) => unknown;
    /** Changes the name of an element. */
    transformTagName?: ((tagName: string) => string) | false;
  }

  export class XMLParser {
    constructor(options?: XMLParserOptions);
    /**
     * The document as objects.
     *
     * @throws when it is no XML, or elements nest more than 400 deep
     */
    parse(xml: string | ArrayBufferLike | ArrayBufferView): any;
  }

  /** A text of {@link XmlNode}, escaped when it is written. */
  export class XmlText {
    constructor(value: string);
    toString(): string;
  }

  /** An element. */
  export class XmlNode {
    /** An element with one text in it. */
    static of(name: string, childText?: string, withName?: string): XmlNode;
    constructor(name: string, children?: { toString(): string }[]);
    withName(name: string): this;
    /** Sets an attribute; with `null` or `undefined` it is not written. */
    addAttribute(name: string, value: unknown): this;
    addChildNode(child: { toString(): string }): this;
    removeAttribute(name: string): this;
    toString(): string;
  }

  const xml: { XMLParser: typeof XMLParser; XmlNode: typeof XmlNode; XmlText: typeof XmlText };
  export default xml;
}

declare module "xml" {
  export * from "llrt:xml";
  export { default } from "llrt:xml";
}
