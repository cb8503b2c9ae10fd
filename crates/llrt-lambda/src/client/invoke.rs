//! Serving invocations.

use std::{
    cell::{Cell, RefCell},
    future::{Future, poll_fn},
    pin::pin,
    rc::Rc,
    task::{Poll, Waker},
};

use llrt_core::{JsClass, NodeError, error, task};
use llrt_runtime::{until_empty, until_idle};
use rquickjs::{
    Ctx, Function, Object, Promise, Result as JsResult, Value,
    function::{Opt, This},
    promise::PromiseState,
};

use super::{
    Client, Fatal, PLATFORM_FAILED, concurrency, console,
    context::Template,
    report, set_trace_id,
    stream::{self, Exchange, Maker},
    thrown::Problem,
};
use crate::{
    api::{Invocation, RuntimeApi},
    failure::{Failure, Kind},
};

/// How a call of the handler ended.
pub(super) type Completion<'js> = Result<Value<'js>, Problem<'js>>;

/// Why the process ends.
enum End {
    Fatal(Fatal),
    /// Nothing can happen any more, and the handler's promise is open.
    Empty,
}

impl From<Fatal> for End {
    fn from(fatal: Fatal) -> Self {
        Self::Fatal(fatal)
    }
}

/// Serves one invocation after the other until the process has to end, and gives its exit code.
pub(super) async fn serve<'js>(
    ctx: &Ctx<'js>,
    client: &Rc<Client>,
    handler: Function<'js>,
    api: &mut RuntimeApi,
) -> i32 {
    match Server::new(ctx, client, handler) {
        Ok(server) => server.serve_all(ctx, api).await,
        Err(failed) => unusable(ctx, &failed),
    }
}

/// Serves as many invocations at once as the service may send, each over a connection of its own.
pub(super) async fn serve_at_once<'js>(
    ctx: &Ctx<'js>,
    client: &Rc<Client>,
    handler: Function<'js>,
    api: RuntimeApi,
) -> i32 {
    let server = concurrency::install(ctx).and_then(|()| Server::new(ctx, client, handler));
    let server = match server {
        Ok(server) => Rc::new(server),
        Err(failed) => return unusable(ctx, &failed),
    };
    let ended = Rc::new(Ended::default());
    let mut first = Some(api);
    for _ in 0..client.config.max_concurrency {
        let mut api = first.take().unwrap_or_else(|| RuntimeApi::new(&client.config.runtime_api));
        let (worker_ctx, server, ended) = (ctx.clone(), Rc::clone(&server), Rc::clone(&ended));
        task::spawn_unref(ctx, async move { ended.end(server.serve_all(&worker_ctx, &mut api).await) });
    }
    match client.unless_fatal(ended.code()).await {
        Ok(code) => code,
        Err(fatal) => {
            let open = fatal.request_id.as_deref().filter(|id| client.open.borrow().iter().any(|open| open == id));
            if let Some(request_id) = open {
                let mut api = RuntimeApi::new(&client.config.runtime_api);
                let posted = api.fail(request_id, &fatal.failure.to_json(), fatal.xray_cause.as_deref()).await;
                posted.unwrap_or_else(|error| report(&error));
            }
            fatal.exit_code
        }
    }
}

fn unusable(ctx: &Ctx<'_>, failed: &rquickjs::Error) -> i32 {
    llrt_runtime::uncaught::print(&llrt_runtime::uncaught::describe(ctx, &error::caught(ctx, failed)));
    PLATFORM_FAILED
}

/// The exit code of whichever worker ends first.
#[derive(Default)]
struct Ended {
    code: Cell<Option<i32>>,
    waker: Cell<Option<Waker>>,
}

impl Ended {
    fn end(&self, code: i32) {
        self.code.set(self.code.get().or(Some(code)));
        if let Some(waker) = self.waker.take() {
            waker.wake();
        }
    }

    async fn code(&self) -> i32 {
        poll_fn(|context| match self.code.get() {
            Some(code) => Poll::Ready(code),
            None => {
                self.waker.set(Some(context.waker().clone()));
                Poll::Pending
            }
        })
        .await
    }
}

/// What serving an invocation needs.
struct Server<'js> {
    client: Rc<Client>,
    handler: Function<'js>,
    /// Whether the handler takes a callback, by the number of its parameters.
    takes_callback: bool,
    /// For a handler that streams its response.
    streams: Option<Maker<'js>>,
    template: Template<'js>,
    /// What `this` is in the handler.
    receiver: Object<'js>,
}

