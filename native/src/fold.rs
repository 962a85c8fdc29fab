//! The sums over a ring that a prover makes (docs/spec.md, "Ring proof: proving").
//!
//! Rows, digits and all points made from them are secret. They go through dalek's operations
//! in constant time, the digit selects by a mask, and what held them is overwritten. How many
//! nodes there are, and how long a row is, are public.

use curve25519_dalek::edwards::EdwardsPoint;
use curve25519_dalek::scalar::Scalar;
use curve25519_dalek::traits::{Identity, MultiscalarMul};
use subtle::{ConditionallySelectable, ConstantTimeEq};
use zeroize::Zeroizing;

/// Polynomials with points as coefficients, the constant one first, one after the other.
///
/// Missing nodes at the end stand for the ring's last key: at first the key itself, later the
/// key as the highest coefficient.
pub struct Nodes {
    points: Zeroizing<Vec<EdwardsPoint>>,
    width: usize,
    last_key: EdwardsPoint,
}

impl Nodes {
    /// One node for each key. There has to be a key.
    pub fn of_keys(keys: &[EdwardsPoint]) -> Option<Self> {
        let last_key = *keys.last()?;
        Some(Self { points: Zeroizing::new(keys.to_vec()), width: 1, last_key })
    }

    /// The number of nodes.
    pub fn count(&self) -> usize {
        self.points.len() / self.width
    }

    /// The number of coefficients of each node.
    pub fn width(&self) -> usize {
        self.width
    }

    /// The coefficients of the first node.
    pub fn first(&self) -> &[EdwardsPoint] {
        &self.points[..self.width]
    }

    /// Join nodes of equal width in the order of their keys; the last one has the ring's last.
    pub fn join(parts: &[&Self]) -> Option<Self> {
        let last = parts.last()?;
        let size = parts.iter().map(|part| part.points.len()).sum();
        let mut points = Zeroizing::new(Vec::with_capacity(size));
        for part in parts {
            points.extend_from_slice(&part.points);
        }
        let width = last.width;
        parts.iter().all(|part| part.width == width).then_some(())?;
        Some(Self { points, width, last_key: last.last_key })
    }

    /// Fold each group of `row.len()` neighbours to one node.
    ///
    /// That is the sum of (s_i xi + a_i) times the i-th neighbour, with `row` for a, and s_i
    /// 1 where i is `digit` and else 0.
    pub fn fold(&self, row: &[Scalar], digit: u8) -> Self {
        let groups = self.count().div_ceil(row.len());
        let mut points = Zeroizing::new(Vec::with_capacity(groups * (self.width + 1)));
        let mut column = Zeroizing::new(Vec::with_capacity(row.len()));
        for group in 0..groups {
            let mut chosen = EdwardsPoint::identity(); // of the coefficient below
            for place in 0..self.width {
                column.clear();
                column
                    .extend((0..row.len()).map(|i| self.coefficient(group * row.len() + i, place)));
                let sum = EdwardsPoint::multiscalar_mul(row, column.iter());
                points.push(sum + chosen);
                chosen = select(&column, digit);
            }
            points.push(chosen);
        }
        Self { points, width: self.width + 1, last_key: self.last_key }
    }

    fn coefficient(&self, node: usize, place: usize) -> EdwardsPoint {
        if node < self.count() {
            self.points[node * self.width + place]
        } else if place + 1 == self.width {
            self.last_key
        } else {
            EdwardsPoint::identity()
        }
    }
}

/// The point with the number `digit`; all are read.
fn select(points: &[EdwardsPoint], digit: u8) -> EdwardsPoint {
    let mut chosen = EdwardsPoint::identity();
    for (i, point) in (0..=u8::MAX).zip(points) {
        chosen.conditional_assign(point, i.ct_eq(&digit));
    }
    chosen
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(count: u64) -> Vec<Scalar> {
        (0..count).map(|i| Scalar::from(i * i + 3)).collect()
    }

    /// The same with scalars instead of points, and every node written down.
    fn expected(keys: &[Scalar], rows: &[Vec<Scalar>], digits: &[u8]) -> Vec<Scalar> {
        let size: usize = rows.iter().map(Vec::len).product();
        let mut found = vec![Scalar::ZERO; rows.len() + 1];
        for index in 0..size {
            let mut polynomial = vec![keys[index.min(keys.len() - 1)]];
            let mut rest = index;
            for (row, digit) in rows.iter().zip(digits) {
                let value = rest % row.len();
                rest /= row.len();
                let mut next = vec![Scalar::ZERO; polynomial.len() + 1];
                for (j, c) in polynomial.iter().enumerate() {
                    next[j] += c * row[value];
                    if value == usize::from(*digit) {
                        next[j + 1] += c;
                    }
                }
                polynomial = next;
            }
            for (sum, c) in found.iter_mut().zip(polynomial) {
                *sum += c;
            }
        }
        found
    }

    #[test]
    fn folding_gives_the_coefficients() {
        for (count, radices) in
            [(2, vec![4]), (9, vec![4, 4]), (27, vec![8, 4]), (64, vec![4, 4, 4])]
        {
            let rows: Vec<Vec<Scalar>> = (1_u64..)
                .zip(&radices)
                .map(|(t, n)| {
                    let rest: Vec<Scalar> =
                        (1..*n as u64).map(|i| -Scalar::from(t * 100 + i)).collect();
                    core::iter::once(-rest.iter().sum::<Scalar>()).chain(rest).collect()
                })
                .collect();
            let digits = vec![1; radices.len()];
            let points: Vec<_> = keys(count).iter().map(EdwardsPoint::mul_base).collect();
            let blocks: Vec<_> = points
                .chunks(rows[0].len())
                .map(|keys| Nodes::of_keys(keys).expect("keys").fold(&rows[0], digits[0]))
                .collect();
            let mut nodes = Nodes::join(&blocks.iter().collect::<Vec<_>>()).expect("blocks");
            for (row, digit) in rows[1..].iter().zip(&digits[1..]) {
                nodes = nodes.fold(row, *digit);
            }
            assert_eq!(nodes.count(), 1);
            let wanted = expected(&keys(count), &rows, &digits);
            let wanted: Vec<_> = wanted.iter().map(EdwardsPoint::mul_base).collect();
            assert_eq!(nodes.first(), wanted);
        }
    }

    #[test]
    fn every_digit_selects_its_point() {
        let points: Vec<_> = keys(16).iter().map(EdwardsPoint::mul_base).collect();
        for (digit, point) in (0_u8..).zip(&points) {
            assert_eq!(select(&points, digit), *point);
        }
    }
}
