//! What the script calls: a connection's native half, and turning its events into arrays.

use std::{cell::RefCell, sync::LazyLock, time::Instant};

use llrt_core::bytes::{self, View};
use rquickjs::{Array, Class, Coerced, Ctx, IntoJs, JsLifetime, Object, Result, Value, class::Trace, function::Opt};

use crate::proto::{Event, Header, Options, Padding, Session, frame::lib_error, settings::Settings};

/// A connection that JavaScript holds.
#[derive(Trace, JsLifetime)]
#[rquickjs::class(rename = "Connection")]
pub(crate) struct Connection {
    #[qjs(skip_trace)]
    session: RefCell<Session>,
}

type This<'js> = Class<'js, Connection>;

fn with<R>(this: &This<'_>, look: impl FnOnce(&mut Session) -> R) -> R {
    look(&mut this.borrow().session.borrow_mut())
}

/// What [`Session::respond`] and [`Session::request`] are told by bits.
const END: u32 = 1;
const TRAILERS: u32 = 2;
const INTERIM: u32 = 4;

/// A connection with Node's options; those that are not there have nghttp2's defaults.
pub(crate) fn open<'js>(ctx: Ctx<'js>, is_server: bool, given: Object<'js>) -> Result<This<'js>> {
    let number = |name: &str| given.get::<_, Option<f64>>(name);
    let count = |name: &str, default: usize| number(name).map(|value| value.map_or(default, |value| value as usize));
    let mut options = Options::default();
    options.padding = match number("paddingStrategy")?.unwrap_or_default() as u32 {
        1 => Padding::Aligned,
        2 => Padding::Max,
        _ => Padding::None,
    };
    options.max_send_block = count("maxSendHeaderBlockLength", options.max_send_block)?;
    // As in Node, there is always room for what every message of its kind has.
    let least = if is_server { 4 } else { 1 };
    options.max_header_pairs = count("maxHeaderListPairs", options.max_header_pairs)?.max(least);
    options.max_deflate_table = count("maxDeflateDynamicTableSize", options.max_deflate_table)?;
    options.max_reserved = count("maxReservedRemoteStreams", options.max_reserved)?;
    options.peer_max_streams = count("peerMaxConcurrentStreams", options.peer_max_streams as usize)? as u32;
    options.max_settings = count("maxSettings", options.max_settings)?.max(1);
    options.max_invalid_frames = count("maxSessionInvalidFrames", options.max_invalid_frames as usize)? as u32;
    options.max_rejected = count("maxSessionRejectedStreams", options.max_rejected as usize)? as u32;
    if let Some(megabytes) = number("maxSessionMemory")? {
        options.max_memory = (megabytes * 1e6) as usize;
    }
    options.reset_burst = number("streamResetBurst")?.unwrap_or(options.reset_burst);
    options.resets_per_second = number("streamResetRate")?.unwrap_or(options.resets_per_second);
    options.strict_whitespace = given.get::<_, Option<bool>>("strictFieldWhitespaceValidation")?.unwrap_or(true);
    options.custom_settings = given.get::<_, Option<Vec<u16>>>("remoteCustomSettings")?.unwrap_or_default();
    Class::instance(ctx, Connection { session: RefCell::new(Session::new(is_server, options)) })
}

pub(crate) fn receive<'js>(this: This<'js>, input: Value<'js>) {
    if let Some(view) = View::of(&input) {
        view.with(|bytes| with(&this, |session| session.receive(bytes)));
    }
}

/// The next event as an array of its kind's number and what belongs to it.
pub(crate) fn next<'js>(ctx: Ctx<'js>, this: This<'js>) -> Result<Option<Array<'js>>> {
    let event = with(&this, Session::next_event);
    event.map(|event| event_array(&ctx, event)).transpose()
}

/// What is to be sent.
pub(crate) fn output<'js>(ctx: Ctx<'js>, this: This<'js>) -> Result<Option<Object<'js>>> {
    let out = with(&this, Session::output);
    if out.is_empty() { Ok(None) } else { bytes::buffer(&ctx, out).map(Some) }
}

/// What is to be sent before the end, without what streams would still say.
pub(crate) fn last_words<'js>(ctx: Ctx<'js>, this: This<'js>) -> Result<Option<Object<'js>>> {
    let out = with(&this, Session::last_words);
    if out.is_empty() { Ok(None) } else { bytes::buffer(&ctx, out).map(Some) }
}

pub(crate) fn written<'js>(this: This<'js>) -> Option<Vec<u32>> {
    Some(with(&this, Session::take_written)).filter(|ids| !ids.is_empty())
}

/// Numbers and values in turn.
pub(crate) fn settings<'js>(this: This<'js>, flat: Vec<f64>) {
    let entries = flat.chunks_exact(2).map(|pair| (pair[0] as u16, pair[1] as u32)).collect();
    with(&this, |session| session.settings(entries));
}

/// The new stream's number, or an error's, which is negative.
pub(crate) fn request<'js>(
    this: This<'js>,
    headers: Array<'js>,
    sensitive: Option<Vec<String>>,
    flags: u32,
) -> Result<f64> {
    let headers = header_list(&headers, sensitive)?;
    Ok(number_or_error(with(&this, |session| session.request(headers, flags & END != 0, flags & TRAILERS != 0))))
}

