//! The classes of a context, and the module's exports.

use std::cell::Cell;

use llrt_core::table::{self, Member};
use rquickjs::{
    Ctx, Error, Function, JsLifetime, Object, Result, Symbol, Value, object::Property, runtime::UserDataGuard,
};

use crate::{functions, legacy, pattern, search_params, url};

#[derive(JsLifetime)]
pub(crate) struct State<'js> {
    /// `URL.prototype`
    pub(crate) url: Object<'js>,
    /// `URLSearchParams.prototype`
    pub(crate) search_params: Object<'js>,
    /// The prototype of what `URLSearchParams.prototype.keys` and its like give.
    pub(crate) iterator: Object<'js>,
    /// `Url.prototype`
    pub(crate) legacy: Object<'js>,
    /// Whether the warning about `url.parse` was given.
    pub(crate) has_warned: Cell<bool>,
    default: Object<'js>,
}

/// The state, made when it is first asked for.
pub(crate) fn of<'a, 'js>(ctx: &'a Ctx<'js>) -> Result<UserDataGuard<'a, State<'js>>> {
    if ctx.userdata::<State<'js>>().is_none() {
        let state = build(ctx)?;
        let _ = ctx.store_userdata(state);
    }
    ctx.userdata().ok_or(Error::Unknown)
}

/// The module's export `name`.
pub(crate) fn export<'js>(ctx: &Ctx<'js>, name: &str) -> Result<Value<'js>> {
    of(ctx)?.default.get(name)
}

/// The module's default export, which holds all others.
pub(crate) fn default_export<'js>(ctx: &Ctx<'js>) -> Result<Value<'js>> {
    Ok(of(ctx)?.default.clone().into_value())
}

static LEGACY: &[Member] = &[
    Member::method(c"parse", 3, 0, legacy::parse).enumerable(),
    Member::method(c"resolve", 2, 0, legacy::resolve).enumerable(),
    Member::method(c"resolveObject", 2, 0, legacy::resolve_object).enumerable(),
    Member::method(c"format", 2, 0, functions::format).enumerable(),
];

static FUNCTIONS: &[Member] = &[
    Member::method(c"domainToASCII", 1, 0, functions::domain_to_ascii).enumerable(),
    Member::method(c"domainToUnicode", 1, 1, functions::domain_to_ascii).enumerable(),
    Member::method(c"pathToFileURL", 2, 0, functions::path_to_file_url).enumerable(),
    Member::method(c"fileURLToPath", 1, 0, functions::file_url_to_path).enumerable(),
    Member::method(c"fileURLToPathBuffer", 1, 1, functions::file_url_to_path).enumerable(),
    Member::method(c"urlToHttpOptions", 1, 0, functions::url_to_http_options).enumerable(),
];

fn build<'js>(ctx: &Ctx<'js>) -> Result<State<'js>> {
    let default = Object::new(ctx.clone())?;
    let legacy = Object::new(ctx.clone())?;
    default.set("Url", table::constructor(ctx, c"Url", 0, &legacy, legacy::construct)?)?;
    table::define(&legacy, legacy::MEMBERS)?;
    table::define(&default, LEGACY)?;

    let url = Object::new(ctx.clone())?;
    let class = table::constructor(ctx, c"URL", 1, &url, url::construct)?;
    table::define(&class, url::STATICS)?;
    table::define(&url, url::MEMBERS)?;
    set_inspect(&url, &url::INSPECT)?;
    default.set("URL", class)?;

    let search_params = Object::new(ctx.clone())?;
    let class = table::constructor(ctx, c"URLSearchParams", 0, &search_params, search_params::construct)?;
    table::define(&search_params, search_params::MEMBERS)?;
    set_inspect(&search_params, &search_params::INSPECT)?;
    default.set("URLSearchParams", class)?;

    let iterator = Object::new_proto(ctx.clone(), iterator_prototype(ctx)?.as_ref())?;
    table::define(&iterator, search_params::ITERATOR)?;
    set_inspect(&iterator, &search_params::INSPECT_ITERATOR)?;

    default.set("URLPattern", pattern::class(ctx)?)?;
    table::define(&default, FUNCTIONS)?;
    Ok(State { url, search_params, iterator, legacy, has_warned: Cell::new(false), default })
}

fn set_inspect<'js>(prototype: &Object<'js>, member: &'static Member) -> Result<()> {
    let ctx = prototype.ctx();
    let custom = Symbol::new_global(ctx.clone(), "nodejs.util.inspect.custom")?;
    prototype.prop(custom, Property::from(table::function(ctx, member)?).writable().configurable())
}

/// `%IteratorPrototype%`
fn iterator_prototype<'js>(ctx: &Ctx<'js>) -> Result<Option<Object<'js>>> {
    let list = rquickjs::Array::new(ctx.clone())?.into_object();
    let values: Function<'js> = list.get(Symbol::iterator(ctx.clone()))?;
    let iterator: Object<'js> = values.call((rquickjs::function::This(list),))?;
    Ok(iterator.get_prototype().and_then(|prototype| prototype.get_prototype()))
}
