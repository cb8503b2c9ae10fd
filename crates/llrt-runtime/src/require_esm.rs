//! `require` of an ES module: what may be required, and what it gives.
//!
//! The engine evaluates a graph of modules in one go, and must not be asked for a module of it meanwhile. Node makes such requests
//! errors, and those for a graph that awaits at its top level. Both are decided here, from what each source was seen to import.
//!
//! Node: <https://nodejs.org/api/modules.html#loading-ecmascript-modules-using-require>.

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
};

use llrt_core::{JsClass, NodeError};
use rquickjs::{
    Ctx, Module, Object, Promise, Result, function::Opt, module::Declared, module::Evaluated, object::Property,
    promise::PromiseState,
};

use crate::{
    esm::{self, Modules},
    link_error, rejection, syntax_error,
};

/// What the sources of a context import, and which of them run right now.
#[derive(Default)]
pub(crate) struct Graph {
    nodes: RefCell<BTreeMap<String, Node>>,
    /// The graphs that are being evaluated, the innermost last.
    running: RefCell<Vec<Running>>,
    /// What evaluations began with.
    roots: RefCell<BTreeSet<String>>,
}

/// A source.
#[derive(Default)]
pub(crate) struct Node {
    /// Specifier and module's name of each static import, in the order of the text.
    pub(crate) requests: Vec<(String, String)>,
    /// The word occurs in the text; whether at its top level is found out when somebody requires it.
    pub(crate) has_await: bool,
}

/// An evaluation.
struct Running {
    root: String,
    /// The CommonJS module of the graph whose code runs.
    at: Option<String>,
}

impl Graph {
    pub(crate) fn add(&self, name: String, node: Node) {
        self.nodes.borrow_mut().insert(name, node);
    }

    /// Whether an evaluation has begun with this module.
    pub(crate) fn was_root(&self, name: &str) -> bool {
        self.roots.borrow().contains(name)
    }

    /// Marks the CommonJS module whose code runs from now on, as a part of the innermost graph.
    pub(crate) fn set_running(&self, name: Option<String>) {
        if let Some(running) = self.running.borrow_mut().last_mut() {
            running.at = name;
        }
    }

    /// Calls `visit` with each source that `name` imports, itself first, until it gives something.
    pub(crate) fn find_in_closure<T>(&self, name: &str, mut visit: impl FnMut(&str, &Node) -> Option<T>) -> Option<T> {
        let nodes = self.nodes.borrow();
        let mut seen: Vec<&str> = vec![name];
        let mut next = 0;
        while let Some(&name) = seen.get(next) {
            next += 1;
            let Some((name, node)) = nodes.get_key_value(name) else { continue };
            if let Some(found) = visit(name, node) {
                return Some(found);
            }
            for (_, target) in &node.requests {
                if !seen.contains(&target.as_str()) {
                    seen.push(target);
                }
            }
        }
        None
    }

    /// The modules whose evaluation has begun and not ended. `caller` is the one that asks, for a graph of which no CommonJS module runs.
    fn open(&self, caller: Option<&str>) -> Vec<String> {
        let nodes = self.nodes.borrow();
        let mut open = Vec::new();
        for running in &*self.running.borrow() {
            let at = running.at.as_deref().or(caller).unwrap_or(&running.root);
            let mut walk = Walk { nodes: &nodes, at, order: BTreeMap::new(), stack: Vec::new() };
            match walk.visit(&running.root) {
                None => open.extend(walk.stack.into_iter().map(str::to_owned)),
                Some(_) => open.push(running.root.clone()),
            }
        }
        open
    }
}

/// The evaluation of a graph up to the module `at`: depth first, the parts of a cycle ending together.
struct Walk<'a> {
    nodes: &'a BTreeMap<String, Node>,
    at: &'a str,
    /// When a module was met.
    order: BTreeMap<&'a str, usize>,
    stack: Vec<&'a str>,
}

impl<'a> Walk<'a> {
    /// The earliest module that the one visited leads back to; `None` once `at` is reached.
    fn visit(&mut self, name: &'a str) -> Option<usize> {
        let index = self.order.len();
        self.order.insert(name, index);
        let height = self.stack.len();
        self.stack.push(name);
        let mut lowest = index;
        let nodes = self.nodes;
        for (_, target) in nodes.get(name).map_or(&[][..], |node| &node.requests) {
            match self.order.get(target.as_str()) {
                None => lowest = lowest.min(self.visit(target)?),
                Some(&met) if self.stack.contains(&target.as_str()) => lowest = lowest.min(met),
                Some(_) => {}
            }
        }
        if name == self.at {
            return None;
        }
        if lowest == index {
            self.stack.truncate(height);
        }
        Some(lowest)
    }
}

