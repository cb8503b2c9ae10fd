/// <reference path="./hex.d.ts" />
/// <reference path="./qjs.d.ts" />
/// <reference path="./util.d.ts" />
/// <reference path="./xml.d.ts" />
