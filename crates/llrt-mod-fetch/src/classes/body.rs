use std::{cell::RefCell, rc::Rc};

use llrt_core::{bytes as views, task};
use llrt_http::{Decoder, ResponseBody};
use rquickjs::{Ctx, IntoJs, JsLifetime, Promise, Result, Value, class::Trace};

use crate::{
    cancel::Cancel,
    error::{Face, Failure},
};

/// The body of a response that had not arrived completely with its head.
#[derive(Clone, JsLifetime, Trace)]
#[rquickjs::class]
pub(crate) struct HttpBody {
    #[qjs(skip_trace)]
    source: Rc<Source>,
}

/// Reads and decodes.
struct Source {
    state: RefCell<State>,
    cancel: Cancel,
    face: Face,
}

enum State {
    Open {
        body: Box<ResponseBody>,
        decoder: Option<Decoder>,
    },
    /// A read has it.
    Busy,
    Ended,
}

impl HttpBody {
    pub(crate) fn new(body: ResponseBody, decoder: Option<Decoder>, cancel: Cancel, face: Face) -> Self {
        Self {
            source: Rc::new(Source {
                state: RefCell::new(State::Open { body: Box::new(body), decoder }),
                cancel,
                face,
            }),
        }
    }
}

#[rquickjs::methods]
impl HttpBody {
    /// `read(): Promise<Uint8Array | undefined>`: the next part; `undefined` after the last.
    fn read<'js>(&self, ctx: Ctx<'js>) -> Result<Promise<'js>> {
        let source = Rc::clone(&self.source);
        let task_ctx = ctx.clone();
        task::promise(&ctx, async move {
            match source.next().await {
                Ok(Some(part)) => views::uint8_array(&task_ctx, part)?.into_js(&task_ctx),
                Ok(None) => Ok(Value::new_undefined(task_ctx)),
                Err(failure) => Err(failure.throw(&task_ctx, source.face)),
            }
        })
    }

    /// `collect(): Promise<Uint8Array>`: all that is left.
    fn collect<'js>(&self, ctx: Ctx<'js>) -> Result<Promise<'js>> {
        let source = Rc::clone(&self.source);
        let task_ctx = ctx.clone();
        task::promise(&ctx, async move {
            match source.collect().await {
                Ok(all) => views::uint8_array(&task_ctx, all),
                Err(failure) => Err(failure.throw(&task_ctx, source.face)),
            }
        })
    }

    /// `cancel()`: nobody wants the rest; closes the connection.
    fn cancel(&self) {
        self.source.cancel.cancel();
        self.source.state.replace(State::Ended);
    }
}

impl Source {
    async fn next(&self) -> std::result::Result<Option<Vec<u8>>, Failure> {
        let (mut body, mut decoder) = match self.state.replace(State::Busy) {
            State::Open { body, decoder } => (body, decoder),
            State::Busy => return Err(Failure::Busy),
            State::Ended => {
                self.state.replace(State::Ended);
                return Ok(None);
            }
        };
        let part = self.cancel.run(next_part(&mut body, &mut decoder)).await;
        let part = part.unwrap_or(Err(Failure::Cancelled));
        let state = if matches!(part, Ok(Some(_))) { State::Open { body, decoder } } else { State::Ended };
        self.state.replace(state);
        part
    }

    async fn collect(&self) -> std::result::Result<Vec<u8>, Failure> {
        let (mut body, decoder) = match self.state.replace(State::Ended) {
            State::Open { body, decoder } => (body, decoder),
            State::Busy => {
                self.state.replace(State::Busy);
                return Err(Failure::Busy);
            }
            State::Ended => return Ok(Vec::new()),
        };
        let all = self.cancel.run(async {
            let Some(mut decoder) = decoder else { return Ok(body.collect().await?) };
            let mut all = Vec::new();
            while let Some(part) = body.chunk().await {
                all.append(&mut decoder.push(&part?)?);
            }
            Ok(all)
        });
        all.await.unwrap_or(Err(Failure::Cancelled))
    }
}

/// The next decoded part that is not empty.
async fn next_part(
    body: &mut ResponseBody,
    decoder: &mut Option<Decoder>,
) -> std::result::Result<Option<Vec<u8>>, Failure> {
    loop {
        let Some(part) = body.chunk().await else { return Ok(None) };
        let part = match decoder {
            Some(decoder) => decoder.push(&part?)?,
            None => Vec::from(part?),
        };
        if !part.is_empty() {
            return Ok(Some(part));
        }
    }
}
