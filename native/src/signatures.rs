//! The equation of Ed25519 signatures (docs/spec.md, "Signatures"), for public values only.
//!
//! These are libsodium's strict rules, without the cofactor: S is reduced, neither R nor the key
//! has small order, the key is canonical, and R is compared as bytes. The hash is computed by the
//! caller, so there is no hash function here.

use curve25519_dalek::edwards::EdwardsPoint;
use curve25519_dalek::scalar::Scalar;

use crate::points::{self, POINT_BYTES};

/// Length of a signature: R and S.
pub const SIGNATURE_BYTES: usize = 64;

/// Length of SHA-512 of R, key and message.
pub const HASH_BYTES: usize = 64;

/// One signature under one key.
pub struct Signed<'a> {
    /// The public key, encoded.
    pub key: &'a [u8; POINT_BYTES],
    /// R and S.
    pub signature: &'a [u8; SIGNATURE_BYTES],
    /// SHA-512 of R, key and message.
    pub hash: &'a [u8; HASH_BYTES],
}

/// The places of the signatures that are not valid, ascending.
pub fn find_bad(all: &[Signed<'_>]) -> Vec<usize> {
    // The place of a signature that is refused before its equation has the identity, which is no R.
    let sums: Vec<_> = all.iter().map(|one| expected(one).unwrap_or_default()).collect();
    let encoded = EdwardsPoint::compress_batch_alloc(&sums);
    let found = sums.iter().zip(&encoded).zip(all).enumerate();
    found
        .filter(|(_, ((sum, raw), one))| {
            sum.is_small_order() || one.signature[..POINT_BYTES] != raw.0
        })
        .map(|(place, _)| place)
        .collect()
}

/// S B - h A, which has to be R; None where S or the key A is not allowed.
fn expected(one: &Signed<'_>) -> Option<EdwardsPoint> {
    let (_, s) = one.signature.split_last_chunk()?;
    let s = Option::<Scalar>::from(Scalar::from_canonical_bytes(*s))?;
    let key = points::decode(*one.key).filter(|key| !key.is_small_order())?;
    let h = Scalar::from_bytes_mod_order_wide(one.hash);
    Some(EdwardsPoint::vartime_double_scalar_mul_basepoint(&h, &-key, &s))
}

#[cfg(test)]
mod tests {
    use super::*;
    use curve25519_dalek::constants::EIGHT_TORSION;

    const HASH: [u8; HASH_BYTES] = [7; HASH_BYTES];
    const SECRET: u64 = 5_000_000_007;
    const NONCE: u64 = 11;

    /// Whether R = r B + `shift` and S = r + h a are valid under a B + `twist`.
    fn is_valid(twist: EdwardsPoint, shift: EdwardsPoint, hash: &[u8; HASH_BYTES]) -> bool {
        let (a, r) = (Scalar::from(SECRET), Scalar::from(NONCE));
        let s = r + Scalar::from_bytes_mod_order_wide(hash) * a;
        let mut signature = [0; SIGNATURE_BYTES];
        signature[..32].copy_from_slice(&(EdwardsPoint::mul_base(&r) + shift).compress().0);
        signature[32..].copy_from_slice(s.as_bytes());
        let key = (EdwardsPoint::mul_base(&a) + twist).compress().0;
        find_bad(&[Signed { key: &key, signature: &signature, hash }]).is_empty()
    }

    #[test]
    fn the_equation_has_no_cofactor() {
        for torsion in &EIGHT_TORSION {
            let none = EIGHT_TORSION[0];
            assert_eq!(is_valid(none, *torsion, &HASH), *torsion == none);
            let h = Scalar::from_bytes_mod_order_wide(&HASH);
            let part = *torsion * h;
            assert_eq!(is_valid(*torsion, none, &HASH), part == none);
            assert!(is_valid(*torsion, -part, &HASH));
        }
    }

    #[test]
    fn places_are_those_of_bad_ones() {
        let raw = [0xff; SIGNATURE_BYTES];
        let key = EdwardsPoint::mul_base(&Scalar::from(SECRET)).compress().0;
        let bad = || Signed { key: &key, signature: &raw, hash: &HASH };
        assert_eq!(find_bad(&[]), [0; 0]);
        assert_eq!(find_bad(&[bad(), bad()]), [0, 1]);
    }
}
