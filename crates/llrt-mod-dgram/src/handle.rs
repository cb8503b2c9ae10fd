//! The handle of `dgram.Socket`. Its methods give 0 or a negative error number.

use std::{
    cell::{Cell, RefCell},
    future::poll_fn,
    io,
    net::{IpAddr, SocketAddr},
    rc::Rc,
    task::Poll,
};

use llrt_core::{
    JsClass as ErrorClass, NodeError, bytes,
    bytes::View,
    scope::{self, Captured},
    task::{self, LoopRef},
};
use llrt_net::{Denied, Endpoint, Kind, Membership, Policy, Setting, Sharing, Socket};
use rquickjs::{
    Array, Class, Ctx, Function, IntoJs, JsLifetime, Object, Result, Value,
    class::{JsClass, Readable, Trace, Tracer},
    function::{Opt, This},
};
use tokio::sync::Notify;

const EBADF: i32 = 9;
const EINVAL: i32 = 22;
const EIO: i32 = 5;
const ECANCELED: i32 = 125;
/// No datagram is longer.
const MAX_BYTES: usize = 64 * 1024;
const IPV6_ONLY: i32 = 1;
const REUSE_ADDRESS: i32 = 4;
const REUSE_PORT: i32 = 8;

thread_local! {
    static SCRATCH: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

#[derive(JsLifetime)]
pub(crate) struct Handle<'js> {
    shared: Rc<Shared>,
    captured: RefCell<Captured<'js>>,
}

#[derive(JsLifetime)]
struct Shared {
    ipv6: bool,
    socket: RefCell<Option<Socket>>,
    loop_ref: LoopRef,
    refed: Cell<bool>,
    receiving: Cell<bool>,
    has_receiver: Cell<bool>,
    closed: Cell<bool>,
    /// Wakes the receiver.
    wake: Notify,
    /// Wakes those that send.
    closing: Notify,
    queued_bytes: Cell<usize>,
    queued_count: Cell<usize>,
}

impl Shared {
    fn update(&self) {
        if self.receiving.get() && self.refed.get() && !self.closed.get() {
            self.loop_ref.hold();
        } else {
            self.loop_ref.unref();
        }
    }

    fn with<T>(&self, act: impl FnOnce(&Socket) -> io::Result<T>) -> io::Result<T> {
        match &*self.socket.borrow() {
            Some(socket) => act(socket),
            None => Err(io::Error::from_raw_os_error(EBADF)),
        }
    }

    /// [`with`](Self::with), with a socket that is made if there is none.
    fn prepare<T>(&self, act: impl FnOnce(&Socket) -> io::Result<T>) -> io::Result<T> {
        if self.closed.get() {
            return Err(io::Error::from_raw_os_error(EBADF));
        }
        let mut socket = self.socket.borrow_mut();
        act(match &mut *socket {
            Some(socket) => socket,
            none => none.insert(Socket::datagram(self.ipv6)?),
        })
    }
}

impl<'js> Trace<'js> for Handle<'js> {
    fn trace<'a>(&self, tracer: Tracer<'a, 'js>) {
        if let Ok(captured) = self.captured.try_borrow() {
            captured.trace(tracer);
        }
    }
}

fn errno(error: &io::Error) -> i32 {
    -error.raw_os_error().unwrap_or(if error.kind() == io::ErrorKind::InvalidInput { EINVAL } else { EIO })
}

fn status(result: io::Result<()>) -> i32 {
    result.map_or_else(|error| errno(&error), |()| 0)
}

fn invalid() -> io::Error {
    io::Error::from_raw_os_error(EINVAL)
}

/// `isDatagram(descriptor)`: whether it is a UDP socket.
pub(crate) fn is_datagram(number: i32) -> bool {
    llrt_net::kind_of(number) == Some(Kind::Udp)
}

/// `createHandle(ipv6)`
pub(crate) fn create<'js>(ctx: Ctx<'js>, ipv6: bool) -> Result<Class<'js, Handle<'js>>> {
    let shared = Shared {
        ipv6,
        socket: RefCell::default(),
        loop_ref: LoopRef::unheld(&ctx),
        refed: Cell::new(true),
        receiving: Cell::new(false),
        has_receiver: Cell::new(false),
        closed: Cell::new(false),
        wake: Notify::new(),
        closing: Notify::new(),
        queued_bytes: Cell::new(0),
        queued_count: Cell::new(0),
    };
    let handle = Class::instance(ctx.clone(), Handle { shared: Rc::new(shared), captured: RefCell::default() })?;
    if scope::is_followed(&ctx) {
        let captured = scope::capture(&ctx, "UDPWRAP", || Some(handle.clone().into_value()));
        *handle.borrow().captured.borrow_mut() = captured;
    }
    Ok(handle)
}

