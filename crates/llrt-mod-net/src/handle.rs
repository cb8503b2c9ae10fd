//! The handle of `net.Socket` and `net.Server`: a TCP or Unix-domain stream socket, connected or listening.
//!
//! Methods give 0 or a negative error number; what takes a while calls back. What its callbacks are and in which order they come is
//! at the head of `js/net.js`.

use std::{
    cell::{Cell, RefCell},
    collections::VecDeque,
    future::poll_fn,
    io,
    path::PathBuf,
    rc::Rc,
    task::{Context, Poll},
    time::Duration,
};

use llrt_core::{
    JsClass as ErrorClass, NodeError, bytes,
    bytes::View,
    scope::{self, Captured},
    task::{self, LoopRef},
};
use llrt_net::{Denied, Endpoint, Policy, Sharing, Socket};
use rquickjs::{
    Array, Class, Ctx, Function, IntoJs, JsLifetime, Object, Result, Value,
    class::{JsClass, Readable, Trace, Tracer},
    function::{Opt, This},
};
use tokio::sync::Notify;

/// libuv's number for the end of a stream.
const EOF: i32 = -4095;
const EBADF: i32 = 9;
const EINVAL: i32 = 22;
const EIO: i32 = 5;
const ENOTCONN: i32 = 107;
const ECONNREFUSED: i32 = 111;
const ECANCELED: i32 = 125;
/// Chunks of at least this size are written from where they are; smaller ones are put together first.
const LARGE_BYTES: usize = 32 * 1024;
const READ_BYTES: usize = 64 * 1024;

thread_local! {
    /// What is read goes here first, so that a chunk takes no more memory than it has bytes.
    static SCRATCH: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
    /// A handle's callback is running.
    static IN_CALLBACK: Cell<bool> = const { Cell::new(false) };
}

#[derive(JsLifetime)]
pub(crate) struct Handle<'js> {
    shared: Rc<Shared>,
    captured: RefCell<Captured<'js>>,
    queue: RefCell<VecDeque<Request<'js>>>,
}

/// What is written or, without data, shut down when what was asked for before is done.
#[derive(JsLifetime)]
struct Request<'js> {
    data: Option<Vec<u8>>,
    done: Function<'js>,
    captured: Captured<'js>,
    _keep_alive: LoopRef,
}

#[derive(JsLifetime)]
struct Shared {
    is_pipe: bool,
    socket: RefCell<Option<Socket>>,
    /// What it was bound to, which goes with it.
    path: RefCell<Option<PathBuf>>,
    loop_ref: LoopRef,
    refed: Cell<bool>,
    reading: Cell<bool>,
    listening: Cell<bool>,
    /// The task that reads is there.
    has_reader: Cell<bool>,
    has_writer: Cell<bool>,
    own_buffer: Cell<bool>,
    closed: Cell<bool>,
    /// Wakes the reader.
    wake: Notify,
    /// Wakes all others.
    closing: Notify,
    bytes_read: Cell<f64>,
    bytes_written: Cell<f64>,
    /// Of these, what the system has not taken yet.
    bytes_queued: Cell<usize>,
}

impl Shared {
    fn update(&self) {
        let active = self.reading.get() || self.listening.get();
        if active && self.refed.get() && !self.closed.get() { self.loop_ref.hold() } else { self.loop_ref.unref() }
    }

    /// Does something with the socket, which is made for `endpoint` if there is none.
    fn prepare<T>(&self, endpoint: &Endpoint, act: impl FnOnce(&Socket) -> io::Result<T>) -> io::Result<T> {
        if self.closed.get() {
            return Err(io::Error::from_raw_os_error(EBADF));
        }
        let mut socket = self.socket.borrow_mut();
        let socket = match &mut *socket {
            Some(socket) => socket,
            none => none.insert(Socket::stream(endpoint)?),
        };
        act(socket)
    }

    fn with<T>(&self, act: impl FnOnce(&Socket) -> io::Result<T>) -> io::Result<T> {
        match &*self.socket.borrow() {
            Some(socket) => act(socket),
            None => Err(io::Error::from_raw_os_error(EBADF)),
        }
    }

