const steps = { initialize: 5, serialize: 4, build: 3, finalizeRequest: 2, deserialize: 1 };
const priorities = { high: 3, normal: 2, low: 1 };

const weight = (entry) => steps[entry.step] * 4 + priorities[entry.priority || "normal"];

/** The names that an entry goes by. */
function namesOf({ name, aliases }) {
  if (!aliases) return name ? [name] : [];
  return name ? [name, ...aliases] : [...aliases];
}

const label = ({ name, aliases }) => `${name || "anonymous"}${aliases && aliases.length > 0 ? ` (a.k.a. ${aliases.join(",")})` : ""}`;

/** Whether `entry`, made of `options`, may take the place of `old`: only in the same step, or beside the same other. */
function checkAbsolute(old, entry, options) {
  if (old.step === entry.step && entry.priority === old.priority) return;
  throw new Error(
    `"${label(old)}" middleware with ${old.priority} priority in ${old.step} step cannot be overridden by "${label(options)}" middleware with ` +
      `${entry.priority} priority in ${entry.step} step.`,
  );
}
function checkRelative(old, entry, options) {
  if (old.toMiddleware === entry.toMiddleware && old.relation === entry.relation) return;
  throw new Error(
    `"${label(old)}" middleware ${old.relation} "${old.toMiddleware}" middleware cannot be overridden by "${label(options)}" middleware ` +
      `${entry.relation} "${entry.toMiddleware}" middleware.`,
  );
}

/**
 * The package builds a stack out of a dozen closures, and copies and sorts all entries anew for each request: a fifth of what a
 * call costs. This one shares its methods and its entries, which nobody changes, and orders them in one pass.
 */
class MiddlewareStack {
  #absolute = [];
  #inOrder = []; // the same entries by their steps, within one as they came: no request has to sort them
  #weights = []; // of each in #inOrder
  #relative = [];
  #names = new Map(); // what goes by each name, but for what is in #inherited
  #inherited = undefined; // names that copies of a stack share, and nobody changes
  #identifyOnResolve = false;
  #clashed = false; // an entry came whose name was taken: copying it may fail, as adding it may have, and names may be of entries that are gone

  add(middleware, options = {}) {
    const entry = { step: "initialize", priority: "normal", middleware, ...options };
    this.#name(entry, this.#absolute, checkAbsolute, options);
    this.#absolute.push(entry);
    const weights = this.#weights;
    const own = weight(entry);
    let index = weights.length;
    while (index > 0 && weights[index - 1] < own) index--;
    if (index === weights.length) {
      this.#inOrder.push(entry);
      weights.push(own);
    } else {
      this.#inOrder.splice(index, 0, entry);
      weights.splice(index, 0, own);
    }
  }

  addRelativeTo(middleware, options) {
    const entry = { middleware, ...options };
    this.#name(entry, this.#relative, checkRelative, options);
    this.#relative.push(entry);
  }

