//! The `posix` and `win32` objects: made once for a context, each holding both.

use llrt_core::{Export, args, host, module::function, process};
use rquickjs::{
    Ctx, Function, JsLifetime, Object, Result, Value,
    function::{Opt, Rest, This},
};

use crate::ops::{self, Parts, Posix, Style, Win32};

/// The exports of one of the objects, each taken from it by name.
macro_rules! exports {
    ($object:ident: $($name:literal)*) => {
        &[
            $(Export { name: $name, build: |ctx| objects(ctx)?.$object.get($name) },)*
            Export { name: "default", build: |ctx| Ok(objects(ctx)?.$object.into_value()) },
        ]
    };
}

pub(crate) const POSIX: &[Export] = exports!(posix:
    "basename" "delimiter" "dirname" "extname" "format" "isAbsolute" "join" "matchesGlob" "normalize"
    "parse" "posix" "relative" "resolve" "sep" "toNamespacedPath" "win32" "_makeLong");
pub(crate) const WIN32: &[Export] = exports!(win32:
    "basename" "delimiter" "dirname" "extname" "format" "isAbsolute" "join" "matchesGlob" "normalize"
    "parse" "posix" "relative" "resolve" "sep" "toNamespacedPath" "win32" "_makeLong");
#[cfg(windows)]
pub(crate) const NATIVE: &[Export] = WIN32;
#[cfg(not(windows))]
pub(crate) const NATIVE: &[Export] = POSIX;

#[derive(Clone, JsLifetime)]
struct Objects<'js> {
    posix: Object<'js>,
    win32: Object<'js>,
}

fn objects<'js>(ctx: &Ctx<'js>) -> Result<Objects<'js>> {
    if let Some(known) = ctx.userdata::<Objects<'js>>() {
        return Ok(known.clone());
    }
    let posix = object::<Posix>(ctx)?;
    let win32 = object::<Win32>(ctx)?;
    for object in [&posix, &win32] {
        object.set("posix", posix.clone())?;
        object.set("win32", win32.clone())?;
    }
    let objects = Objects { posix, win32 };
    let _ = ctx.store_userdata(objects.clone());
    Ok(objects)
}

fn object<'js, S: Style>(ctx: &Ctx<'js>) -> Result<Object<'js>> {
    let object = Object::new(ctx.clone())?;
    object.set("resolve", function(ctx, "resolve", 0, resolve::<S>)?)?;
    object.set("normalize", function(ctx, "normalize", 1, normalize::<S>)?)?;
    object.set("isAbsolute", function(ctx, "isAbsolute", 1, is_absolute::<S>)?)?;
    object.set("join", function(ctx, "join", 0, join::<S>)?)?;
    object.set("relative", function(ctx, "relative", 2, relative::<S>)?)?;
    let namespaced = function(ctx, "toNamespacedPath", 1, to_namespaced_path::<S>)?;
    object.set("toNamespacedPath", namespaced.clone())?;
    object.set("dirname", function(ctx, "dirname", 1, dirname::<S>)?)?;
    object.set("basename", function(ctx, "basename", 2, basename::<S>)?)?;
    object.set("extname", function(ctx, "extname", 1, extname::<S>)?)?;
    object.set("format", function(ctx, "format", 1, format::<S>)?)?;
    object.set("parse", function(ctx, "parse", 1, parse::<S>)?)?;
    object.set("matchesGlob", function(ctx, "matchesGlob", 2, matches_glob::<S>)?)?;
    object.set("sep", S::SEPARATOR.to_string())?;
    object.set("delimiter", S::DELIMITER)?;
    object.set("_makeLong", namespaced)?;
    Ok(object)
}

fn resolve<'js, S: Style>(ctx: Ctx<'js>, paths: Rest<Value<'js>>) -> Result<String> {
    // From the right, so that what stands left of an absolute path is not even looked at, as in Node.
    let mut texts = Vec::with_capacity(paths.0.len());
    let mut device = String::new();
    for (index, path) in paths.0.iter().enumerate().rev() {
        let text = args::string(&ctx, path, &format!("paths[{index}]"))?;
        let own = S::device(&text).to_ascii_lowercase();
        // A path on another drive says nothing about this one.
        let complete = S::is_complete(&text) && (device.is_empty() || device == own);
        if device.is_empty() {
            device = own;
        }
        texts.push(text);
        if complete {
            break;
        }
    }
    texts.reverse();
    Ok(S::resolve(&texts, || directory(&ctx)))
}

/// The current directory: what `process.cwd` says where a program uses `process`, which may have put its own function there.
fn directory(ctx: &Ctx<'_>) -> String {
    let ask = || -> Result<String> {
        let process: Object<'_> = host::import(ctx, "node:process")?.get("default")?;
        process.get::<_, Function<'_>>("cwd")?.call((This(process),))
    };
    if process::listeners(ctx).is_some()
        && let Ok(told) = ask()
    {
        return told;
    }
    ops::current_directory()
}

/// An argument that may be left out.
fn given<'js>(ctx: &Ctx<'js>, argument: Opt<Value<'js>>) -> Value<'js> {
    argument.0.unwrap_or_else(|| Value::new_undefined(ctx.clone()))
}

