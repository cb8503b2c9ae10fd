//! The modules that fetch reaches at run time, as small as its tests need them.
#![allow(dead_code, reason = "each test binary uses its share")]

use llrt_core::{Entry, Export, Module, ModuleInfo};
use llrt_mod_abort::Abort;
use llrt_mod_buffer::Blob;
use llrt_mod_events::EventTarget;
use llrt_mod_stream::{WebCommon, WebReadable, WebTee};
use llrt_mod_timers::TimerGlobals;
use rquickjs::{Ctx, Object, Result, Value};

fn stub<'js>(ctx: &Ctx<'js>, source: &str, name: &str) -> Result<Value<'js>> {
    let globals = ctx.globals();
    let key = format!("__{name}");
    if globals.contains_key(&key)? {
        return globals.get(key);
    }
    let all: Object<'js> = ctx.eval(source)?;
    for entry in all.props::<String, Value<'js>>() {
        let (name, value) = entry?;
        globals.prop(format!("__{name}"), value)?;
    }
    globals.get(key)
}

macro_rules! stub_module {
    ($type:ident, $specifier:literal, $file:literal, [$($name:literal),*]) => {
        pub(crate) struct $type;

        impl Module for $type {
            const INFO: &'static ModuleInfo = &ModuleInfo {
                globals: &[$(llrt_core::Global::class($name)),*],
                exports: &[$(Export { name: $name, build: |ctx| stub(ctx, include_str!($file), $name) }),*],
                ..ModuleInfo::new($specifier)
            };
        }
    };
}

stub_module!(Url, "node:url", "url.js", ["URL", "URLSearchParams"]);

pub(crate) static MODULES: &[Entry] = &{
    let [a, b, c, d, e, f, g, h, i, j, k, l, m] = WITHOUT_STREAMS;
    [a, b, c, d, e, f, g, h, i, j, k, l, m, Entry::of::<WebCommon>(), Entry::of::<WebReadable>(), Entry::of::<WebTee>()]
};

pub(crate) const WITHOUT_STREAMS: [Entry; 13] = {
    let [a, b, c, d, e, f, g, h] = llrt_mod_fetch::ENTRIES;
    [
        a,
        b,
        c,
        d,
        e,
        f,
        g,
        h,
        Entry::of::<Blob>(),
        Entry::of::<Url>(),
        Entry::of::<Abort>(),
        Entry::of::<EventTarget>(),
        Entry::of::<TimerGlobals>(),
    ]
};