    /// Waits on the socket. The future does not hold it, so that closing it closes it at once; it must be dropped then.
    async fn poll<T>(&self, mut ask: impl FnMut(&Socket, &mut Context<'_>) -> Poll<io::Result<T>>) -> io::Result<T> {
        poll_fn(|cx| match &*self.socket.borrow() {
            Some(socket) => ask(socket, cx),
            None => Poll::Ready(Err(io::Error::from_raw_os_error(ECANCELED))),
        })
        .await
    }

    async fn until_closed(&self) {
        let closing = self.closing.notified();
        if !self.closed.get() {
            closing.await;
        }
    }

    fn close(&self) {
        self.closed.set(true);
        self.reading.set(false);
        self.listening.set(false);
        self.update();
        self.socket.take();
        if let Some(path) = self.path.take() {
            let _ = std::fs::remove_file(path);
        }
        self.wake.notify_one();
        self.closing.notify_waiters();
    }
}

impl<'js> Trace<'js> for Handle<'js> {
    fn trace<'a>(&self, tracer: Tracer<'a, 'js>) {
        if let Ok(captured) = self.captured.try_borrow() {
            captured.trace(tracer);
        }
        if let Ok(queue) = self.queue.try_borrow() {
            for request in &*queue {
                request.done.trace(tracer);
                request.captured.trace(tracer);
            }
        }
    }
}

/// A negative number for JavaScript.
pub(crate) fn errno(error: &io::Error) -> i32 {
    -error.raw_os_error().unwrap_or(match error.kind() {
        io::ErrorKind::InvalidInput => EINVAL,
        _ => EIO,
    })
}

pub(crate) fn status(result: io::Result<()>) -> i32 {
    result.map_or_else(|error| errno(&error), |()| 0)
}

pub(crate) fn denied(ctx: &Ctx<'_>, denied: &Denied) -> rquickjs::Error {
    NodeError::new(ErrorClass::Error, Denied::CODE, denied.to_string()).throw(ctx)
}

/// `create(isPipe, listens)`.
pub(crate) fn create<'js>(ctx: Ctx<'js>, is_pipe: bool, listens: bool) -> Result<Class<'js, Handle<'js>>> {
    make(&ctx, is_pipe, listens, None)
}

fn make<'js>(ctx: &Ctx<'js>, is_pipe: bool, listens: bool, socket: Option<Socket>) -> Result<Class<'js, Handle<'js>>> {
    let shared = Shared {
        is_pipe,
        socket: RefCell::new(socket),
        path: RefCell::default(),
        loop_ref: LoopRef::unheld(ctx),
        refed: Cell::new(true),
        reading: Cell::new(false),
        listening: Cell::new(false),
        has_reader: Cell::new(false),
        has_writer: Cell::new(false),
        own_buffer: Cell::new(false),
        closed: Cell::new(false),
        wake: Notify::new(),
        closing: Notify::new(),
        bytes_read: Cell::new(0.0),
        bytes_written: Cell::new(0.0),
        bytes_queued: Cell::new(0),
    };
    let handle = Handle { shared: Rc::new(shared), captured: RefCell::default(), queue: RefCell::default() };
    let handle = Class::instance(ctx.clone(), handle)?;
    if scope::is_followed(ctx) {
        let kind = match (is_pipe, listens) {
            (false, false) => "TCPWRAP",
            (false, true) => "TCPSERVERWRAP",
            (true, false) => "PIPEWRAP",
            (true, true) => "PIPESERVERWRAP",
        };
        let captured = scope::capture(ctx, kind, || Some(handle.clone().into_value()));
        *handle.borrow().captured.borrow_mut() = captured;
    }
    Ok(handle)
}

type Me<'js> = This<Class<'js, Handle<'js>>>;

fn shared<'js>(this: &Class<'js, Handle<'js>>) -> Rc<Shared> {
    Rc::clone(&this.borrow().shared)
}

fn run<'js>(ctx: &Ctx<'js>, this: &Class<'js, Handle<'js>>, body: impl FnOnce() -> Result<()>) {
    let captured = this.borrow().captured.borrow().clone();
    let outer = IN_CALLBACK.replace(true);
    task::run_in(ctx, &captured, body);
    IN_CALLBACK.set(outer);
}

