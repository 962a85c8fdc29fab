//! Decoding of points, and whether they have prime order (docs/spec.md, "Group").
//!
//! For public points only: the time taken depends on them.

use curve25519_dalek::edwards::{CompressedEdwardsY, EdwardsPoint};
use curve25519_dalek::traits::Identity;

/// Length of an encoded point.
pub const POINT_BYTES: usize = 32;

/// How many random bits decide about each key: the number of subset sums.
pub const SUMS: usize = 128;

/// Length of the random bits for one key.
pub const COIN_BYTES: usize = SUMS / 8;

const PRIME: [u8; POINT_BYTES] = {
    let mut bytes = [0xff; POINT_BYTES];
    bytes[0] = 0xed;
    bytes[POINT_BYTES - 1] = 0x7f;
    bytes
};

/// Decode one point of the curve, of which only the canonical encoding is accepted.
///
/// dalek reduces y, and takes a sign bit for x = 0; both are refused here.
pub fn decode(raw: [u8; POINT_BYTES]) -> Option<EdwardsPoint> {
    let mut y = raw;
    y[POINT_BYTES - 1] &= 0x7f;
    let is_signed = y != raw;
    if !y.iter().rev().lt(PRIME.iter().rev()) {
        return None;
    }
    // x is 0 only at y = 1 and y = -1.
    if is_signed && (is_one(&y) || is_minus_one(&y)) {
        return None;
    }
    CompressedEdwardsY(raw).decompress()
}

fn is_one(y: &[u8; POINT_BYTES]) -> bool {
    y[0] == 1 && y[1..].iter().all(|byte| *byte == 0)
}

fn is_minus_one(y: &[u8; POINT_BYTES]) -> bool {
    y[0] == PRIME[0] - 1 && y[1..] == PRIME[1..]
}

/// Whether one point has the group's prime order; the identity does not.
pub fn is_prime_order(point: &EdwardsPoint) -> bool {
    *point != EdwardsPoint::identity() && point.is_torsion_free()
}

/// Whether all points have the group's prime order, which takes [`COIN_BYTES`] random bytes
/// for each.
///
/// Each of 128 sums takes a random half of the points. If a point has a part of small order,
/// so has each sum with probability at least one half, whatever the other points are
/// (Koshelev, El Housni, Fotiadis, "Batch subgroup membership testing").
pub fn have_prime_order(points: &[EdwardsPoint], coins: &[u8]) -> bool {
    // Each sum is checked as a point is, so fewer points than sums are better checked alone.
    if points.len() < SUMS {
        return points.iter().all(is_prime_order);
    }
    !points.contains(&EdwardsPoint::identity())
        && subset_sums(points, coins).iter().all(EdwardsPoint::is_torsion_free)
}

/// The sums of 128 subsets: point i is in sum j if bit j of its coins is 1.
///
/// As many sums as `width` share 2^width buckets: every point is added to the bucket of its
/// `width` bits, and the sums are made out of the buckets.
fn subset_sums(points: &[EdwardsPoint], coins: &[u8]) -> Vec<EdwardsPoint> {
    let width = bucket_bits(points.len());
    let mut sums = Vec::with_capacity(SUMS);
    for first in (0..SUMS).step_by(width) {
        let count = width.min(SUMS - first);
        let mut buckets = vec![EdwardsPoint::identity(); 1 << count];
        for (point, coin) in points.iter().zip(coins.chunks_exact(COIN_BYTES)) {
            buckets[bits(coin, first, count)] += point;
        }
        // The upper half of the buckets makes the sum of the highest bit. Added to the lower
        // half, it makes the buckets of the bits below.
        for bit in (0..count).rev() {
            let (lower, upper) = buckets[..2 << bit].split_at_mut(1 << bit);
            sums.push(upper.iter().sum());
            for (below, above) in lower.iter_mut().zip(upper) {
                *below += &*above;
            }
        }
    }
    sums
}