  #isTaken(name) {
    return this.#names.has(name) || (this.#inherited !== undefined && this.#inherited.has(name));
  }

  /** Takes an entry's names, and the place of those that it overrides. */
  #name(entry, list, check, options) {
    const only = entry.name;
    if (!entry.aliases && (!only || !this.#isTaken(only))) {
      if (only) this.#names.set(only, entry);
      return;
    }
    const names = namesOf(entry);
    if (names.some((name) => this.#isTaken(name))) {
      this.#clashed = true;
      if (!entry.override) throw new Error(`Duplicate middleware name '${label(entry)}'`);
      for (const name of names) {
        const index = list.findIndex((other) => other.name === name || other.aliases?.includes(name));
        if (index === -1) continue;
        check(list[index], entry, options);
        const [old] = list.splice(index, 1);
        if (list === this.#absolute) this.#reorder((other) => other !== old);
      }
    }
    for (const name of names) this.#names.set(name, entry);
  }

  /** Drops all but what `stays` from the ordered entries. */
  #reorder(stays) {
    this.#inOrder = this.#inOrder.filter(stays);
    this.#weights = this.#inOrder.map(weight);
  }

  /** All names, as a map that may be shared. */
  #shareNames() {
    if (this.#inherited === undefined || this.#names.size > 0) {
      this.#inherited = this.#inherited === undefined ? this.#names : new Map([...this.#inherited, ...this.#names]);
      this.#names = new Map();
    }
    return this.#inherited;
  }

  clone() {
    return this.applyToStack(new MiddlewareStack());
  }

  use(plugin) {
    plugin.applyToStack(this);
  }

  remove(what) {
    return this.#removeWhere(typeof what === "string" ? (entry) => namesOf(entry).includes(what) : ({ middleware }) => middleware === what);
  }

  removeByTag(tag) {
    return this.#removeWhere(({ tags }) => tags && tags.includes(tag));
  }

  #removeWhere(matches) {
    let names;
    const stays = (entry) => {
      if (!matches(entry)) return true;
      names ??= new Map(this.#shareNames());
      for (const name of namesOf(entry)) names.delete(name);
      return false;
    };
    this.#absolute = this.#absolute.filter(stays);
    this.#relative = this.#relative.filter(stays);
    if (names === undefined) return false;
    this.#names = names;
    this.#inherited = undefined;
    this.#reorder((entry) => this.#absolute.includes(entry));
    return true;
  }

  concat(from) {
    const joined = this.clone();
    joined.use(from);
    joined.identifyOnResolve(this.#identifyOnResolve || joined.identifyOnResolve() || (from.identifyOnResolve?.() ?? false));
    return joined;
  }

  applyToStack(stack) {
    if (!this.#clashed && #names in stack && stack.#absolute.length === 0 && stack.#relative.length === 0) {
      stack.#absolute = [...this.#absolute];
      stack.#inOrder = [...this.#inOrder];
      stack.#weights = [...this.#weights];
      stack.#relative = [...this.#relative];
      stack.#inherited = this.#shareNames();
      stack.#names = new Map();
    } else {
      for (const entry of this.#absolute) stack.add(entry.middleware, entry);
      for (const entry of this.#relative) stack.addRelativeTo(entry.middleware, entry);
    }
    stack.identifyOnResolve?.(this.#identifyOnResolve);
    return stack;
  }

  identify() {
    return this.#ordered(true).map((entry) => `${label(entry)} - ${entry.step ?? `${entry.relation} ${entry.toMiddleware}`}`);
  }

  identifyOnResolve(toggle) {
    if (typeof toggle === "boolean") this.#identifyOnResolve = toggle;
    return this.#identifyOnResolve;
  }

  resolve(handler, context) {
    const entries = this.#ordered(false);
    for (let i = entries.length - 1; i >= 0; i--) handler = entries[i].middleware(handler, context);
    if (this.#identifyOnResolve) console.log(this.identify());
    return handler;
  }

  /** All entries, first the one that sees a request first. */
  #ordered(lenient) {
    if (this.#relative.length === 0) return this.#inOrder;
    let named;
    if (this.#clashed) {
      named = new Map();
      for (const entry of this.#absolute) for (const name of namesOf(entry)) named.set(name, entry);
      for (const entry of this.#relative) for (const name of namesOf(entry)) named.set(name, entry);
    }
    const beside = new Map(); // entry -> what goes before and after it
    for (const entry of this.#relative) {
      if (!entry.toMiddleware) continue;
      const target = named === undefined ? (this.#names.get(entry.toMiddleware) ?? this.#inherited?.get(entry.toMiddleware)) : named.get(entry.toMiddleware);
      if (target === undefined) {
        if (lenient) continue;
        throw new Error(`${entry.toMiddleware} is not found when adding ${label(entry)} middleware ${entry.relation} ${entry.toMiddleware}`);
      }
      let sides = beside.get(target);
      if (sides === undefined) beside.set(target, (sides = { before: [], after: [] }));
      sides[entry.relation]?.push(entry);
    }
    const order = [];
    const place = (entry) => {
      const sides = beside.get(entry);
      if (sides === undefined) {
        order.push(entry);
        return;
      }
      for (const other of sides.before) place(other);
      order.push(entry);
      for (let i = sides.after.length - 1; i >= 0; i--) place(sides.after[i]);
    };
    for (const entry of this.#inOrder) place(entry);
    return order;
  }
}

export const constructStack = () => new MiddlewareStack();
