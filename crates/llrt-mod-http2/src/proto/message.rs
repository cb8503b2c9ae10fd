//! What a header block must be like to be a message: RFC 9113, section 8, as strictly as nghttp2.

use super::{Header, frame::code, session::Options};

/// Which block of a message it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Request,
    Response,
    Trailers,
}

/// What has come of a peer's message.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Progress {
    /// The block that is no interim response has come.
    pub(crate) begun: bool,
    pub(crate) content_length: Option<u64>,
    pub(crate) received: u64,
    /// It answers `HEAD`, or cannot have a body for another reason.
    pub(crate) no_body: bool,
    /// The tunnel of a `CONNECT`: a length means nothing.
    pub(crate) tunnel: bool,
}

impl Progress {
    /// Whether the message may end here.
    pub(crate) fn may_end(&self) -> bool {
        self.begun && (self.tunnel || self.content_length.is_none_or(|length| length == self.received))
    }

    /// Whether so much more body is as announced.
    pub(crate) fn may_grow(&mut self, len: usize) -> bool {
        self.received = self.received.saturating_add(len as u64);
        self.begun && (self.tunnel || self.content_length.is_none_or(|length| self.received <= length))
    }
}

/// The block is not one: the code to close the stream with.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Invalid(pub(crate) u32);

const INVALID: Invalid = Invalid(code::PROTOCOL_ERROR);

/// Checks a block and leaves out fields that no message may have but that do no harm.
pub(crate) fn check(
    headers: &mut Vec<Header>,
    kind: Kind,
    progress: &mut Progress,
    extended_connect: bool,
    options: &Options,
) -> Result<(), Invalid> {
    let mut pseudo: Vec<(&str, Vec<u8>)> = Vec::new();
    let mut regular = false;
    let mut host = false;
    let mut content_length = None;
    for header in headers.iter() {
        let Header { name, value, .. } = header;
        if name.first() == Some(&b':') {
            let known: &[&str] = match kind {
                Kind::Request => &[":method", ":path", ":scheme", ":authority", ":protocol"],
                Kind::Response => &[":status"],
                Kind::Trailers => &[],
            };
            let known = known.iter().find(|known| known.as_bytes() == name).ok_or(INVALID)?;
            let twice = pseudo.iter().any(|(name, _)| name == known);
            if regular || twice || !is_value(value, options) || (*known == ":protocol" && !extended_connect) {
                return Err(INVALID);
            }
            pseudo.push((known, value.clone()));
            continue;
        }
        if name.iter().any(u8::is_ascii_uppercase) {
            return Err(INVALID);
        }
        if !is_name(name) || !is_value(value, options) {
            continue;
        }
        regular = true;
        match &name[..] {
            b"connection" | b"keep-alive" | b"proxy-connection" | b"transfer-encoding" | b"upgrade" => {
                return Err(INVALID);
            }
            b"te" if !value.eq_ignore_ascii_case(b"trailers") => return Err(INVALID),
            b"host" => host = true,
            b"content-length" if kind != Kind::Trailers => {
                let length =
                    std::str::from_utf8(value).ok().filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()));
                let length = length.and_then(|text| text.parse().ok()).ok_or(INVALID)?;
                if content_length.replace(length).is_some() {
                    return Err(INVALID);
                }
            }
            _ => {}
        }
    }
    let value = |name: &str| pseudo.iter().find(|(known, _)| *known == name).map(|(_, value)| &value[..]);
    match kind {
        Kind::Trailers => {}
        Kind::Request => {
            let method = value(":method").ok_or(INVALID)?;
            let connect = method == b"CONNECT";
            if connect && value(":protocol").is_none() {
                if value(":scheme").is_some() || value(":path").is_some() || value(":authority").is_none() {
                    return Err(INVALID);
                }
            } else {
                let path = value(":path").filter(|path| !path.is_empty()).ok_or(INVALID)?;
                let scheme = value(":scheme").ok_or(INVALID)?;
                let of_web = scheme == b"http" || scheme == b"https";
                if of_web && path[0] != b'/' && !(path == b"*" && method == b"OPTIONS") {
                    return Err(INVALID);
                }
                if value(":authority").is_none() && !host {
                    return Err(INVALID);
                }
                if value(":protocol").is_some() && (!connect || value(":authority").is_none()) {
                    return Err(INVALID);
                }
            }
            progress.begun = true;
            progress.tunnel = connect;
            progress.content_length = content_length;
        }
        Kind::Response => {
            let status = std::str::from_utf8(value(":status").ok_or(INVALID)?).map_err(|_| INVALID)?;
            let status: u16 = status.parse().ok().filter(|status| (100..1000).contains(status)).ok_or(INVALID)?;
            match status {
                101 => return Err(INVALID),
                100..200 => return finish(headers, options),
                204 if content_length.is_some_and(|length| length != 0) => return Err(INVALID),
                204 | 304 => progress.no_body = true,
                _ => {}
            }
            progress.begun = true;
            progress.tunnel = progress.tunnel && (200..300).contains(&status);
            progress.content_length = if progress.no_body { Some(0) } else { content_length };
        }
    }
    finish(headers, options)
}

