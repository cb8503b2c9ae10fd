//! `internal:pipe`, native half: reading and writing descriptors (pipes, sockets, terminals) on the event loop.

use std::{
    cell::{Cell, RefCell},
    io::{IoSlice, IoSliceMut},
    mem::MaybeUninit,
    os::fd::{AsFd, BorrowedFd, IntoRawFd, OwnedFd},
    pin::pin,
    rc::Rc,
};

use llrt_core::{OrThrow, SystemError, bytes, system, task, task::LoopRef};
use nix::{
    errno::Errno,
    poll::{PollFd, PollFlags, PollTimeout, poll},
};
use rquickjs::{
    Class, Ctx, Function, JsLifetime, Object, Result, Value,
    class::{JsClass, Readable, Trace, Tracer},
    function::This,
};
use rustix::net::{
    RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, SendAncillaryBuffer, SendAncillaryMessage, SendFlags,
    recvmsg, sendmsg,
};
use tokio::{
    io::{Interest, unix::AsyncFd},
    sync::Notify,
};

/// How many descriptors come along with one message at most.
const MAX_DESCRIPTORS: usize = 8;

/// A descriptor on the loop.
#[derive(JsLifetime)]
pub(crate) struct Pipe {
    open: RefCell<Option<Rc<Open>>>,
    /// Holds while an operation is pending, unless `unref()` was called.
    guard: Rc<Guard>,
}

struct Guard {
    loop_ref: LoopRef,
    pending: Cell<usize>,
    refed: Cell<bool>,
}

impl Guard {
    fn update(&self) {
        if self.refed.get() && self.pending.get() > 0 { self.loop_ref.hold() } else { self.loop_ref.unref() }
    }

    fn add(&self, count: isize) {
        self.pending.set(self.pending.get().saturating_add_signed(count));
        self.update();
    }
}

/// An open descriptor. It is closed when the last operation on it has ended.
struct Open {
    /// `None` only while it is dropped: the loop must forget the descriptor before it is closed.
    registered: Option<AsyncFd<BorrowedFd<'static>>>,
    number: i32,
    /// It is ours: it is closed in the end.
    owned: bool,
    /// Others use it too, so that it may block.
    shared: Cell<bool>,
    closing: Notify,
    /// Ends the pending read.
    stopping: Notify,
    stops: Cell<u32>,
    closed: Cell<bool>,
}

impl Drop for Open {
    fn drop(&mut self) {
        self.registered = None;
        if self.owned {
            let _ = nix::unistd::close(self.number);
        }
    }
}