impl<'js> Server<'js> {
    fn new(ctx: &Ctx<'js>, client: &Rc<Client>, handler: Function<'js>) -> JsResult<Self> {
        let parameters: Value<'js> = handler.get("length")?;
        Ok(Self {
            client: Rc::clone(client),
            takes_callback: parameters.as_number().is_some_and(|count| count >= 3.0),
            streams: Maker::of(ctx, &handler)?,
            handler,
            template: Template::new(ctx, client)?,
            receiver: Object::new(ctx.clone())?,
        })
    }

    /// Serves one invocation after the other until the process has to end, and gives its exit code.
    async fn serve_all(&self, ctx: &Ctx<'js>, api: &mut RuntimeApi) -> i32 {
        let client = &self.client;
        loop {
            let mut invocation = match client.unless_ended(api.next()).await {
                Ok(Ok(invocation)) => invocation,
                Ok(Err(error)) => {
                    report(&error);
                    return PLATFORM_FAILED;
                }
                // Nobody waits for an answer.
                Err(fatal) => return fatal.exit_code,
            };
            let body = std::mem::take(&mut invocation.body);
            let served = if client.is_concurrent() {
                Box::pin(self.serve_beside_others(ctx, &invocation, body, api)).await
            } else {
                let invocation = Rc::new(invocation);
                *client.current.borrow_mut() = Some(Rc::clone(&invocation));
                set_trace_id(ctx, invocation.trace_id.as_deref());
                self.serve(ctx, &invocation, body, api).await
            };
            if let Err(code) = served {
                return code;
            }
        }
    }

    /// Serves an invocation while others are open. `process.env` is theirs too: it does not tell the X-Ray header.
    async fn serve_beside_others(
        &self,
        ctx: &Ctx<'js>,
        invocation: &Invocation,
        body: Vec<u8>,
        api: &mut RuntimeApi,
    ) -> Result<(), i32> {
        self.client.open.borrow_mut().push(invocation.request_id.clone());
        let served = concurrency::within(ctx, invocation, self.serve(ctx, invocation, body, api)).await;
        self.client.open.borrow_mut().retain(|open| *open != invocation.request_id);
        served.unwrap_or_else(|failed| Err(unusable(ctx, &failed)))
    }

    /// Serves one invocation; `Err` with the exit code when the process has to end.
    async fn serve(
        &self,
        ctx: &Ctx<'js>,
        invocation: &Invocation,
        body: Vec<u8>,
        api: &mut RuntimeApi,
    ) -> Result<(), i32> {
        if let Some(streams) = &self.streams {
            // On the heap: the future of an invocation that does not stream has no room for it.
            return Box::pin(self.stream(ctx, streams, invocation, body).serve(ctx, api)).await;
        }
        let request_id = invocation.request_id.as_str();
        let completion = match self.run(ctx, invocation, body).await {
            Ok(completion) => completion,
            Err(End::Fatal(fatal)) => {
                let posted = api.fail(request_id, &fatal.failure.to_json(), fatal.xray_cause.as_deref()).await;
                posted.unwrap_or_else(|error| report(&error));
                return Err(fatal.exit_code);
            }
            Err(End::Empty) => return Err(0),
        };
        let posted = match completion.and_then(|value| stringify(ctx, value)) {
            Ok(Some(json)) => api.respond(request_id, &json).await,
            Ok(None) => api.respond(request_id, b"null").await,
            Err(problem) => {
                console::log_problem(ctx, &self.client, "Invoke Error", &problem);
                let cause = problem.xray_cause(&self.client.working_directory);
                api.fail(request_id, &problem.failure(ctx).to_json(), cause.as_deref()).await
            }
        };
        posted.unwrap_or_else(|error| report(&error));
        Ok(())
    }