fn call<'js>(ctx: &Ctx<'js>, this: &Class<'js, Handle<'js>>, name: &str, first: i32, second: Option<Value<'js>>) {
    run(ctx, this, || {
        let object = this.as_inner();
        match object.get::<_, Option<Function<'js>>>(name)? {
            Some(function) => function.call::<_, Value<'js>>((This(object.clone()), first, second)).map(drop),
            None => Ok(()),
        }
    });
}

// ---- addresses

/// The arguments of `bind` and `connect`: a path, or an address and a port.
fn endpoint(shared: &Shared, address: &str, port: u16) -> io::Result<Endpoint> {
    if shared.is_pipe {
        return Ok(Endpoint::Path(address.as_bytes().to_vec()));
    }
    let address = llrt_net::parse_address(address, port);
    address.map(Endpoint::Ip).ok_or_else(|| io::Error::from_raw_os_error(EINVAL))
}

const IPV6_ONLY: i32 = 1;
const REUSE_PORT: i32 = 2;

/// `bind(address, port, flags)`, `bind(path)`
fn bind(this: Me<'_>, address: String, port: Opt<u16>, flags: Opt<i32>) -> i32 {
    let shared = shared(&this);
    let flags = flags.0.unwrap_or_default();
    let sharing = Sharing {
        ipv6_only: flags & IPV6_ONLY != 0,
        reuse_port: flags & REUSE_PORT != 0,
        reuse_address: !shared.is_pipe,
    };
    let bound = endpoint(&shared, &address, port.0.unwrap_or_default()).and_then(|endpoint| {
        shared.prepare(&endpoint, |socket| socket.bind(&endpoint, sharing))?;
        if shared.is_pipe && !address.starts_with('\0') {
            *shared.path.borrow_mut() = Some(address.into());
        }
        Ok(())
    });
    status(bound)
}

/// `open(descriptor)`: takes an open descriptor.
fn open(this: Me<'_>, number: i32) -> i32 {
    let shared = shared(&this);
    match Socket::adopt(number) {
        Ok(socket) => {
            *shared.socket.borrow_mut() = Some(socket);
            0
        }
        Err(error) => errno(&error),
    }
}

/// `{ address, family, port }`; `{ address }` of a Unix-domain socket.
pub(crate) fn describe<'js>(ctx: &Ctx<'js>, endpoint: io::Result<Endpoint>) -> Result<Value<'js>> {
    let object = Object::new(ctx.clone())?;
    match endpoint {
        Ok(Endpoint::Ip(address)) => {
            object.set("address", llrt_net::address_text(&address))?;
            object.set("family", if address.is_ipv4() { "IPv4" } else { "IPv6" })?;
            object.set("port", address.port())?;
        }
        Ok(Endpoint::Path(path)) => object.set("address", String::from_utf8_lossy(&path).into_owned())?,
        Err(error) => return errno(&error).into_js(ctx),
    }
    Ok(object.into_value())
}

fn address_of<'js>(ctx: Ctx<'js>, this: Me<'js>, ask: fn(&Socket) -> io::Result<Endpoint>) -> Result<Value<'js>> {
    describe(&ctx, shared(&this).with(ask))
}

// ---- listening and connecting

/// `listen(backlog)`: `onconnection(error, handle)` is called for each connection from now on.
fn listen<'js>(ctx: Ctx<'js>, this: Me<'js>, backlog: i32) -> i32 {
    let shared = shared(&this);
    if let Err(error) = shared.with(|socket| socket.listen(backlog)) {
        return if errno(&error) == -EBADF { -EINVAL } else { errno(&error) };
    }
    if shared.listening.replace(true) {
        return 0;
    }
    shared.update();
    ctx.spawn(accept_all(ctx.clone(), this.0, shared));
    0
}

