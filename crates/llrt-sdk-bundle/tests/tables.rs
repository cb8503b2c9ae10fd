//! What the tables promise to a composition.
#![cfg(feature = "std-sdk")]

use llrt_core::host::Content;
use llrt_sdk_bundle::{LICENSES, chunks, packages};

#[test]
fn chunks_are_sorted_for_the_search_and_have_one_name_each() {
    assert!(chunks().is_sorted_by(|one, next| one.specifier < next.specifier));
    assert!(chunks().iter().all(|chunk| match chunk.content {
        Content::Bytecode(bytecode) => !bytecode.is_empty(),
        Content::Parts { prefix, names } => {
            let parts = names.split(',').map(|entry| entry.split_once('=').unwrap());
            parts.clone().is_sorted_by(|(one, _), (next, _)| one < next)
                && parts.clone().all(|(_, part)| has(&format!("{prefix}{part}")))
        }
    }));
}

#[test]
fn every_package_of_the_tier_can_be_imported() {
    let tiers: &str = include_str!("../js/tiers.json");
    let lists = if cfg!(feature = "full-sdk") { tiers } else { tiers.split("\"full\"").next().unwrap() };
    let runtime = tiers.split("\"runtime\"").nth(1).unwrap();
    let mut count = 0;
    for name in lists.split('"').chain(runtime.split('"')).filter(|text| text.starts_with('@')) {
        assert!(has(name), "{name}");
        assert!(packages().iter().any(|(package, _)| *package == name), "{name}");
        count += 1;
    }
    assert!(count > 70, "{count}");
}

#[test]
fn submodules_and_what_the_packages_are_made_of_can_be_imported_too() {
    for name in [
        "@smithy/core/protocols",
        "@aws-sdk/core/client",
        "@aws-sdk/credential-provider-node",
        "@aws-sdk/nested-clients/sts",
    ] {
        assert!(has(name), "{name}");
    }
}

#[test]
fn a_client_of_the_full_tier_is_in_no_other() {
    assert_eq!(has("@aws-sdk/client-ec2"), cfg!(feature = "full-sdk"));
}

#[test]
fn licences_name_the_packages() {
    assert!(LICENSES.contains("@aws-sdk/client-dynamodb"));
    assert!(LICENSES.contains("@smithy/core"));
}

fn has(specifier: &str) -> bool {
    chunks().binary_search_by(|chunk| chunk.specifier.cmp(specifier)).is_ok()
}
