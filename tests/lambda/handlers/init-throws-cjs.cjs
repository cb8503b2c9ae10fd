throw new Error("init failed in CommonJS");
