"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.handler = void 0;
const handler = async () => "compiled from TypeScript";
exports.handler = handler;