async fn accept_all<'js>(ctx: Ctx<'js>, this: Class<'js, Handle<'js>>, shared: Rc<Shared>) {
    /// So that a loop without descriptors left is not a busy one.
    const AFTER_ERROR: Duration = Duration::from_millis(10);
    loop {
        let ready = tokio::select! {
            biased;
            () = shared.until_closed() => return,
            ready = shared.poll(Socket::poll_readable) => ready,
        };
        match ready.and_then(|()| shared.with(Socket::accept_now)) {
            Ok(None) => {}
            Ok(Some(socket)) => run(&ctx, &this, || {
                let object = this.as_inner();
                let client = make(&ctx, shared.is_pipe, false, Some(socket))?;
                let function: Function<'js> = object.get("onconnection")?;
                function.call::<_, Value<'js>>((This(object.clone()), 0, client)).map(drop)
            }),
            Err(error) => {
                call(&ctx, &this, "onconnection", errno(&error), None);
                tokio::time::sleep(AFTER_ERROR).await;
            }
        }
    }
}

/// `connect(address, port, done)`, `connect(path, 0, done)`
fn connect<'js>(ctx: Ctx<'js>, this: Me<'js>, address: String, port: u16, done: Function<'js>) -> Result<i32> {
    let shared = shared(&this);
    let endpoint = match endpoint(&shared, &address, port) {
        Ok(endpoint) => endpoint,
        Err(error) => return Ok(errno(&error)),
    };
    let policy = Policy::from_env();
    match &endpoint {
        Endpoint::Ip(address) => policy.check_address(address.ip(), port),
        Endpoint::Path(_) => policy.check_path(&address),
    }
    .map_err(|error| denied(&ctx, &error))?;
    let begun = shared.prepare(&endpoint, |socket| socket.connect(&endpoint));
    if let Err(error) = &begun {
        let errno = errno(error);
        // Refusals come later, as they do from afar.
        if errno == -EINVAL || !shared.is_pipe && errno != -ECONNREFUSED {
            return Ok(errno);
        }
    }
    let captured = capture(&ctx, &this, if shared.is_pipe { "PIPECONNECTWRAP" } else { "TCPCONNECTWRAP" });
    let keep_alive = LoopRef::new(&ctx);
    let task_ctx = ctx.clone();
    ctx.spawn(async move {
        let result = match begun {
            Ok(()) => tokio::select! {
                biased;
                () = shared.until_closed() => Err(io::Error::from_raw_os_error(ECANCELED)),
                result = shared.poll(Socket::poll_connected) => result,
            },
            Err(error) => Err(error),
        };
        drop(keep_alive);
        finish(&task_ctx, &done, captured, status(result));
        // It lives until what was asked of it has happened.
        drop(this);
    });
    Ok(0)
}

/// What is asked of a handle is caused by that, as in Node.
fn capture<'js>(ctx: &Ctx<'js>, this: &Class<'js, Handle<'js>>, kind: &str) -> Captured<'js> {
    let id = this.borrow().captured.borrow().id();
    scope::capture_for(ctx, kind, (id != 0.0).then_some(id), || Some(Object::new(ctx.clone()).ok()?.into_value()))
}

fn finish<'js>(ctx: &Ctx<'js>, done: &Function<'js>, mut captured: Captured<'js>, status: i32) {
    let outer = IN_CALLBACK.replace(true);
    task::run_in(ctx, &captured, || done.call::<_, Value<'js>>((status,)).map(drop));
    IN_CALLBACK.set(outer);
    captured.finish(ctx);
}

// ---- reading

/// `readStart()`: `onread(count, chunk)` is called for each chunk until `readStop()`; at the end with libuv's number for it, or with an
/// error's, and then no more.
fn read_start<'js>(ctx: Ctx<'js>, this: Me<'js>) -> i32 {
    let shared = shared(&this);
    if shared.socket.borrow().is_none() {
        return if shared.closed.get() { -EBADF } else { -ENOTCONN };
    }
    if shared.reading.replace(true) {
        return 0;
    }
    shared.update();
    if shared.has_reader.replace(true) {
        shared.wake.notify_one();
    } else {
        ctx.spawn(read_all(ctx.clone(), this.0, shared));
    }
    0
}

