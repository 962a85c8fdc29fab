//! The group arithmetic of cosign-letter: decoding, checks of order, sums, signatures.
//!
//! There is no protocol here. Statements, transcripts and decisions are in Python, in
//! `cosign/proofs`; `cosign/primitives/curve/native_core.py` is the only caller.

pub mod fold;
pub mod points;
pub mod signatures;
pub mod weights;

#[cfg(feature = "python")]
mod python;
