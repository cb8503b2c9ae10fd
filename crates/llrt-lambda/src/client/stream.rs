//! Serving invocations of a handler that streams its response.

use std::{
    cell::{Cell, RefCell},
    future::poll_fn,
    rc::Rc,
    task::{Poll, Waker},
};

use llrt_core::{
    Entry, JsClass, Module, ModuleInfo, NodeError, bytes, error, host,
    scope::{self, Captured},
    task,
};
use llrt_runtime::until_empty;
use rquickjs::{Atom, Ctx, Function, Object, Result as JsResult, Symbol, Value, function::This};

use super::{
    Client, console,
    invoke::{Call, Completion},
    report,
    thrown::Problem,
};
use crate::{
    api::{ApiError, Invocation, RuntimeApi, Streaming},
    failure::Failure,
};

/// What is taken from the function at once, before it has to wait for the connection.
const MAX_WAITING_BYTES: usize = 64 * 1024;

/// `internal:response-stream`: the stream that a handler writes to.
pub(super) struct ResponseStream;

impl Module for ResponseStream {
    const INFO: &'static ModuleInfo = &ModuleInfo {
        requires: &["internal:errors", "internal:host", "node:stream"],
        script: Some(llrt_core::script!("response-stream")),
        ..ModuleInfo::new("internal:response-stream")
    };
}

/// The module, for the list of all.
pub(super) const ENTRY: Entry = Entry::of::<ResponseStream>();

/// Makes the streams of a handler that `awslambda.streamifyResponse` has marked.
pub(super) struct Maker<'js> {
    create: Function<'js>,
    /// What the handler asked for, if it did.
    high_water_mark: Value<'js>,
}

impl<'js> Maker<'js> {
    /// `None`: the handler gives its response whole.
    pub(super) fn of(ctx: &Ctx<'js>, handler: &Function<'js>) -> JsResult<Option<Self>> {
        let mark = property(ctx, handler, "aws.lambda.runtime.handler.streaming")?;
        if mark.as_string().is_none_or(|mark| mark.to_string().is_ok_and(|mark| mark != "response")) {
            return Ok(None);
        }
        let create = host::import(ctx, "internal:response-stream")?.get("create")?;
        let high_water_mark = property(ctx, handler, "aws.lambda.runtime.handler.streaming.highWaterMark")?;
        Ok(Some(Self { create, high_water_mark }))
    }

    /// Makes a stream into `outlet`.
    pub(super) fn make(&self, ctx: &Ctx<'js>, outlet: &Rc<Outlet<'js>>) -> JsResult<Object<'js>> {
        let native = Object::new(ctx.clone())?;
        let named = Rc::clone(outlet);
        let set_content_type = move |content_type: String| *named.content_type.borrow_mut() = content_type;
        native.set("setContentType", Function::new(ctx.clone(), set_content_type)?)?;
        let send = Rc::clone(outlet);
        let send = move |ctx: Ctx<'js>, chunk: Value<'js>, callback: Value<'js>| send.send(&ctx, &chunk, callback);
        native.set("send", Function::new(ctx.clone(), send)?)?;
        let end = Rc::clone(outlet);
        native.set("end", Function::new(ctx.clone(), move || end.end())?)?;
        let failed = Rc::clone(outlet);
        let fail = move |error: Value<'js>| failed.fail(error);
        native.set("fail", Function::new(ctx.clone(), fail)?)?;
        self.create.call((native, self.high_water_mark.clone()))
    }
}

fn property<'js>(ctx: &Ctx<'js>, handler: &Function<'js>, symbol: &str) -> JsResult<Value<'js>> {
    let symbol = Symbol::new_global(ctx.clone(), symbol)?;
    handler.get(Atom::from_value(ctx.clone(), symbol.as_value())?)
}

/// What a function has written, until it is sent.
pub(super) struct Outlet<'js> {
    content_type: RefCell<String>,
    bytes: RefCell<Vec<u8>>,
    /// To be called when the bytes are sent.
    waiting: RefCell<Vec<(Function<'js>, Captured<'js>)>>,
    ended: Cell<bool>,
    /// The first error of the stream.
    failure: RefCell<Option<Value<'js>>>,
    waker: Cell<Option<Waker>>,
}

/// What is to be done next.
enum Step {
    /// There are bytes to be sent.
    Send,
    /// The response is whole.
    End,
    /// The invocation has failed.
    Fail,
}

impl<'js> Outlet<'js> {
    fn new() -> Self {
        Self {
            content_type: RefCell::new("application/octet-stream".to_owned()),
            bytes: RefCell::default(),
            waiting: RefCell::default(),
            ended: Cell::new(false),
            failure: RefCell::default(),
            waker: Cell::default(),
        }
    }

    /// Takes a chunk; `true` when there is room for more. Otherwise `callback` is called once there is.
    fn send(&self, ctx: &Ctx<'js>, chunk: &Value<'js>, callback: Value<'js>) -> JsResult<bool> {
        let mut waiting = self.bytes.borrow_mut();
        match bytes::View::of(chunk) {
            Some(view) => view.with(|bytes| waiting.extend_from_slice(bytes)),
            None => waiting.extend_from_slice(&bytes::bytes_or_utf8(ctx, chunk, "chunk")?),
        }
        let room = waiting.len() < MAX_WAITING_BYTES;
        if !room && let Some(callback) = callback.into_function() {
            self.waiting.borrow_mut().push((callback, scope::capture(ctx, "WRITEWRAP", || None)));
        }
        self.wake();
        Ok(room)
    }

    fn end(&self) {
        self.ended.set(true);
        self.wake();
    }

    fn fail(&self, error: Value<'js>) {
        self.failure.borrow_mut().get_or_insert(error);
        self.wake();
    }

