//! The native half of a stream: a codec, and where it is while a thread has it.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use llrt_compression::{Codec, CodecError, Flush, Ran, Step};
use rquickjs::{JsLifetime, class::Trace};

/// Whose numbers a flush is given in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Family {
    Zlib,
    Brotli,
    Zstd,
}

impl Family {
    pub(crate) fn flush(self, number: u32) -> Flush {
        match (self, number) {
            (_, 0) => Flush::None,
            (Self::Zlib, 1) => Flush::Partial,
            (Self::Zlib, 2) | (Self::Brotli | Self::Zstd, 1) => Flush::Sync,
            (Self::Zlib, 3) => Flush::Full,
            (Self::Zlib, 4) | (Self::Brotli | Self::Zstd, 2) => Flush::Finish,
            (Self::Zlib, _) => Flush::Block,
            (Self::Brotli, _) => Flush::Metadata,
            (Self::Zstd, _) => Flush::Sync,
        }
    }
}

/// A codec that JavaScript holds.
#[derive(Trace, JsLifetime)]
#[rquickjs::class(rename = "Engine")]
pub(crate) struct Engine {
    #[qjs(skip_trace)]
    pub(crate) slot: Rc<Slot>,
}

/// What a stream works with. It outlives a stream that is collected while a thread works for it.
pub(crate) struct Slot {
    pub(crate) family: Family,
    work: RefCell<Option<Work>>,
    closed: Cell<bool>,
}

/// A codec and the input that it has not taken yet.
pub(crate) struct Work {
    pub(crate) codec: Box<dyn Codec>,
    input: Vec<u8>,
    position: usize,
}

impl Slot {
    pub(crate) fn new(family: Family, codec: Box<dyn Codec>) -> Rc<Self> {
        let work = Work { codec, input: Vec::new(), position: 0 };
        Rc::new(Self { family, work: RefCell::new(Some(work)), closed: Cell::new(false) })
    }

    /// The work, unless it is closed or a thread has it.
    pub(crate) fn take(&self) -> Option<Work> {
        self.work.borrow_mut().take()
    }

    pub(crate) fn put_back(&self, work: Work) {
        if !self.closed.get() {
            *self.work.borrow_mut() = Some(work);
        }
    }

    pub(crate) fn close(&self) {
        self.closed.set(true);
        self.work.borrow_mut().take();
    }
}

impl Work {
    pub(crate) fn set_input(&mut self, input: Vec<u8>) {
        self.input = input;
        self.position = 0;
    }

    /// One step into `space` bytes; the output has what was written. `read` counts from where the last step ended.
    pub(crate) fn step(&mut self, flush: Flush, space: usize) -> Result<(Step, Vec<u8>), CodecError> {
        let mut output = vec![0; space];
        let step = self.codec.step(&self.input[self.position..], &mut output, flush)?;
        self.position += step.read;
        output.truncate(step.written);
        if step.written < space / 2 {
            output.shrink_to_fit();
        }
        Ok((step, output))
    }

    /// How much of the input is left.
    pub(crate) fn left(&self) -> usize {
        self.input.len() - self.position
    }

    /// All of `input` at once, for an output of at most `max_len` bytes.
    pub(crate) fn run(&mut self, input: &[u8], flush: Flush, max_len: usize) -> Result<Ran, CodecError> {
        let mut ran = llrt_compression::run(&mut *self.codec, input, flush, max_len)?;
        ran.bytes.shrink_to_fit();
        Ok(ran)
    }
}