type Me<'js> = This<Class<'js, Handle<'js>>>;

fn shared<'js>(this: &Class<'js, Handle<'js>>) -> Rc<Shared> {
    Rc::clone(&this.borrow().shared)
}

/// The address, which must be of the socket's family.
fn endpoint(shared: &Shared, address: &str, port: u16) -> io::Result<Endpoint> {
    let address = llrt_net::parse_address(address, port).filter(|address| address.is_ipv6() == shared.ipv6);
    address.map(Endpoint::Ip).ok_or_else(invalid)
}

/// `bind(address, port, flags)`
fn bind(this: Me<'_>, address: String, port: u16, flags: i32) -> i32 {
    let shared = shared(&this);
    let sharing = Sharing {
        ipv6_only: flags & IPV6_ONLY != 0,
        reuse_port: flags & REUSE_PORT != 0,
        reuse_address: flags & REUSE_ADDRESS != 0,
    };
    let bound =
        endpoint(&shared, &address, port).and_then(|endpoint| shared.prepare(|socket| socket.bind(&endpoint, sharing)));
    status(bound)
}

/// `open(descriptor)`: takes an open descriptor.
fn open(this: Me<'_>, number: i32) -> i32 {
    match Socket::adopt(number) {
        Ok(socket) => {
            *shared(&this).socket.borrow_mut() = Some(socket);
            0
        }
        Err(error) => errno(&error),
    }
}

fn allow(ctx: &Ctx<'_>, address: &SocketAddr) -> Result<()> {
    let checked = Policy::from_env().check(&address.ip().to_string(), address.port());
    checked.map_err(|denied| NodeError::new(ErrorClass::Error, Denied::CODE, denied.to_string()).throw(ctx))
}

/// `connect(address, port)`
fn connect(ctx: Ctx<'_>, this: Me<'_>, address: String, port: u16) -> Result<i32> {
    let shared = shared(&this);
    let endpoint = match endpoint(&shared, &address, port) {
        Ok(endpoint) => endpoint,
        Err(error) => return Ok(errno(&error)),
    };
    if let Endpoint::Ip(address) = &endpoint {
        allow(&ctx, address)?;
    }
    Ok(status(shared.prepare(|socket| socket.associate(Some(&endpoint)))))
}

/// `send(list, port, address, done)`, with an address when the socket is not connected: a negative error number, or the number of bytes and
/// one more when they are sent, or 0 when `done(error, bytes)` will be called.
fn send<'js>(
    ctx: Ctx<'js>,
    this: Me<'js>,
    list: Array<'js>,
    port: u16,
    address: Option<String>,
    done: Function<'js>,
) -> Result<i32> {
    let shared = shared(&this);
    let target = match address.map(|address| endpoint(&shared, &address, port)).transpose() {
        Ok(target) => target,
        Err(error) => return Ok(errno(&error)),
    };
    if let Some(Endpoint::Ip(address)) = &target {
        allow(&ctx, address)?;
    }
    let mut data = Vec::new();
    for item in list.iter::<Value<'js>>() {
        if let Some(view) = View::of(&item?) {
            view.with(|bytes| data.extend_from_slice(bytes));
        }
    }
    if shared.queued_count.get() == 0 {
        match shared.prepare(|socket| socket.send_now(&data, target.as_ref())) {
            Ok(true) => return Ok(i32::try_from(data.len()).unwrap_or(i32::MAX - 1) + 1),
            Ok(false) => {}
            Err(error) => return Ok(errno(&error)),
        }
    }
    shared.queued_bytes.set(shared.queued_bytes.get() + data.len());
    shared.queued_count.set(shared.queued_count.get() + 1);
    let id = this.borrow().captured.borrow().id();
    let resource = || Some(Object::new(ctx.clone()).ok()?.into_value());
    let mut captured = scope::capture_for(&ctx, "UDPSENDWRAP", (id != 0.0).then_some(id), resource);
    let keep_alive = LoopRef::new(&ctx);
    let task_ctx = ctx.clone();
    ctx.spawn(async move {
        let sending = poll_fn(|cx| match &*shared.socket.borrow() {
            Some(socket) => socket.poll_send(cx, &data, target.as_ref()),
            None => Poll::Ready(Err(io::Error::from_raw_os_error(ECANCELED))),
        });
        let closed = async {
            let closing = shared.closing.notified();
            if !shared.closed.get() {
                closing.await;
            }
        };
        let result = tokio::select! {
            biased;
            () = closed => Err(io::Error::from_raw_os_error(ECANCELED)),
            result = sending => result,
        };
        shared.queued_bytes.set(shared.queued_bytes.get().saturating_sub(data.len()));
        shared.queued_count.set(shared.queued_count.get().saturating_sub(1));
        drop(keep_alive);
        let count = data.len() as f64;
        task::run_in(&task_ctx, &captured, || done.call::<_, Value<'js>>((status(result), count)).map(drop));
        captured.finish(&task_ctx);
    });
    Ok(0)
}