/// The number of bits for which the fewest additions are needed.
fn bucket_bits(points: usize) -> usize {
    let additions = |width: &usize| SUMS.div_ceil(*width) * (points + (2 << width));
    (1..=16).min_by_key(additions).unwrap_or(1)
}

/// `count` of the 128 bits, at most 16, from bit number `first` on.
fn bits(coin: &[u8], first: usize, count: usize) -> usize {
    let mut whole = [0; COIN_BYTES];
    whole.copy_from_slice(coin);
    (u128::from_le_bytes(whole) >> first) as usize & ((1 << count) - 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use curve25519_dalek::constants::{ED25519_BASEPOINT_POINT, EIGHT_TORSION};
    use curve25519_dalek::scalar::Scalar;

    fn points(count: u64) -> Vec<EdwardsPoint> {
        (1..=count).map(|i| EdwardsPoint::mul_base(&Scalar::from(i * i + 7))).collect()
    }

    fn coins(count: usize) -> Vec<u8> {
        let mut state = 1_u64;
        let mut next = || {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (state >> 56) as u8
        };
        (0..count * COIN_BYTES).map(|_| next()).collect()
    }

    #[test]
    fn every_encoding_of_small_order_is_decoded_once() {
        for point in EIGHT_TORSION {
            let raw = point.compress().to_bytes();
            assert_eq!(decode(raw), Some(point));
            let mut signed = raw;
            signed[POINT_BYTES - 1] ^= 0x80;
            assert_eq!(decode(signed).is_some(), -point != point, "{point:?}");
        }
    }

    #[test]
    fn a_coordinate_that_is_not_reduced_is_refused() {
        for excess in 0..19 {
            let mut raw = PRIME;
            raw[0] += excess;
            assert_eq!(decode(raw), None);
            raw[POINT_BYTES - 1] |= 0x80;
            assert_eq!(decode(raw), None);
        }
        assert!(decode(ED25519_BASEPOINT_POINT.compress().to_bytes()).is_some());
    }

    #[test]
    fn points_of_prime_order_pass() {
        for count in [1, 2, 40, 500] {
            assert!(have_prime_order(&points(count), &coins(count as usize)));
        }
    }

    #[test]
    fn any_point_of_wrong_order_is_found() {
        for torsion in &EIGHT_TORSION[1..] {
            for place in [0, 20, 39] {
                for count in [40, 300] {
                    let mut keys = points(count);
                    keys[place] += torsion;
                    assert!(!have_prime_order(&keys, &coins(count as usize)));
                    keys[place] = *torsion;
                    assert!(!have_prime_order(&keys, &coins(count as usize)));
                }
            }
        }
        let mut keys = points(300);
        keys[7] = EdwardsPoint::identity();
        assert!(!have_prime_order(&keys, &coins(300)));
    }

    #[test]
    fn points_that_cancel_are_found() {
        let mut keys = points(300);
        keys[3] += EIGHT_TORSION[4];
        keys[30] += EIGHT_TORSION[4];
        assert!(!have_prime_order(&keys, &coins(300)));
    }

    #[test]
    fn sums_are_those_of_their_bits() {
        let (keys, coins) = (points(90), coins(90));
        let mut expected = vec![EdwardsPoint::identity(); SUMS];
        for (key, coin) in keys.iter().zip(coins.chunks_exact(COIN_BYTES)) {
            for (j, sum) in expected.iter_mut().enumerate() {
                if coin[j / 8] >> (j % 8) & 1 == 1 {
                    *sum += key;
                }
            }
        }
        let mut found: Vec<_> = subset_sums(&keys, &coins).iter().map(|p| p.compress().0).collect();
        let mut wanted: Vec<_> = expected.iter().map(|p| p.compress().0).collect();
        found.sort_unstable();
        wanted.sort_unstable();
        assert_eq!(found, wanted);
    }
}
