//! inotify, for `watch`.

use std::{cell::RefCell, mem::MaybeUninit, os::fd::OwnedFd, rc::Rc};

use llrt_core::{
    JsClass, NodeError, OrThrow,
    task::{self, LoopRef},
};
use rquickjs::{Array, Ctx, Function, Object, Result, Value};
use rustix::{
    fs::inotify::{self, CreateFlags, WatchFlags},
    io::Errno,
};
use tokio::io::unix::AsyncFd;

use crate::{args, error::At};

/// What libuv watches for.
const EVENTS: WatchFlags = WatchFlags::ATTRIB
    .union(WatchFlags::CREATE)
    .union(WatchFlags::MODIFY)
    .union(WatchFlags::DELETE)
    .union(WatchFlags::DELETE_SELF)
    .union(WatchFlags::MOVE_SELF)
    .union(WatchFlags::MOVED_FROM)
    .union(WatchFlags::MOVED_TO);

struct Inotify {
    fd: Rc<AsyncFd<OwnedFd>>,
    alive: LoopRef,
    /// Dropping it ends the task that reads.
    _stop: tokio::sync::oneshot::Sender<()>,
}

/// `open(listener, persistent)`: an object with `add(path)`, `hold(held)` and `close()`. The listener gets arrays of
/// `[descriptor, mask, name]`.
pub(crate) fn open<'js>(ctx: Ctx<'js>, listener: Function<'js>, persistent: bool) -> Result<Object<'js>> {
    if tokio::runtime::Handle::try_current().is_err() {
        return Err(NodeError::plain(JsClass::Error, "fs.watch needs a running event loop").throw(&ctx));
    }
    let fd = inotify::init(CreateFlags::NONBLOCK | CreateFlags::CLOEXEC).on("watch").or_throw(&ctx)?;
    let fd = Rc::new(register(fd).on("watch").or_throw(&ctx)?);
    let alive = LoopRef::unheld(&ctx);
    if persistent {
        alive.hold();
    }
    let (stop, stopped) = tokio::sync::oneshot::channel();
    let inotify = Rc::new(RefCell::new(Some(Inotify { fd: Rc::clone(&fd), alive, _stop: stop })));

    let reader = ctx.clone();
    task::spawn_unref(&ctx, async move {
        let read = async {
            while let Ok(mut guard) = fd.readable().await {
                let Ok(events) = guard.try_io(|fd| read_events(fd.get_ref())) else { continue };
                let Ok(events) = events else { return };
                task::run(&reader, || {
                    let list = Array::new(reader.clone())?;
                    for (index, (watch, mask, name)) in events.into_iter().enumerate() {
                        let event = Array::new(reader.clone())?;
                        event.set(0, watch)?;
                        event.set(1, mask)?;
                        event.set(2, name)?;
                        list.set(index, event)?;
                    }
                    listener.call((list,))
                });
            }
        };
        tokio::select! {
            () = read => {}
            _ = stopped => {}
        }
    });

    let object = Object::new(ctx.clone())?;
    let shared = Rc::clone(&inotify);
    let add = move |ctx: Ctx<'js>, path: Value<'js>| -> Result<i32> {
        let path = args::path(&ctx, &path, "filename")?;
        let shared = shared.borrow();
        let Some(inotify) = shared.as_ref() else { return Ok(-1) };
        inotify::add_watch(inotify.fd.get_ref(), path.as_path(), EVENTS).at("watch", &path).or_throw(&ctx)
    };
    object.set("add", Function::new(ctx.clone(), add)?)?;
    let shared = Rc::clone(&inotify);
    let hold = move |held: bool| {
        if let Some(inotify) = shared.borrow().as_ref() {
            if held { inotify.alive.hold() } else { inotify.alive.unref() }
        }
    };
    object.set("hold", Function::new(ctx.clone(), hold)?)?;
    object.set("close", Function::new(ctx, move || drop(inotify.borrow_mut().take()))?)?;
    Ok(object)
}

#[expect(
    deprecated,
    reason = "what is unsound about it are types that give another descriptor each time; `OwnedFd` does not"
)]
fn register(fd: OwnedFd) -> std::io::Result<AsyncFd<OwnedFd>> {
    AsyncFd::new(fd)
}

type Event = (i32, u32, Option<String>);

fn read_events(fd: &OwnedFd) -> std::io::Result<Vec<Event>> {
    let mut buffer = [MaybeUninit::uninit(); 4096];
    let mut reader = inotify::Reader::new(fd, &mut buffer);
    let mut events = Vec::new();
    loop {
        match reader.next() {
            Ok(event) => {
                let name = event.file_name().map(|name| name.to_string_lossy().into_owned());
                events.push((event.wd(), event.events().bits(), name));
            }
            Err(Errno::INTR) => {}
            Err(Errno::AGAIN) if !events.is_empty() => return Ok(events),
            Err(error) => return Err(error.into()),
        }
        // One system call's worth at a time.
        if reader.is_buffer_empty() && !events.is_empty() {
            return Ok(events);
        }
    }
}