/// `receiveStart()`: `onmessage(count, chunk, sender)` is called for each datagram.
fn receive_start<'js>(ctx: Ctx<'js>, this: Me<'js>) -> i32 {
    let shared = shared(&this);
    if shared.socket.borrow().is_none() {
        return -EBADF;
    }
    shared.receiving.set(true);
    shared.update();
    if !shared.has_receiver.replace(true) {
        ctx.spawn(receive_all(ctx.clone(), this.0, shared));
    }
    0
}

async fn receive_all<'js>(ctx: Ctx<'js>, this: Class<'js, Handle<'js>>, shared: Rc<Shared>) {
    while !shared.closed.get() {
        let readable = poll_fn(|cx| match &*shared.socket.borrow() {
            Some(socket) => socket.poll_readable(cx),
            None => Poll::Ready(Ok(())),
        });
        tokio::select! {
            biased;
            () = shared.wake.notified() => continue,
            _ = readable => {}
        }
        let received = SCRATCH.with_borrow_mut(|scratch| {
            scratch.resize(MAX_BYTES, 0);
            let received = shared.with(|socket| socket.receive_now(scratch))?;
            Ok(received.map(|(count, sender)| (scratch[..count].to_vec(), sender)))
        });
        match received {
            Ok(None) => {}
            Ok(Some((data, sender))) => call(&ctx, &this, data.len() as f64, Some((data, sender))),
            Err(_) if shared.closed.get() => return,
            Err(error) => call(&ctx, &this, errno(&error).into(), None),
        }
    }
}

fn call<'js>(ctx: &Ctx<'js>, this: &Class<'js, Handle<'js>>, count: f64, message: Option<(Vec<u8>, SocketAddr)>) {
    let captured = this.borrow().captured.borrow().clone();
    task::run_in(ctx, &captured, || {
        let object = this.as_inner();
        let Some(function) = object.get::<_, Option<Function<'js>>>("onmessage")? else { return Ok(()) };
        let (chunk, sender) = match message {
            Some((data, sender)) => (Some(bytes::buffer(ctx, data)?), Some(describe(ctx, &sender)?)),
            None => (None, None),
        };
        function.call::<_, Value<'js>>((This(object.clone()), count, chunk, sender)).map(drop)
    });
}

fn describe<'js>(ctx: &Ctx<'js>, address: &SocketAddr) -> Result<Object<'js>> {
    let object = Object::new(ctx.clone())?;
    object.set("address", llrt_net::address_text(address))?;
    object.set("family", if address.is_ipv4() { "IPv4" } else { "IPv6" })?;
    object.set("port", address.port())?;
    Ok(object)
}

fn name<'js>(ctx: Ctx<'js>, this: Me<'js>, ask: fn(&Socket) -> io::Result<Endpoint>) -> Result<Value<'js>> {
    match shared(&this).with(ask) {
        Ok(Endpoint::Ip(address)) => describe(&ctx, &address).map(Object::into_value),
        Ok(Endpoint::Path(_)) => (-EINVAL).into_js(&ctx),
        Err(error) => errno(&error).into_js(&ctx),
    }
}

/// `set(name, value)` of a setting that is a number.
fn set(this: Me<'_>, name: String, value: f64) -> i32 {
    let setting = match name.as_str() {
        "broadcast" => Setting::Broadcast(value != 0.0),
        "ttl" => Setting::Ttl(value as i64 as u32),
        "multicastTTL" => Setting::MulticastTtl(value as i64 as u32),
        "multicastLoopback" => Setting::MulticastLoopback(value != 0.0),
        "receiveBuffer" => Setting::ReceiveBuffer(value as usize),
        "sendBuffer" => Setting::SendBuffer(value as usize),
        _ => return -EINVAL,
    };
    let ipv6 = shared(&this).ipv6;
    status(shared(&this).with(|socket| socket.set(setting, ipv6)))
}

/// `setMulticastInterface(address)`
fn set_multicast_interface(this: Me<'_>, address: String) -> i32 {
    let shared = shared(&this);
    let set = endpoint(&shared, &address, 0).and_then(|endpoint| {
        let Endpoint::Ip(address) = endpoint else { return Err(invalid()) };
        shared.with(|socket| socket.set_multicast_interface(&address))
    });
    status(set)
}

