//! Where records go: one system call each, whole.

use std::{io, os::fd::RawFd};

/// Where records go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sink {
    /// Standard output.
    Stdout,
    /// The descriptor that the service reads frames from.
    Telemetry(RawFd),
}

impl Sink {
    /// Writes one record, in a frame where frames are wanted. What cannot be written is lost.
    pub(super) fn write(self, frame_type: u32, micros: u64, record: &[u8]) {
        match self {
            Self::Stdout => write_all(libc::STDOUT_FILENO, &[], record),
            Self::Telemetry(fd) => {
                let mut header = [0; 16];
                header[..4].copy_from_slice(&frame_type.to_be_bytes());
                header[4..8].copy_from_slice(&u32::try_from(record.len()).unwrap_or(u32::MAX).to_be_bytes());
                header[8..].copy_from_slice(&micros.to_be_bytes());
                write_all(fd, &header, record);
            }
        }
    }
}

/// Writes both parts, in one call where the descriptor takes them at once.
fn write_all(fd: RawFd, mut header: &[u8], mut record: &[u8]) {
    while !header.is_empty() || !record.is_empty() {
        match write(fd, header, record) {
            Ok(0) => return,
            Ok(written) => {
                let of_header = written.min(header.len());
                header = &header[of_header..];
                record = &record[written - of_header..];
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            // A pipe that somebody made non-blocking, and that is full.
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => wait_writable(fd),
            Err(_) => return,
        }
    }
}

fn write(fd: RawFd, header: &[u8], record: &[u8]) -> io::Result<usize> {
    let part = |bytes: &[u8]| libc::iovec { iov_base: bytes.as_ptr().cast_mut().cast(), iov_len: bytes.len() };
    let parts = [part(header), part(record)];
    // SAFETY: both vectors point at `header` and `record`, which live until the call returns and which it only reads. A descriptor
    // that is not open is an error, not undefined behaviour.
    let written = unsafe { libc::writev(fd, parts.as_ptr(), 2) };
    usize::try_from(written).map_err(|_| io::Error::last_os_error())
}

fn wait_writable(fd: RawFd) {
    let mut poll = libc::pollfd { fd, events: libc::POLLOUT, revents: 0 };
    // SAFETY: one initialised entry that lives until the call returns. Its result does not matter: the write is tried again.
    unsafe { libc::poll(&raw mut poll, 1, -1) };
}

#[cfg(test)]
mod tests {
    use std::{
        io::Read,
        os::{fd::AsRawFd, unix::net::UnixStream},
        thread,
    };

    use super::*;

    #[test]
    fn a_descriptor_that_is_not_open_is_no_panic() {
        Sink::Telemetry(-1).write(0, 0, b"lost");
        Sink::Telemetry(1 << 20).write(0, 0, b"lost");
    }

    #[test]
    fn a_reader_that_went_away_is_no_signal() {
        // The test binary ignores SIGPIPE, as the runtime does.
        let (writer, reader) = UnixStream::pair().expect("a pair of sockets");
        drop(reader);
        Sink::Telemetry(writer.as_raw_fd()).write(0, 0, b"lost");
    }

    #[test]
    fn a_record_larger_than_the_pipe_arrives_whole() {
        let (writer, mut reader) = UnixStream::pair().expect("a pair of sockets");
        writer.set_nonblocking(true).expect("a socket can be non-blocking");
        let record: Vec<u8> = (0..2_000_000_u32).map(|n| n.to_le_bytes()[0]).collect();
        let reading = thread::spawn(move || {
            let mut bytes = Vec::new();
            reader.read_to_end(&mut bytes).expect("the writer ends");
            bytes
        });
        Sink::Telemetry(writer.as_raw_fd()).write(0xa55a_000f, 7, &record);
        drop(writer);
        let bytes = reading.join().expect("no panic");
        assert_eq!((bytes.len(), &bytes[16..] == record.as_slice()), (record.len() + 16, true));
    }
}
