//! `path.matchesGlob()`: `*`, `?`, `**`, `[...]`, `{a,b}`.

use super::Style;

/// Whether the whole path matches the pattern, part by part.
pub fn matches_glob<S: Style>(path: &str, pattern: &str) -> bool {
    let split = |text: &str| -> Vec<Vec<char>> {
        text.split(|c: char| c.is_ascii() && S::is_separator(c as u8)).map(|part| part.chars().collect()).collect()
    };
    let path = split(&S::normalize(path));
    // In a pattern the backslash of POSIX escapes; as a separator it is Windows's alone.
    expand_braces(pattern).iter().any(|pattern| parts_match(&split(pattern), &path))
}

fn parts_match(pattern: &[Vec<char>], path: &[Vec<char>]) -> bool {
    match (pattern.split_first(), path.split_first()) {
        (None, None) => true,
        (Some((part, rest)), _) if part.as_slice() == ['*', '*'] => {
            parts_match(rest, path)
                || path
                    .split_first()
                    .is_some_and(|(first, later)| first.first() != Some(&'.') && parts_match(pattern, later))
        }
        (Some((part, rest)), Some((first, later))) => part_matches(part, first) && parts_match(rest, later),
        _ => false,
    }
}

fn part_matches(pattern: &[char], text: &[char]) -> bool {
    // A name that begins with a dot wants that dot written out.
    if text.first() == Some(&'.') && pattern.first() != Some(&'.') {
        return false;
    }
    chars_match(pattern, text)
}

fn chars_match(pattern: &[char], text: &[char]) -> bool {
    match pattern.split_first() {
        None => text.is_empty(),
        Some(('*', rest)) => (0..=text.len()).any(|taken| chars_match(rest, &text[taken..])),
        Some(('?', rest)) => text.split_first().is_some_and(|(_, later)| chars_match(rest, later)),
        Some(('[', rest)) => match class(rest) {
            Some((set, negated, after)) => text.split_first().is_some_and(|(&c, later)| {
                set.iter().any(|&(low, high)| low <= c && c <= high) != negated && chars_match(after, later)
            }),
            None => text.first() == Some(&'[') && chars_match(rest, &text[1..]),
        },
        Some(('\\', [escaped, rest @ ..])) => text.first() == Some(escaped) && chars_match(rest, &text[1..]),
        Some((c, rest)) => text.first() == Some(c) && chars_match(rest, &text[1..]),
    }
}

type Class<'a> = (Vec<(char, char)>, bool, &'a [char]);

/// The set after `[`, whether it is negated, and what follows its `]`.
fn class(pattern: &[char]) -> Option<Class<'_>> {
    let negated = matches!(pattern.first(), Some('!' | '^'));
    let mut index = usize::from(negated);
    let start = index;
    let mut set = Vec::new();
    loop {
        let c = *pattern.get(index)?;
        if c == ']' && index > start {
            return Some((set, negated, &pattern[index + 1..]));
        }
        match (pattern.get(index + 1), pattern.get(index + 2)) {
            (Some('-'), Some(&high)) if high != ']' => {
                set.push((c, high));
                index += 3;
            }
            _ => {
                set.push((c, c));
                index += 1;
            }
        }
    }
}

/// `a{b,c}` is `ab` and `ac`; braces nest.
fn expand_braces(pattern: &str) -> Vec<String> {
    let Some((open, close)) = first_braces(pattern) else { return vec![pattern.to_owned()] };
    let mut choices = Vec::new();
    let (mut depth, mut from) = (0, open + 1);
    for (index, c) in pattern[open + 1..close].char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                choices.push(&pattern[from..open + 1 + index]);
                from = open + 1 + index + 1;
            }
            _ => {}
        }
    }
    choices.push(&pattern[from..close]);
    if choices.len() == 1 {
        return vec![pattern.to_owned()];
    }
    let (before, after) = (&pattern[..open], &pattern[close + 1..]);
    choices.iter().flat_map(|choice| expand_braces(&format!("{before}{choice}{after}"))).collect()
}

fn first_braces(pattern: &str) -> Option<(usize, usize)> {
    let open = pattern.find('{')?;
    let mut depth = 0;
    for (index, c) in pattern[open..].char_indices() {
        match c {
            '{' => depth += 1,
            '}' => {
                depth -= 1;
                if depth == 0 {
                    return Some((open, open + index));
                }
            }
            _ => {}
        }
    }
    None
}