/// `bufferSize(receiving)`
fn buffer_size(this: Me<'_>, receiving: bool) -> f64 {
    let size = shared(&this).with(|socket| socket.buffer_size(receiving));
    size.map_or_else(|error| f64::from(errno(&error)), |size| size as f64)
}

/// `membership(join, group, interface, source)`
fn membership(this: Me<'_>, join: bool, group: String, interface: Option<String>, source: Opt<Option<String>>) -> i32 {
    let shared = shared(&this);
    let parse = |text: &str| llrt_net::parse_address(text, 0).ok_or_else(invalid);
    let change = || {
        let group = parse(&group)?;
        let source = source.0.flatten().map(|source| parse(&source)).transpose()?;
        let interface = interface.map(|interface| parse(&interface)).transpose()?;
        if source.as_ref().is_some_and(|source| source.is_ipv6() != group.is_ipv6()) {
            return Err(invalid());
        }
        let unspecified = |address: &SocketAddr| match address.ip() {
            IpAddr::V4(address) => !address.is_multicast(),
            IpAddr::V6(address) => !address.is_multicast(),
        };
        if source.is_some() && unspecified(&group) {
            return Err(invalid());
        }
        shared.prepare(|socket| socket.change_membership(join, &Membership { group, interface, source }))
    };
    status(change())
}

/// `close(callback)`
fn close<'js>(ctx: Ctx<'js>, this: Me<'js>, callback: Opt<Function<'js>>) {
    let shared = shared(&this);
    if shared.closed.replace(true) {
        return;
    }
    shared.receiving.set(false);
    shared.update();
    shared.socket.take();
    shared.wake.notify_one();
    shared.closing.notify_waiters();
    let keep_alive = LoopRef::new(&ctx);
    let task_ctx = ctx.clone();
    ctx.spawn(async move {
        drop(keep_alive);
        let mut captured = this.borrow().captured.take();
        if let Some(callback) = callback.0 {
            task::run_in(&task_ctx, &captured, || callback.call::<_, Value<'js>>(()).map(drop));
        }
        captured.finish(&task_ctx);
    });
}

fn set_refed<'js>(this: &Class<'js, Handle<'js>>, refed: bool) {
    let shared = shared(this);
    shared.refed.set(refed);
    shared.update();
}

impl<'js> JsClass<'js> for Handle<'js> {
    const NAME: &'static str = "DatagramHandle";
    type Mutable = Readable;

    fn constructor(_ctx: &Ctx<'js>) -> Result<Option<rquickjs::function::Constructor<'js>>> {
        Ok(None)
    }

    fn prototype(ctx: &Ctx<'js>) -> Result<Option<Object<'js>>> {
        let prototype = Object::new(ctx.clone())?;
        let methods = [
            ("bind", Function::new(ctx.clone(), bind)?),
            ("open", Function::new(ctx.clone(), open)?),
            ("connect", Function::new(ctx.clone(), connect)?),
            (
                "disconnect",
                Function::new(ctx.clone(), |this: Me<'js>| {
                    status(shared(&this).with(|socket| socket.associate(None)))
                })?,
            ),
            ("send", Function::new(ctx.clone(), send)?),
            ("receiveStart", Function::new(ctx.clone(), receive_start)?),
            ("set", Function::new(ctx.clone(), set)?),
            ("setMulticastInterface", Function::new(ctx.clone(), set_multicast_interface)?),
            ("bufferSize", Function::new(ctx.clone(), buffer_size)?),
            ("membership", Function::new(ctx.clone(), membership)?),
            ("close", Function::new(ctx.clone(), close)?),
            (
                "getsockname",
                Function::new(ctx.clone(), |ctx: Ctx<'js>, this: Me<'js>| name(ctx, this, Socket::local_address))?,
            ),
            (
                "getpeername",
                Function::new(ctx.clone(), |ctx: Ctx<'js>, this: Me<'js>| name(ctx, this, Socket::peer_address))?,
            ),
            ("ref", Function::new(ctx.clone(), |this: Me<'js>| set_refed(&this, true))?),
            ("unref", Function::new(ctx.clone(), |this: Me<'js>| set_refed(&this, false))?),
            ("queuedBytes", Function::new(ctx.clone(), |this: Me<'js>| shared(&this).queued_bytes.get() as f64)?),
            ("queuedCount", Function::new(ctx.clone(), |this: Me<'js>| shared(&this).queued_count.get() as f64)?),
        ];
        for (name, function) in methods {
            prototype.set(name, function)?;
        }
        let number = |this: Me<'js>| shared(&this).with(|socket| Ok(socket.number())).unwrap_or(-1);
        prototype.prop("fd", rquickjs::object::Accessor::from(number).configurable())?;
        Ok(Some(prototype))
    }
}
