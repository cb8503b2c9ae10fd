//! The class `URLSearchParams`: <https://url.spec.whatwg.org/#interface-urlsearchparams>.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use llrt_core::{
    JsClass, NodeError, args,
    table::{Call, Member},
};
use rquickjs::{
    Atom, Class, Coerced, Constructor, Ctx, Error, IntoJs, JsLifetime, Object, Result, Symbol, Value,
    class::{Readable, Trace, Tracer},
    function::This,
    object::Filter,
};

use crate::{
    ops::{
        Record,
        form::{self, List},
    },
    state,
    url::{class_name, inspect_function, require_args, usv_string},
};

/// What a `URLSearchParams` holds.
#[derive(JsLifetime)]
pub(crate) struct ParamsData {
    pub(crate) list: Rc<RefCell<List>>,
    /// The URL whose query follows the list.
    url: Option<Rc<RefCell<Record>>>,
}

impl<'js> Trace<'js> for ParamsData {
    fn trace<'a>(&self, _tracer: Tracer<'a, 'js>) {}
}

impl<'js> rquickjs::class::JsClass<'js> for ParamsData {
    const NAME: &'static str = "URLSearchParams";
    type Mutable = Readable;

    fn constructor(_ctx: &Ctx<'js>) -> Result<Option<Constructor<'js>>> {
        Ok(None)
    }
}

impl ParamsData {
    /// Changes the list, and the URL's query with it.
    fn change(&self, change: impl FnOnce(&mut List)) {
        let mut list = self.list.borrow_mut();
        change(&mut list);
        if let Some(url) = &self.url {
            url.borrow_mut().set_query((!list.is_empty()).then(|| form::serialize(&list)));
        }
    }
}

pub(crate) static MEMBERS: &[Member] = &[
    Member::getter(c"size", 0, |call| this(call)?.borrow().list.borrow().len().into_js(call.ctx())).enumerable(),
    Member::method(c"append", 2, 0, append).enumerable(),
    Member::method(c"delete", 1, 0, delete).enumerable(),
    Member::method(c"get", 1, 0, get).enumerable(),
    Member::method(c"getAll", 1, 0, get_all).enumerable(),
    Member::method(c"has", 1, 0, has).enumerable(),
    Member::method(c"set", 2, 0, set).enumerable(),
    Member::method(c"sort", 0, 0, sort).enumerable(),
    Member::method(c"entries", 0, ENTRIES, iterate).enumerable(),
    Member::method(c"forEach", 1, 0, for_each).enumerable(),
    Member::method(c"keys", 0, KEYS, iterate).enumerable(),
    Member::method(c"values", 0, VALUES, iterate).enumerable(),
    Member::method(c"toString", 0, 0, to_string).enumerable(),
    Member::string(c"[Symbol.toStringTag]", c"URLSearchParams"),
    Member::alias(c"[Symbol.iterator]", c"entries"),
];

pub(crate) static ITERATOR: &[Member] = &[
    Member::method(c"next", 0, 0, next).enumerable(),
    Member::string(c"[Symbol.toStringTag]", c"URLSearchParams Iterator"),
];

pub(crate) static INSPECT: Member = Member::method(c"[nodejs.util.inspect.custom]", 2, 0, inspect);
pub(crate) static INSPECT_ITERATOR: Member = Member::method(c"[nodejs.util.inspect.custom]", 2, 0, inspect_iterator);

fn data<'js>(value: &Value<'js>) -> Option<Class<'js, ParamsData>> {
    Class::from_object(value.as_object()?)
}

fn this<'js>(call: &Call<'_, 'js>) -> Result<Class<'js, ParamsData>> {
    data(&call.this()).ok_or_else(|| invalid_this(call.ctx(), "URLSearchParams"))
}

fn invalid_this(ctx: &Ctx<'_>, name: &str) -> Error {
    let message = format!("Value of \"this\" must be of type {name}");
    NodeError::new(JsClass::TypeError, "ERR_INVALID_THIS", message).throw(ctx)
}