fn read_stop(this: Me<'_>) -> i32 {
    let shared = shared(&this);
    shared.reading.set(false);
    shared.update();
    0
}

async fn read_all<'js>(ctx: Ctx<'js>, this: Class<'js, Handle<'js>>, shared: Rc<Shared>) {
    let mut had_little = false;
    loop {
        if shared.closed.get() {
            return;
        }
        if !shared.reading.get() {
            shared.wake.notified().await;
            continue;
        }
        if std::mem::take(&mut had_little) && is_ready(&shared).await {
            // Libuv's loop comes back for what is left, mostly the end, when others had their turn.
            tokio::task::yield_now().await;
            continue;
        }
        let ready = tokio::select! {
            biased;
            () = shared.wake.notified() => continue,
            ready = shared.poll(Socket::poll_readable) => ready,
        };
        if !shared.reading.get() || shared.closed.get() {
            continue;
        }
        let result = match ready {
            Err(error) => Err(error),
            Ok(()) if shared.own_buffer.get() => read_into(&this, &shared),
            Ok(()) => SCRATCH.with_borrow_mut(|scratch| {
                scratch.resize(READ_BYTES, 0);
                Ok(shared
                    .with(|socket| socket.read_now(scratch))?
                    .map(|count| (count, Some(scratch[..count].to_vec()))))
            }),
        };
        match result {
            Ok(None) => {}
            Ok(Some((0, _))) => ended(&ctx, &this, &shared, EOF),
            Ok(Some((count, chunk))) => {
                had_little = count < READ_BYTES;
                shared.bytes_read.set(shared.bytes_read.get() + count as f64);
                let count = i32::try_from(count).unwrap_or(i32::MAX);
                let chunk = chunk.and_then(|chunk| Some(bytes::buffer(&ctx, chunk).ok()?.into_value()));
                call(&ctx, &this, "onread", count, chunk);
            }
            Err(error) => ended(&ctx, &this, &shared, errno(&error)),
        }
    }
}

/// Whether there is something to read already.
async fn is_ready(shared: &Shared) -> bool {
    poll_fn(|cx| match &*shared.socket.borrow() {
        Some(socket) => Poll::Ready(socket.poll_readable(cx).is_ready()),
        None => Poll::Ready(false),
    })
    .await
}

type Chunk = Option<(usize, Option<Vec<u8>>)>;

/// Reads into the buffer that the program gave.
fn read_into<'js>(this: &Class<'js, Handle<'js>>, shared: &Shared) -> io::Result<Chunk> {
    let value: Option<Value<'js>> = this.as_inner().get("ownBuffer").ok();
    let Some(view) = value.and_then(|value| View::of(&value)) else {
        return Err(io::Error::from_raw_os_error(EINVAL));
    };
    // Nothing fits, and that is not the end.
    if view.is_empty() {
        return Ok(None);
    }
    Ok(view.with_mut(|buffer| shared.with(|socket| socket.read_now(buffer)))?.map(|count| (count, None)))
}

fn ended<'js>(ctx: &Ctx<'js>, this: &Class<'js, Handle<'js>>, shared: &Shared, errno: i32) {
    shared.reading.set(false);
    shared.update();
    call(ctx, this, "onread", errno, None);
}

/// `useBuffer(view)`: what is read goes into it; `onread` gets the count only. With `null` chunks come again.
fn use_buffer<'js>(this: Me<'js>, view: Value<'js>) -> Result<()> {
    shared(&this).own_buffer.set(!view.is_null());
    this.as_inner().set("ownBuffer", view)
}

// ---- writing

/// `write(data, latin1, done)`: `data` is a view, a string (UTF-8, or Latin-1), or an array of these. 0 when all was written and nothing more
/// happens, 1 when `done(error)` will be called.
fn write<'js>(ctx: Ctx<'js>, this: Me<'js>, data: Value<'js>, latin1: bool, done: Function<'js>) -> Result<i32> {
    let shared = shared(&this);
    if shared.socket.borrow().is_none() {
        return Ok(-EBADF);
    }
    let mut writer = Writer { shared: &shared, waiting: shared.has_writer.get(), rest: Vec::new(), total: 0 };
    let result = match data.as_array() {
        Some(list) => writer.list(list, latin1)?,
        None => writer.one(&data, latin1, true)?,
    };
    let total = writer.total;
    if let Err(error) = result {
        return Ok(errno(&error));
    }
    shared.bytes_written.set(shared.bytes_written.get() + total as f64);
    if !writer.waiting {
        return Ok(0);
    }
    let rest = writer.rest;
    shared.bytes_queued.set(shared.bytes_queued.get() + rest.len());
    queue(&ctx, this.0, &shared, Some(rest), done, "WRITEWRAP");
    Ok(1)
}

