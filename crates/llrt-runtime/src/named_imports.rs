//! Which names a module's source imports from the clients of the AWS SDK.
//!
//! The built-in clients are in parts ([`llrt_core::host::select`]): who imports `{ DynamoDBClient, PutItemCommand }` loads the parts that
//! have these. The scan reads no JavaScript: it looks at each place where a client's name stands as a string, and where one is not
//! plainly a list of names, the client is taken whole. Text in comments or strings that looks like an import adds names, which does no harm.

/// What `node:process` exports that is made when it is read; `internal:process-all` has it.
const MADE_WHEN_READ: &[&str] = &[
    "_events",
    "_eventsCount",
    "_maxListeners",
    "allowedNodeEnvironmentFlags",
    "debugPort",
    "exitCode",
    "finalization",
    "sourceMapsEnabled",
    "stderr",
    "stdin",
    "stdout",
];

/// Whether `source` imports of `process` what is made when it is read. Most sources are told by the first look.
pub(crate) fn wants_all_of_process(source: &str) -> bool {
    let named = |quoted: &[u8]| memchr::memmem::find(source.as_bytes(), quoted).is_some();
    if !named(b"process\"") && !named(b"process'") {
        return false;
    }
    llrt_cjs_lexer::named_imports(source).iter().any(|import| {
        matches!(import.specifier.as_str(), "process" | "node:process")
            && (import.is_whole || import.names.iter().any(|(name, _)| MADE_WHEN_READ.contains(&name.as_str())))
    })
}

/// What a source asks of one client.
#[derive(Debug, PartialEq)]
pub(crate) struct Wanted {
    pub(crate) specifier: String,
    /// The names, sorted; `None` for all that there are.
    pub(crate) names: Option<Vec<String>>,
}

const CLIENT: &str = "@aws-sdk/client-";

/// The clients that `source` names and what it takes of each.
pub(crate) fn scan(source: &str) -> Vec<Wanted> {
    let mut found: Vec<Wanted> = Vec::new();
    for (at, _) in source.match_indices(CLIENT) {
        let Some(quote) = source[..at].chars().next_back().filter(|quote| matches!(quote, '"' | '\'')) else {
            continue;
        };
        let Some(end) = source[at..].find(quote) else { continue };
        let specifier = &source[at..at + end];
        let place = place(&source[..at - 1]);
        if matches!(place, Place::Call) {
            continue;
        }
        let wanted = match found.iter_mut().position(|wanted| wanted.specifier == specifier) {
            Some(index) => &mut found[index],
            None => {
                found.push(Wanted { specifier: specifier.to_owned(), names: Some(Vec::new()) });
                let last = found.len() - 1;
                &mut found[last]
            }
        };
        match (place, &mut wanted.names) {
            (Place::Names(names), Some(known)) => {
                for name in names {
                    if let Err(index) = known.binary_search_by(|known| known.as_str().cmp(name)) {
                        known.insert(index, name.to_owned());
                    }
                }
            }
            _ => wanted.names = None,
        }
    }
    found.retain(|wanted| wanted.names.as_ref().is_none_or(|names| !names.is_empty()));
    found
}

/// What stands before a specifier.
enum Place<'a> {
    /// `import { these } from`, `export { these } from`.
    Names(Vec<&'a str>),
    /// `import(` or `require(`: not a static import.
    Call,
    /// Anything else: `import * as x from`, `import`, a comment.
    Other,
}

fn place(before: &str) -> Place<'_> {
    let before = before.trim_end();
    if before.ends_with('(') {
        return Place::Call;
    }
    listed(before).map_or(Place::Other, Place::Names)
}

fn listed(before: &str) -> Option<Vec<&str>> {
    let before = before.strip_suffix("from")?.trim_end().strip_suffix('}')?;
    let open = before.rfind('{')?;
    let head = before[..open].trim_end();
    let keyword = ["import", "export"].into_iter().find_map(|keyword| head.strip_suffix(keyword))?;
    if keyword.chars().next_back().is_some_and(is_identifier_part) {
        return None;
    }
    let mut names = Vec::new();
    for item in before[open + 1..].split(',') {
        let mut words = item.split_whitespace();
        match (words.next(), words.next(), words.next(), words.next()) {
            (None, ..) => {}
            (Some(name), None, ..) | (Some(name), Some("as"), Some(_), None) => {
                if !name.chars().all(is_identifier_part) {
                    return None;
                }
                names.push(name);
            }
            _ => return None,
        }
    }
    Some(names)
}

fn is_identifier_part(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '$')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(source: &str) -> Option<Vec<String>> {
        let mut found = scan(source);
        assert_eq!(found.len(), 1, "{source}");
        assert_eq!(found[0].specifier, "@aws-sdk/client-s3", "{source}");
        found.remove(0).names
    }

    #[test]
    fn lists_of_names_are_joined() {
        let source = "import { S3Client,\n  PutObjectCommand as Put, } from '@aws-sdk/client-s3';\nexport{GetObjectCommand}from\"@aws-sdk/client-s3\"";
        assert_eq!(names(source).unwrap(), ["GetObjectCommand", "PutObjectCommand", "S3Client"]);
    }

    #[test]
    fn whatever_is_not_a_list_of_names_takes_the_whole() {
        for source in [
            "import * as s3 from '@aws-sdk/client-s3'",
            "import s3, { S3Client } from '@aws-sdk/client-s3'",
            "import { S3Client } from '@aws-sdk/client-s3'; export * from '@aws-sdk/client-s3'",
            "import '@aws-sdk/client-s3'",
            "import { 'S3Client' as A } from '@aws-sdk/client-s3'",
            "import { S3\\u0043lient } from '@aws-sdk/client-s3'",
            "import { S3Client /* , */ } from '@aws-sdk/client-s3'",
            "import { S3Client } from /* */ '@aws-sdk/client-s3'",
            "myimport { S3Client } from '@aws-sdk/client-s3'",
            "import defer * as s3 from '@aws-sdk/client-s3'",
        ] {
            assert_eq!(names(source), None, "{source}");
        }
    }

    #[test]
    fn a_call_is_not_a_static_import() {
        assert_eq!(scan("await import('@aws-sdk/client-s3'); require(\"@aws-sdk/client-s3\")"), []);
        let both = "import { S3Client } from '@aws-sdk/client-s3'; import('@aws-sdk/client-s3')";
        assert_eq!(names(both).unwrap(), ["S3Client"]);
    }

    #[test]
    fn what_process_makes_when_it_is_read_is_seen() {
        for source in [
            "import { stdout } from 'process'",
            "import process, { env, stdin as input } from \"node:process\"",
            "import * as process from 'node:process'",
            "export * from 'process'",
        ] {
            assert!(wants_all_of_process(source), "{source}");
        }
        for source in [
            "import process from 'node:process'; process.stdout.write('')",
            "import { env } from 'process'",
            "import { stdout } from './process'",
            "const name = 'process'",
        ] {
            assert!(!wants_all_of_process(source), "{source}");
        }
    }

    #[test]
    fn a_source_without_clients_has_none() {
        assert_eq!(scan("import { a } from '@aws-sdk/lib-dynamodb'; `@aws-sdk/client-s3`"), []);
        assert_eq!(scan("@aws-sdk/client-s3"), []);
        assert_eq!(scan("import {} from '@aws-sdk/client-s3'"), []);
    }
}
