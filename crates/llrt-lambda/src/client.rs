//! The runtime client: the engine, the handler in it, and the invocations that it serves.

mod concurrency;
mod console;
mod context;
mod global;
mod init;
mod invoke;
mod stream;
mod thrown;

use std::{
    cell::{Cell, RefCell},
    future::{Future, poll_fn},
    io::Write,
    pin::pin,
    rc::Rc,
    task::{Poll, Waker},
    time::{SystemTime, UNIX_EPOCH},
};

use llrt_core::process;
use llrt_runtime::{
    Vm, VmOptions,
    uncaught::{LastResort, set_last_resort},
};
use rquickjs::{Ctx, JsLifetime, Value};

use crate::{
    api::{ApiError, Invocation, RuntimeApi},
    config::{Config, LAYER_FOLDERS, Missing},
    failure::{Failure, Kind},
    log::{Logger, Sink},
};
pub use global::MODULES;
use thrown::Problem;

/// Exit code when the runtime itself cannot go on.
const PLATFORM_FAILED: i32 = 1;
/// Exit code when the handler's module never finished loading, as Node's.
const UNSETTLED_TOP_LEVEL_AWAIT: i32 = 13;
/// Exit code after a promise's rejection that nobody handled.
const UNHANDLED_REJECTION: i32 = 128;
/// Exit code after an uncaught exception, and after a failed init.
const UNCAUGHT_EXCEPTION: i32 = 129;

/// Serves the handler that the environment names until the service stops asking, and gives the process's exit code.
///
/// `options` should compose [`MODULES`], or a table that has them: they bring the global `awslambda`.
///
/// Packages of layers are found after all `node_modules`, by `require` and `import`; before them those in folders of `NODE_PATH`.
pub fn serve(mut options: VmOptions) -> i32 {
    let config = match Config::from_env(|name| std::env::var_os(name)) {
        Ok(config) => config,
        Err(missing) => return refuse(&missing),
    };
    let mut folders = llrt_runtime::node_path();
    folders.extend(LAYER_FOLDERS.map(str::to_owned));
    options.package_folders = Some(folders);
    let served = llrt_runtime::block_on(async move {
        let mut api = RuntimeApi::new(&config.runtime_api);
        api.open_early();
        let vm = Vm::new(options).await?;
        let code = vm.with(async move |ctx| run(&ctx, config, api).await).await;
        // The process ends without tearing the heap down.
        std::mem::forget(vm);
        Ok::<_, std::io::Error>(code)
    });
    served.flatten().unwrap_or_else(|error| {
        llrt_runtime::uncaught::print(&format!("{}: {error}\n", Kind::PlatformError.name()));
        PLATFORM_FAILED
    })
}

fn refuse(missing: &Missing) -> i32 {
    llrt_runtime::uncaught::print(&format!("{}: {missing}\n", Kind::PlatformError.name()));
    PLATFORM_FAILED
}

async fn run(ctx: &Ctx<'_>, config: Config, mut api: RuntimeApi) -> i32 {
    let client = Rc::new(Client::new(config));
    console::install(ctx, &client);
    let _ = ctx.store_userdata(ClientHandle(Rc::clone(&client)));
    set_last_resort(ctx, LastResort { exception: uncaught_exception, rejection: unhandled_rejection });
    let code = match init::handler(ctx, &client).await {
        Ok(handler) if client.is_concurrent() => Box::pin(invoke::serve_at_once(ctx, &client, handler, api)).await,
        Ok(handler) => invoke::serve(ctx, &client, handler, &mut api).await,
        Err(init::Failed::Problem(problem)) => {
            console::log_problem(ctx, &client, "Init Error", &problem);
            post_init_error(&mut api, &problem.failure(ctx)).await;
            UNCAUGHT_EXCEPTION
        }
        Err(init::Failed::Fatal(fatal)) => {
            post_init_error(&mut api, &fatal.failure).await;
            fatal.exit_code
        }
        Err(init::Failed::Unsettled) => UNSETTLED_TOP_LEVEL_AWAIT,
    };
    llrt_runtime::exit_code(ctx, code)
}

async fn post_init_error(api: &mut RuntimeApi, failure: &Failure) {
    if let Err(error) = api.fail_init(failure).await {
        report(&error);
    }
}

/// Tells standard output what the Runtime API would not take.
fn report(error: &ApiError) {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
    // Nobody may be reading.
    let _ = std::io::stdout().write_all(format!("[ERROR] [{now}] LAMBDA_RUNTIME {error}\n").as_bytes());
}

