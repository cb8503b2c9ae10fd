export { parseXML } from "internal:xml";