fn finish(headers: &mut Vec<Header>, options: &Options) -> Result<(), Invalid> {
    let fine = |header: &Header| header.name[0] == b':' || (is_name(&header.name) && is_value(&header.value, options));
    headers.retain(|header| !header.name.is_empty() && fine(header));
    Ok(())
}

fn is_name(name: &[u8]) -> bool {
    !name.is_empty() && name.iter().all(|&byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
}

fn is_value(value: &[u8], options: &Options) -> bool {
    let space = |byte: Option<&u8>| options.strict_whitespace && matches!(byte, Some(b' ' | b'\t'));
    if space(value.first()) || space(value.last()) {
        return false;
    }
    value.iter().all(|&byte| byte == b'\t' || (byte >= 0x20 && byte != 0x7f))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block(fields: &[(&str, &str)]) -> Vec<Header> {
        let header = |(name, value): &(&str, &str)| Header {
            name: name.as_bytes().into(),
            value: value.as_bytes().into(),
            sensitive: false,
        };
        fields.iter().map(header).collect()
    }

    fn checked(fields: &[(&str, &str)], kind: Kind) -> Result<(Vec<Header>, Progress), Invalid> {
        let (mut headers, mut progress) = (block(fields), Progress::default());
        check(&mut headers, kind, &mut progress, false, &Options::default()).map(|()| (headers, progress))
    }

    const GET: [(&str, &str); 4] = [(":method", "GET"), (":scheme", "http"), (":path", "/"), (":authority", "a")];

    fn get_with(more: (&str, &str)) -> Result<(Vec<Header>, Progress), Invalid> {
        let mut fields = GET.to_vec();
        fields.push(more);
        checked(&fields, Kind::Request)
    }

    #[test]
    fn a_request_has_its_pseudo_headers_first_and_once() {
        assert!(checked(&GET, Kind::Request).unwrap().1.begun);
        for without in 0..4 {
            let fields: Vec<_> =
                GET.iter().enumerate().filter(|(place, _)| *place != without).map(|(_, field)| *field).collect();
            assert!(checked(&fields, Kind::Request).is_err(), "{fields:?}");
        }
        assert!(get_with((":path", "/")).is_err());
        assert!(get_with((":status", "200")).is_err());
        assert!(checked(&[&[("a", "b")], &GET[..]].concat(), Kind::Request).is_err());
    }

    #[test]
    fn fields_of_connections_are_refused_and_odd_ones_left_out() {
        assert!(get_with(("connection", "close")).is_err());
        assert!(get_with(("te", "gzip")).is_err());
        assert!(get_with(("te", "trailers")).is_ok());
        assert!(get_with(("Upper", "a")).is_err());
        assert_eq!(get_with(("a b", "c")).unwrap().0.len(), 4);
        assert_eq!(get_with(("a", "b\nc")).unwrap().0.len(), 4);
    }

    #[test]
    fn a_length_is_kept_to() {
        let mut progress = get_with(("content-length", "3")).unwrap().1;
        assert!(!progress.may_end());
        assert!(progress.may_grow(3) && progress.may_end() && !progress.may_grow(1));
        assert!(get_with(("content-length", "-3")).is_err());
    }

    #[test]
    fn interim_responses_do_not_begin_one() {
        assert!(!checked(&[(":status", "103")], Kind::Response).unwrap().1.begun);
        assert!(checked(&[(":status", "200")], Kind::Response).unwrap().1.begun);
        assert!(checked(&[(":status", "101")], Kind::Response).is_err());
        assert!(checked(&[(":status", "abc")], Kind::Response).is_err());
    }
}
