use std::{cell::RefCell, rc::Rc};

use bytes::Bytes;
use llrt_core::{args, bytes as views, task};
use llrt_http::{Body, BodySender};
use rquickjs::{Ctx, JsLifetime, Promise, Result, Value, class::Trace, function::Opt};

/// Where a script writes the parts of a request's body.
#[derive(Clone, JsLifetime, Trace)]
#[rquickjs::class]
pub(crate) struct BodySink {
    #[qjs(skip_trace)]
    state: Rc<State>,
}

struct State {
    sender: RefCell<Option<Rc<BodySender>>>,
    body: RefCell<Option<Body>>,
}

impl BodySink {
    /// The body, once.
    pub(crate) fn take_body(&self) -> Option<Body> {
        self.state.body.borrow_mut().take()
    }

    fn take_sender(&self) -> Option<BodySender> {
        let sender = self.state.sender.borrow_mut().take()?;
        // A write that waits holds it too, and must end first.
        Rc::into_inner(sender)
    }
}

#[rquickjs::methods]
impl BodySink {
    /// `new BodySink(length?)`: the body's length, if it is known.
    #[qjs(constructor)]
    fn new<'js>(ctx: Ctx<'js>, len: Opt<Value<'js>>) -> Result<Self> {
        let len = match len.0.filter(|len| !len.is_undefined() && !len.is_null()) {
            Some(len) => Some(args::integer(&ctx, &len, "length", 0, (1 << 53) - 1)? as u64),
            None => None,
        };
        let (sender, body) = Body::stream(len);
        let state = State { sender: RefCell::new(Some(Rc::new(sender))), body: RefCell::new(Some(body)) };
        Ok(Self { state: Rc::new(state) })
    }

    /// `write(bytes): Promise<boolean>`: resolves when the next part is welcome; to `false` when no more is wanted.
    fn write<'js>(&self, ctx: Ctx<'js>, part: Value<'js>) -> Result<Promise<'js>> {
        let part = Bytes::from(views::bytes_or_utf8(&ctx, &part, "chunk")?);
        let sender = self.state.sender.borrow().clone();
        task::promise(&ctx, async move {
            match sender {
                // An empty part would end a chunked body.
                Some(_) if part.is_empty() => Ok(true),
                Some(sender) => Ok(sender.send(part).await),
                None => Ok(false),
            }
        })
    }

    /// `end()`: the body is complete.
    fn end(&self) {
        if let Some(sender) = self.take_sender() {
            sender.end();
        }
    }

    /// `fail(reason)`: the body will not be completed; the request fails.
    fn fail<'js>(&self, ctx: Ctx<'js>, reason: String) {
        if let Some(sender) = self.take_sender() {
            task::spawn_unref(&ctx, sender.fail(reason));
        }
    }
}