impl Open {
    fn descriptor(&self) -> &AsyncFd<BorrowedFd<'static>> {
        self.registered.as_ref().expect("only `drop` takes it")
    }

    /// Waits until it is being closed, which may have been before this was first asked.
    async fn until_closed(&self) {
        let closing = self.closing.notified();
        if !self.closed.get() {
            closing.await;
        }
    }

    /// Waits for bytes and reads them; empty at the end.
    async fn read(&self, max_bytes: usize) -> std::result::Result<Vec<u8>, Errno> {
        self.descriptor()
            .async_io(Interest::READABLE, |fd| {
                // One that may block is asked first.
                if self.shared.get() && !is_ready(*fd, PollFlags::POLLIN) {
                    return Err(std::io::ErrorKind::WouldBlock.into());
                }
                let mut buffer = vec![0; max_bytes];
                let count = nix::unistd::read(*fd, &mut buffer)?;
                buffer.truncate(count);
                buffer.shrink_to_fit();
                Ok(buffer)
            })
            .await
            .map_err(errno)
    }

    /// [`read`](Self::read) of a socket, with the descriptors that came along.
    async fn receive(&self, max_bytes: usize) -> std::result::Result<(Vec<u8>, Vec<i32>), Errno> {
        let received = self.descriptor().async_io(Interest::READABLE, |fd| {
            let mut buffer = vec![0; max_bytes];
            let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(MAX_DESCRIPTORS))];
            let mut control = RecvAncillaryBuffer::new(&mut space);
            let mut parts = [IoSliceMut::new(&mut buffer)];
            let count = recvmsg(*fd, &mut parts, &mut control, RecvFlags::CMSG_CLOEXEC)?.bytes;
            buffer.truncate(count);
            buffer.shrink_to_fit();
            let rights = control.drain().filter_map(|message| match message {
                RecvAncillaryMessage::ScmRights(descriptors) => Some(descriptors.map(IntoRawFd::into_raw_fd)),
                _ => None,
            });
            Ok((buffer, rights.flatten().collect()))
        });
        received.await.map_err(errno)
    }

    /// [`write_now`](Self::write_now) to a socket, with a descriptor that goes along; nothing is written without it.
    fn send_now(&self, data: &[u8], along: BorrowedFd<'_>) -> std::result::Result<usize, Errno> {
        let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
        let mut control = SendAncillaryBuffer::new(&mut space);
        let along = [along];
        control.push(SendAncillaryMessage::ScmRights(&along));
        match sendmsg(self.descriptor().get_ref(), &[IoSlice::new(data)], &mut control, SendFlags::empty()) {
            Ok(count) => Ok(count),
            Err(rustix::io::Errno::AGAIN | rustix::io::Errno::INTR) => Ok(0),
            Err(error) => Err(Errno::from_raw(error.raw_os_error())),
        }
    }

    /// Writes what goes without waiting, and gives how much that is.
    fn write_now(&self, data: &[u8]) -> std::result::Result<usize, Errno> {
        let mut written = 0;
        while written < data.len() {
            if self.shared.get() && !is_ready(*self.descriptor().get_ref(), PollFlags::POLLOUT) {
                break;
            }
            match nix::unistd::write(self.descriptor().get_ref(), &data[written..]) {
                Ok(count) => written += count,
                Err(Errno::EINTR) => {}
                Err(Errno::EAGAIN) => break,
                Err(errno) => return Err(errno),
            }
        }
        Ok(written)
    }

    async fn write(&self, data: &[u8]) -> std::result::Result<(), Errno> {
        let mut written = 0;
        while written < data.len() {
            let count = self.descriptor().async_io(Interest::WRITABLE, |_| {
                let count = self.write_now(&data[written..])?;
                if count == 0 { Err(std::io::ErrorKind::WouldBlock.into()) } else { Ok(count) }
            });
            written += count.await.map_err(errno)?;
        }
        Ok(())
    }
}

fn errno(error: std::io::Error) -> Errno {
    Errno::from_raw(error.raw_os_error().unwrap_or(Errno::EIO as i32))
}

fn is_ready(descriptor: BorrowedFd<'_>, flags: PollFlags) -> bool {
    let mut polled = [PollFd::new(descriptor, flags)];
    !matches!(poll(&mut polled, PollTimeout::ZERO), Ok(0))
}

/// `open(descriptor, owned)`: puts a descriptor onto the loop. One that is owned is made not to block, and closed by `close()`.
pub(crate) fn open<'js>(ctx: Ctx<'js>, number: i32, owned: bool) -> Result<Class<'js, Pipe>> {
    let opened = system::descriptor(number).and_then(|descriptor| {
        if owned {
            rustix::io::ioctl_fionbio(descriptor, true)?;
        }
        register(descriptor)
    });
    let registered = opened.map_err(|error| SystemError::new(&error, "open")).or_throw(&ctx)?;
    let open = Open {
        registered: Some(registered),
        number,
        owned,
        shared: Cell::new(!owned),
        closing: Notify::new(),
        stopping: Notify::new(),
        stops: Cell::new(0),
        closed: Cell::new(false),
    };
    let guard = Guard { loop_ref: LoopRef::unheld(&ctx), pending: Cell::new(0), refed: Cell::new(true) };
    Class::instance(ctx, Pipe { open: RefCell::new(Some(Rc::new(open))), guard: Rc::new(guard) })
}