fn normalize<'js, S: Style>(ctx: Ctx<'js>, path: Opt<Value<'js>>) -> Result<String> {
    let path = given(&ctx, path);
    Ok(S::normalize(&args::string(&ctx, &path, "path")?))
}

fn is_absolute<'js, S: Style>(ctx: Ctx<'js>, path: Opt<Value<'js>>) -> Result<bool> {
    let path = given(&ctx, path);
    Ok(S::is_absolute(&args::string(&ctx, &path, "path")?))
}

fn join<'js, S: Style>(ctx: Ctx<'js>, paths: Rest<Value<'js>>) -> Result<String> {
    let paths = paths.0.iter().map(|path| args::string(&ctx, path, "path")).collect::<Result<Vec<_>>>()?;
    Ok(S::join(&paths))
}

fn relative<'js, S: Style>(ctx: Ctx<'js>, from: Opt<Value<'js>>, to: Opt<Value<'js>>) -> Result<String> {
    let from = given(&ctx, from);
    let to = given(&ctx, to);
    let from = args::string(&ctx, &from, "from")?;
    let to = args::string(&ctx, &to, "to")?;
    Ok(S::relative(&from, &to, || directory(&ctx)))
}

fn to_namespaced_path<'js, S: Style>(ctx: Ctx<'js>, path: Opt<Value<'js>>) -> Result<Value<'js>> {
    let path = given(&ctx, path);
    match path.as_string() {
        Some(text) => {
            let text = args::lossy_string(text)?;
            let long = S::to_namespaced_path(&text, || directory(&ctx));
            rquickjs::String::from_str(path.ctx().clone(), &long).map(rquickjs::String::into_value)
        }
        None => Ok(path),
    }
}

fn dirname<'js, S: Style>(ctx: Ctx<'js>, path: Opt<Value<'js>>) -> Result<String> {
    let path = given(&ctx, path);
    let path = args::string(&ctx, &path, "path")?;
    Ok(S::dirname(&path).to_owned())
}

fn basename<'js, S: Style>(ctx: Ctx<'js>, path: Opt<Value<'js>>, suffix: Opt<Value<'js>>) -> Result<String> {
    let path = given(&ctx, path);
    let suffix = match suffix.0.filter(|suffix| !suffix.is_undefined()) {
        Some(suffix) => Some(args::string(&ctx, &suffix, "suffix")?),
        None => None,
    };
    let path = args::string(&ctx, &path, "path")?;
    Ok(S::basename(&path, suffix.as_deref()).to_owned())
}

fn extname<'js, S: Style>(ctx: Ctx<'js>, path: Opt<Value<'js>>) -> Result<String> {
    let path = given(&ctx, path);
    let path = args::string(&ctx, &path, "path")?;
    Ok(S::extname(&path).to_owned())
}

fn format<'js, S: Style>(ctx: Ctx<'js>, parts: Opt<Value<'js>>) -> Result<String> {
    let parts = given(&ctx, parts);
    let parts = args::object(&ctx, &parts, "pathObject")?;
    // Whatever is falsy counts as absent; the rest is put into text as a template literal would.
    let part = |name: &str| -> Result<Option<String>> {
        let value: Value<'js> = parts.get(name)?;
        let truthy: bool = value.get::<rquickjs::Coerced<bool>>()?.0;
        if truthy { value.get::<rquickjs::Coerced<String>>().map(|text| Some(text.0)) } else { Ok(None) }
    };
    let root = part("root")?;
    let directory = match part("dir")? {
        Some(directory) => Some(directory),
        None => root.clone(),
    };
    let base = match part("base")? {
        Some(base) => base,
        None => {
            let extension = part("ext")?.unwrap_or_default();
            let dot = if extension.is_empty() || extension.starts_with('.') { "" } else { "." };
            format!("{}{dot}{extension}", part("name")?.unwrap_or_default())
        }
    };
    Ok(match directory {
        None => base,
        Some(directory) if Some(&directory) == root.as_ref() => directory + &base,
        Some(directory) => format!("{directory}{}{base}", S::SEPARATOR),
    })
}

fn parse<'js, S: Style>(ctx: Ctx<'js>, path: Opt<Value<'js>>) -> Result<Object<'js>> {
    let path = given(&ctx, path);
    let path = args::string(&ctx, &path, "path")?;
    let Parts { root, dir, base, ext, name } = S::parse(&path);
    let object = Object::new(ctx)?;
    object.set("root", root)?;
    object.set("dir", dir)?;
    object.set("base", base)?;
    object.set("ext", ext)?;
    object.set("name", name)?;
    Ok(object)
}

fn matches_glob<'js, S: Style>(ctx: Ctx<'js>, path: Opt<Value<'js>>, pattern: Opt<Value<'js>>) -> Result<bool> {
    let path = given(&ctx, path);
    let pattern = given(&ctx, pattern);
    let path = args::string(&ctx, &path, "path")?;
    let pattern = args::string(&ctx, &pattern, "pattern")?;
    Ok(ops::matches_glob::<S>(&path, &pattern))
}
