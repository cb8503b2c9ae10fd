//! A sampling profiler: the engine asks now and then, while it runs JavaScript, whether it shall go on; the stack is looked at then.
//!
//! Nothing of it costs anything while no profile is being made. The engine asks after so many calls and turns of loops, so that a long call
//! of native code counts for what JavaScript does next; and of the function on top of the stack it knows the line of its last call.
//!
//! Format: <https://chromedevtools.github.io/devtools-protocol/tot/Profiler/#type-Profile>, what `.cpuprofile` files hold.

use std::{
    cell::Cell,
    fmt::Write,
    ptr::{self, NonNull},
    time::{Duration, Instant, SystemTime},
};

use rquickjs::{Ctx, Object, Value, qjs};

use crate::{script, thrown};

/// How often the stack is looked at, where nothing else is said.
pub const INTERVAL: Duration = Duration::from_millis(1);

/// How many frames of a stack are kept: as many as the engine gives.
const FRAMES: u32 = 64;

/// One function on one path of calls.
struct Node {
    name: String,
    url: String,
    line: u32,
    column: u32,
    children: Vec<usize>,
    /// How often each line was seen on top of the stack.
    ticks: Vec<(u32, u32)>,
    hits: u32,
}

impl Node {
    fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            url: String::new(),
            line: 0,
            column: 0,
            children: Vec::new(),
            ticks: Vec::new(),
            hits: 0,
        }
    }
}

const ROOT: usize = 0;
const IDLE: usize = 1;
const PROGRAM: usize = 2;

struct Recording {
    id: u32,
    runtime: *mut qjs::JSRuntime,
    context: *mut qjs::JSContext,
    interval: Duration,
    started: Instant,
    started_at: SystemTime,
    last: Instant,
    last_used: Duration,
    nodes: Vec<Node>,
    /// The node that was on top, and the microseconds before.
    samples: Vec<(usize, u64)>,
}

thread_local! {
    /// What is being recorded; on the heap, so that what runs at the end of the process still finds it.
    static RECORDINGS: Cell<*mut Vec<Recording>> = const { Cell::new(ptr::null_mut()) };
}

fn with_recordings<R>(read: impl FnOnce(&mut Vec<Recording>) -> R) -> R {
    // Taken out meanwhile: whoever comes back here by way of the engine finds none.
    let held = RECORDINGS.replace(ptr::null_mut());
    // SAFETY: the pointer is null or came from the `Box` below, and nobody else has it.
    let mut recordings = if held.is_null() { Box::default() } else { unsafe { Box::from_raw(held) } };
    let result = read(&mut recordings);
    if !recordings.is_empty() {
        RECORDINGS.set(Box::into_raw(recordings));
    }
    result
}

/// Whether a profile is being made.
pub(crate) fn is_on() -> bool {
    !RECORDINGS.get().is_null()
}

/// A profile that is being made.
#[derive(Debug)]
pub struct Profile(u32);

/// Begins a profile of what this context's engine does on this thread.
pub fn start(ctx: &Ctx<'_>, interval: Duration) -> Profile {
    let context = ctx.as_raw().as_ptr();
    // SAFETY: a live context; the reference taken of it is given back at the end of the profile.
    let (context, runtime) = unsafe { (qjs::JS_DupContext(context), qjs::JS_GetRuntime(context)) };
    let id = with_recordings(|recordings| {
        let id = recordings.last().map_or(0, |last| last.id + 1);
        let now = Instant::now();
        recordings.push(Recording {
            id,
            runtime,
            context,
            interval,
            started: now,
            started_at: SystemTime::now(),
            last: now,
            last_used: used(),
            nodes: vec![Node::new("(root)"), Node::new("(idle)"), Node::new("(program)")],
            samples: Vec::new(),
        });
        if let Some(last) = recordings.last_mut() {
            last.nodes[ROOT].children = vec![IDLE, PROGRAM];
        }
        id
    });
    script::update_handler(runtime);
    Profile(id)
}

impl Profile {
    /// Ends it: the text of a `.cpuprofile` file. `None` where it has ended before.
    pub fn stop(&self) -> Option<String> {
        let recording = with_recordings(|recordings| {
            let index = recordings.iter().position(|recording| recording.id == self.0)?;
            Some(recordings.remove(index))
        })?;
        script::update_handler(recording.runtime);
        // SAFETY: the reference that `start` took.
        unsafe { qjs::JS_FreeContext(recording.context) }
        Some(recording.finish())
    }
}

