//! Settings: RFC 9113, section 6.5, and RFC 8441.

use super::frame::lib_error;

pub(crate) const HEADER_TABLE_SIZE: u16 = 1;
pub(crate) const ENABLE_PUSH: u16 = 2;
pub(crate) const MAX_CONCURRENT_STREAMS: u16 = 3;
pub(crate) const INITIAL_WINDOW_SIZE: u16 = 4;
pub(crate) const MAX_FRAME_SIZE: u16 = 5;
pub(crate) const MAX_HEADER_LIST_SIZE: u16 = 6;
pub(crate) const ENABLE_CONNECT_PROTOCOL: u16 = 8;

pub(crate) const MAX_WINDOW: i64 = 0x7fff_ffff;

/// One side's settings.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) header_table_size: u32,
    pub(crate) enable_push: bool,
    pub(crate) max_concurrent_streams: u32,
    pub(crate) initial_window_size: u32,
    pub(crate) max_frame_size: u32,
    pub(crate) max_header_list_size: u32,
    pub(crate) enable_connect_protocol: bool,
    /// Those of other numbers, of which the program has said that it knows them.
    pub(crate) custom: Vec<(u16, u32)>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            header_table_size: 4096,
            enable_push: true,
            max_concurrent_streams: u32::MAX,
            initial_window_size: 65535,
            max_frame_size: 16384,
            max_header_list_size: u32::MAX,
            enable_connect_protocol: false,
            custom: Vec::new(),
        }
    }
}

impl Settings {
    /// Takes one entry over, or says what is wrong with it.
    pub(crate) fn set(&mut self, number: u16, value: u32) -> Result<(), i32> {
        match number {
            HEADER_TABLE_SIZE => self.header_table_size = value,
            ENABLE_PUSH if value <= 1 => self.enable_push = value == 1,
            MAX_CONCURRENT_STREAMS => self.max_concurrent_streams = value,
            INITIAL_WINDOW_SIZE if i64::from(value) <= MAX_WINDOW => self.initial_window_size = value,
            INITIAL_WINDOW_SIZE => return Err(lib_error::FLOW_CONTROL),
            MAX_FRAME_SIZE if (16384..=16_777_215).contains(&value) => self.max_frame_size = value,
            MAX_HEADER_LIST_SIZE => self.max_header_list_size = value,
            // Who has turned it on cannot turn it off.
            ENABLE_CONNECT_PROTOCOL if value <= 1 && !(self.enable_connect_protocol && value == 0) => {
                self.enable_connect_protocol = value == 1;
            }
            ENABLE_PUSH | MAX_FRAME_SIZE | ENABLE_CONNECT_PROTOCOL => return Err(lib_error::PROTO),
            _ => match self.custom.iter_mut().find(|(known, _)| *known == number) {
                Some(known) => known.1 = value,
                None => self.custom.push((number, value)),
            },
        }
        Ok(())
    }
}
