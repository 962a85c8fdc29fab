//! The weights of a ring's keys in a batch of proofs (docs/spec.md, "Ring proof: verifying").
//!
//! For public scalars only: the time taken depends on them.
//!
//! Index i has the digits i_1, i_2 and so on, and its weight is the sum over all tables of
//! `weight * table[1][i_1] * table[2][i_2] * ...`. The digits are split in two halves. The
//! products of each half are made for every table, and the sums over the tables are one
//! product of two matrices, whose entries are reduced once, at the end.

use core::ops::Range;

use curve25519_dalek::scalar::Scalar;

/// A weight, and one row of scalars for each digit.
pub struct Table {
    /// By which all products are multiplied.
    pub weight: Scalar,
    /// The scalars of each digit's values, the lowest digit first.
    pub rows: Vec<Vec<Scalar>>,
}

const LIMBS: usize = 4;
const SUM_LIMBS: usize = 2 * LIMBS + 1;

type Limbs = [u64; LIMBS];
type Sum = [u64; SUM_LIMBS];

/// Tables that are summed up before others are read, so that they stay in the cache.
const BLOCK: usize = 128;

/// The weights of some indices, and for one more key what is missing to `total`, because the
/// last key of a ring stands for all further indices too.
pub fn with_last(
    tables: &[Table],
    radices: &[usize],
    indices: Range<usize>,
    total: &Scalar,
) -> Vec<Scalar> {
    let mut found = of_indices(tables, radices, indices);
    found.push(total - found.iter().sum::<Scalar>());
    found
}

/// The weights of some indices.
pub fn of_indices(tables: &[Table], radices: &[usize], indices: Range<usize>) -> Vec<Scalar> {
    let split = split(radices, indices.len());
    let low_size: usize = radices[..split].iter().product();
    let high = indices.start / low_size..indices.end.div_ceil(low_size);
    let mut sums = vec![[0; SUM_LIMBS]; low_size * high.len()];
    for block in tables.chunks(BLOCK) {
        let low = columns(block, low_size, |t| products(&t.rows[..split]));
        let high = columns(block, high.len(), |t| {
            high.clone().map(|number| t.weight * product(&t.rows[split..], number)).collect()
        });
        for (row, left) in sums.chunks_exact_mut(low_size).zip(high.chunks_exact(block.len())) {
            for (sum, right) in row.iter_mut().zip(low.chunks_exact(block.len())) {
                for (a, b) in left.iter().zip(right) {
                    add_product(sum, a, b);
                }
            }
        }
    }
    let two_to_512 = power_of_two(512);
    let wanted = sums.iter().skip(indices.start % low_size).take(indices.len());
    wanted.map(|sum| reduce(sum, &two_to_512)).collect()
}

/// The number of low digits for which both halves together have the fewest products.
fn split(radices: &[usize], count: usize) -> usize {
    let products = |cut: &usize| {
        let low: usize = radices[..*cut].iter().product();
        low + count.div_ceil(low)
    };
    (0..=radices.len()).min_by_key(products).unwrap_or(0)
}

/// The products of one scalar of each row, for all choices, the first row fastest.
fn products(rows: &[Vec<Scalar>]) -> Vec<Scalar> {
    let mut found = vec![Scalar::ONE];
    for row in rows {
        found = row.iter().flat_map(|f| found.iter().map(move |p| p * f)).collect();
    }
    found
}

/// The product of one scalar of each row: those of a number's digits, the lowest first.
fn product(rows: &[Vec<Scalar>], mut number: usize) -> Scalar {
    let mut found = Scalar::ONE;
    for row in rows {
        found *= row[number % row.len()];
        number /= row.len();
    }
    found
}

/// One column for each product, with the limbs of that product in all tables.
fn columns(tables: &[Table], size: usize, of: impl Fn(&Table) -> Vec<Scalar>) -> Vec<Limbs> {
    let mut found = vec![[0; LIMBS]; size * tables.len()];
    for (k, table) in tables.iter().enumerate() {
        for (i, product) in of(table).iter().enumerate() {
            found[i * tables.len() + k] = limbs(product);
        }
    }
    found
}