pub(crate) fn respond<'js>(
    this: This<'js>,
    id: u32,
    headers: Array<'js>,
    sensitive: Option<Vec<String>>,
    flags: u32,
) -> Result<bool> {
    let headers = header_list(&headers, sensitive)?;
    Ok(with(&this, |session| match flags {
        INTERIM => session.inform(id, &headers),
        _ => session.respond(id, &headers, flags & END != 0, flags & TRAILERS != 0),
    }))
}

pub(crate) fn promise<'js>(
    this: This<'js>,
    parent: u32,
    headers: Array<'js>,
    sensitive: Option<Vec<String>>,
) -> Result<f64> {
    let headers = header_list(&headers, sensitive)?;
    Ok(number_or_error(with(&this, |session| session.promise(parent, &headers))))
}

fn number_or_error(result: std::result::Result<u32, i32>) -> f64 {
    result.map_or_else(f64::from, f64::from)
}

pub(crate) fn write<'js>(ctx: Ctx<'js>, this: This<'js>, id: u32, data: Value<'js>) -> Result<bool> {
    let data = bytes::bytes_or_utf8(&ctx, &data, "chunk")?;
    Ok(with(&this, |session| session.write(id, data)))
}

pub(crate) fn end<'js>(this: This<'js>, id: u32) {
    with(&this, |session| session.end(id));
}

pub(crate) fn close<'js>(this: This<'js>, id: u32, code: u32) {
    with(&this, |session| session.close(id, code));
}

pub(crate) fn pause<'js>(this: This<'js>, id: u32, paused: bool) {
    with(&this, |session| session.set_paused(id, paused));
}

pub(crate) fn ping<'js>(this: This<'js>, payload: Value<'js>) {
    let payload = View::of(&payload).and_then(|view| view.with(|bytes| bytes.try_into().ok()));
    with(&this, |session| session.ping(payload.unwrap_or_default()));
}

/// With no `last` it is the newest stream that the program has seen.
pub(crate) fn goaway<'js>(this: This<'js>, code: u32, last: u32, data: Value<'js>) {
    let data = View::of(&data).map(|view| view.to_vec()).unwrap_or_default();
    with(&this, |session| session.goaway(code, Some(last).filter(|last| *last > 0), &data));
}

pub(crate) fn altsvc<'js>(this: This<'js>, id: u32, origin: String, value: String) {
    with(&this, |session| session.altsvc(id, origin.as_bytes(), value.as_bytes()));
}

pub(crate) fn origin<'js>(this: This<'js>, origins: Vec<String>) {
    let origins: Vec<Vec<u8>> = origins.into_iter().map(String::into_bytes).collect();
    with(&this, |session| session.origin(&origins));
}

pub(crate) fn set_next_id<'js>(this: This<'js>, id: u32) -> bool {
    with(&this, |session| session.set_next_id(id))
}

pub(crate) fn set_window<'js>(this: This<'js>, size: u32) {
    with(&this, |session| session.set_window(size.into()));
}

/// What `session.state` tells, in its order; of a stream, what `stream.state` tells.
pub(crate) fn state<'js>(this: This<'js>, id: Opt<u32>) -> Vec<f64> {
    with(&this, |session| {
        let Some(id) = id.0 else {
            let window = session.window as f64;
            return vec![
                window,
                (session.window - session.room).max(0) as f64,
                session.next_id.into(),
                session.window.max(65535) as f64,
                session.last_remote_id.into(),
                session.send_window as f64,
                (session.out.len() + session.ready.len()) as f64,
                session.encoder.table_size() as f64,
                session.decoder.table_size() as f64,
                session.frames_received as f64,
                session.frames_sent as f64,
            ];
        };
        let Some(stream) = session.streams.get(&id) else {
            let idle = session.is_idle(id);
            return vec![if idle { 1.0 } else { 7.0 }, 0.0, 0.0, 0.0, 0.0, 0.0];
        };
        let state = match (stream.reserved, stream.local_closed, stream.remote_closed) {
            (true, ..) => 3 + u8::from(!stream.local),
            (_, false, false) => 2,
            (_, true, false) => 5,
            (_, false, true) => 6,
            _ => 7,
        };
        vec![
            state.into(),
            16.0,
            0.0,
            u8::from(stream.local_closed).into(),
            u8::from(stream.remote_closed).into(),
            stream.window as f64,
        ]
    })
}

/// Of this side, as far as the peer has acknowledged them, or of the peer; those of other numbers follow in pairs.
pub(crate) fn get_settings<'js>(this: This<'js>, remote: bool) -> Vec<f64> {
    with(&this, |session| {
        let known: &Settings = if remote { &session.remote } else { &session.local };
        let mut list = vec![
            known.header_table_size.into(),
            u8::from(known.enable_push).into(),
            known.initial_window_size.into(),
            known.max_frame_size.into(),
            known.max_concurrent_streams.into(),
            known.max_header_list_size.into(),
            u8::from(known.enable_connect_protocol).into(),
        ];
        list.extend(known.custom.iter().flat_map(|(number, value)| [f64::from(*number), f64::from(*value)]));
        list
    })
}