/// A `URLSearchParams` with this list.
pub(crate) fn instance<'js>(
    ctx: &Ctx<'js>,
    list: List,
    url: Option<Rc<RefCell<Record>>>,
) -> Result<Class<'js, ParamsData>> {
    let prototype = state::of(ctx)?.search_params.clone();
    Class::instance_proto(ParamsData { list: Rc::new(RefCell::new(list)), url }, prototype)
}

/// `new URLSearchParams(init)`.
pub(crate) fn construct<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    let ctx = call.ctx();
    let Some(target) = call.this().into_object() else {
        let message = "Class constructor URLSearchParams cannot be invoked without 'new'";
        return Err(NodeError::plain(JsClass::TypeError, message).throw(ctx));
    };
    let init = call.arg(0);
    let list = match init.as_object() {
        None if init.is_undefined() => List::new(),
        None => {
            let text = usv_string(&init)?;
            form::parse(text.strip_prefix('?').unwrap_or(&text))
        }
        Some(object) => {
            let method: Value<'js> = object.get(Symbol::iterator(ctx.clone()))?;
            let own: Value<'js> = state::of(ctx)?.search_params.get(Symbol::iterator(ctx.clone()))?;
            match data(&init) {
                Some(params) if method == own => params.borrow().list.borrow().clone(),
                _ if method.is_undefined() || method.is_null() => read_record(object)?,
                _ => read_pairs(ctx, &init)?,
            }
        }
    };
    let prototype: Object<'js> = target.get("prototype")?;
    let data = ParamsData { list: Rc::new(RefCell::new(list)), url: None };
    Class::instance_proto(data, prototype).map(Class::into_value)
}

fn read_pairs<'js>(ctx: &Ctx<'js>, init: &Value<'js>) -> Result<List> {
    let invalid_tuple = || {
        let message = "Each query pair must be an iterable [name, value] tuple";
        NodeError::new(JsClass::TypeError, "ERR_INVALID_TUPLE", message).throw(ctx)
    };
    let mut list = List::new();
    let walked = args::iterate(ctx, init, |pair| {
        let mut parts = Vec::new();
        let walked = args::iterate(ctx, &pair, |part| {
            parts.push(usv_string(&part)?);
            Ok(())
        })?;
        let pair = walked.and_then(|()| <[String; 2]>::try_from(parts).ok());
        let [name, value] = pair.ok_or_else(invalid_tuple)?;
        list.push((name, value));
        Ok(())
    })?;
    match walked {
        Some(()) => Ok(list),
        None => {
            let message = "Query pairs must be iterable";
            Err(NodeError::new(JsClass::TypeError, "ERR_ARG_NOT_ITERABLE", message).throw(ctx))
        }
    }
}

fn read_record(object: &Object<'_>) -> Result<List> {
    if object.own_keys::<Atom<'_>>(Filter::new().symbol().enum_only()).next().is_some() {
        let message = "Cannot convert a Symbol value to a string";
        return Err(NodeError::plain(JsClass::TypeError, message).throw(object.ctx()));
    }
    let mut list = List::new();
    for key in object.own_keys::<Value<'_>>(Filter::new().string().enum_only()) {
        let key = key?;
        let name = usv_string(&key)?;
        let value = usv_string(&object.get(key)?)?;
        // Names that differ in lone surrogates only are one.
        match list.iter_mut().find(|(known, _)| *known == name) {
            Some((_, known)) => *known = value,
            None => list.push((name, value)),
        }
    }
    Ok(list)
}

fn undefined<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    Ok(Value::new_undefined(call.ctx().clone()))
}

fn append<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    let params = this(call)?;
    require_args(call, &["name", "value"])?;
    let pair = (usv_string(&call.arg(0))?, usv_string(&call.arg(1))?);
    params.borrow().change(|list| list.push(pair));
    undefined(call)
}

