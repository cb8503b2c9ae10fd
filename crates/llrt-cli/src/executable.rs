//! A program inside the executable: `llrt compile --executable` appends it to a copy of this binary and notes its place in [`SLOT`], so that
//! a binary without one finds that out by looking into its own memory.

use std::{fs::File, io, os::unix::fs::FileExt, ptr};

/// Where a program lies in this binary's file.
#[repr(C, align(64))]
struct Slot {
    /// What the slot is found by in the file. Nothing else of 64 bytes' alignment begins so.
    mark: [u8; 16],
    offset: [u8; 8],
    /// 0: there is none.
    length: [u8; 8],
}

#[used]
static SLOT: Slot = Slot { mark: *b"\x00llrt:program\xff\x00\xff", offset: [0; 8], length: [0; 8] };

/// The slot as the file has it.
fn slot() -> Slot {
    // SAFETY: the static is initialised, aligned and never written to; the read is volatile because the file differs from what was compiled.
    unsafe { ptr::read_volatile(&SLOT) }
}

/// The program that this executable was made for.
///
/// # Errors
/// The executable cannot be read.
pub(crate) fn program() -> io::Result<Option<Vec<u8>>> {
    let slot = slot();
    let too_large = |_| io::Error::other("the program is too large");
    let length = usize::try_from(u64::from_le_bytes(slot.length)).map_err(too_large)?;
    if length == 0 {
        return Ok(None);
    }
    let mut program = vec![0; length];
    File::open(std::env::current_exe()?)?.read_exact_at(&mut program, u64::from_le_bytes(slot.offset))?;
    Ok(Some(program))
}

/// This binary with `program` in it.
///
/// # Errors
/// The binary cannot be read, or is not as it was built.
pub(crate) fn with(program: &[u8]) -> io::Result<Vec<u8>> {
    insert(std::fs::read(std::env::current_exe()?)?, program)
}

fn insert(mut binary: Vec<u8>, program: &[u8]) -> io::Result<Vec<u8>> {
    let mark = slot().mark;
    let places: Vec<usize> = (0..binary.len()).step_by(64).filter(|&at| binary[at..].starts_with(&mark)).collect();
    let [at] = places[..] else {
        return Err(io::Error::other("the binary is not as it was built"));
    };
    let offset = binary.len() as u64;
    binary[at + 16..at + 24].copy_from_slice(&offset.to_le_bytes());
    binary[at + 24..at + 32].copy_from_slice(&(program.len() as u64).to_le_bytes());
    binary.extend_from_slice(program);
    Ok(binary)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_goes_to_the_end_and_its_place_into_the_slot() {
        let mut binary = vec![7; 192];
        binary[64..80].copy_from_slice(&slot().mark);
        let made = insert(binary.clone(), b"program").expect("there is one slot");
        assert_eq!(made[80..96], [192_u64.to_le_bytes(), 7_u64.to_le_bytes()].concat());
        assert_eq!(made[192..], *b"program");
        binary[128..144].copy_from_slice(&slot().mark);
        assert!(insert(binary, b"program").is_err());
        assert!(insert(vec![0; 64], b"program").is_err());
    }
}