/// Milliseconds since some time.
pub(crate) fn now() -> f64 {
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    START.elapsed().as_secs_f64() * 1e3
}

/// The text of an error's number.
pub(crate) fn error_text(number: i32) -> &'static str {
    lib_error::text(number)
}

/// Names and values in turn, of one-byte characters.
fn header_list(flat: &Array<'_>, sensitive: Option<Vec<String>>) -> Result<Vec<Header>> {
    let text = |index| -> Result<Vec<u8>> {
        let text = flat.get::<Coerced<String>>(index)?.0;
        if text.is_ascii() { Ok(text.into_bytes()) } else { Ok(text.chars().map(|char| char as u32 as u8).collect()) }
    };
    let sensitive = sensitive.unwrap_or_default();
    let mut headers = Vec::with_capacity(flat.len() / 2);
    for index in (0..flat.len() / 2).map(|pair| pair * 2) {
        let (mut name, value) = (text(index)?, text(index + 1)?);
        name.make_ascii_lowercase();
        let sensitive = sensitive.iter().any(|known| known.as_bytes() == name);
        headers.push(Header { name, value, sensitive });
    }
    Ok(headers)
}

fn event_array<'js>(ctx: &Ctx<'js>, event: Event) -> Result<Array<'js>> {
    let array = Array::new(ctx.clone())?;
    let mut len = 0;
    let mut put = |value: Value<'js>| {
        len += 1;
        array.set(len - 1, value)
    };
    let n = |value: u32| f64::from(value).into_js(ctx);
    let text = |bytes: &[u8]| bytes::latin1_string(ctx, bytes);
    let list = |headers: Vec<Header>| -> Result<(Value<'js>, Value<'js>)> {
        let (flat, sensitive) = (Array::new(ctx.clone())?, Array::new(ctx.clone())?);
        for (index, header) in headers.iter().enumerate() {
            flat.set(index * 2, text(&header.name)?)?;
            flat.set(index * 2 + 1, text(&header.value)?)?;
            if header.sensitive {
                sensitive.set(sensitive.len(), text(&header.name)?)?;
            }
        }
        Ok((flat.into_value(), sensitive.into_value()))
    };
    match event {
        Event::Headers { stream, category, flags, headers } => {
            let (flat, sensitive) = list(headers)?;
            for value in [n(0)?, n(stream)?, n(category.into())?, n(flags.into())?, flat, sensitive] {
                put(value)?;
            }
        }
        Event::Promise { parent, stream, flags, headers } => {
            let (flat, sensitive) = list(headers)?;
            for value in [n(1)?, n(stream)?, n(parent)?, n(flags.into())?, flat, sensitive] {
                put(value)?;
            }
        }
        Event::Data { stream, bytes } => {
            for value in [n(2)?, n(stream)?, bytes::buffer(ctx, bytes)?.into_value()] {
                put(value)?;
            }
        }
        Event::End { stream } => [n(3)?, n(stream)?].into_iter().try_for_each(put)?,
        Event::Closed { stream, code } => [n(4)?, n(stream)?, n(code)?].into_iter().try_for_each(put)?,
        Event::WantTrailers { stream } => [n(5)?, n(stream)?].into_iter().try_for_each(put)?,
        Event::RemoteSettings => put(n(6)?)?,
        Event::SettingsAck => put(n(7)?)?,
        Event::Ping { payload } => {
            [n(8)?, bytes::buffer(ctx, payload.to_vec())?.into_value()].into_iter().try_for_each(put)?
        }
        Event::PingAck { payload } => {
            [n(9)?, bytes::buffer(ctx, payload.to_vec())?.into_value()].into_iter().try_for_each(put)?;
        }
        Event::GoAway { code, last, data } => {
            let data = if data.is_empty() {
                Value::new_undefined(ctx.clone())
            } else {
                bytes::buffer(ctx, data)?.into_value()
            };
            [n(10)?, n(code)?, n(last)?, data].into_iter().try_for_each(put)?;
        }
        Event::AltSvc { stream, origin, value } => {
            [n(12)?, n(stream)?, text(&origin)?, text(&value)?].into_iter().try_for_each(put)?;
        }
        Event::Origin { origins } => {
            put(n(13)?)?;
            origins.iter().try_for_each(|origin| put(text(origin)?))?;
        }
        Event::FrameError { stream, kind, code } => {
            [n(14)?, n(stream)?, n(kind.into())?, n(code)?].into_iter().try_for_each(put)?;
        }
        Event::Error { number } => [n(15)?, number.into_js(ctx)?].into_iter().try_for_each(put)?,
        Event::TooManyInvalidFrames => {
            [n(15)?, lib_error::CALLBACK_FAILURE.into_js(ctx)?, Value::new_bool(ctx.clone(), true)]
                .into_iter()
                .try_for_each(put)?;
        }
    }
    Ok(array)
}