/// What the parts of the client share.
pub(crate) struct Client {
    config: Config,
    working_directory: String,
    logger: RefCell<Logger>,
    /// The invocation that log records belong to: the one being served, or the last. Unused where several are served at once.
    current: RefCell<Option<Rc<Invocation>>>,
    /// The ids of the invocations that are being served, where several are.
    open: RefCell<Vec<String>>,
    fatal: RefCell<Option<Fatal>>,
    /// Whoever waits in [`Client::unless_fatal`].
    waker: Cell<Option<Waker>>,
}

/// An error that ends the process, as it will be posted.
pub(crate) struct Fatal {
    failure: Failure,
    xray_cause: Option<String>,
    exit_code: i32,
    /// Where several are served at once: the invocation that it happened in.
    request_id: Option<String>,
}

impl Client {
    fn new(config: Config) -> Self {
        let sink = config.telemetry_fd.map_or(Sink::Stdout, Sink::Telemetry);
        Self {
            logger: RefCell::new(Logger::new(config.log_format, config.log_level, sink)),
            working_directory: std::env::current_dir()
                .map(|path| path.to_string_lossy().into_owned())
                .unwrap_or_default(),
            config,
            current: RefCell::default(),
            open: RefCell::default(),
            fatal: RefCell::default(),
            waker: Cell::default(),
        }
    }

    /// Whether several invocations are served at once.
    fn is_concurrent(&self) -> bool {
        self.config.max_concurrency > 1
    }

    /// The invocation that what happens now belongs to.
    fn current(&self, ctx: &Ctx<'_>) -> Option<Rc<Invocation>> {
        if self.is_concurrent() {
            return concurrency::current(ctx).map(Rc::new);
        }
        self.current.borrow().clone()
    }

    /// Notes and logs an error that ends the process; the first counts.
    fn end_process<'js>(&self, ctx: &Ctx<'js>, title: &str, problem: &Problem<'js>, exit_code: i32) {
        if self.fatal.borrow().is_some() {
            return;
        }
        let failure = problem.failure(ctx);
        let xray_cause = problem.xray_cause(&self.working_directory);
        let request_id = if self.is_concurrent() { concurrency::current(ctx).map(|it| it.request_id) } else { None };
        *self.fatal.borrow_mut() = Some(Fatal { failure, xray_cause, exit_code, request_id });
        console::log_problem(ctx, self, title, problem);
        if let Some(waker) = self.waker.take() {
            waker.wake();
        }
    }

    /// [`Client::unless_fatal`] for who serves an invocation. Where several are served at once, whoever waits for all of them is told.
    fn unless_ended<T>(&self, future: impl Future<Output = T>) -> impl Future<Output = Result<T, Fatal>> {
        self.unless(future, !self.is_concurrent())
    }

    /// Waits for `future`, unless an error comes that ends the process.
    fn unless_fatal<T>(&self, future: impl Future<Output = T>) -> impl Future<Output = Result<T, Fatal>> {
        self.unless(future, true)
    }

    async fn unless<T>(&self, future: impl Future<Output = T>, is_told: bool) -> Result<T, Fatal> {
        let mut future = pin!(future);
        poll_fn(|context| {
            if is_told && let Some(fatal) = self.fatal.take() {
                return Poll::Ready(Err(fatal));
            }
            let polled = future.as_mut().poll(context);
            if is_told && polled.is_pending() {
                self.waker.set(Some(context.waker().clone()));
            }
            polled.map(Ok)
        })
        .await
    }
}

struct ClientHandle(Rc<Client>);

// SAFETY: no JavaScript lifetime in it.
unsafe impl<'js> JsLifetime<'js> for ClientHandle {
    type Changed<'to> = ClientHandle;
}

fn client(ctx: &Ctx<'_>) -> Option<Rc<Client>> {
    ctx.userdata::<ClientHandle>().map(|handle| Rc::clone(&handle.0))
}

fn uncaught_exception<'js>(ctx: &Ctx<'js>, value: Value<'js>) {
    if let Some(client) = client(ctx) {
        client.end_process(ctx, "Uncaught Exception", &Problem::Thrown(value), UNCAUGHT_EXCEPTION);
    }
}

fn unhandled_rejection<'js>(ctx: &Ctx<'js>, reason: Value<'js>) {
    if let Some(client) = client(ctx) {
        client.end_process(ctx, "Unhandled Promise Rejection", &Problem::Unhandled(reason), UNHANDLED_REJECTION);
    }
}

/// Tells JavaScript an invocation's X-Ray header, as a variable of the environment.
fn set_trace_id(ctx: &Ctx<'_>, trace_id: Option<&str>) {
    // It fails where memory does.
    let _ = process::set_variable(ctx, "_X_AMZN_TRACE_ID", trace_id);
}