/// Links and evaluates a module with all that it imports. Its promise settles when that is done.
///
/// # Errors
/// It does not link: an import names what is not exported.
pub(crate) fn evaluate<'js>(
    ctx: &Ctx<'js>,
    name: &str,
    module: Module<'js, Declared>,
) -> Result<(Module<'js, Evaluated>, Promise<'js>)> {
    let running = Running { root: name.to_owned(), at: None };
    with_graph(ctx, |graph| {
        graph.running.borrow_mut().push(running);
        graph.roots.borrow_mut().insert(name.to_owned());
    });
    let evaluated = module.eval();
    with_graph(ctx, |graph| drop(graph.running.borrow_mut().pop()));
    let (module, promise) = evaluated.map_err(|failed| link_error::explain(ctx, name, failed))?;
    if promise.state() == PromiseState::Rejected {
        // Taking the reason out does not count as handling it.
        if let Some(Err(failed)) = promise.result::<rquickjs::Value<'js>>() {
            let reason = llrt_core::error::caught(ctx, &failed);
            link_error::explain_reference(ctx, name, &reason)?;
        }
    }
    Ok((module, promise))
}

pub(crate) fn with_graph<R: Default>(ctx: &Ctx<'_>, body: impl FnOnce(&Graph) -> R) -> R {
    ctx.userdata::<Modules<'_>>().map(|modules| body(&modules.graph)).unwrap_or_default()
}

/// `loadEsm(file, parent?, loading)`: the namespace of an ES module. `loading` are the CommonJS files that are being run.
pub(crate) fn load<'js>(
    ctx: Ctx<'js>,
    path: String,
    parent: Opt<Option<String>>,
    loading: Opt<Vec<String>>,
) -> Result<Object<'js>> {
    let parent = parent.0.flatten();
    if esm::has_option(&ctx, "--no-experimental-require-module") {
        return Err(refused(&ctx, &path, parent.as_deref()));
    }
    warn_of_require(&ctx, &path, parent.as_deref())?;
    let is_file = path.starts_with('/');
    let url = if is_file { llrt_resolver::path_to_file_url(&path) } else { path.clone() };
    let caller = parent.as_deref().map(llrt_resolver::path_to_file_url);
    let open = with_graph(&ctx, |graph| graph.open(caller.as_deref()));
    let from = || parent.as_deref().map(|parent| format!(" (from {parent})")).unwrap_or_default();
    if open.contains(&url) {
        let message = format!(
            "Cannot require() ES Module {path} in a cycle.{} A cycle involving require(esm) is not allowed to maintain invariants \
             mandated by the ECMAScript specification. Try making at least part of the dependency in the graph lazily loaded.",
            from()
        );
        return Err(NodeError::new(JsClass::Error, "ERR_REQUIRE_CYCLE_MODULE", message).throw(&ctx));
    }
    let module = if is_file { esm::declare_file(&ctx, &url)? } else { esm::declare_foreign(&ctx, &url)? };
    let loading = loading.0.unwrap_or_default();
    let in_cycle = |name: &str, node: &Node| {
        node.requests.iter().find_map(|(specifier, target)| {
            let kind = match () {
                () if open.contains(target) => "Module",
                () if loading.iter().any(|file| *file == esm::path_of_name(target)) && *target != url => {
                    "CommonJS Module"
                }
                () => return None,
            };
            Some(format!("Cannot import {kind} {specifier} in a cycle. (from {})", esm::path_of_name(name)))
        })
    };
    if let Some(message) = with_graph(&ctx, |graph| graph.find_in_closure(&url, in_cycle)) {
        return Err(NodeError::new(JsClass::Error, "ERR_REQUIRE_CYCLE_MODULE", message).throw(&ctx));
    }
    if let Some(place) =
        with_graph(&ctx, |graph| graph.find_in_closure(&url, |name, node| first_await(&ctx, name, node)))
    {
        return Err(asynchronous(&ctx, &path, parent.as_deref(), Some(place)));
    }
    let (module, promise) = evaluate(&ctx, &url, module)?;
    match promise.state() {
        PromiseState::Resolved => {}
        PromiseState::Rejected => {
            rejection::leave_to_caller(&ctx, &promise)?;
            promise.finish::<()>()?;
        }
        PromiseState::Pending => return Err(asynchronous(&ctx, &path, parent.as_deref(), None)),
    }
    let namespace = module.namespace()?;
    marked(&ctx, &url, namespace)
}

