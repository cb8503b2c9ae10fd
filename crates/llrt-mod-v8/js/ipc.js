// Messages of children with `serialization: "advanced"`: views are host objects, told apart from others by their first number.
import { DefaultDeserializer, DefaultSerializer } from "node:v8";

const VIEW = 0;
const OTHER = 1;

class IpcSerializer extends DefaultSerializer {
  _writeHostObject(object) {
    this.writeUint32(ArrayBuffer.isView(object) ? VIEW : OTHER);
    if (ArrayBuffer.isView(object)) return super._writeHostObject(object);
    this.writeValue({ ...object });
  }
}

class IpcDeserializer extends DefaultDeserializer {
  _readHostObject() {
    return this.readUint32() === VIEW ? super._readHostObject() : this.readValue();
  }
}

export function ipcSerialize(message) {
  const serializer = new IpcSerializer();
  serializer.writeHeader();
  serializer.writeValue(message);
  return serializer.releaseBuffer();
}

export function ipcDeserialize(bytes) {
  const deserializer = new IpcDeserializer(bytes);
  deserializer.readHeader();
  return deserializer.readValue();
}