#[expect(
    deprecated,
    reason = "registering is safe code: the descriptor stays registered under its number until `drop`"
)]
fn register(descriptor: BorrowedFd<'static>) -> std::io::Result<AsyncFd<BorrowedFd<'static>>> {
    AsyncFd::new(descriptor)
}

/// `errnoName(errno)`: `EPIPE` for a number of either sign.
pub(crate) fn errno_name(errno: i32) -> &'static str {
    system::describe(errno.abs()).0
}

/// What a descriptor is: `FILE`, `PIPE`, `TCP` (a socket that is none of a pipe's kind), `TTY`, `UNKNOWN`.
pub(crate) fn guess_type(number: i32) -> &'static str {
    use nix::sys::stat::{SFlag, fstat};
    let Ok(descriptor) = system::descriptor(number) else { return "INVALID" };
    if rustix::termios::isatty(descriptor) {
        return "TTY";
    }
    let Ok(stat) = fstat(descriptor) else { return "INVALID" };
    let kind = SFlag::from_bits_truncate(stat.st_mode) & SFlag::S_IFMT;
    if kind == SFlag::S_IFREG || kind == SFlag::S_IFCHR {
        "FILE"
    } else if kind == SFlag::S_IFIFO || kind == SFlag::S_IFSOCK {
        "PIPE"
    } else {
        "UNKNOWN"
    }
}

/// `setRawMode(descriptor, raw)`: 0, or a negative error number.
pub(crate) fn set_raw_mode(number: i32, raw: bool) -> i32 {
    use rustix::termios::{self, OptionalActions};
    thread_local! {
        /// What terminals were like before, by descriptor.
        static BEFORE: RefCell<Vec<(i32, termios::Termios)>> = const { RefCell::new(Vec::new()) };
    }
    let change = || -> std::result::Result<(), rustix::io::Errno> {
        let descriptor = system::descriptor(number).map_err(|_| rustix::io::Errno::BADF)?;
        let known =
            BEFORE.with_borrow(|before| before.iter().find(|(known, _)| *known == number).map(|(_, t)| t.clone()));
        let before = match known {
            Some(before) => before,
            None => {
                let before = termios::tcgetattr(descriptor)?;
                BEFORE.with_borrow_mut(|list| list.push((number, before.clone())));
                before
            }
        };
        let mut settings = before;
        if raw {
            // Keys as they come, and output as programs expect it: libuv's raw mode.
            settings.input_modes -= termios::InputModes::BRKINT
                | termios::InputModes::ICRNL
                | termios::InputModes::INPCK
                | termios::InputModes::ISTRIP
                | termios::InputModes::IXON;
            settings.output_modes |= termios::OutputModes::ONLCR;
            settings.control_modes |= termios::ControlModes::CS8;
            settings.local_modes -= termios::LocalModes::ECHO
                | termios::LocalModes::ICANON
                | termios::LocalModes::IEXTEN
                | termios::LocalModes::ISIG;
        }
        termios::tcsetattr(descriptor, OptionalActions::Drain, &settings)
    };
    match change() {
        Ok(()) => 0,
        Err(errno) => -errno.raw_os_error(),
    }
}

impl<'js> Trace<'js> for Pipe {
    fn trace<'a>(&self, _tracer: Tracer<'a, 'js>) {}
}

impl Pipe {
    fn open(&self) -> Option<Rc<Open>> {
        self.open.borrow().clone()
    }

    fn close(&self) {
        if let Some(open) = self.open.take() {
            open.closed.set(true);
            open.closing.notify_waiters();
        }
    }
}

