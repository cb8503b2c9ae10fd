//! The `context` argument: a plain object, made anew for each invocation.

use std::rc::Rc;

use llrt_core::error;
use rquickjs::{Atom, Coerced, Ctx, Function, Object, Result, Value, function::Opt, object::Property};

use super::{Client, invoke::Call, thrown::Problem};
use crate::{api::Invocation, failure::Failure};

/// What all contexts of a process share.
pub(super) struct Template<'js> {
    keys: Keys<'js>,
    function_name: Value<'js>,
    function_version: Value<'js>,
    memory_limit: Value<'js>,
    log_group: Value<'js>,
    log_stream: Value<'js>,
}

struct Keys<'js> {
    client_context: Atom<'js>,
    identity: Atom<'js>,
    invoked_function_arn: Atom<'js>,
    aws_request_id: Atom<'js>,
    tenant_id: Atom<'js>,
    x_ray_trace_id: Atom<'js>,
    remaining_time: Atom<'js>,
    function_name: Atom<'js>,
    function_version: Atom<'js>,
    memory_limit: Atom<'js>,
    log_group: Atom<'js>,
    log_stream: Atom<'js>,
    waits: Atom<'js>,
    done: Atom<'js>,
    succeed: Atom<'js>,
    fail: Atom<'js>,
}

impl<'js> Template<'js> {
    pub(super) fn new(ctx: &Ctx<'js>, client: &Client) -> Result<Self> {
        let key = |name| Atom::from_str(ctx.clone(), name);
        let text = |value: &Option<String>| string(ctx, value.as_deref());
        let config = &client.config;
        Ok(Self {
            keys: Keys {
                client_context: key("clientContext")?,
                identity: key("identity")?,
                invoked_function_arn: key("invokedFunctionArn")?,
                aws_request_id: key("awsRequestId")?,
                tenant_id: key("tenantId")?,
                x_ray_trace_id: key("xRayTraceId")?,
                remaining_time: key("getRemainingTimeInMillis")?,
                function_name: key("functionName")?,
                function_version: key("functionVersion")?,
                memory_limit: key("memoryLimitInMB")?,
                log_group: key("logGroupName")?,
                log_stream: key("logStreamName")?,
                waits: key("callbackWaitsForEmptyEventLoop")?,
                done: key("done")?,
                succeed: key("succeed")?,
                fail: key("fail")?,
            },
            function_name: text(&config.function_name)?,
            function_version: text(&config.function_version)?,
            memory_limit: text(&config.memory_limit_mb)?,
            log_group: text(&config.log_group_name)?,
            log_stream: text(&config.log_stream_name)?,
        })
    }

    /// Makes the context of an invocation, which ends through `call`.
    pub(super) fn context(
        &self,
        ctx: &Ctx<'js>,
        invocation: &Invocation,
        call: &Rc<Call<'js>>,
        callback: &Function<'js>,
    ) -> std::result::Result<Object<'js>, Problem<'js>> {
        let client_context = parse(ctx, "ClientContext", invocation.client_context.as_deref())?;
        let identity = parse(ctx, "CognitoIdentity", invocation.cognito_identity.as_deref())?;
        self.fill(ctx, invocation, call, callback, client_context, identity)
            .map_err(|failed| Problem::Thrown(error::caught(ctx, &failed)))
    }

    fn fill(
        &self,
        ctx: &Ctx<'js>,
        invocation: &Invocation,
        call: &Rc<Call<'js>>,
        callback: &Function<'js>,
        client_context: Value<'js>,
        identity: Value<'js>,
    ) -> Result<Object<'js>> {
        let keys = &self.keys;
        let context = Object::new(ctx.clone())?;
        let set = |key: &Atom<'js>, value: Value<'js>| context.set(key.clone(), value);
        let text = |value: Option<&str>| string(ctx, value);
        set(&keys.client_context, client_context)?;
        set(&keys.identity, identity)?;
        set(&keys.invoked_function_arn, text(invocation.function_arn.as_deref())?)?;
        set(&keys.aws_request_id, text(Some(&invocation.request_id))?)?;
        set(&keys.tenant_id, text(invocation.tenant_id.as_deref())?)?;
        set(&keys.x_ray_trace_id, text(invocation.trace_id.as_deref())?)?;
        set(&keys.remaining_time, remaining_time(ctx, invocation.deadline_ms)?)?;
        set(&keys.function_name, self.function_name.clone())?;
        set(&keys.function_version, self.function_version.clone())?;
        set(&keys.memory_limit, self.memory_limit.clone())?;
        set(&keys.log_group, self.log_group.clone())?;
        set(&keys.log_stream, self.log_stream.clone())?;
        // Of the callback days: there, but not to be seen.
        let hide = |key: &Atom<'js>, value: Value<'js>| {
            context.prop(key.clone(), Property::from(value).writable().configurable())
        };
        hide(&keys.waits, Value::new_bool(ctx.clone(), true))?;
        hide(&keys.done, callback.as_value().clone())?;
        let succeed = Rc::clone(call);
        let succeed = move |ctx: Ctx<'js>, value: Opt<Value<'js>>| succeed.call_back(&ctx, None, value.0);
        hide(&keys.succeed, Function::new(ctx.clone(), succeed)?.into_value())?;
        let fail = Rc::clone(call);
        let fail = move |ctx: Ctx<'js>, error: Opt<Value<'js>>| fail.call_back(&ctx, error.0, None);
        hide(&keys.fail, Function::new(ctx.clone(), fail)?.into_value())?;
        Ok(context)
    }

    /// Whether the response of a callback waits until nothing is left to do, as the function has it now.
    pub(super) fn waits(&self, context: &Object<'js>) -> bool {
        context.get::<_, Coerced<bool>>(self.keys.waits.clone()).is_ok_and(|waits| waits.0)
    }
}

fn string<'js>(ctx: &Ctx<'js>, text: Option<&str>) -> Result<Value<'js>> {
    match text {
        Some(text) => rquickjs::String::from_str(ctx.clone(), text).map(rquickjs::String::into_value),
        None => Ok(Value::new_undefined(ctx.clone())),
    }
}

fn parse<'js>(ctx: &Ctx<'js>, name: &str, json: Option<&str>) -> std::result::Result<Value<'js>, Problem<'js>> {
    let Some(json) = json else { return Ok(Value::new_undefined(ctx.clone())) };
    llrt_plain::parse(ctx, json).map_err(|failed| {
        let failure = Problem::Thrown(error::caught(ctx, &failed)).failure(ctx);
        let message = format!("Cannot parse {name} as json: {}: {}", failure.error_type, failure.message);
        Problem::Own(Failure::with_header("Error", message), None)
    })
}

fn remaining_time<'js>(ctx: &Ctx<'js>, deadline_ms: Option<u64>) -> Result<Value<'js>> {
    let remaining = move || deadline_ms.map_or(f64::NAN, |deadline| deadline as f64 - now_ms());
    Ok(Function::new(ctx.clone(), remaining)?.with_name("getRemainingTimeInMillis")?.into_value())
}

fn now_ms() -> f64 {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    now.as_millis() as f64
}