fn limbs(scalar: &Scalar) -> Limbs {
    let mut found = [0; LIMBS];
    for (limb, bytes) in found.iter_mut().zip(scalar.as_bytes().chunks_exact(8)) {
        *limb = u64::from_le_bytes(bytes.try_into().unwrap_or_default());
    }
    found
}

/// Add a product of two scalars to a sum, which has room for 2^70 of them.
#[inline(always)]
fn add_product(sum: &mut Sum, a: &Limbs, b: &Limbs) {
    for (i, x) in a.iter().enumerate() {
        let mut carry = 0;
        for (j, y) in b.iter().enumerate() {
            let wide = u128::from(*x) * u128::from(*y) + u128::from(sum[i + j]) + carry;
            sum[i + j] = wide as u64;
            carry = wide >> 64;
        }
        for limb in &mut sum[i + LIMBS..] {
            let wide = u128::from(*limb) + carry;
            *limb = wide as u64;
            carry = wide >> 64;
        }
    }
}

/// A sum modulo the group's order.
fn reduce(sum: &Sum, two_to_512: &Scalar) -> Scalar {
    let mut bytes = [0; 64];
    for (place, limb) in bytes.chunks_exact_mut(8).zip(sum) {
        place.copy_from_slice(&limb.to_le_bytes());
    }
    let rest = Scalar::from_bytes_mod_order_wide(&bytes);
    match sum[SUM_LIMBS - 1] {
        0 => rest,
        top => rest + Scalar::from(top) * two_to_512,
    }
}

fn power_of_two(exponent: u32) -> Scalar {
    (0..exponent).fold(Scalar::ONE, |power, _| power + power)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tables(count: u64, radices: &[usize]) -> Vec<Table> {
        let scalar = |i: u64| -Scalar::from(i * i + 1);
        let row = |k: u64, t: usize, n: usize| -> Vec<Scalar> {
            (0..n).map(|i| scalar(1 + k + 31 * t as u64 + 7 * i as u64)).collect()
        };
        (0..count)
            .map(|k| Table {
                weight: scalar(k),
                rows: radices.iter().enumerate().map(|(t, n)| row(k, t, *n)).collect(),
            })
            .collect()
    }

    #[test]
    fn they_agree_with_their_definition() {
        for radices in [vec![4], vec![4, 4], vec![8, 4, 4], vec![16, 5, 5, 5]] {
            let all: usize = radices.iter().product();
            for (proofs, indices) in [
                (1, 0..all),
                (3, 0..all - 1),
                (BLOCK as u64 + 5, 0..all.min(70)),
                (2, all / 3..all),
                (2, all - 1..all),
                (2, 0..0),
            ] {
                let tables = tables(proofs, &radices);
                let found = of_indices(&tables, &radices, indices.clone());
                assert_eq!(found.len(), indices.len());
                for (index, weight) in indices.zip(&found) {
                    let mut expected = Scalar::ZERO;
                    for table in &tables {
                        let (mut rest, mut product) = (index, table.weight);
                        for row in &table.rows {
                            product *= row[rest % row.len()];
                            rest /= row.len();
                        }
                        expected += product;
                    }
                    assert_eq!(*weight, expected);
                }
            }
        }
    }

    #[test]
    fn the_last_key_takes_the_rest() {
        let (tables, total) = (tables(3, &[4, 4]), Scalar::from(99_u8));
        let found = with_last(&tables, &[4, 4], 3..13, &total);
        assert_eq!(found[..10], of_indices(&tables, &[4, 4], 3..13));
        assert_eq!(found.len(), 11);
        assert_eq!(found.iter().sum::<Scalar>(), total);
    }

    #[test]
    fn carries_reach_the_top() {
        let mut sum = [u64::MAX; SUM_LIMBS];
        sum[SUM_LIMBS - 1] = 0;
        add_product(&mut sum, &[1, 0, 0, 0], &[1, 0, 0, 0]);
        assert_eq!(sum, [0, 0, 0, 0, 0, 0, 0, 0, 1]);
        let mut expected = Scalar::from(2_u8); // 2^512 by squaring
        for _ in 0..9 {
            expected *= expected;
        }
        assert_eq!(reduce(&sum, &power_of_two(512)), expected);
    }
}