/// `shutdown(done)`: nothing more will be written.
fn shutdown<'js>(ctx: Ctx<'js>, this: Me<'js>, done: Function<'js>) -> i32 {
    let shared = shared(&this);
    if shared.socket.borrow().is_none() {
        return -ENOTCONN;
    }
    queue(&ctx, this.0, &shared, None, done, "SHUTDOWNWRAP");
    0
}

/// Reads a string's characters as bytes.
fn with_latin1<R>(string: &rquickjs::String<'_>, read: impl FnOnce(&[u8]) -> R) -> Result<R> {
    let mut read = Some(read);
    let done =
        bytes::with_wtf8(string, |text| if text.is_ascii() { read.take().map(|read| read(text)) } else { None })?;
    match (done, read) {
        (Some(done), _) => Ok(done),
        (None, Some(read)) => bytes::with_utf16(string, |units| {
            let bytes: Vec<u8> = units.iter().map(|unit| *unit as u8).collect();
            read(&bytes)
        }),
        (None, None) => Err(rquickjs::Error::Unknown),
    }
}

/// Writes as far as that goes, and keeps what does not.
struct Writer<'a> {
    shared: &'a Shared,
    /// What comes now has to wait.
    waiting: bool,
    rest: Vec<u8>,
    total: usize,
}

impl Writer<'_> {
    fn list(&mut self, list: &Array<'_>, latin1: bool) -> Result<io::Result<()>> {
        for item in list.iter::<Value<'_>>() {
            if let Err(error) = self.one(&item?, latin1, false)? {
                return Ok(Err(error));
            }
        }
        Ok(self.flush())
    }

    fn one(&mut self, data: &Value<'_>, latin1: bool, alone: bool) -> Result<io::Result<()>> {
        if let Some(string) = data.as_string() {
            return if latin1 {
                with_latin1(string, |bytes| self.add(bytes, alone))
            } else {
                bytes::with_wtf8(string, |text| {
                    if text.contains(&0xED) {
                        let mut text = text.to_vec();
                        bytes::replace_surrogates(&mut text);
                        return self.add(&text, alone);
                    }
                    self.add(text, alone)
                })
            };
        }
        match View::of(data) {
            Some(view) => Ok(view.with(|bytes| self.add(bytes, alone))),
            None => Ok(Err(io::Error::from_raw_os_error(EINVAL))),
        }
    }

    fn add(&mut self, bytes: &[u8], alone: bool) -> io::Result<()> {
        self.total += bytes.len();
        if self.waiting || !alone && bytes.len() < LARGE_BYTES {
            self.rest.extend_from_slice(bytes);
            return if self.rest.len() >= LARGE_BYTES { self.flush() } else { Ok(()) };
        }
        self.flush()?;
        if !self.waiting {
            let count = self.shared.with(|socket| socket.write_now(bytes))?;
            self.waiting = count < bytes.len();
            self.rest.extend_from_slice(&bytes[count..]);
        } else {
            self.rest.extend_from_slice(bytes);
        }
        Ok(())
    }

    /// Writes what was put together.
    fn flush(&mut self) -> io::Result<()> {
        if self.waiting || self.rest.is_empty() {
            return Ok(());
        }
        let count = self.shared.with(|socket| socket.write_now(&self.rest))?;
        self.rest.drain(..count);
        self.waiting = !self.rest.is_empty();
        Ok(())
    }
}

