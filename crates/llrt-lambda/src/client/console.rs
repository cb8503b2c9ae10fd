//! Console records and errors, on their way to the log.

use std::{rc::Rc, time::SystemTime};

use llrt_core::args::lossy_string;
use llrt_mod_console::{Level as Method, Record as Call, set_sink};
use rquickjs::{Ctx, Result, Value};

use super::{
    Client,
    thrown::{self, Logged, Problem},
};
use crate::log::{ErrorFields, Format, Level, Message, Record};

/// Sends what the console prints to the client's log.
pub(super) fn install(ctx: &Ctx<'_>, client: &Rc<Client>) {
    let client = Rc::clone(client);
    set_sink(ctx, Some(Rc::new(move |call| log(&client, call))));
}

fn log(client: &Client, call: &Call<'_, '_>) -> Result<bool> {
    let level = match call.level {
        Method::Trace => Level::Trace,
        Method::Debug => Level::Debug,
        Method::Log | Method::Info => Level::Info,
        Method::Warn => Level::Warn,
        Method::Error => Level::Error,
        Method::Fatal => Level::Fatal,
        Method::Dir => return Ok(false),
    };
    let (takes, format) = {
        let logger = client.logger.borrow();
        (logger.takes(level), logger.format())
    };
    if takes {
        match format {
            Format::Text => write(call.ctx(), client, level, Message::Text(&text(call)?), None),
            Format::Json => log_json(client, call, level)?,
        }
    }
    Ok(true)
}

/// `util.format` of the arguments. `console.trace` prints a stack elsewhere, but not here.
fn text(call: &Call<'_, '_>) -> Result<String> {
    match (call.arguments, call.level) {
        ([], _) => Ok("undefined".to_owned()),
        (_, Method::Trace) => llrt_inspect::format(call.ctx(), call.arguments),
        _ => call.text().map(str::to_owned),
    }
}

fn log_json(client: &Client, call: &Call<'_, '_>, level: Level) -> Result<()> {
    let ctx = call.ctx();
    match call.arguments {
        [] => write(ctx, client, level, Message::None, None),
        [only] => match single(ctx, only) {
            Logged::Json(json) => write(call.ctx(), client, level, Message::Json(&json), None),
            Logged::Text(text) => write(call.ctx(), client, level, Message::Text(&text), None),
            Logged::None => write(call.ctx(), client, level, Message::None, None),
        },
        all => {
            let text = text(call)?;
            match all.iter().rev().find_map(|argument| thrown::as_error(ctx, argument)) {
                None => write(call.ctx(), client, level, Message::Text(&text), None),
                Some(error) => {
                    let class = thrown::class_name(error)?;
                    let class = class.as_string().map(lossy_string).transpose()?.unwrap_or_default();
                    let message = thrown::text_property(error, "message").unwrap_or_default();
                    let stack = thrown::stack(error);
                    let fields = ErrorFields { error_type: &class, message: &message, stack: stack.as_deref() };
                    write(call.ctx(), client, level, Message::Text(&text), Some(fields));
                }
            }
        }
    }
    Ok(())
}

/// The message of a record with one argument: the value itself, as far as JSON has a form for it.
fn single<'js>(ctx: &Ctx<'js>, value: &Value<'js>) -> Logged {
    if let Some(Ok(text)) = value.as_string().map(lossy_string) {
        return Logged::Text(text);
    }
    match thrown::stringify(ctx, value, Format::Json) {
        Ok(Some(json)) => Logged::Json(json),
        Ok(None) => Logged::None,
        Err(failed) => {
            llrt_core::error::caught(ctx, &failed);
            match llrt_inspect::format(ctx, std::slice::from_ref(value)) {
                Ok(text) => Logged::Text(text),
                Err(failed) => {
                    llrt_core::error::caught(ctx, &failed);
                    Logged::None
                }
            }
        }
    }
}

/// Logs an error that ended an invocation, or init, or the process, under a title that text records show.
pub(super) fn log_problem<'js>(ctx: &Ctx<'js>, client: &Client, title: &str, problem: &Problem<'js>) {
    let (takes, format) = {
        let logger = client.logger.borrow();
        (logger.takes(Level::Error), logger.format())
    };
    if !takes {
        return;
    }
    let logged = problem.record(ctx, format);
    let message = match (&logged, format) {
        (Logged::Json(text) | Logged::Text(text), Format::Text) => {
            return write(ctx, client, Level::Error, Message::Text(&format!("{title} \t{text}")), None);
        }
        (Logged::Json(json), Format::Json) => Message::Json(json),
        (Logged::Text(text), Format::Json) => Message::Text(text),
        (Logged::None, _) => Message::None,
    };
    write(ctx, client, Level::Error, message, None);
}

/// A warning of the client's own.
pub(super) fn warn(ctx: &Ctx<'_>, client: &Client, text: &str) {
    if client.logger.borrow().takes(Level::Warn) {
        write(ctx, client, Level::Warn, Message::Text(text), None);
    }
}

fn write(ctx: &Ctx<'_>, client: &Client, level: Level, message: Message<'_>, error: Option<ErrorFields<'_>>) {
    let current = client.current(ctx);
    let current = current.as_deref();
    client.logger.borrow_mut().write(&Record {
        time: SystemTime::now(),
        request_id: current.map(|invocation| invocation.request_id.as_str()),
        tenant_id: current.and_then(|invocation| invocation.tenant_id.as_deref()),
        level,
        message,
        error,
    });
}
