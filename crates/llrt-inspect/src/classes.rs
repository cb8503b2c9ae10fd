//! What an object was an instance of before its prototype was taken away. V8 knows; this engine forgets, unless somebody takes note.

use rquickjs::{
    Constructor, Ctx, Function, JsLifetime, Object, Result, Value, atom::PredefinedAtom, function::This,
    object::Property,
};

use crate::engine::{self, Key, class};

struct Classes<'js> {
    /// A `WeakMap` of names, by object.
    names: Object<'js>,
    /// `Object.setPrototypeOf` and `Reflect.setPrototypeOf` as they were.
    originals: [Function<'js>; 2],
}

// SAFETY: the only lifetime in the struct is `'js`.
unsafe impl<'js> JsLifetime<'js> for Classes<'js> {
    type Changed<'to> = Classes<'to>;
}

/// From now on, `Object.setPrototypeOf` and `Reflect.setPrototypeOf` take note of the class of what gets the prototype `null`, so that
/// inspection can name it: `[Foo: null prototype] {}`. Idempotent.
///
/// # Errors
/// Out of memory.
pub fn remember_classes(ctx: &Ctx<'_>) -> Result<()> {
    if ctx.userdata::<Classes<'_>>().is_some() {
        return Ok(());
    }
    let names = ctx.globals().get::<_, Constructor<'_>>("WeakMap")?.construct(())?;
    let (object, reflect): (Object<'_>, Object<'_>) = (ctx.globals().get("Object")?, ctx.globals().get("Reflect")?);
    let originals = [object.get("setPrototypeOf")?, reflect.get("setPrototypeOf")?];
    let _ = ctx.store_userdata(Classes { names, originals });
    put(&object, Function::new(ctx.clone(), |ctx, target, prototype| set_prototype(ctx, 0, target, prototype))?)?;
    put(&reflect, Function::new(ctx.clone(), |ctx, target, prototype| set_prototype(ctx, 1, target, prototype))?)
}

fn put<'js>(owner: &Object<'js>, function: Function<'js>) -> Result<()> {
    let function = function.with_name("setPrototypeOf")?.with_length(2)?;
    owner.prop("setPrototypeOf", Property::from(function).writable().configurable())
}

fn set_prototype<'js>(ctx: Ctx<'js>, which: usize, target: Value<'js>, prototype: Value<'js>) -> Result<Value<'js>> {
    let Some(original) = ctx.userdata::<Classes<'js>>().map(|classes| classes.originals[which].clone()) else {
        return Ok(target);
    };
    let object = target.as_object().filter(|_| prototype.is_null() && engine::class_of(&target) != class::PROXY);
    let name = object.and_then(class_of_instance);
    let result: Value<'js> = original.call((target.clone(), prototype))?;
    if let Some(name) = name {
        let names = ctx.userdata::<Classes<'js>>().map(|classes| classes.names.clone());
        if let Some(names) = names {
            names.get::<_, Function<'js>>("set")?.call::<_, ()>((This(names), target, name))?;
        }
    }
    Ok(result)
}

/// The name of the class that an object's prototypes name, without running any code of the program's.
fn class_of_instance(object: &Object<'_>) -> Option<String> {
    let constructor = Key::known(object.ctx(), PredefinedAtom::Constructor);
    let mut prototype = object.get_prototype()?;
    loop {
        if engine::class_of(prototype.as_value()) == class::PROXY {
            return None;
        }
        if let Some(property) = engine::own_property(&prototype, &constructor) {
            let name =
                engine::own_property(property.value.as_function()?, &Key::known(object.ctx(), PredefinedAtom::Name))?;
            return name.value.as_string().map(engine::text).filter(|name| !name.is_empty());
        }
        prototype = prototype.get_prototype()?;
    }
}

/// The class of an object that lost its prototype, if that was noted.
pub(crate) fn remembered(object: &Object<'_>) -> Option<String> {
    let names = object.ctx().userdata::<Classes<'_>>().map(|classes| classes.names.clone())?;
    let get: Function<'_> = names.get("get").ok()?;
    get.call((This(names.clone()), object.clone())).ok()
}