/// The name, and the value that `has` and `delete` may be given.
fn name_and_value(call: &Call<'_, '_>) -> Result<(String, Option<String>)> {
    require_args(call, &["name"])?;
    let name = usv_string(&call.arg(0))?;
    let value = call.arg(1);
    Ok((name, if value.is_undefined() { None } else { Some(usv_string(&value)?) }))
}

fn delete<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    let params = this(call)?;
    let (name, value) = name_and_value(call)?;
    let is_meant = |pair: &(String, String)| pair.0 == name && value.as_ref().is_none_or(|value| pair.1 == *value);
    params.borrow().change(|list| list.retain(|pair| !is_meant(pair)));
    undefined(call)
}

fn has<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    let params = this(call)?;
    let (name, value) = name_and_value(call)?;
    let params = params.borrow();
    let list = params.list.borrow();
    list.iter().any(|pair| pair.0 == name && value.as_ref().is_none_or(|value| pair.1 == *value)).into_js(call.ctx())
}

fn get<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    let params = this(call)?;
    require_args(call, &["name"])?;
    let name = usv_string(&call.arg(0))?;
    let params = params.borrow();
    let list = params.list.borrow();
    match list.iter().find(|pair| pair.0 == name) {
        Some((_, value)) => value.as_str().into_js(call.ctx()),
        None => Ok(Value::new_null(call.ctx().clone())),
    }
}

fn get_all<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    let params = this(call)?;
    require_args(call, &["name"])?;
    let name = usv_string(&call.arg(0))?;
    let params = params.borrow();
    let list = params.list.borrow();
    let values: Vec<&str> = list.iter().filter(|pair| pair.0 == name).map(|(_, value)| value.as_str()).collect();
    values.into_js(call.ctx())
}

fn set<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    let params = this(call)?;
    require_args(call, &["name", "value"])?;
    let (name, value) = (usv_string(&call.arg(0))?, usv_string(&call.arg(1))?);
    params.borrow().change(|list| {
        let Some(first) = list.iter().position(|pair| pair.0 == name) else {
            return list.push((name, value));
        };
        list[first].1 = value;
        let mut index = 0;
        list.retain(|pair| {
            index += 1;
            index <= first + 1 || pair.0 != name
        });
    });
    undefined(call)
}

fn sort<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    this(call)?.borrow().change(form::sort);
    undefined(call)
}

fn to_string<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    form::serialize(&this(call)?.borrow().list.borrow()).into_js(call.ctx())
}

/// `params.forEach(callback, thisArg)`: what the callback appends is visited too.
fn for_each<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    let params = this(call)?;
    let callback = args::function(call.ctx(), &call.arg(0), "callback")?;
    let list = Rc::clone(&params.borrow().list);
    let mut index = 0;
    loop {
        let Some((name, value)) = list.borrow().get(index).cloned() else { return undefined(call) };
        callback.call::<_, Value<'js>>((This(call.arg(1)), value, name, params.clone()))?;
        index += 1;
    }
}

const ENTRIES: i16 = 0;
const KEYS: i16 = 1;
const VALUES: i16 = 2;

/// An iterator over a list that may change meanwhile.
#[derive(JsLifetime)]
struct Iterator {
    list: Rc<RefCell<List>>,
    next: Cell<usize>,
    kind: i16,
}

impl<'js> Trace<'js> for Iterator {
    fn trace<'a>(&self, _tracer: Tracer<'a, 'js>) {}
}

impl<'js> rquickjs::class::JsClass<'js> for Iterator {
    const NAME: &'static str = "URLSearchParams Iterator";
    type Mutable = Readable;