/// `read(maxBytes, callback)`: calls back once, with an error number (negative, or 0) and the bytes; no bytes at the end. It does not
/// call back when the descriptor is closed meanwhile.
fn read<'js>(ctx: Ctx<'js>, this: This<Class<'js, Pipe>>, max_bytes: usize, callback: Function<'js>) {
    read_with(ctx, &this, callback, async move |open| open.read(max_bytes).await.map(|chunk| (chunk, Vec::new())));
}

/// `receive(maxBytes, callback)`: as `read`, of a socket; `callback` also gets the numbers of the descriptors that came along, which are
/// its to close.
fn receive<'js>(ctx: Ctx<'js>, this: This<Class<'js, Pipe>>, max_bytes: usize, callback: Function<'js>) {
    read_with(ctx, &this, callback, async move |open| open.receive(max_bytes).await);
}

type Received = std::result::Result<(Vec<u8>, Vec<i32>), Errno>;

fn read_with<'js>(
    ctx: Ctx<'js>,
    this: &Class<'js, Pipe>,
    callback: Function<'js>,
    act: impl AsyncFnOnce(&Open) -> Received + 'js,
) {
    let Some(open) = this.borrow().open() else { return };
    let guard = Rc::clone(&this.borrow().guard);
    guard.add(1);
    let stops = open.stops.get();
    let task_ctx = ctx.clone();
    task::spawn_unref(&ctx, async move {
        let stopping = Rc::clone(&open);
        let mut stopped = pin!(stopping.stopping.notified());
        if open.stops.get() != stops {
            guard.add(-1);
            return;
        }
        let result = tokio::select! {
            biased;
            () = open.until_closed() => None,
            () = &mut stopped => None,
            result = act(&open) => Some(result),
        };
        let closed = open.closed.get();
        drop(open);
        guard.add(-1);
        let Some(result) = result else { return };
        if closed {
            return;
        }
        let (error, chunk, along) = match result {
            Ok((chunk, along)) if chunk.is_empty() => (0, None, along),
            Ok((chunk, along)) => (0, bytes::buffer(&task_ctx, chunk).ok(), along),
            Err(errno) => (-(errno as i32), None, Vec::new()),
        };
        task::call(&task_ctx, &callback, (error, chunk, along));
    });
}

/// `send(data, descriptor, callback)`: as `write`, to a socket; a copy of the descriptor goes along.
fn send<'js>(
    ctx: Ctx<'js>,
    this: This<Class<'js, Pipe>>,
    data: Value<'js>,
    along: i32,
    callback: Function<'js>,
) -> Result<i32> {
    let Some(open) = this.borrow().open() else { return Ok(-(Errno::EBADF as i32)) };
    let data = bytes::bytes_or_utf8(&ctx, &data, "chunk")?;
    let along = system::descriptor(along).and_then(|along| along.try_clone_to_owned());
    let Ok(along) = along else { return Ok(-(Errno::EBADF as i32)) };
    match open.send_now(&data, along.as_fd()) {
        Ok(count) if count == data.len() => return Ok(0),
        Ok(0) => write_rest(ctx, &this, open, data, Some(along), callback),
        Ok(count) => write_rest(ctx, &this, open, data[count..].to_vec(), None, callback),
        Err(errno) => return Ok(-(errno as i32)),
    }
    Ok(1)
}

/// `write(data, callback)`: a negative error number; 0 when all was written, and nothing more happens; 1 when the rest is pending, and
/// `callback` gets an error number or 0 in the end.
fn write<'js>(ctx: Ctx<'js>, this: This<Class<'js, Pipe>>, data: Value<'js>, callback: Function<'js>) -> Result<i32> {
    let Some(open) = this.borrow().open() else { return Ok(-(Errno::EBADF as i32)) };
    let data = bytes::bytes_or_utf8(&ctx, &data, "chunk")?;
    let written = match open.write_now(&data) {
        Ok(written) if written == data.len() => return Ok(0),
        Ok(written) => written,
        Err(errno) => return Ok(-(errno as i32)),
    };
    write_rest(ctx, &this, open, data[written..].to_vec(), None, callback);
    Ok(1)
}

