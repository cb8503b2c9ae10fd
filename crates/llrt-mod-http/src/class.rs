//! The parser as its script holds it.

use std::cell::{Cell, RefCell};

use llrt_core::{
    bytes::{self, View},
    scope::{self, Captured},
};
use rquickjs::{
    Array, Class, Ctx, Function, JsLifetime, Object, Result, Value,
    class::{Trace, Tracer},
    function::{Rest, This},
};

use crate::{
    names::METHODS,
    parser::{Answer, Event, Kind, Parser},
};

/// One parser.
#[derive(JsLifetime, Trace)]
#[rquickjs::class(rename = "Parser")]
pub(crate) struct NativeParser {
    #[qjs(skip_trace)]
    parser: RefCell<Parser>,
    #[qjs(skip_trace)]
    part_start: Cell<usize>,
}

/// The scope that something began in, for its events.
#[derive(JsLifetime)]
#[rquickjs::class(rename = "Scope")]
pub(crate) struct NativeScope<'js> {
    captured: RefCell<Captured<'js>>,
}

impl<'js> Trace<'js> for NativeScope<'js> {
    fn trace<'a>(&self, tracer: Tracer<'a, 'js>) {
        self.captured.borrow().trace(tracer);
    }
}

#[rquickjs::methods]
impl<'js> NativeScope<'js> {
    /// `run(callback, self, arguments)`: calls it as an event of what the scope stands for.
    fn run(
        &self,
        ctx: Ctx<'js>,
        callback: Function<'js>,
        this: Value<'js>,
        arguments: Vec<Value<'js>>,
    ) -> Result<Value<'js>> {
        let captured = self.captured.borrow().clone();
        scope::run_in(&ctx, &captured, || callback.call((This(this), Rest(arguments))))
    }

    /// `close()`: there will be no more events.
    fn close(&self, ctx: Ctx<'js>) {
        let mut captured = self.captured.take();
        captured.finish(&ctx);
    }
}

/// `capture(type, resource)`: the current scope for what begins now, `undefined` when nothing is followed.
pub(crate) fn capture<'js>(
    ctx: Ctx<'js>,
    kind: String,
    resource: Value<'js>,
) -> Result<Option<Class<'js, NativeScope<'js>>>> {
    let captured = scope::capture(&ctx, &kind, || Some(resource));
    if captured.is_empty() {
        return Ok(None);
    }
    Class::instance(ctx, NativeScope { captured: RefCell::new(captured) }).map(Some)
}

/// Events as numbers, in what `step` gives; the position is the rest.
const EVENTS: f64 = 8.0;

fn number(event: &Event) -> f64 {
    match event {
        Event::More => 0.0,
        Event::Begin => 1.0,
        Event::Head => 2.0,
        Event::Body(_) => 3.0,
        Event::Complete => 4.0,
        Event::Upgrade => 5.0,
        Event::Failed => 6.0,
    }
}

#[rquickjs::methods]
impl NativeParser {
    #[qjs(constructor)]
    fn new() -> Self {
        Self { parser: RefCell::new(Parser::new(Kind::Request, 16384, 0)), part_start: Cell::new(0) }
    }

    /// `open(isResponse, maxHeaderSize, leniency)`: ready for the messages of a connection.
    fn open(&self, is_response: bool, max_head_len: usize, lenient: u16) {
        let side = if is_response { Kind::Response } else { Kind::Request };
        *self.parser.borrow_mut() = Parser::new(side, max_head_len, lenient);
    }

    /// `step(bytes, from)`: the number of an event, and eight times the position where to go on.
    fn step(&self, data: Value<'_>, from: usize) -> f64 {
        let Some(view) = View::of(&data) else { return 0.0 };
        let (event, at) = view.with(|data| self.parser.borrow_mut().step(data, from));
        if let Event::Body(part) = &event {
            self.part_start.set(part.start);
        }
        number(&event) + EVENTS * at as f64
    }

    /// `finish()`: the number of the event that the end of the stream is.
    fn finish(&self) -> f64 {
        number(&self.parser.borrow_mut().finish())
    }

    /// `part()`: where the part of the body begins that `step` came to; it ends where it goes on.
    fn part(&self) -> usize {
        self.part_start.get()
    }

    /// `answer(number)`: 1 when the message has no body, 2 when another protocol follows.
    fn answer(&self, number: i32) {
        self.parser.borrow_mut().answer(match number {
            1 => Answer::NoBody,
            2 => Answer::Tunnel,
            _ => Answer::AsSaid,
        });
    }

    /// `head()`: `[major, minor, fields, method, url, status, reason, upgrade, keepAlive]`.
    fn head<'js>(&self, ctx: Ctx<'js>) -> Result<Array<'js>> {
        let parser = self.parser.borrow();
        let head = Array::new(ctx.clone())?;
        let (major, minor) = parser.version();
        head.set(0, major)?;
        head.set(1, minor)?;
        head.set(2, fields(&ctx, &parser)?)?;
        head.set(3, parser.method())?;
        head.set(4, bytes::latin1_string(&ctx, parser.url())?)?;
        head.set(5, parser.status())?;
        head.set(6, bytes::latin1_string(&ctx, parser.reason())?)?;
        head.set(7, parser.is_upgrade())?;
        head.set(8, parser.should_keep_alive())?;
        Ok(head)
    }

    /// `fields()`: names and values in turns.
    fn fields<'js>(&self, ctx: Ctx<'js>) -> Result<Array<'js>> {
        fields(&ctx, &self.parser.borrow())
    }

    /// `hasTrailers()`: whether `fields` gives some that came after a body.
    #[qjs(rename = "hasTrailers")]
    fn has_trailers(&self) -> bool {
        self.parser.borrow().has_trailers()
    }

    /// `failure()`: `[code, reason]`.
    fn failure(&self) -> Vec<&'static str> {
        self.parser.borrow().failure().map_or_else(Vec::new, |failure| vec![failure.code, failure.reason])
    }
}

fn fields<'js>(ctx: &Ctx<'js>, parser: &Parser) -> Result<Array<'js>> {
    let fields = Array::new(ctx.clone())?;
    for (index, field) in parser.fields().enumerate() {
        fields.set(index, bytes::latin1_string(ctx, field)?)?;
    }
    Ok(fields)
}

/// The class's constructor.
pub(crate) fn constructor<'js>(ctx: &Ctx<'js>) -> Result<Value<'js>> {
    Ok(Class::<NativeParser>::create_constructor(ctx)?
        .map_or_else(|| Value::new_undefined(ctx.clone()), |it| it.into_value()))
}

/// [`METHODS`].
pub(crate) fn methods<'js>(ctx: &Ctx<'js>) -> Result<Value<'js>> {
    let array = Array::new(ctx.clone())?;
    for (index, method) in METHODS.iter().enumerate() {
        array.set(index, *method)?;
    }
    Ok(array.into_value())
}

/// [`STATUS_CODES`](crate::names::STATUS_CODES) by their numbers.
pub(crate) fn status_codes<'js>(ctx: &Ctx<'js>) -> Result<Value<'js>> {
    let object = Object::new(ctx.clone())?;
    for (code, reason) in crate::names::STATUS_CODES {
        object.set(*code, *reason)?;
    }
    Ok(object.into_value())
}
