//! Every codec, in steps of every size, and what it says of data that is none of its own.
#![cfg(feature = "encode")]

use llrt_compression::{
    BrotliDecoder, BrotliEncoder, Codec, Container, Deflate, DeflateOptions, Flush, Inflate, Strategy, ZstdDecoder,
    ZstdEncoder, crc32, run,
};
use proptest::prelude::*;

type Pair = (&'static str, Box<dyn Codec>, Box<dyn Codec>);

fn pairs(dictionary: &[u8]) -> Vec<Pair> {
    let deflate =
        |container, options: DeflateOptions| -> Box<dyn Codec> { Box::new(Deflate::new(container, &options).unwrap()) };
    let inflate = |container, dictionary: &[u8]| -> Box<dyn Codec> {
        Box::new(Inflate::new(container, 15, dictionary.to_vec()).unwrap())
    };
    let with = DeflateOptions { dictionary: dictionary.to_vec(), ..DeflateOptions::default() };
    let plain = DeflateOptions { level: 1, strategy: Strategy::Rle, mem_level: 2, ..DeflateOptions::default() };
    vec![
        ("zlib", deflate(Container::Zlib, with.clone()), inflate(Container::Zlib, dictionary)),
        ("raw", deflate(Container::Raw, with), inflate(Container::Raw, dictionary)),
        ("gzip", deflate(Container::Gzip, plain.clone()), inflate(Container::Gzip, &[])),
        ("any of gzip", deflate(Container::Gzip, plain.clone()), inflate(Container::Any, &[])),
        ("any of zlib", deflate(Container::Zlib, plain), inflate(Container::Any, &[])),
        (
            "brotli",
            Box::new(BrotliEncoder::new(vec![(1, 5)], dictionary.to_vec()).unwrap()),
            Box::new(BrotliDecoder::new(false, dictionary.to_vec()).unwrap()),
        ),
        (
            "zstd",
            Box::new(ZstdEncoder::new(&[(100, 3), (201, 1)], None, dictionary).unwrap()),
            Box::new(ZstdDecoder::new(&[], dictionary).unwrap()),
        ),
    ]
}

/// Feeds `input` in parts of `part` bytes and takes output in parts of `space`.
fn stepwise(codec: &mut dyn Codec, input: &[u8], part: usize, space: usize) -> Vec<u8> {
    let mut output = Vec::new();
    let mut buffer = vec![0; space];
    let mut parts: Vec<&[u8]> = input.chunks(part).collect();
    parts.push(&[]);
    let last = parts.len() - 1;
    for (index, mut rest) in parts.into_iter().enumerate() {
        let flush = if index == last { Flush::Finish } else { Flush::None };
        loop {
            let step = codec.step(rest, &mut buffer, flush).unwrap();
            output.extend_from_slice(&buffer[..step.written]);
            rest = &rest[step.read..];
            if step.written < space {
                break;
            }
        }
        assert!(rest.is_empty());
    }
    output
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn what_was_compressed_comes_back(
        data in proptest::collection::vec(0u8..8, 0..4000),
        part in 1usize..500,
        space in 1usize..300,
    ) {
        for dictionary in [&b""[..], b"a dictionary of \x00\x01\x02\x03\x04\x05\x06\x07"] {
            for (name, mut encoder, mut decoder) in pairs(dictionary) {
                let packed = stepwise(&mut *encoder, &data, part, space);
                let seen = stepwise(&mut *decoder, &packed, part, space);
                prop_assert_eq!(&seen, &data, "{}", name);
                encoder.reset().unwrap();
                decoder.reset().unwrap();
                let packed = run(&mut *encoder, &data, Flush::Finish, usize::MAX).unwrap().bytes;
                let seen = run(&mut *decoder, &packed, Flush::Finish, usize::MAX).unwrap();
                prop_assert_eq!((&seen.bytes, seen.read), (&data, packed.len()), "{}", name);
            }
        }
    }

    #[test]
    fn no_input_makes_a_decoder_panic(data in proptest::collection::vec(any::<u8>(), 0..200), at in 0usize..60, to: u8) {
        for (_, mut encoder, mut decoder) in pairs(&[]) {
            let _ = run(&mut *decoder, &data, Flush::Finish, 1 << 20);
            let mut packed = run(&mut *encoder, &data, Flush::Finish, usize::MAX).unwrap().bytes;
            let at = at % packed.len();
            packed[at] = to;
            decoder.reset().unwrap();
            let _ = run(&mut *decoder, &packed, Flush::Finish, 1 << 20);
        }
    }
}

fn gzip(data: &[u8]) -> Vec<u8> {
    let mut deflate = Deflate::new(Container::Gzip, &DeflateOptions::default()).unwrap();
    run(&mut deflate, data, Flush::Finish, usize::MAX).unwrap().bytes
}

fn gunzip(data: &[u8]) -> Result<Vec<u8>, String> {
    let mut inflate = Inflate::new(Container::Gzip, 15, Vec::new()).unwrap();
    run(&mut inflate, data, Flush::Finish, usize::MAX).map(|ran| ran.bytes).map_err(|e| format!("{} {e}", e.code))
}

#[test]
fn members_of_a_gzip_file_follow_one_another() {
    assert_eq!(gunzip(&[gzip(b"abc"), gzip(b"def")].concat()).unwrap(), b"abcdef");
    assert_eq!(gunzip(&[gzip(b"abc"), vec![0; 10]].concat()).unwrap(), b"abc");
    assert_eq!(gunzip(&[gzip(b"abc"), vec![50; 10]].concat()).unwrap_err(), "Z_DATA_ERROR incorrect header check");
}

#[test]
fn a_cut_stream_is_said_to_be_cut() {
    for (name, mut encoder, mut decoder) in pairs(&[]) {
        let packed = run(&mut *encoder, &[7; 3000], Flush::Finish, usize::MAX).unwrap().bytes;
        let cut = run(&mut *decoder, &packed[..packed.len() - 2], Flush::Finish, usize::MAX).unwrap_err();
        assert_eq!((&*cut.code, &*cut.message), ("Z_BUF_ERROR", "unexpected end of file"), "{name}");
    }
}

#[test]
fn output_over_the_limit_stops() {
    let mut inflate = Inflate::new(Container::Gzip, 15, Vec::new()).unwrap();
    let ran = run(&mut inflate, &gzip(&vec![1; 100_000]), Flush::Finish, 99_999).unwrap();
    assert_eq!((ran.too_large, ran.bytes.len()), (true, 99_999));
}

#[test]
fn errors_have_the_codes_of_node() {
    let mut inflate = Inflate::new(Container::Zlib, 15, Vec::new()).unwrap();
    let error = run(&mut inflate, b"abc", Flush::Finish, 100).unwrap_err();
    assert_eq!((&*error.code, error.errno, &*error.message), ("Z_DATA_ERROR", -3, "incorrect header check"));
    let mut zstd = ZstdDecoder::new(&[], &[]).unwrap();
    let error = run(&mut zstd, b"abcdef", Flush::Finish, 100).unwrap_err();
    let expected = ("ZSTD_error_prefix_unknown", 10, "Unknown frame descriptor");
    assert_eq!((&*error.code, error.errno, &*error.message), expected);
    let mut brotli = BrotliDecoder::new(false, Vec::new()).unwrap();
    let error = run(&mut brotli, &[0xff; 20], Flush::Finish, 100).unwrap_err();
    assert_eq!(&*error.message, "Decompression failed");
    assert!(error.code.starts_with("ERR__ERROR_FORMAT_"), "{}", error.code);
    let refused = ZstdEncoder::new(&[(101, 100)], None, &[]).err().unwrap();
    assert_eq!((&*refused.code, &*refused.message), ("ERR_ZLIB_INITIALIZATION_FAILED", "Setting parameter failed"));
}

#[test]
fn a_checksum_goes_on_where_another_ended() {
    assert_eq!(crc32(0, b"hello world"), 0x0d4a_1185);
    assert_eq!(crc32(crc32(0, b"hello "), b"world"), 0x0d4a_1185);
}
