#[cfg(feature = "encode-zstd")]
use zstd_safe::{CCtx, CParameter, zstd_sys::ZSTD_EndDirective};
use zstd_safe::{DCtx, DParameter, InBuffer, OutBuffer, ResetDirective};

use crate::codec::{Codec, CodecError, Flush, Step};

/// Reads zstd streams (RFC 8878).
pub struct ZstdDecoder {
    context: DCtx<'static>,
    /// A frame has ended, and no other has begun.
    between_frames: bool,
    started: bool,
}

impl ZstdDecoder {
    /// A reader with parameters by the numbers that `zstd.h` gives them. An empty dictionary is none.
    ///
    /// # Errors
    /// `ERR_ZLIB_INITIALIZATION_FAILED` for a parameter that is refused.
    pub fn new(params: &[(u32, i32)], dictionary: &[u8]) -> Result<Self, CodecError> {
        let mut context = DCtx::try_create().ok_or_else(no_memory)?;
        for &(key, value) in params {
            let value = u32::try_from(value).map_err(|_| refused())?;
            let parameter = if key == 100 { DParameter::WindowLogMax(value) } else { return Err(refused()) };
            context.set_parameter(parameter).map_err(|_| refused())?;
        }
        if !dictionary.is_empty() {
            context.load_dictionary(dictionary).map_err(explain)?;
        }
        Ok(Self { context, between_frames: false, started: false })
    }
}

impl Codec for ZstdDecoder {
    fn step(&mut self, input: &[u8], output: &mut [u8], flush: Flush) -> Result<Step, CodecError> {
        if self.between_frames && input.is_empty() {
            return Ok(Step { ended: true, ..Step::default() });
        }
        let mut source = InBuffer::around(input);
        let mut target = OutBuffer::around(output);
        let mut remaining = 1;
        while source.pos() < input.len() || (remaining != 0 && self.started) {
            let before = (source.pos(), target.pos());
            remaining = self.context.decompress_stream(&mut target, &mut source).map_err(explain)?;
            self.started = true;
            self.between_frames = remaining == 0;
            if before == (source.pos(), target.pos()) || target.pos() == target.capacity() {
                break;
            }
        }
        let (read, written) = (source.pos(), target.pos());
        if flush == Flush::Finish && !self.between_frames && self.started && written < output.len() {
            return Err(CodecError::truncated());
        }
        Ok(Step { read, written, ended: self.between_frames && read == input.len() })
    }

    fn reset(&mut self) -> Result<(), CodecError> {
        self.between_frames = false;
        self.started = false;
        self.context.reset(ResetDirective::SessionOnly).map(drop).map_err(explain)
    }
}

/// Writes zstd streams (RFC 8878).
#[cfg(feature = "encode-zstd")]
pub struct ZstdEncoder {
    context: CCtx<'static>,
    pledged_len: Option<u64>,
    /// Nothing was written yet.
    is_fresh: bool,
    ended: bool,
}

#[cfg(feature = "encode-zstd")]
impl ZstdEncoder {
    /// A writer with parameters by the numbers that `zstd.h` gives them, of `pledged_len` bytes if that is known. An empty
    /// dictionary is none.
    ///
    /// # Errors
    /// `ERR_ZLIB_INITIALIZATION_FAILED` for a parameter that is refused.
    pub fn new(params: &[(u32, i32)], pledged_len: Option<u64>, dictionary: &[u8]) -> Result<Self, CodecError> {
        let mut context = CCtx::try_create().ok_or_else(no_memory)?;
        for &(key, value) in params {
            context.set_parameter(parameter(key, value)?).map_err(|_| refused())?;
        }
        context.set_pledged_src_size(pledged_len).map_err(explain)?;
        if !dictionary.is_empty() {
            context.load_dictionary(dictionary).map_err(explain)?;
        }
        Ok(Self { context, pledged_len, is_fresh: true, ended: false })
    }
}

#[cfg(feature = "encode-zstd")]
fn parameter(key: u32, value: i32) -> Result<CParameter, CodecError> {
    if key == 100 {
        return Ok(CParameter::CompressionLevel(value));
    }
    let number = u32::try_from(value).map_err(|_| refused())?;
    Ok(match key {
        101 => CParameter::WindowLog(number),
        102 => CParameter::HashLog(number),
        103 => CParameter::ChainLog(number),
        104 => CParameter::SearchLog(number),
        105 => CParameter::MinMatch(number),
        106 => CParameter::TargetLength(number),
        107 => CParameter::Strategy(strategy(number)?),
        160 => CParameter::EnableLongDistanceMatching(number != 0),
        161 => CParameter::LdmHashLog(number),
        162 => CParameter::LdmMinMatch(number),
        163 => CParameter::LdmBucketSizeLog(number),
        164 => CParameter::LdmHashRateLog(number),
        200 => CParameter::ContentSizeFlag(number != 0),
        201 => CParameter::ChecksumFlag(number != 0),
        202 => CParameter::DictIdFlag(number != 0),
        // Threads of its own: the work is off the loop already.
        400..=402 => CParameter::NbWorkers(0),
        _ => return Err(refused()),
    })
}

