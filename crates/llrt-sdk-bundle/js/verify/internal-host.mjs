// internal:host in plain Node.
export const importBuiltin = (name) => process.getBuiltinModule(name);