fn queue<'js>(
    ctx: &Ctx<'js>,
    this: Class<'js, Handle<'js>>,
    shared: &Rc<Shared>,
    data: Option<Vec<u8>>,
    done: Function<'js>,
    kind: &str,
) {
    let request = Request { data, done, captured: capture(ctx, &this, kind), _keep_alive: LoopRef::new(ctx) };
    this.borrow().queue.borrow_mut().push_back(request);
    if !shared.has_writer.replace(true) {
        ctx.spawn(write_all(ctx.clone(), this, Rc::clone(shared)));
    }
}

async fn write_all<'js>(ctx: Ctx<'js>, this: Class<'js, Handle<'js>>, shared: Rc<Shared>) {
    loop {
        let Some(request) = this.borrow().queue.borrow_mut().pop_front() else { break };
        let Request { data, done, captured, _keep_alive } = request;
        let result = match data {
            _ if shared.closed.get() => Err(io::Error::from_raw_os_error(ECANCELED)),
            None => shared.with(Socket::shutdown),
            Some(data) => tokio::select! {
                biased;
                () = shared.until_closed() => Err(io::Error::from_raw_os_error(ECANCELED)),
                result = write_one(&shared, &data) => result,
            },
        };
        let is_last = this.borrow().queue.borrow().is_empty();
        // What the last callback writes has not to wait, or a task of its own.
        shared.has_writer.set(!is_last);
        drop(_keep_alive);
        finish(&ctx, &done, captured, status(result));
        if is_last {
            break;
        }
    }
}

async fn write_one(shared: &Shared, data: &[u8]) -> io::Result<()> {
    let mut written = 0;
    while written < data.len() {
        let count = shared.poll(|socket, cx| socket.poll_write(cx, &data[written..])).await?;
        written += count;
        shared.bytes_queued.set(shared.bytes_queued.get().saturating_sub(count));
    }
    Ok(())
}

// ---- the end

