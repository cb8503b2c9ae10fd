//! Where bytes occur in bytes.

use memchr::memmem;

/// Where a search starts, from the offset a caller gave; `None` when nothing can be found. A negative offset counts from the end.
///
/// An empty needle is found where the search would start, at most at the end.
pub fn start(len: usize, offset: i64, needle_len: usize, forward: bool) -> Option<usize> {
    if offset < 0 {
        return match (len as i64).checked_add(offset).filter(|&start| start >= 0) {
            Some(start) => Some(start as usize),
            None if forward || needle_len == 0 => Some(0),
            None => None,
        };
    }
    let offset = offset as usize;
    if offset.checked_add(needle_len).is_some_and(|end| end <= len) {
        Some(offset)
    } else if needle_len == 0 {
        Some(len)
    } else if forward {
        None
    } else {
        len.checked_sub(1)
    }
}

/// The first occurrence at or after `offset`, or the last that starts at or before it. In steps of two bytes when `wide`.
pub fn find(haystack: &[u8], needle: &[u8], offset: i64, forward: bool, wide: bool) -> Option<usize> {
    let start = start(haystack.len(), offset, needle.len(), forward)?;
    if needle.is_empty() {
        return Some(start);
    }
    if needle.len() > haystack.len() || (forward && start + needle.len() > haystack.len()) {
        return None;
    }
    if wide {
        return find_wide(haystack, needle, start, forward);
    }
    if forward {
        return memmem::find(&haystack[start..], needle).map(|found| start + found);
    }
    memmem::rfind(&haystack[..haystack.len().min(start + needle.len())], needle)
}

/// Only where a unit starts.
fn find_wide(haystack: &[u8], needle: &[u8], start: usize, forward: bool) -> Option<usize> {
    let needle = &needle[..needle.len() & !1];
    if haystack.len() < 2 || needle.len() < 2 {
        return None;
    }
    let last = (haystack.len() & !1).checked_sub(needle.len())?;
    let is_match = |index: &usize| haystack[*index..].starts_with(needle);
    let start = start & !1;
    if forward {
        (start..=last).step_by(2).find(is_match)
    } else {
        (0..=start.min(last)).rev().filter(|index| index % 2 == 0).find(is_match)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_directions_heed_the_offset() {
        let bytes = b"abcabc";
        assert_eq!(find(bytes, b"bc", 0, true, false), Some(1));
        assert_eq!(find(bytes, b"bc", 2, true, false), Some(4));
        assert_eq!(find(bytes, b"bc", -2, true, false), Some(4));
        assert_eq!(find(bytes, b"bc", 3, false, false), Some(1));
        assert_eq!(find(bytes, b"bc", 99, false, false), Some(4));
        assert_eq!(find(bytes, b"bc", -99, false, false), None);
        assert_eq!(find(bytes, b"x", 0, true, false), None);
    }

    #[test]
    fn an_empty_needle_is_found_at_the_start_of_the_search() {
        assert_eq!(find(b"abc", b"", 1, true, false), Some(1));
        assert_eq!(find(b"abc", b"", 9, true, false), Some(3));
        assert_eq!(find(b"abc", b"", -9, false, false), Some(0));
    }

    #[test]
    fn units_are_not_found_across_their_border() {
        let bytes = [0, 1, 0, 1, 0, 0];
        assert_eq!(find(&bytes, &[1, 0], 0, true, true), None);
        assert_eq!(find(&bytes, &[0, 1], 1, true, true), Some(0));
        assert_eq!(find(&bytes, &[0, 1], 5, false, true), Some(2));
    }
}