    /// Calls the handler and waits for its result.
    async fn run(&self, ctx: &Ctx<'js>, invocation: &Invocation, body: Vec<u8>) -> Result<Completion<'js>, End> {
        let client = &self.client;
        let call = Rc::new(Call::new());
        let mut context = None;
        task::run(ctx, || {
            match self.start(ctx, invocation, body, &call) {
                Ok(made) => context = Some(made),
                Err(problem) => call.settle(Err(problem)),
            }
            Ok(())
        });
        if client.is_concurrent() {
            // What is pending may be another invocation's: there is no telling when nothing of this one is left.
            if !call.awaits_promise.get() && !self.takes_callback {
                call.settle(Ok(Value::new_undefined(ctx.clone())));
            }
            call.unless_settled(std::future::pending()).await;
            return call.take_completion().ok_or(End::Empty);
        }
        client.unless_ended(call.unless_settled(until_idle(ctx))).await?;
        if call.is_open() {
            if call.awaits_promise.get() {
                client.unless_ended(call.unless_settled(until_empty(ctx))).await?;
            } else {
                // A callback that nobody called, and nobody can call any more.
                call.settle(Ok(Value::new_undefined(ctx.clone())));
            }
        }
        let completion = call.completion.take().ok_or(End::Empty)?;
        if call.by_callback.get() && context.is_some_and(|context| self.template.waits(&context)) {
            client.unless_ended(until_idle(ctx)).await?;
        }
        Ok(completion)
    }

    /// Calls the handler; gives the context object that it got.
    fn start(
        &self,
        ctx: &Ctx<'js>,
        invocation: &Invocation,
        body: Vec<u8>,
        call: &Rc<Call<'js>>,
    ) -> Result<Object<'js>, Problem<'js>> {
        let thrown = |failed| Problem::Thrown(error::caught(ctx, &failed));
        let event = parse(ctx, body)?;
        let callback = callback(ctx, call).map_err(thrown)?;
        let context = self.template.context(ctx, invocation, call, &callback)?;
        let arguments = (This(self.receiver.clone()), event, context.clone(), callback);
        let returned = self.handler.call::<_, Value<'js>>(arguments).and_then(|value| self.accept(ctx, value, call));
        returned.map_err(thrown)?;
        Ok(context)
    }

    /// Calls a handler that streams its response.
    fn stream<'b>(
        &'b self,
        ctx: &Ctx<'js>,
        streams: &Maker<'js>,
        invocation: &'b Invocation,
        body: Vec<u8>,
    ) -> Exchange<'b, 'js> {
        let mut exchange = Exchange::new(&self.client, invocation);
        let call = Rc::clone(&exchange.call);
        task::run(ctx, || {
            if let Err(problem) = self.start_stream(ctx, streams, body, &mut exchange) {
                call.settle(Err(problem));
            }
            Ok(())
        });
        exchange
    }

    fn start_stream(
        &self,
        ctx: &Ctx<'js>,
        streams: &Maker<'js>,
        body: Vec<u8>,
        exchange: &mut Exchange<'_, 'js>,
    ) -> Result<(), Problem<'js>> {
        let thrown = |failed| Problem::Thrown(error::caught(ctx, &failed));
        let event = parse(ctx, body)?;
        let call = &exchange.call;
        let callback = callback(ctx, call).map_err(thrown)?;
        let context = self.template.context(ctx, exchange.invocation, call, &callback)?;
        let stream = streams.make(ctx, &exchange.outlet).map_err(thrown)?;
        exchange.stream = Some(stream.clone());
        let returned = self.handler.call::<_, Value<'js>>((This(self.receiver.clone()), event, stream, context));
        match returned.and_then(|value| call.follow_any(ctx, &value)).map_err(thrown)? {
            true => {}
            false => call.settle(stream::not_async()),
        }
        Ok(())
    }

    /// Takes what the handler returned: a promise is waited for, a value is the result, unless a callback is to be called.
    fn accept(&self, ctx: &Ctx<'js>, value: Value<'js>, call: &Rc<Call<'js>>) -> JsResult<()> {
        if !call.follow_any(ctx, &value)? && !self.takes_callback && !value.is_undefined() {
            call.settle(Ok(value));
        }
        Ok(())
    }
}

/// One call of the handler, until it has a result. The first one counts, whether it comes from a promise or a callback.
pub(super) struct Call<'js> {
    open: Cell<bool>,
    completion: RefCell<Option<Completion<'js>>>,
    by_callback: Cell<bool>,
    awaits_promise: Cell<bool>,
    waker: Cell<Option<Waker>>,
}

impl<'js> Call<'js> {
    pub(super) fn new() -> Self {
        Self {
            open: Cell::new(true),
            completion: RefCell::new(None),
            by_callback: Cell::new(false),
            awaits_promise: Cell::new(false),
            waker: Cell::new(None),
        }
    }

    fn is_open(&self) -> bool {
        self.open.get()
    }

    /// Whether it ended with an error.
    pub(super) fn has_failed(&self) -> bool {
        matches!(*self.completion.borrow(), Some(Err(_)))
    }