/// `close(callback)`: what is pending ends with an error, then `callback` is called.
fn close<'js>(ctx: Ctx<'js>, this: Me<'js>, callback: Opt<Function<'js>>) {
    let shared = shared(&this);
    if shared.closed.get() {
        return;
    }
    shared.close();
    let in_callback = IN_CALLBACK.get();
    let keep_alive = LoopRef::new(&ctx);
    let task_ctx = ctx.clone();
    ctx.spawn(async move {
        // Libuv's loop closes after its callbacks and the immediates that they made, and before those of the next round: one that is
        // closed by something else (a timer) has them before it.
        if in_callback {
            at_the_end_of_the_queue().await;
        } else {
            tokio::task::yield_now().await;
        }
        drop(keep_alive);
        if let Some(callback) = callback.0 {
            run(&task_ctx, &this, || callback.call::<_, Value<'js>>(()).map(drop));
        }
        let mut captured = this.borrow().captured.take();
        captured.finish(&task_ctx);
    });
}

/// Lets the tasks go first that can go on already, without a look at what else has become ready.
async fn at_the_end_of_the_queue() {
    let mut has_waited = false;
    poll_fn(|cx| {
        if std::mem::replace(&mut has_waited, true) {
            return Poll::Ready(());
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

/// `reset(callback)`: closes it so that the other side sees a reset.
fn reset<'js>(ctx: Ctx<'js>, this: Me<'js>, callback: Opt<Function<'js>>) -> i32 {
    if let Err(error) = shared(&this).with(Socket::reset_on_close) {
        return errno(&error);
    }
    close(ctx, this, callback);
    0
}

fn with_socket<'js>(this: &Class<'js, Handle<'js>>, act: impl FnOnce(&Socket) -> io::Result<()>) -> i32 {
    status(shared(this).with(act))
}

/// `setKeepAlive(on, delay_s)`
fn set_keep_alive(this: Me<'_>, on: bool, delay_s: f64) -> i32 {
    with_socket(&this, |socket| socket.set_keep_alive(on, Duration::from_secs_f64(delay_s.clamp(0.0, 1e6))))
}

/// `set_refed(true)` is `ref()`.
fn set_refed<'js>(this: &Class<'js, Handle<'js>>, refed: bool) {
    let shared = shared(this);
    shared.refed.set(refed);
    shared.update();
}

impl<'js> JsClass<'js> for Handle<'js> {
    const NAME: &'static str = "StreamHandle";
    type Mutable = Readable;

    fn constructor(_ctx: &Ctx<'js>) -> Result<Option<rquickjs::function::Constructor<'js>>> {
        Ok(None)
    }

    fn prototype(ctx: &Ctx<'js>) -> Result<Option<Object<'js>>> {
        let prototype = Object::new(ctx.clone())?;
        let methods = [
            ("bind", Function::new(ctx.clone(), bind)?),
            ("open", Function::new(ctx.clone(), open)?),
            ("listen", Function::new(ctx.clone(), listen)?),
            ("connect", Function::new(ctx.clone(), connect)?),
            ("readStart", Function::new(ctx.clone(), read_start)?),
            ("readStop", Function::new(ctx.clone(), read_stop)?),
            ("useBuffer", Function::new(ctx.clone(), use_buffer)?),
            ("write", Function::new(ctx.clone(), write)?),
            ("shutdown", Function::new(ctx.clone(), shutdown)?),
            ("close", Function::new(ctx.clone(), close)?),
            ("reset", Function::new(ctx.clone(), reset)?),
            ("setKeepAlive", Function::new(ctx.clone(), set_keep_alive)?),
            (
                "setNoDelay",
                Function::new(ctx.clone(), |this: Me<'js>, on: bool| {
                    with_socket(&this, |socket| socket.set_no_delay(on))
                })?,
            ),
            (
                "setTypeOfService",
                Function::new(ctx.clone(), |this: Me<'js>, value: u8| {
                    with_socket(&this, |socket| socket.set_type_of_service(value))
                })?,
            ),
            (
                "getTypeOfService",
                Function::new(ctx.clone(), |this: Me<'js>| {
                    let value = shared(&this).with(Socket::type_of_service);
                    value.map_or_else(|error| errno(&error), i32::from)
                })?,
            ),
            (
                "getsockname",
                Function::new(ctx.clone(), |ctx: Ctx<'js>, this: Me<'js>| {
                    address_of(ctx, this, Socket::local_address)
                })?,
            ),
            (
                "getpeername",
                Function::new(ctx.clone(), |ctx: Ctx<'js>, this: Me<'js>| address_of(ctx, this, Socket::peer_address))?,
            ),
            ("ref", Function::new(ctx.clone(), |this: Me<'js>| set_refed(&this, true))?),
            ("unref", Function::new(ctx.clone(), |this: Me<'js>| set_refed(&this, false))?),
            (
                "hasRef",
                Function::new(ctx.clone(), |this: Me<'js>| {
                    let shared = shared(&this);
                    shared.refed.get() && !shared.closed.get()
                })?,
            ),
            ("getAsyncId", Function::new(ctx.clone(), |this: Me<'js>| this.borrow().captured.borrow().id())?),
        ];
        for (name, function) in methods {
            prototype.set(name, function)?;
        }
        let getters = [
            (
                "fd",
                Function::new(ctx.clone(), |this: Me<'js>| {
                    shared(&this).with(|socket| Ok(socket.number())).unwrap_or(-1)
                })?,
            ),
            ("bytesRead", Function::new(ctx.clone(), |this: Me<'js>| shared(&this).bytes_read.get())?),
            ("bytesWritten", Function::new(ctx.clone(), |this: Me<'js>| shared(&this).bytes_written.get())?),
            ("writeQueueSize", Function::new(ctx.clone(), |this: Me<'js>| shared(&this).bytes_queued.get() as f64)?),
            ("isPipe", Function::new(ctx.clone(), |this: Me<'js>| shared(&this).is_pipe)?),
        ];
        let define: Function<'js> = ctx.globals().get::<_, Object<'js>>("Object")?.get("defineProperty")?;
        for (name, getter) in getters {
            let descriptor = Object::new(ctx.clone())?;
            descriptor.set("get", getter)?;
            descriptor.set("configurable", true)?;
            define.call::<_, Value<'js>>((prototype.clone(), name, descriptor))?;
        }
        Ok(Some(prototype))
    }
}