    fn wake(&self) {
        if let Some(waker) = self.waker.take() {
            waker.wake();
        }
    }

    /// Waits until there is something to do.
    async fn step(&self, call: &Call<'js>) -> Step {
        poll_fn(|context| {
            if self.ended.get() {
                return Poll::Ready(Step::End);
            }
            if call.has_failed() || self.failure.borrow().is_some() {
                return Poll::Ready(Step::Fail);
            }
            if !self.bytes.borrow().is_empty() {
                return Poll::Ready(Step::Send);
            }
            self.waker.set(Some(context.waker().clone()));
            call.wake_with(context.waker());
            Poll::Pending
        })
        .await
    }
}

/// How the response ended.
enum Sent {
    /// The service has it.
    Whole,
    /// The service does not want it, or the connection broke.
    Refused(ApiError),
    /// The invocation failed before it was whole.
    Failed,
}

/// One invocation of a handler that streams.
pub(super) struct Exchange<'a, 'js> {
    pub(super) client: &'a Client,
    pub(super) invocation: &'a Invocation,
    pub(super) call: Rc<Call<'js>>,
    pub(super) outlet: Rc<Outlet<'js>>,
    /// What the handler got; none when it could not be called.
    pub(super) stream: Option<Object<'js>>,
}

impl<'a, 'js> Exchange<'a, 'js> {
    pub(super) fn new(client: &'a Client, invocation: &'a Invocation) -> Self {
        Self { client, invocation, call: Rc::new(Call::new()), outlet: Rc::new(Outlet::new()), stream: None }
    }

    /// Sends what the handler writes until it is done; `Err` with the exit code when the process has to end.
    pub(super) async fn serve(self, ctx: &Ctx<'js>, api: &mut RuntimeApi) -> Result<(), i32> {
        let mut response = api.stream(&self.invocation.request_id);
        let sent = match self.client.unless_ended(self.send(ctx, &mut response)).await {
            Ok(sent) => sent,
            Err(fatal) => {
                let content_type = self.outlet.content_type.take();
                let posted = if response.is_started() {
                    response.finish(&content_type, &self.outlet.bytes.take(), Some(&fatal.failure)).await
                } else {
                    drop(response);
                    let body = fatal.failure.to_json();
                    api.fail(&self.invocation.request_id, &body, fatal.xray_cause.as_deref()).await
                };
                posted.unwrap_or_else(|error| report(&error));
                return Err(fatal.exit_code);
            }
        };
        // The callbacks refer to the stream, and the stream to the outlet.
        let bytes = self.outlet.bytes.take();
        self.outlet.waiting.take();
        let content_type = self.outlet.content_type.take();
        match sent {
            Sent::Whole => {
                let posted = self.client.unless_ended(response.finish(&content_type, &bytes, None)).await;
                match posted {
                    Ok(posted) => posted.unwrap_or_else(|error| report(&error)),
                    Err(fatal) => return Err(fatal.exit_code),
                }
                if self.client.is_concurrent() {
                    self.call.unless_settled(std::future::pending()).await;
                } else {
                    let settled = self.call.unless_settled(until_empty(ctx));
                    self.client.unless_ended(settled).await.map_err(|fatal| fatal.exit_code)?;
                }
                self.log(ctx);
            }
            Sent::Failed => {
                let failure = self.log(ctx);
                let posted = response.finish(&content_type, &bytes, failure.as_ref()).await;
                posted.unwrap_or_else(|error| report(&error));
            }
            Sent::Refused(error) => {
                report(&error);
                drop(response);
                self.destroy(ctx, &error);
                self.log(ctx);
            }
        }
        Ok(())
    }

    async fn send(&self, ctx: &Ctx<'js>, response: &mut Streaming<'_>) -> Sent {
        loop {
            match self.outlet.step(&self.call).await {
                Step::End => return Sent::Whole,
                Step::Fail => return Sent::Failed,
                Step::Send => {
                    let bytes = self.outlet.bytes.take();
                    let content_type = self.outlet.content_type.borrow().clone();
                    if let Err(error) = response.write(&content_type, &bytes).await {
                        return Sent::Refused(error);
                    }
                    for (callback, captured) in self.outlet.waiting.take() {
                        task::run_in(ctx, &captured, || callback.call(()));
                    }
                }
            }
        }
    }

    /// Logs what there is to say about what the handler returned or threw; gives the error.
    fn log(&self, ctx: &Ctx<'js>) -> Option<Failure> {
        let completion = match self.outlet.failure.take() {
            Some(error) => Err(Problem::Thrown(error)),
            None => self.call.take_completion()?,
        };
        match completion {
            Ok(value) => {
                if !value.is_undefined() {
                    console::warn(ctx, self.client, "Streaming handlers ignore return values.");
                }
                None
            }
            Err(problem) => {
                console::log_problem(ctx, self.client, "Invoke Error", &problem);
                Some(problem.failure(ctx))
            }
        }
    }

    /// Tells the handler that nobody reads any more.
    fn destroy(&self, ctx: &Ctx<'js>, error: &ApiError) {
        let Some(stream) = &self.stream else { return };
        task::run(ctx, || {
            let error = error::into_value(ctx, &NodeError::new(JsClass::Error, "ECONNRESET", error.to_string()))?;
            let destroy: Function<'js> = stream.get("destroy")?;
            destroy.call((This(stream.clone()), error))
        });
    }
}

/// Takes what a streaming handler returned: it must be something to wait for.
pub(super) fn not_async<'js>() -> Completion<'js> {
    Err(Problem::Own(Failure::with_header("Error", "Streaming does not support non-async handlers."), None))
}
