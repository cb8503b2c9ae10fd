//! Methods of JavaScript classes whose code is in another built-in, which is loaded when one of them is called.
//!
//! A method that is never called costs its class a property slot this way; written out, a function that the engine has to read.

use std::{
    cell::RefCell,
    collections::HashMap,
    ffi::CStr,
    iter,
    sync::{Mutex, MutexGuard, PoisonError},
};

use rquickjs::{
    Array, Ctx, Error, Function, JsLifetime, Object, Result, Value,
    function::{Args, Rest},
};

use crate::{
    host,
    table::{self, Call, Member},
};

/// What one call of [`define`] names, once for each text: the engine keeps pointers to it, so that it is never freed.
struct List {
    specifier: &'static str,
    text: String,
    /// For each object, the names of its methods and what the engine reads of them.
    objects: Vec<(Vec<&'static str>, &'static [Member])>,
    /// How many methods the lists before this one have.
    before: usize,
}

static LISTS: Mutex<Vec<List>> = Mutex::new(Vec::new());

/// Gives each of `targets` the methods that `text` has for it: `0close 1get;2put` for two objects, with their numbers of parameters. The
/// built-in `specifier` has the methods in its export `$methods`, an array of objects.
pub(crate) fn define(specifier: String, text: String, targets: Rest<Object<'_>>) -> Result<()> {
    let members: Vec<_> = {
        let mut lists = lists();
        let known = lists.iter().position(|list| list.text == text && list.specifier == specifier);
        let index = known.map_or_else(
            || {
                let before = lists.last().map_or(0, |last| last.before + last.len());
                lists.push(List::new(specifier, text, before).ok_or(Error::Unknown)?);
                Ok::<_, Error>(lists.len() - 1)
            },
            Ok,
        )?;
        lists[index].objects.iter().map(|&(_, members)| members).collect()
    };
    targets.0.iter().zip(members).try_for_each(|(target, members)| table::define(target, members))
}

impl List {
    /// `None` for a text that says something else, or one method too many for the engine to tell apart.
    fn new(specifier: String, text: String, before: usize) -> Option<Self> {
        let mut magic = i16::try_from(before).ok()?;
        // One block of memory for all names, each of which ends with a zero.
        let names = text.replace([' ', ';'], "\0") + "\0";
        let mut rest: &'static [u8] = names.leak().as_bytes();
        let mut objects = Vec::new();
        for object in text.split(';') {
            let (mut names, mut members) = (Vec::new(), Vec::new());
            for method in object.split(' ') {
                let length = method.bytes().next()?.checked_sub(b'0')?;
                let name = CStr::from_bytes_until_nul(&rest[1..]).ok()?;
                rest = &rest[method.len() + 1..];
                names.push(name.to_str().ok()?);
                members.push(Member::method(name, length, magic, call));
                magic = magic.checked_add(1)?;
            }
            objects.push((names, &*members.leak()));
        }
        Some(Self { specifier: specifier.leak(), text, objects, before })
    }

    fn len(&self) -> usize {
        self.objects.iter().map(|(names, _)| names.len()).sum()
    }

    /// Of a method, the number of its object and its name.
    fn method(&self, index: usize) -> Option<(usize, &'static str)> {
        let all = self.objects.iter().enumerate();
        all.flat_map(|(object, (names, _))| iter::repeat(object).zip(names.iter().copied())).nth(index)
    }
}

fn lists() -> MutexGuard<'static, Vec<List>> {
    LISTS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The methods that were called, by their number.
#[derive(Default)]
struct Found<'js>(RefCell<HashMap<i32, Function<'js>>>);

// SAFETY: the only lifetime in the struct is `'js`.
unsafe impl<'js> JsLifetime<'js> for Found<'js> {
    type Changed<'to> = Found<'to>;
}

fn call<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    let ctx = call.ctx();
    let known = ctx.userdata::<Found>().and_then(|found| found.0.borrow().get(&call.magic()).cloned());
    let method = match known {
        Some(method) => method,
        None => find(ctx, call.magic())?,
    };
    let mut args = Args::new(ctx.clone(), call.len());
    args.this(call.this())?;
    args.push_args(call.rest(0))?;
    method.call_arg(args)
}

