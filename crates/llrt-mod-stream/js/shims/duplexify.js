// What `Duplex.from` does, loaded when it is called.
import { importBuiltin } from "internal:host";

export default (body, name) => importBuiltin("internal:streams/duplexify").default(body, name);
