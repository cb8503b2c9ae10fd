//! Collects the licences of what is linked into `llrt`, for `llrt --licenses`.

fn main() {
    llrt_build::licenses();
}
