//! Finding and loading the handler.

use std::path::Path;

use llrt_core::{error, process, task};
use llrt_runtime::{load, until_empty};
use rquickjs::{
    Ctx, Function, Module, Object, Promise, Result as JsResult, Value, function::This, module::Evaluated,
    promise::PromiseState,
};

use super::{
    Client, Fatal,
    thrown::{self, Problem},
};
use crate::{
    config::Config,
    failure::{Failure, Kind},
    handler::{Handler, Target},
};

/// Why there is no handler.
pub(super) enum Failed<'js> {
    Problem(Problem<'js>),
    Fatal(Fatal),
    /// The module waits for what will never come.
    Unsettled,
}

impl From<Fatal> for Failed<'_> {
    fn from(fatal: Fatal) -> Self {
        Self::Fatal(fatal)
    }
}

impl From<Failure> for Failed<'_> {
    fn from(failure: Failure) -> Self {
        let kinds = [Kind::MalformedHandlerName, Kind::HandlerNotFound, Kind::ImportModuleError];
        let kind = kinds.into_iter().find(|kind| kind.name() == failure.error_type);
        Self::Problem(Problem::Own(failure, kind))
    }
}

/// Loads the handler's module and finds the function in it.
pub(super) async fn handler<'js>(ctx: &Ctx<'js>, client: &Client) -> Result<Function<'js>, Failed<'js>> {
    // The descriptor is the runtime's own: the function must not see it.
    process::set_variable(ctx, Config::TELEMETRY_FD, None).map_err(|failed| thrown(ctx, &failed))?;
    llrt_core::log!(Debug, "handler {} in {}", client.config.handler, client.config.task_root.display());
    let handler = Handler::parse(&client.config.handler)?;
    if let Some(file) = &client.config.register_hooks {
        let name = load::resolve(ctx, &absolute(file), &client.config.task_root.join("package.json"));
        let name = name.map_err(|failed| thrown(ctx, &failed))?;
        evaluate(ctx, client, &name).await?;
    }
    let namespace = import(ctx, client, &handler).await?;
    let mut found = Ok(None);
    // Getters may run.
    task::run(ctx, || {
        found = find(&namespace, &handler.export).map_err(|failed| thrown(ctx, &failed));
        Ok(())
    });
    let found = found?.ok_or_else(|| handler.undefined())?;
    found.into_function().ok_or_else(|| handler.not_a_function().into())
}

async fn import<'js>(ctx: &Ctx<'js>, client: &Client, handler: &Handler) -> Result<Object<'js>, Failed<'js>> {
    // Messages name the program that looked for the handler.
    let this_program = std::env::current_exe().unwrap_or_else(|_| "bootstrap".into());
    let task_root = &client.config.task_root;
    if task_root.as_os_str() == client.working_directory.as_str() {
        load::trust_directory(ctx, task_root);
    }
    let name = match handler.find(task_root) {
        Target::File(path) => load::resolve(ctx, &path.to_string_lossy(), &this_program),
        Target::Package(name) => load::resolve(ctx, &name, &task_root.join("package.json")).map_err(|failed| {
            error::caught(ctx, &failed);
            rquickjs::Error::Unknown
        }),
    };
    let name = match name {
        Ok(name) => name,
        Err(rquickjs::Error::Unknown) => return Err(handler.not_found(&this_program.to_string_lossy()).into()),
        Err(failed) => return Err(thrown(ctx, &failed)),
    };
    evaluate(ctx, client, &name).await
}

/// A path as a specifier: one that does not begin with a slash is below the importing file's folder.
fn absolute(path: &Path) -> String {
    let path = path.to_string_lossy();
    if path.starts_with(['/', '.']) { path.into_owned() } else { format!("./{path}") }
}

/// Imports a module and waits for it; gives its exports.
async fn evaluate<'js>(ctx: &Ctx<'js>, client: &Client, name: &str) -> Result<Object<'js>, Failed<'js>> {
    let mut imported = None;
    task::run(ctx, || {
        imported = Some(start(ctx, name).map_err(|failed| thrown(ctx, &failed)));
        Ok(())
    });
    // `run` always runs its body.
    let (module, promise) = imported.unwrap_or(Err(Failed::Unsettled))?;
    client.unless_fatal(settled(ctx, &promise)).await?;
    match promise.result::<Value<'js>>() {
        Some(Ok(_)) => module.namespace().map_err(|failed| thrown(ctx, &failed)),
        Some(Err(failed)) => Err(thrown(ctx, &failed)),
        None => {
            llrt_runtime::uncaught::print("Warning: Detected unsettled top-level await\n");
            Err(Failed::Unsettled)
        }
    }
}

/// Evaluates the module. Its promise has a handler from the start: a rejection of it is not one that nobody listens to.
fn start<'js>(ctx: &Ctx<'js>, name: &str) -> JsResult<(Module<'js, Evaluated>, Promise<'js>)> {
    let (module, promise) = load::import(ctx, name)?;
    let ignore = Function::new(ctx.clone(), || ())?;
    promise.then()?.call::<_, Value<'js>>((This(promise.clone()), ignore.clone(), ignore))?;
    Ok((module, promise))
}

/// Waits until the promise is settled, or can be no more.
async fn settled<'js>(ctx: &Ctx<'js>, promise: &Promise<'js>) {
    if promise.state() == PromiseState::Pending {
        tokio::select! {
            biased;
            _ = promise.clone().into_future::<Value<'js>>() => {
                // What it is will be read from the promise; the engine must not keep a rejection pending.
                ctx.catch();
            }
            () = until_empty(ctx) => {}
        }
    }
}

/// Follows the export path from a module's exports; a first name that is not exported may be one of its default export.
fn find<'js>(namespace: &Object<'js>, path: &[String]) -> JsResult<Option<Value<'js>>> {
    let Some(first) = path.first() else { return Ok(None) };
    let default: Value<'js> = namespace.get("default")?;
    let start = match namespace.contains_key(first.as_str())? {
        true => Some(namespace),
        false => default.as_object(),
    };
    let Some(start) = start else { return Ok(None) };
    let mut value = start.as_value().clone();
    for name in path {
        if value.is_undefined() || value.is_null() {
            return Ok(None);
        }
        value = match value.as_object() {
            Some(object) => object.get(name.as_str())?,
            None => Value::new_undefined(value.ctx().clone()),
        };
    }
    Ok((!value.is_undefined()).then_some(value))
}

/// What loading threw, as it is posted: some errors have a type of the runtime's, which tells what kind of mistake it was.
fn thrown<'js>(ctx: &Ctx<'js>, failed: &rquickjs::Error) -> Failed<'js> {
    let value = error::caught(ctx, failed);
    let Some(error) = thrown::as_error(ctx, &value) else { return Failed::Problem(Problem::Thrown(value)) };
    let text = |key| thrown::text_property(error, key).unwrap_or_default();
    let kind = match (text("name").as_str(), text("code").as_str()) {
        ("SyntaxError", _) => Kind::UserCodeSyntaxError,
        (_, "MODULE_NOT_FOUND") => Kind::ImportModuleError,
        _ => return Failed::Problem(Problem::Thrown(value)),
    };
    let message = format!("{}: {}", text("name"), text("message"));
    let failure = match kind {
        // Its stack names the place.
        Kind::UserCodeSyntaxError => {
            Failure::new(kind.name(), &*message, Some(&thrown::stack(error).unwrap_or_default()))
        }
        _ => kind.failure(message),
    };
    Failed::Problem(Problem::Own(failure, Some(kind)))
}
