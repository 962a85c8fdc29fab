//! The group arithmetic of cosign-letter's ring proofs: decoding, checks of order, sums.
//!
//! There is no protocol here. Statements, transcripts and decisions are in Python, in
//! `cosign/proofs/ring`; `cosign/primitives/curve/native_core.py` is the only caller.

pub mod fold;
pub mod points;
pub mod weights;

#[cfg(feature = "python")]
mod python;