/// Looks at the stack, where it is time to; called by the engine.
pub(crate) fn sample(runtime: *mut qjs::JSRuntime) {
    with_recordings(|recordings| {
        let now = Instant::now();
        for recording in recordings {
            if recording.runtime == runtime && now - recording.last >= recording.interval {
                recording.sample(now);
            }
        }
    });
}

/// The processor time of this thread.
fn used() -> Duration {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: a place for the answer.
    unsafe { libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, &mut time) };
    Duration::new(u64::try_from(time.tv_sec).unwrap_or(0), u32::try_from(time.tv_nsec).unwrap_or(0))
}

impl Recording {
    fn sample(&mut self, now: Instant) {
        let Some(stack) = stack(self.context) else { return };
        let mut node = ROOT;
        let mut line = 0;
        let frames: Vec<&str> = stack.lines().collect();
        for frame in frames.iter().rev() {
            let frame = Frame::parse(frame);
            line = frame.line;
            node = self.child(node, &frame);
        }
        let node = if node == ROOT { PROGRAM } else { node };
        self.add_time(now, node);
        let node = &mut self.nodes[node];
        node.hits += 1;
        if line > 0 {
            match node.ticks.iter_mut().find(|(known, _)| *known == line) {
                Some((_, count)) => *count += 1,
                None => node.ticks.push((line, 1)),
            }
        }
    }

    /// Adds a sample for the time since the last one; what the thread did not run, it waited.
    fn add_time(&mut self, now: Instant, node: usize) {
        let passed = now - self.last;
        let used = used();
        let ran = used.saturating_sub(self.last_used).min(passed);
        let waited = passed - ran;
        let microseconds = |time: Duration| u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
        if waited > 2 * self.interval {
            self.samples.push((IDLE, microseconds(waited)));
            self.nodes[IDLE].hits += 1;
            self.samples.push((node, microseconds(ran)));
        } else {
            self.samples.push((node, microseconds(passed)));
        }
        self.last = now;
        self.last_used = used;
    }

    fn child(&mut self, parent: usize, frame: &Frame<'_>) -> usize {
        let children = &self.nodes[parent].children;
        let found = children.iter().copied().find(|&index| {
            let node = &self.nodes[index];
            // Functions without a name are told by their lines. Of the others, the engine may tell the place at another time.
            match frame.name.is_empty() {
                true => node.name.is_empty() && node.url == frame.url && node.line == frame.line,
                false => {
                    node.name == frame.name && (node.url == frame.url || node.url.is_empty() || frame.url.is_empty())
                }
            }
        });
        if let Some(node) = found.and_then(|index| self.nodes.get_mut(index))
            && node.url.is_empty()
        {
            (node.url, node.line, node.column) = (frame.url.to_owned(), frame.line, frame.column);
        }
        found.unwrap_or_else(|| {
            let index = self.nodes.len();
            let (url, line, column) = (frame.url.to_owned(), frame.line, frame.column);
            self.nodes.push(Node { url, line, column, ..Node::new(frame.name) });
            self.nodes[parent].children.push(index);
            index
        })
    }

    fn finish(mut self) -> String {
        let now = Instant::now();
        self.add_time(now, PROGRAM);
        let since_epoch = self.started_at.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_micros();
        let end = since_epoch + (now - self.started).as_micros();
        let mut text = String::from("{\"nodes\":[");
        for (index, node) in self.nodes.iter().enumerate() {
            let comma = if index > 0 { "," } else { "" };
            let (line, column) = (i64::from(node.line) - 1, i64::from(node.column) - 1);
            // Writing to a string does not fail.
            let _ = write!(text, "{comma}{{\"id\":{},\"callFrame\":{{\"functionName\":", index + 1);
            push_json(&mut text, &node.name);
            text.push_str(",\"scriptId\":\"0\",\"url\":");
            push_json(&mut text, &node.url);
            let _ = write!(text, ",\"lineNumber\":{line},\"columnNumber\":{column}}},\"hitCount\":{}", node.hits);
            if !node.children.is_empty() {
                let children: Vec<String> = node.children.iter().map(|child| (child + 1).to_string()).collect();
                let _ = write!(text, ",\"children\":[{}]", children.join(","));
            }
            if !node.ticks.is_empty() {
                let ticks = node.ticks.iter().map(|(line, ticks)| format!("{{\"line\":{line},\"ticks\":{ticks}}}"));
                let _ = write!(text, ",\"positionTicks\":[{}]", ticks.collect::<Vec<_>>().join(","));
            }
            text.push('}');
        }
        let samples: Vec<String> = self.samples.iter().map(|(node, _)| (node + 1).to_string()).collect();
        let deltas: Vec<String> = self.samples.iter().map(|(_, delta)| delta.to_string()).collect();
        let (samples, deltas) = (samples.join(","), deltas.join(","));
        let _ = write!(
            text,
            "],\"startTime\":{since_epoch},\"endTime\":{end},\"samples\":[{samples}],\"timeDeltas\":[{deltas}]}}"
        );
        text
    }
}