/// Tells of an ES module that is required, where `--trace-require-module` asks for it.
fn warn_of_require(ctx: &Ctx<'_>, path: &str, parent: Option<&str>) -> Result<()> {
    let is_asked =
        ["--trace-require-module", "--trace-require-module=all"].iter().any(|option| esm::has_option(ctx, option));
    let in_packages = parent.is_some_and(|parent| parent.contains("/node_modules/"));
    if !is_asked && (in_packages || !esm::has_option(ctx, "--trace-require-module=no-node-modules")) {
        return Ok(());
    }
    let caller = parent.map_or_else(|| "CommonJS".to_owned(), |parent| format!("CommonJS module {parent}"));
    let text = format!(
        "{caller} is loading ES Module {path} using require().\nSupport for loading ES Module in require() is an experimental feature \
         and might change at any time"
    );
    esm::emit_warning(ctx, &text, "ExperimentalWarning", None)
}

/// Where a source first awaits at its top level: `file:line:column`.
fn first_await(ctx: &Ctx<'_>, name: &str, node: &Node) -> Option<String> {
    if !node.has_await || !name.starts_with("file:") {
        return None;
    }
    let text = esm::script_text(ctx, &esm::path_of_name(name))?;
    let at = *llrt_cjs_lexer::first_top_level_awaits(&text, 1).first()?;
    let (line, column) = syntax_error::line_and_column(&text, at);
    Some(format!("{name}:{line}:{column}"))
}

/// Transpiled callers look for `__esModule` to tell a default export from the whole: a module with a default export and without
/// that mark is given through one that has it.
fn marked<'js>(ctx: &Ctx<'js>, url: &str, namespace: Object<'js>) -> Result<Object<'js>> {
    let has = |name: &str| namespace.contains_key(name);
    if !has("default")? || has("__esModule")? || has("module.exports")? {
        return Ok(namespace);
    }
    let quoted = ctx.json_stringify(url)?.map(|text| text.to_string()).transpose()?.unwrap_or_default();
    let text = format!("export * from {quoted}; export {{ default }} from {quoted}; export const __esModule = true;");
    let module = Module::declare(ctx.clone(), format!("{}{url}", esm::MARKED), text)?;
    let (module, promise) = module.eval()?;
    promise.finish::<()>()?;
    module.namespace()
}

/// Where the program awaits at its top level, in a warning's words; nothing when it does so at more than one place, of which the engine
/// does not tell which one waits.
pub(crate) fn place_of_await(ctx: &Ctx<'_>) -> String {
    let Some(main) = esm::main_name(ctx) else { return String::new() };
    let mut places = Vec::new();
    with_graph(ctx, |graph| {
        graph.find_in_closure(&main, |name, node| {
            if node.has_await {
                let text = esm::main_text(ctx, name);
                let text = text.or_else(|| esm::script_text(ctx, &esm::path_of_name(name)))?;
                let awaits = llrt_cjs_lexer::first_top_level_awaits(&text, 2);
                places.extend(awaits.into_iter().map(|at| (name.to_owned(), text.clone(), at)));
            }
            (places.len() > 1).then_some(())
        })
    });
    let [(name, text, at)] = &places[..] else { return String::new() };
    let (line, column) = syntax_error::line_and_column(text, *at);
    let shown = text.lines().nth(line - 1).unwrap_or_default();
    format!(" at {name}:{line}\n{shown}\n{}^\n\n\n", " ".repeat(column - 1))
}