#[cfg(feature = "encode-zstd")]
fn strategy(number: u32) -> Result<zstd_safe::Strategy, CodecError> {
    use zstd_safe::Strategy::*;
    let strategies = [
        ZSTD_fast,
        ZSTD_dfast,
        ZSTD_greedy,
        ZSTD_lazy,
        ZSTD_lazy2,
        ZSTD_btlazy2,
        ZSTD_btopt,
        ZSTD_btultra,
        ZSTD_btultra2,
    ];
    (number as usize).checked_sub(1).and_then(|index| strategies.get(index).copied()).ok_or_else(refused)
}

#[cfg(feature = "encode-zstd")]
impl Codec for ZstdEncoder {
    fn step(&mut self, input: &[u8], output: &mut [u8], flush: Flush) -> Result<Step, CodecError> {
        // Ending twice would add an empty frame.
        if self.ended && input.is_empty() {
            return Ok(Step { ended: true, ..Step::default() });
        }
        // The library believes an input that comes whole more than the pledge.
        let is_whole = std::mem::replace(&mut self.is_fresh, false) && flush == Flush::Finish;
        if is_whole && self.pledged_len.is_some_and(|len| len != input.len() as u64) {
            return Err(CodecError::new("ZSTD_error_srcSize_wrong", 72, "Src size is incorrect"));
        }
        let directive = match flush {
            Flush::None => ZSTD_EndDirective::ZSTD_e_continue,
            Flush::Finish => ZSTD_EndDirective::ZSTD_e_end,
            _ => ZSTD_EndDirective::ZSTD_e_flush,
        };
        let mut source = InBuffer::around(input);
        let mut target = OutBuffer::around(output);
        loop {
            let before = (source.pos(), target.pos());
            let remaining = self.context.compress_stream2(&mut target, &mut source, directive).map_err(explain)?;
            self.ended = flush == Flush::Finish && remaining == 0;
            let wants_more = source.pos() < input.len() || (flush != Flush::None && remaining != 0);
            if !wants_more || target.pos() == target.capacity() || before == (source.pos(), target.pos()) {
                break;
            }
        }
        Ok(Step { read: source.pos(), written: target.pos(), ended: self.ended })
    }

    fn reset(&mut self) -> Result<(), CodecError> {
        self.ended = false;
        self.is_fresh = true;
        self.context.reset(ResetDirective::SessionOnly).map_err(explain)?;
        self.context.set_pledged_src_size(self.pledged_len).map(drop).map_err(explain)
    }
}

fn no_memory() -> CodecError {
    CodecError::new("ZSTD_error_memory_allocation", 64, "Allocation error : not enough memory")
}

fn refused() -> CodecError {
    CodecError::new("ERR_ZLIB_INITIALIZATION_FAILED", 0, "Setting parameter failed")
}

/// The library gives an error as its negative number.
fn explain(result: usize) -> CodecError {
    let number = (result as isize).wrapping_neg() as i32;
    let known = NAMES.binary_search_by_key(&number, |(number, _)| *number);
    let name = known.map_or("ZSTD_error_GENERIC", |index| NAMES[index].1);
    CodecError::new(name, number, zstd_safe::get_error_name(result))
}

const NAMES: &[(i32, &str)] = &[
    (1, "ZSTD_error_GENERIC"),
    (10, "ZSTD_error_prefix_unknown"),
    (12, "ZSTD_error_version_unsupported"),
    (14, "ZSTD_error_frameParameter_unsupported"),
    (16, "ZSTD_error_frameParameter_windowTooLarge"),
    (20, "ZSTD_error_corruption_detected"),
    (22, "ZSTD_error_checksum_wrong"),
    (24, "ZSTD_error_literals_headerWrong"),
    (30, "ZSTD_error_dictionary_corrupted"),
    (32, "ZSTD_error_dictionary_wrong"),
    (34, "ZSTD_error_dictionaryCreation_failed"),
    (40, "ZSTD_error_parameter_unsupported"),
    (41, "ZSTD_error_parameter_combination_unsupported"),
    (42, "ZSTD_error_parameter_outOfBound"),
    (44, "ZSTD_error_tableLog_tooLarge"),
    (46, "ZSTD_error_maxSymbolValue_tooLarge"),
    (48, "ZSTD_error_maxSymbolValue_tooSmall"),
    (50, "ZSTD_error_stabilityCondition_notRespected"),
    (60, "ZSTD_error_stage_wrong"),
    (62, "ZSTD_error_init_missing"),
    (64, "ZSTD_error_memory_allocation"),
    (66, "ZSTD_error_workSpace_tooSmall"),
    (70, "ZSTD_error_dstSize_tooSmall"),
    (72, "ZSTD_error_srcSize_wrong"),
    (74, "ZSTD_error_dstBuffer_null"),
    (80, "ZSTD_error_noForwardProgress_destFull"),
    (82, "ZSTD_error_noForwardProgress_inputEmpty"),
];