/// One line of a stack.
struct Frame<'a> {
    name: &'a str,
    url: &'a str,
    line: u32,
    column: u32,
}

impl<'a> Frame<'a> {
    fn parse(text: &'a str) -> Self {
        let text = text.trim_start().strip_prefix("at ").unwrap_or(text);
        let (name, place) = text.strip_suffix(')').and_then(|text| text.split_once(" (")).unwrap_or((text, ""));
        let name = if matches!(name, "<anonymous>" | "<eval>") { "" } else { name };
        let parts = place.rsplit_once(':').and_then(|(rest, column)| {
            let (url, line) = rest.rsplit_once(':')?;
            Some((url, line.parse().ok()?, column.parse().ok()?))
        });
        let (url, line, column) = parts.unwrap_or(("", 0, 0));
        Self { name, url, line, column }
    }
}

/// The stack as the engine writes it into errors.
fn stack(context: *mut qjs::JSContext) -> Option<String> {
    // SAFETY: the context lives as long as its recording, and the engine that asks is on this thread.
    let ctx = unsafe { Ctx::from_raw(NonNull::new(context)?) };
    let class: Object<'_> = ctx.globals().get("Error").ok()?;
    let limit: Value<'_> = class.get("stackTraceLimit").ok()?;
    class.set("stackTraceLimit", FRAMES).ok()?;
    // The engine keeps the frames of the error that is made next, when it has none of a throw.
    thrown::forget(&ctx);
    // SAFETY: a live context; the error is owned.
    drop(unsafe { Value::from_raw(ctx.clone(), qjs::JS_NewError(context)) });
    let frames = thrown::take(&ctx);
    class.set("stackTraceLimit", limit).ok()?;
    frames.as_string()?.to_string().ok()
}

/// The text as a JSON string.
fn push_json(text: &mut String, value: &str) {
    text.push('"');
    for character in value.chars() {
        match character {
            '"' | '\\' => {
                text.push('\\');
                text.push(character);
            }
            '\0'..='\u{1f}' => {
                // Writing to a string does not fail.
                let _ = write!(text, "\\u{:04x}", u32::from(character));
            }
            _ => text.push(character),
        }
    }
    text.push('"');
}

#[cfg(test)]
mod tests {
    use rquickjs::{Context, Runtime};

    use super::*;

    #[test]
    fn a_profile_shows_who_was_busy() {
        let context = Context::full(&Runtime::new().expect("an engine")).expect("a context");
        context.with(|ctx| {
            let profile = start(&ctx, Duration::from_micros(100));
            assert!(is_on());
            let text = "function busy(n) { let x = 0; for (let i = 0; i < n; i++) x += inner(i); return x }\n\
                        function inner(i) { return Math.sqrt(i) }\nconst until = Date.now() + 50; while (Date.now() < until) busy(1000);";
            script::evaluate(&ctx, text.to_owned(), "busy.js", 1).expect("it runs");
            let json = profile.stop().expect("a profile");
            assert_eq!(profile.stop(), None);
            assert!(!is_on());
            ctx.globals().set("profile", ctx.json_parse(json).expect("JSON")).expect("set");
            let check = "const { nodes, samples, timeDeltas, startTime, endTime } = profile;
                const found = nodes.find((node) => node.callFrame.functionName === 'busy');
                const known = samples.every((id) => nodes[id - 1].id === id) && samples.length === timeDeltas.length;
                const sum = timeDeltas.reduce((a, b) => a + b);
                [known, found.callFrame.url, found.positionTicks?.length > 0, Math.abs(sum - (endTime - startTime)) < 5000,
                  Error.stackTraceLimit].join()";
            assert_eq!(ctx.eval::<String, _>(check).expect("checked"), "true,busy.js,true,true,10");
        });
    }

    #[test]
    fn lines_of_stacks_are_read() {
        let seen = |text| {
            let Frame { name, url, line, column } = Frame::parse(text);
            (name, url, line, column)
        };
        assert_eq!(seen("    at f (file:///a (1).mjs:2:3)"), ("f", "file:///a (1).mjs", 2, 3));
        assert_eq!(seen("    at <anonymous> (/b.js:4:5)"), ("", "/b.js", 4, 5));
        assert_eq!(seen("    at map (native)"), ("map", "", 0, 0));
        assert_eq!(seen("    at g (missing)"), ("g", "", 0, 0));
    }
}