fn asynchronous(ctx: &Ctx<'_>, path: &str, parent: Option<&str>, place: Option<String>) -> rquickjs::Error {
    const OPTION: &str = "--experimental-print-required-tla";
    let stack = parent.map(|parent| format!("\nRequire stack:\n- {parent}")).unwrap_or_default();
    let is_shown = esm::has_option(ctx, OPTION);
    let advice = match is_shown {
        true => String::new(),
        false => format!(" To see where the top-level await comes from, use {OPTION}."),
    };
    let message = format!(
        "require() cannot be used on an ESM graph with top-level await. Use import() instead.{advice}\nRequired module: {path}{stack}"
    );
    let failed = NodeError::new(JsClass::Error, "ERR_REQUIRE_ASYNC_MODULE", message).throw(ctx);
    let Some(place) = place.filter(|_| is_shown) else { return failed };
    let thrown = llrt_core::error::caught(ctx, &failed);
    if let Some(error) = thrown.as_object() {
        // The place is the first that its stack shows, and so what is printed above it.
        let shown = error.get::<_, String>("stack").and_then(|stack| {
            let at = stack.find("\n    at ").unwrap_or(stack.len());
            let (header, frames) = stack.split_at(at);
            let stack = format!("{header}\n    at {place}{frames}");
            error.prop("stack", Property::from(stack).writable().configurable())
        });
        // An error without a stack of its own does without.
        drop(shown);
    }
    ctx.throw(thrown)
}

/// What `--no-experimental-require-module` makes of it.
fn refused(ctx: &Ctx<'_>, path: &str, parent: Option<&str>) -> rquickjs::Error {
    let name = path.rsplit('/').next().unwrap_or(path);
    let from = parent.map(|parent| format!(" from {parent}")).unwrap_or_default();
    let package = esm::resolver(ctx).ok().and_then(|resolver| resolver.package_scope(path).ok().flatten());
    let is_module = esm::script_text(ctx, path).is_some_and(|text| llrt_cjs_lexer::detect_module_syntax(&text));
    let advice = match package {
        Some(package) if !is_module && path.ends_with(".js") => format!(
            "either rename {name} to end in .cjs, change the requiring code to use dynamic import() which is available in all CommonJS \
             modules, or change \"type\": \"module\" to \"type\": \"commonjs\" in {} to treat all .js files as CommonJS (using .mjs for \
             all ES modules instead).\n",
            package.path
        ),
        _ => format!(
            "change the require of {name}{} to a dynamic import() which is available in all CommonJS modules.",
            parent.map(|parent| format!(" in {parent}")).unwrap_or_default()
        ),
    };
    let message = format!("require() of ES Module {path}{from} not supported.\nInstead {advice}");
    NodeError::new(JsClass::Error, "ERR_REQUIRE_ESM", message).throw(ctx)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn graph(edges: &[(&str, &[&str])]) -> Graph {
        let graph = Graph::default();
        for (name, targets) in edges {
            let requests = targets.iter().map(|target| (format!("./{target}"), (*target).to_owned())).collect();
            graph.add((*name).to_owned(), Node { requests, has_await: false });
        }
        graph
    }

    fn open(graph: &Graph, root: &str, at: &str) -> Vec<String> {
        graph.running.borrow_mut().push(Running { root: root.to_owned(), at: Some(at.to_owned()) });
        let open = graph.open(None);
        graph.running.borrow_mut().pop();
        open
    }

    #[test]
    fn the_way_to_the_running_module_is_open_and_what_ended_is_not() {
        let graph = graph(&[("a", &["b", "c", "d"]), ("b", &["e"]), ("c", &["f"])]);
        assert_eq!(open(&graph, "a", "f"), ["a", "c", "f"]);
        assert_eq!(open(&graph, "a", "a"), ["a"]);
    }

    #[test]
    fn a_cycle_ends_as_a_whole() {
        let graph = graph(&[("a", &["b", "d"]), ("b", &["c"]), ("c", &["a"]), ("d", &[])]);
        assert_eq!(open(&graph, "a", "d"), ["a", "b", "c", "d"]);
    }

    #[test]
    fn a_module_outside_of_the_graph_leaves_its_root_open() {
        assert_eq!(open(&graph(&[("a", &["b"])]), "a", "z"), ["a"]);
    }

    #[test]
    fn a_closure_is_searched_once_and_in_order() {
        let graph = graph(&[("a", &["b", "c"]), ("b", &["a"]), ("c", &["d"])]);
        let mut seen = Vec::new();
        graph.find_in_closure("a", |name, _| {
            seen.push(name.to_owned());
            None::<()>
        });
        assert_eq!(seen, ["a", "b", "c"]);
    }
}