    /// How it ended, once.
    pub(super) fn take_completion(&self) -> Option<Completion<'js>> {
        self.completion.take()
    }

    /// Wakes a task when the call ends.
    pub(super) fn wake_with(&self, waker: &Waker) {
        self.waker.set(Some(waker.clone()));
    }

    /// Ends the call, unless it has ended.
    pub(super) fn settle(&self, completion: Completion<'js>) {
        if self.open.replace(false) {
            *self.completion.borrow_mut() = Some(completion);
            if let Some(waker) = self.waker.take() {
                waker.wake();
            }
        }
    }

    /// Ends the call as a Node.js callback does.
    pub(super) fn call_back(&self, ctx: &Ctx<'js>, error: Option<Value<'js>>, value: Option<Value<'js>>) {
        if self.is_open() {
            self.by_callback.set(true);
            self.settle(match error {
                Some(error) if !error.is_undefined() && !error.is_null() => Err(Problem::Thrown(error)),
                _ => Ok(value.unwrap_or_else(|| Value::new_undefined(ctx.clone()))),
            });
        }
    }

    /// Ends the call as the value does, if it is a promise or has a `then`.
    fn follow_any(self: &Rc<Self>, ctx: &Ctx<'js>, value: &Value<'js>) -> JsResult<bool> {
        if let Some(promise) = value.as_promise() {
            self.follow(ctx, promise)?;
            return Ok(true);
        }
        let then = value.as_object().map(|object| object.get::<_, Value<'js>>("then")).transpose()?;
        if !then.is_some_and(|then| then.is_function()) {
            return Ok(false);
        }
        let (promise, resolve, _) = Promise::new(ctx)?;
        resolve.call::<_, ()>((value.clone(),))?;
        self.follow(ctx, &promise)?;
        Ok(true)
    }

    /// Ends the call as the promise does.
    fn follow(self: &Rc<Self>, ctx: &Ctx<'js>, promise: &Promise<'js>) -> JsResult<()> {
        if promise.state() == PromiseState::Resolved {
            self.settle(Ok(promise.result().unwrap_or_else(|| Ok(Value::new_undefined(ctx.clone())))?));
            return Ok(());
        }
        self.awaits_promise.set(true);
        let (resolved, rejected) = (Rc::clone(self), Rc::clone(self));
        let resolved = Function::new(ctx.clone(), move |value: Value<'js>| resolved.settle(Ok(value)))?;
        let rejected =
            Function::new(ctx.clone(), move |reason: Value<'js>| rejected.settle(Err(Problem::Thrown(reason))))?;
        promise.then()?.call::<_, Value<'js>>((This(promise.clone()), resolved, rejected)).map(drop)
    }

    /// Waits for `other`, unless the call ends before.
    pub(super) async fn unless_settled(&self, other: impl Future<Output = ()>) {
        if !self.is_open() {
            return;
        }
        let mut other = pin!(other);
        poll_fn(|context| {
            if !self.is_open() {
                return Poll::Ready(());
            }
            let polled = other.as_mut().poll(context);
            if polled.is_pending() {
                self.wake_with(context.waker());
            }
            polled
        })
        .await;
    }
}

fn callback<'js>(ctx: &Ctx<'js>, call: &Rc<Call<'js>>) -> JsResult<Function<'js>> {
    let call = Rc::clone(call);
    Function::new(ctx.clone(), move |ctx: Ctx<'js>, error: Opt<Value<'js>>, value: Opt<Value<'js>>| {
        call.call_back(&ctx, error.0, value.0);
    })
}

/// The event.
fn parse<'js>(ctx: &Ctx<'js>, body: Vec<u8>) -> Result<Value<'js>, Problem<'js>> {
    let text = String::from_utf8(body).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned());
    llrt_plain::parse(ctx, &text).map_err(|failed| {
        let value = match failed {
            rquickjs::Error::Exception => Ok(ctx.catch()),
            // The engine's text ends with a NUL character: there is one in the middle.
            _ => error::into_value(ctx, &NodeError::plain(JsClass::SyntaxError, "Unexpected token '\0' in JSON")),
        };
        Problem::Thrown(value.unwrap_or_else(|failed| error::caught(ctx, &failed)))
    })
}

/// The response; none for `undefined`.
fn stringify<'js>(ctx: &Ctx<'js>, value: Value<'js>) -> Result<Option<Vec<u8>>, Problem<'js>> {
    if value.is_undefined() {
        return Ok(None);
    }
    let mut json = Ok(None);
    // It may call functions of the value's.
    task::run(ctx, || {
        json = llrt_plain::stringify(ctx, &value);
        Ok(())
    });
    match json {
        Ok(Some(json)) => Ok(Some(json)),
        Ok(None) => Err(Problem::Own(Failure::with_header("TypeError", "Wrong arguments"), None)),
        Err(failed) => {
            error::caught(ctx, &failed);
            Err(Problem::of_kind(Kind::JsonStringifyError, "Unable to stringify response body"))
        }
    }
}