    fn constructor(_ctx: &Ctx<'js>) -> Result<Option<Constructor<'js>>> {
        Ok(None)
    }
}

impl Iterator {
    fn item<'js>(&self, ctx: &Ctx<'js>, index: usize) -> Result<Option<Value<'js>>> {
        let list = self.list.borrow();
        let Some((name, value)) = list.get(index) else { return Ok(None) };
        let item = match self.kind {
            KEYS => name.as_str().into_js(ctx),
            VALUES => value.as_str().into_js(ctx),
            _ => vec![name.as_str(), value.as_str()].into_js(ctx),
        };
        item.map(Some)
    }
}

fn iterate<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    let list = Rc::clone(&this(call)?.borrow().list);
    let prototype = state::of(call.ctx())?.iterator.clone();
    Class::instance_proto(Iterator { list, next: Cell::new(0), kind: call.magic() as i16 }, prototype)
        .map(Class::into_value)
}

fn this_iterator<'js>(call: &Call<'_, 'js>) -> Result<Class<'js, Iterator>> {
    let iterator = call.this().as_object().and_then(Class::from_object);
    iterator.ok_or_else(|| invalid_this(call.ctx(), "URLSearchParamsIterator"))
}

fn next<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    let ctx = call.ctx();
    let iterator = this_iterator(call)?;
    let iterator = iterator.borrow();
    let item = iterator.item(ctx, iterator.next.get())?;
    let step = Object::new(ctx.clone())?;
    let done = item.is_none();
    if !done {
        iterator.next.set(iterator.next.get() + 1);
    }
    step.set("value", item.unwrap_or_else(|| Value::new_undefined(ctx.clone())))?;
    step.set("done", done)?;
    step.into_js(ctx)
}

/// `params[util.inspect.custom](depth, options, inspect)`: `URLSearchParams { 'a' => '1' }`.
fn inspect<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    let params = this(call)?;
    let list = params.borrow().list.borrow().clone();
    let name = class_name(params.as_inner(), "URLSearchParams")?;
    let items = list.into_iter().map(|(name, value)| vec![name.into_js(call.ctx()), value.into_js(call.ctx())]);
    show(call, &name, items.collect(), " => ")
}

/// `URLSearchParams Iterator { [ 'a', '1' ] }`: what is to come.
fn inspect_iterator<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    let iterator = this_iterator(call)?;
    let iterator = iterator.borrow();
    let mut items = Vec::new();
    let mut index = iterator.next.get();
    while let Some(item) = iterator.item(call.ctx(), index)? {
        items.push(vec![Ok(item)]);
        index += 1;
    }
    show(call, "URLSearchParams Iterator", items, "")
}

fn show<'js>(
    call: &Call<'_, 'js>,
    name: &str,
    items: Vec<Vec<Result<Value<'js>>>>,
    between: &str,
) -> Result<Value<'js>> {
    let ctx = call.ctx();
    if call.arg(0).as_number().is_some_and(|depth| depth < 0.0) {
        return "[Object]".into_js(ctx);
    }
    let inspect = inspect_function(call)?;
    let options = call.arg(1);
    let mut texts = Vec::with_capacity(items.len());
    for parts in items {
        let parts = parts.into_iter().map(|part| inspect.call::<_, String>((part?, options.clone())));
        texts.push(parts.collect::<Result<Vec<String>>>()?.join(between));
    }
    let max = match options.as_object() {
        Some(options) => options.get::<_, Option<Coerced<f64>>>("breakLength")?.map_or(128.0, |max| max.0),
        None => 128.0,
    };
    let len: usize = texts.iter().map(|text| text.chars().count() + 2).sum();
    let text = if texts.is_empty() && between.is_empty() {
        format!("{name} {{  }}")
    } else if texts.is_empty() {
        format!("{name} {{}}")
    } else if len.saturating_sub(2) as f64 > max || texts.iter().any(|text| text.contains('\n')) {
        format!("{name} {{\n  {} }}", texts.join(",\n  "))
    } else {
        format!("{name} {{ {} }}", texts.join(", "))
    };
    text.into_js(ctx)
}