fn write_rest<'js>(
    ctx: Ctx<'js>,
    this: &Class<'js, Pipe>,
    open: Rc<Open>,
    rest: Vec<u8>,
    along: Option<OwnedFd>,
    callback: Function<'js>,
) {
    let guard = Rc::clone(&this.borrow().guard);
    guard.add(1);
    let task_ctx = ctx.clone();
    task::spawn_unref(&ctx, async move {
        let write = async {
            let mut written = 0;
            if let Some(along) = along {
                let sent =
                    open.descriptor().async_io(Interest::WRITABLE, |_| match open.send_now(&rest, along.as_fd())? {
                        0 => Err(std::io::ErrorKind::WouldBlock.into()),
                        count => Ok(count),
                    });
                written = sent.await.map_err(errno)?;
            }
            open.write(&rest[written..]).await
        };
        let result = tokio::select! {
            biased;
            () = open.until_closed() => Err(Errno::ECANCELED),
            result = write => result,
        };
        drop(open);
        guard.add(-1);
        task::call(&task_ctx, &callback, (result.err().map_or(0, |errno| -(errno as i32)),));
    });
}

/// `stop()`: the pending read ends without calling back.
fn stop(this: This<Class<'_, Pipe>>) {
    if let Some(open) = this.borrow().open() {
        open.stops.set(open.stops.get().wrapping_add(1));
        open.stopping.notify_waiters();
    }
}

/// `share()`: a child uses the descriptor too.
fn share(this: This<Class<'_, Pipe>>) {
    if let Some(open) = this.borrow().open() {
        open.shared.set(true);
    }
}

/// `shutdown()`: nothing more will be written.
fn shutdown(this: This<Class<'_, Pipe>>) {
    if let Some(open) = this.borrow().open() {
        let _ = rustix::net::shutdown(open.descriptor().get_ref(), rustix::net::Shutdown::Write);
    }
}

impl<'js> JsClass<'js> for Pipe {
    const NAME: &'static str = "Pipe";
    type Mutable = Readable;

    fn constructor(_ctx: &Ctx<'js>) -> Result<Option<rquickjs::function::Constructor<'js>>> {
        Ok(None)
    }

    fn prototype(ctx: &Ctx<'js>) -> Result<Option<Object<'js>>> {
        let prototype = Object::new(ctx.clone())?;
        prototype.set("read", Function::new(ctx.clone(), read)?)?;
        prototype.set("receive", Function::new(ctx.clone(), receive)?)?;
        prototype.set("write", Function::new(ctx.clone(), write)?)?;
        prototype.set("send", Function::new(ctx.clone(), send)?)?;
        prototype.set("share", Function::new(ctx.clone(), share)?)?;
        prototype.set("stop", Function::new(ctx.clone(), stop)?)?;
        prototype.set("shutdown", Function::new(ctx.clone(), shutdown)?)?;
        prototype.set("close", Function::new(ctx.clone(), |this: This<Class<'js, Self>>| this.borrow().close())?)?;
        let set_refed = |refed: bool| {
            move |this: This<Class<'js, Self>>| {
                let guard = Rc::clone(&this.borrow().guard);
                guard.refed.set(refed);
                guard.update();
            }
        };
        prototype.set("ref", Function::new(ctx.clone(), set_refed(true))?)?;
        prototype.set("unref", Function::new(ctx.clone(), set_refed(false))?)?;
        prototype.set(
            "hasRef",
            Function::new(ctx.clone(), |this: This<Class<'js, Self>>| this.borrow().guard.refed.get())?,
        )?;
        let number = |this: This<Class<'js, Self>>| this.borrow().open().map_or(-1, |open| open.number);
        prototype.prop("fd", rquickjs::object::Accessor::from(number).configurable())?;
        Ok(Some(prototype))
    }
}
