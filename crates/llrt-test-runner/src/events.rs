//! What a worker tells, a line for each: its kind and fields, separated by tabs.

/// A line of `fields`, with its end.
pub fn encode(fields: &[String]) -> String {
    let mut line = String::new();
    for (index, field) in fields.iter().enumerate() {
        if index > 0 {
            line.push('\t');
        }
        for c in field.chars() {
            match c {
                '\\' => line.push_str("\\\\"),
                '\t' => line.push_str("\\t"),
                '\n' => line.push_str("\\n"),
                '\r' => line.push_str("\\r"),
                c => line.push(c),
            }
        }
    }
    line.push('\n');
    line
}

/// The fields of a line, without its end.
pub fn decode(line: &str) -> Vec<String> {
    line.split('\t').map(unescape).collect()
}

fn unescape(text: &str) -> String {
    let mut field = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            field.push(c);
            continue;
        }
        match chars.next() {
            Some('t') => field.push('\t'),
            Some('n') => field.push('\n'),
            Some('r') => field.push('\r'),
            Some(other) => field.push(other),
            None => {}
        }
    }
    field
}

/// An error: its text, and the stack below it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Failure {
    /// What went wrong.
    pub message: String,
    /// Where, a line for each frame.
    pub stack: String,
}

/// How a test ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// As it should.
    Pass,
    /// With an error.
    Fail,
    /// It was not run.
    Skip,
    /// It is yet to be written.
    Todo,
}

/// A test that has ended.
#[derive(Clone, Debug, PartialEq)]
pub struct TestResult {
    /// The names of the blocks around it, and its own.
    pub path: Vec<String>,
    /// How it ended.
    pub status: Status,
    /// How long it took.
    pub ms: f64,
    /// What went wrong.
    pub failures: Vec<Failure>,
}

/// What happened to snapshots.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Snapshots {
    /// As they were.
    pub matched: usize,
    /// New.
    pub added: usize,
    /// Written anew.
    pub updated: usize,
    /// Not as they were.
    pub failed: usize,
    /// Nobody asked for them.
    pub obsolete: usize,
}

/// What a worker told.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// All tests are known, so many.
    Plan(usize),
    /// A test begins, and may take so many milliseconds.
    Start {
        /// Its limit.
        timeout_ms: f64,
        /// Its name.
        path: Vec<String>,
    },
    /// A test has ended.
    Test(TestResult),
    /// An error that is no test's own, in the block of that name.
    Error(Failure, Vec<String>),
    /// What happened to snapshots.
    Snapshots(Snapshots),
    /// The file is done.
    End,
}

impl Event {
    /// What a line says; `None` for one that makes no sense.
    pub fn parse(line: &str) -> Option<Self> {
        let fields = decode(line);
        let number = |index: usize| fields.get(index)?.parse::<usize>().ok();
        match fields.first()?.as_str() {
            "plan" => Some(Self::Plan(number(1)?)),
            "start" => Some(Self::Start { timeout_ms: fields.get(1)?.parse().ok()?, path: fields.get(2..)?.to_vec() }),
            "test" => {
                let status = match fields.get(1)?.as_str() {
                    "pass" => Status::Pass,
                    "skip" => Status::Skip,
                    "todo" => Status::Todo,
                    _ => Status::Fail,
                };
                let ms = fields.get(2)?.parse().ok()?;
                let names = 4 + 2 * number(3)?;
                let failures = fields.get(4..names)?.chunks_exact(2).map(failure).collect();
                Some(Self::Test(TestResult { path: fields.get(names..)?.to_vec(), status, ms, failures }))
            }
            "error" => Some(Self::Error(failure(fields.get(1..3)?), fields.get(3..)?.to_vec())),
            "snapshots" => Some(Self::Snapshots(Snapshots {
                matched: number(1)?,
                added: number(2)?,
                updated: number(3)?,
                failed: number(4)?,
                obsolete: number(5)?,
            })),
            "end" => Some(Self::End),
            _ => None,
        }
    }
}

fn failure(pair: &[String]) -> Failure {
    Failure { message: pair[0].clone(), stack: pair[1].clone() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_come_back_whatever_is_in_them() {
        let fields = ["a\tb", "c\nd\\n", "", "é\r"].map(str::to_owned).to_vec();
        let line = encode(&fields);
        assert_eq!(line.matches('\n').count(), 1);
        assert_eq!(decode(line.trim_end_matches('\n')), fields);
    }

    #[test]
    fn a_failed_test_has_its_errors_and_its_name() {
        let line = "test\tfail\t1.5\t1\tbad\tat x\touter\tinner";
        let Some(Event::Test(test)) = Event::parse(line) else { panic!() };
        assert_eq!((test.path.join(">"), test.status, test.ms), ("outer>inner".into(), Status::Fail, 1.5));
        assert_eq!(test.failures, [Failure { message: "bad".into(), stack: "at x".into() }]);
    }

    #[test]
    fn nonsense_is_no_event() {
        assert_eq!(Event::parse("test\tfail\t1.5\t9\tbad"), None);
        assert_eq!(Event::parse("what"), None);
    }
}