fn find<'js>(ctx: &Ctx<'js>, magic: i32) -> Result<Function<'js>> {
    let index = usize::try_from(magic).map_err(|_| Error::Unknown)?;
    let named = {
        let lists = lists();
        let list = lists.iter().rev().find(|list| list.before <= index);
        list.and_then(|list| Some((list.specifier, list.method(index - list.before)?)))
    };
    let (specifier, (object, name)) = named.ok_or(Error::Unknown)?;
    let methods: Array<'js> = host::import(ctx, specifier)?.get("$methods")?;
    let method: Function<'js> = methods.get::<Object<'js>>(object)?.get(name)?;
    if ctx.userdata::<Found>().is_none() {
        let _ = ctx.store_userdata(Found::default());
    }
    if let Some(found) = ctx.userdata::<Found>() {
        found.0.borrow_mut().insert(magic, method.clone());
    }
    Ok(method)
}

#[cfg(test)]
mod tests {
    use rquickjs::{Context, Runtime};

    use super::*;
    use crate::{Entry, Export, Module, ModuleInfo};

    /// Stands in for the built-in that a bundle's classes have their methods in.
    struct Elsewhere;

    impl Module for Elsewhere {
        const INFO: &'static ModuleInfo = &ModuleInfo {
            exports: &[Export {
                name: "$methods",
                build: |ctx| {
                    ctx.eval(
                        "[{ add(a, b) { return [this.name, a, b, arguments.length].join() }, fail() { throw new TypeError('no') } },
                          { async later() { return this } }]",
                    )
                },
            }],
            ..ModuleInfo::new("internal:elsewhere")
        };
    }

    static MODULES: &[Entry] = &[Entry::of::<Elsewhere>()];

    fn eval(script: &str) -> String {
        let context = Context::full(&Runtime::new().unwrap()).unwrap();
        context.with(|ctx| {
            host::attach(&ctx, MODULES).unwrap();
            let class = "globalThis.Adder = class { name = 'me' }; globalThis.Other = class {}";
            ctx.eval::<(), _>(class).unwrap();
            let [adder, other]: [Object<'_>; 2] = ["Adder.prototype", "Other"].map(|target| ctx.eval(target).unwrap());
            define("internal:elsewhere".into(), "2add 0fail;0later".into(), Rest(vec![adder, other])).unwrap();
            let loaded = host::is_loaded(&ctx, "internal:elsewhere");
            let value: Value<'_> = ctx.eval(script).unwrap_or_else(|_| ctx.catch());
            format!("{loaded} {}", value.get::<rquickjs::Coerced<String>>().unwrap().0)
        })
    }

    #[test]
    fn a_call_loads_the_module_and_passes_everything() {
        assert_eq!(eval("new Adder().add(1)"), "false me,1,,1");
        assert_eq!(
            eval("new (class extends Adder { add(a) { return 'sub ' + super.add(a, 2) } })().add(1)"),
            "false sub me,1,2,2"
        );
        assert_eq!(eval("Other.later() instanceof Promise"), "false true");
    }

    #[test]
    fn what_a_method_throws_is_thrown() {
        assert_eq!(
            eval("try { new Adder().fail() } catch (e) { `${e.constructor.name} ${e.message}` }"),
            "false TypeError no"
        );
    }

    #[test]
    fn properties_are_those_of_a_class() {
        assert_eq!(
            eval("[Adder.prototype.add.name, Adder.prototype.add.length, Other.later.length].join()"),
            "false add,2,0"
        );
        let flags =
            "const { writable, enumerable, configurable } = Object.getOwnPropertyDescriptor(Adder.prototype, 'add');";
        assert_eq!(eval(&format!("{flags} [writable, enumerable, configurable].join()")), "false true,false,true");
        assert_eq!(eval("Object.getOwnPropertyNames(Adder.prototype).join()"), "false constructor,add,fail");
        assert_eq!(
            eval("Adder.prototype.add = 1; delete Adder.prototype.fail; Object.keys(Adder.prototype).length"),
            "false 0"
        );
        assert!(eval("new Adder.prototype.add()").contains("not a constructor"));
    }

    #[test]
    fn a_text_that_is_no_list_is_refused() {
        assert!(define("internal:elsewhere".into(), String::new(), Rest(Vec::new())).is_err());
        assert!(define("internal:elsewhere".into(), "1a  1b".into(), Rest(Vec::new())).is_err());
    }
}
