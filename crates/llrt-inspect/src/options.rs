//! `util.inspect`'s options.

use rquickjs::{Coerced, Ctx, Function, Object, Result, Value};

/// How the lines of an object are laid out: the option `compact`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Compact {
    /// `true`: as few lines as fit.
    Always,
    /// A number (`false` is 0): objects whose nesting is at most this deep go on one line if they fit.
    Levels(f64),
}

/// The option `sorted`.
#[derive(Clone, Debug)]
pub enum Sorted<'js> {
    /// Insertion order.
    No,
    /// By UTF-16 units.
    Yes,
    /// By a comparison of the caller's.
    By(Function<'js>),
}

/// The option `getters`: which getters are called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Getters {
    /// None.
    No,
    /// All.
    Yes,
    /// Those without a setter.
    Get,
    /// Those with a setter.
    Set,
}

/// InspectOptions of `util.inspect`, with Node's defaults as [`Default`].
///
/// Node: <https://nodejs.org/api/util.html#utilinspectobject-options>.
#[derive(Clone, Debug)]
pub struct InspectOptions<'js> {
    /// Whether non-enumerable properties are shown.
    pub show_hidden: bool,
    /// How deep to go; `None` is JavaScript's `null`, without limit.
    pub depth: Option<f64>,
    /// Whether the output has colours.
    pub colors: bool,
    /// Whether `[util.inspect.custom]` functions are called.
    pub custom_inspect: bool,
    /// Whether proxies are shown as such.
    pub show_proxy: bool,
    /// How many elements of arrays and collections are shown.
    pub max_array_length: f64,
    /// How many characters of strings are shown.
    pub max_string_length: f64,
    /// The width that lines should keep below.
    pub break_length: f64,
    /// Layout.
    pub compact: Compact,
    /// Order of properties.
    pub sorted: Sorted<'js>,
    /// Which getters are called.
    pub getters: Getters,
    /// Whether digits are separated by underscores.
    pub numeric_separator: bool,
    /// A function `(text, styleName) => text` in place of colours.
    pub stylize: Option<Function<'js>>,
    /// The caller's own object, when it has further properties: custom inspection functions see them.
    pub user: Option<Object<'js>>,
}

impl Default for InspectOptions<'_> {
    fn default() -> Self {
        Self {
            show_hidden: false,
            depth: Some(2.0),
            colors: false,
            custom_inspect: true,
            show_proxy: false,
            max_array_length: 100.0,
            max_string_length: 10_000.0,
            break_length: 80.0,
            compact: Compact::Levels(3.0),
            sorted: Sorted::No,
            getters: Getters::No,
            numeric_separator: false,
            stylize: None,
            user: None,
        }
    }
}

/// The names of the options, in Node's order.
pub(crate) const NAMES: [&str; 12] = [
    "showHidden",
    "depth",
    "colors",
    "customInspect",
    "showProxy",
    "maxArrayLength",
    "maxStringLength",
    "breakLength",
    "compact",
    "sorted",
    "getters",
    "numericSeparator",
];

impl<'js> InspectOptions<'js> {
    /// Takes over what `object` has of options.
    ///
    /// # Errors
    /// What reading a property threw.
    pub fn read(&mut self, object: &Object<'js>) -> Result<()> {
        for key in object.keys::<String>() {
            let key = key?;
            let value: Value<'js> = object.get(key.as_str())?;
            self.set(&key, &value, object)?;
        }
        Ok(())
    }

    fn set(&mut self, key: &str, value: &Value<'js>, owner: &Object<'js>) -> Result<()> {
        match key {
            "showHidden" => self.show_hidden = truthy(value)?,
            "depth" => self.depth = nullable(value)?,
            "colors" => self.colors = truthy(value)?,
            "customInspect" => self.custom_inspect = truthy(value)?,
            "showProxy" => self.show_proxy = truthy(value)?,
            "maxArrayLength" => self.max_array_length = nullable(value)?.unwrap_or(f64::INFINITY),
            "maxStringLength" => self.max_string_length = nullable(value)?.unwrap_or(f64::INFINITY),
            "breakLength" => self.break_length = nullable(value)?.unwrap_or(0.0),
            "compact" => {
                self.compact = match value.as_bool() {
                    Some(true) => Compact::Always,
                    _ => Compact::Levels(value.as_number().unwrap_or(0.0)),
                }
            }
            "sorted" => {
                self.sorted = match value.as_function() {
                    Some(function) => Sorted::By(function.clone()),
                    None if truthy(value)? => Sorted::Yes,
                    None => Sorted::No,
                }
            }
            "getters" => {
                self.getters = match value.as_string().and_then(|text| text.to_string().ok()).as_deref() {
                    Some("get") => Getters::Get,
                    Some("set") => Getters::Set,
                    Some(_) => Getters::No,
                    None if value.as_bool() == Some(true) => Getters::Yes,
                    None => Getters::No,
                }
            }
            "numericSeparator" => self.numeric_separator = truthy(value)?,
            "stylize" => self.stylize = value.as_function().cloned(),
            _ => {
                if self.user.is_none() {
                    self.user = Some(owner.clone());
                }
            }
        }
        Ok(())
    }

    /// Writes all options onto `object`, in Node's order.
    ///
    /// # Errors
    /// Out of memory.
    pub(crate) fn write(&self, ctx: &Ctx<'js>, object: &Object<'js>) -> Result<()> {
        object.set("showHidden", self.show_hidden)?;
        match self.depth {
            Some(depth) => object.set("depth", depth)?,
            None => object.set("depth", Value::new_null(ctx.clone()))?,
        }
        object.set("colors", self.colors)?;
        object.set("customInspect", self.custom_inspect)?;
        object.set("showProxy", self.show_proxy)?;
        object.set("maxArrayLength", self.max_array_length)?;
        object.set("maxStringLength", self.max_string_length)?;
        object.set("breakLength", self.break_length)?;
        match self.compact {
            Compact::Always => object.set("compact", true)?,
            Compact::Levels(0.0) => object.set("compact", false)?,
            Compact::Levels(levels) => object.set("compact", levels)?,
        }
        match &self.sorted {
            Sorted::No => object.set("sorted", false)?,
            Sorted::Yes => object.set("sorted", true)?,
            Sorted::By(function) => object.set("sorted", function.clone())?,
        }
        match self.getters {
            Getters::No => object.set("getters", false)?,
            Getters::Yes => object.set("getters", true)?,
            Getters::Get => object.set("getters", "get")?,
            Getters::Set => object.set("getters", "set")?,
        }
        object.set("numericSeparator", self.numeric_separator)
    }
}

fn truthy(value: &Value<'_>) -> Result<bool> {
    value.get::<Coerced<bool>>().map(|flag| flag.0)
}

/// `None` for `null`; `NaN` for what is no number, which every comparison is false with.
fn nullable(value: &Value<'_>) -> Result<Option<f64>> {
    if value.is_null() {
        return Ok(None);
    }
    value.get::<Coerced<f64>>().map(|number| Some(number.0))
}
