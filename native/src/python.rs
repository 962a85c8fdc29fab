//! The module for Python: bytes in, bytes or objects that own decoded values out.
//!
//! Lengths are checked here. `ValueError` is a mistake of the caller; `InvalidPointError`, which is
//! a `ValueError` too, says that one of the points in hostile bytes is not valid.

use curve25519_dalek::edwards::EdwardsPoint;
use curve25519_dalek::scalar::Scalar;
use curve25519_dalek::traits::{MultiscalarMul, VartimeMultiscalarMul};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use zeroize::Zeroizing;

use crate::fold;
use crate::points::{self, COIN_BYTES, POINT_BYTES};
use crate::signatures::{self, HASH_BYTES, SIGNATURE_BYTES, Signed};
use crate::weights::{self, Table};

const SCALAR_BYTES: usize = 32;

/// Terms of one sum; more would save hardly any time and take more memory.
const MOST_TERMS: usize = 1 << 14;

pyo3::create_exception!(
    cosign_letter_native,
    InvalidPointError,
    PyValueError,
    "One of the points is not valid."
);

/// Decoded points of edwards25519.
#[pyclass(frozen, module = "cosign_letter_native")]
struct Points(Vec<EdwardsPoint>);

#[pymethods]
impl Points {
    /// Join points in their order.
    #[staticmethod]
    fn join(parts: Vec<PyRef<'_, Self>>) -> Self {
        Self(parts.iter().flat_map(|part| &part.0).copied().collect())
    }

    fn __len__(&self) -> usize {
        self.0.len()
    }

    /// The points, encoded in 32 bytes each.
    fn __bytes__<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        let encoded = EdwardsPoint::compress_batch_alloc(&self.0);
        PyBytes::new(py, encoded.iter().flat_map(|p| p.0).collect::<Vec<_>>().as_slice())
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        let py = slf.py();
        let decode = py.import("cosign_letter_native")?.getattr("decode")?;
        let raw = slf.get().__bytes__(py);
        Ok((decode, (raw,)).into_pyobject(py)?.into_any())
    }
}

/// Public scalars modulo the group's order.
#[pyclass(frozen, module = "cosign_letter_native")]
struct Scalars(Vec<Scalar>);

#[pymethods]
impl Scalars {
    #[new]
    fn new(raw: &[u8]) -> PyResult<Self> {
        scalars(raw).map(|found| Self(found.to_vec()))
    }

    fn __len__(&self) -> usize {
        self.0.len()
    }

    /// Their sum, encoded in 32 bytes.
    fn sum<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, self.0.iter().sum::<Scalar>().as_bytes())
    }

    /// The scalars, encoded in 32 bytes each.
    fn __bytes__<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, self.0.iter().flat_map(|s| s.to_bytes()).collect::<Vec<_>>().as_slice())
    }
}

/// The nodes of a prover's fold, which are secret.
#[pyclass(frozen, module = "cosign_letter_native")]
struct Nodes(fold::Nodes);

#[pymethods]
impl Nodes {
    /// Fold the keys number `first` to `last` - 1 to one node, by the rows of some digits.
    ///
    /// `rows` has one scalar for each value of each digit, and `radices` how many those are.
    #[staticmethod]
    fn of_keys(
        py: Python<'_>,
        keys: &Points,
        first: usize,
        last: usize,
        rows: &[u8],
        radices: &[u8],
        digits: &[u8],
    ) -> PyResult<Self> {
        let wrong = || PyValueError::new_err("there are no such keys to fold");
        let block = keys.0.get(first..last).ok_or_else(wrong)?;
        let nodes = fold::Nodes::of_keys(block).ok_or_else(wrong)?;
        folded(py, nodes, rows, radices, digits)
    }

    /// Join nodes in their order and fold them to one, by the rows of further digits.
    #[staticmethod]
    fn join(
        py: Python<'_>,
        parts: Vec<PyRef<'_, Self>>,
        rows: &[u8],
        radices: &[u8],
        digits: &[u8],
    ) -> PyResult<Self> {
        let inner: Vec<_> = parts.iter().map(|part| &part.0).collect();
        let joined = fold::Nodes::join(&inner);
        let nodes = joined.ok_or_else(|| PyValueError::new_err("no parts of one fold"))?;
        folded(py, nodes, rows, radices, digits)
    }

    fn __len__(&self) -> usize {
        self.0.count()
    }

    /// The coefficients of the first node, encoded in 32 bytes each.
    fn coefficients<'py>(&self, py: Python<'py>) -> Vec<Bound<'py, PyBytes>> {
        self.0.first().iter().map(|p| PyBytes::new(py, &p.compress().0)).collect()
    }
}

fn folded(
    py: Python<'_>,
    mut nodes: fold::Nodes,
    rows: &[u8],
    radices: &[u8],
    digits: &[u8],
) -> PyResult<Nodes> {
    let rows = scalars(rows)?;
    let lengths: Vec<usize> = radices.iter().map(|n| usize::from(*n)).collect();
    let fit = lengths.iter().sum::<usize>() == rows.len() && digits.len() == lengths.len();
    if !fit || lengths.contains(&0) {
        return Err(PyValueError::new_err("rows, radices and digits do not fit"));
    }
    py.detach(|| {
        let mut rest = rows.as_slice();
        for (length, digit) in lengths.iter().zip(digits) {
            let (row, after) = rest.split_at(*length);
            nodes = nodes.fold(row, *digit);
            rest = after;
        }
    });
    Ok(Nodes(nodes))
}

/// Decode points of the curve, of 32 bytes each.
#[pyfunction]
fn decode(py: Python<'_>, raw: &[u8]) -> PyResult<Points> {
    py.detach(|| decoded(raw)).map(Points)
}

/// Decode points, each of which has to have prime order.
#[pyfunction]
fn decode_prime_order(py: Python<'_>, raw: &[u8]) -> PyResult<Points> {
    py.detach(|| {
        let found = decoded(raw)?;
        if found.iter().all(points::is_prime_order) { Ok(Points(found)) } else { Err(invalid()) }
    })
}

/// Decode points that all have to have prime order, which takes 16 random bytes for each.
#[pyfunction]
fn decode_keys(py: Python<'_>, raw: &[u8], coins: &[u8]) -> PyResult<Points> {
    py.detach(|| {
        let found = decoded(raw)?;
        if coins.len() != COIN_BYTES * found.len() {
            return Err(PyValueError::new_err("16 random bytes for each key are needed"));
        }
        if points::have_prime_order(&found, coins) { Ok(Points(found)) } else { Err(invalid()) }
    })
}

/// The weights of a ring's keys number `first` to `first` + `count` - 1.
///
/// `tables` holds for each proof its weight, and then one scalar for each value of each digit.
/// With a `total` the last of them gets what the others leave of it.
#[pyfunction]
#[pyo3(signature = (tables, radices, first, count, total=None))]
fn key_weights(
    py: Python<'_>,
    tables: &[u8],
    radices: &[u8],
    first: usize,
    count: usize,
    total: Option<&[u8]>,
) -> PyResult<Scalars> {
    let wrong = || PyValueError::new_err("tables, radices and keys do not fit");
    let radices: Vec<usize> = radices.iter().map(|n| usize::from(*n)).collect();
    let indices =
        radices.iter().try_fold(1_usize, |size, n| size.checked_mul(*n)).ok_or_else(wrong)?;
    let numbers = scalars(tables)?;
    let total = total.map(scalars).transpose()?;
    let size = 1 + radices.iter().sum::<usize>();
    let last = first.checked_add(count).ok_or_else(wrong)?;
    let single = total.as_ref().is_none_or(|found| found.len() == 1);
    if count == 0 || last > indices || numbers.len() % size != 0 || !single {
        return Err(wrong());
    }
    Ok(py.detach(|| {
        let tables: Vec<Table> =
            numbers.chunks_exact(size).map(|part| table(part, &radices)).collect();
        Scalars(match total {
            Some(total) => weights::with_last(&tables, &radices, first..last - 1, &total[0]),
            None => weights::of_indices(&tables, &radices, first..last),
        })
    }))
}

fn table(numbers: &[Scalar], radices: &[usize]) -> Table {
    let mut rest = &numbers[1..];
    let mut next = |n: &usize| {
        let (row, after) = rest.split_at(*n);
        rest = after;
        row.to_vec()
    };
    Table { weight: numbers[0], rows: radices.iter().map(&mut next).collect() }
}

/// The sum of public scalars times points, 32 bytes; the time taken depends on them.
#[pyfunction]
fn sum_of_products<'py>(
    py: Python<'py>,
    parts: Vec<(PyRef<'py, Scalars>, PyRef<'py, Points>)>,
) -> PyResult<Bound<'py, PyBytes>> {
    if parts.iter().any(|(scalars, points)| scalars.0.len() != points.0.len()) {
        return Err(PyValueError::new_err("as many scalars as points are needed"));
    }
    let terms: Vec<_> = parts.iter().flat_map(|(s, p)| s.0.iter().zip(&p.0)).collect();
    let total = py.detach(|| {
        let sums = terms.chunks(MOST_TERMS).map(|piece| {
            let (scalars, points) = (piece.iter().map(|t| t.0), piece.iter().map(|t| t.1));
            EdwardsPoint::vartime_multiscalar_mul(scalars, points)
        });
        sums.sum::<EdwardsPoint>()
    });
    Ok(PyBytes::new(py, &total.compress().0))
}

/// The sum of secret scalars times public points, 32 bytes, in constant time.
#[pyfunction]
fn secret_sum<'py>(
    py: Python<'py>,
    factors: &[u8],
    points: &Points,
) -> PyResult<Bound<'py, PyBytes>> {
    let factors = scalars(factors)?;
    if factors.len() != points.0.len() {
        return Err(PyValueError::new_err("as many scalars as points are needed"));
    }
    let total = py.detach(|| EdwardsPoint::multiscalar_mul(factors.iter(), &points.0));
    Ok(PyBytes::new(py, &total.compress().0))
}

/// The places of the Ed25519 signatures that are not valid, ascending.
///
/// For each signature there are a key of 32 bytes, R and S, and 64 bytes: SHA-512 of R, key and
/// message.
#[pyfunction]
fn find_bad_signatures(
    py: Python<'_>,
    keys: &[u8],
    signatures: &[u8],
    hashes: &[u8],
) -> PyResult<Vec<usize>> {
    let (keys, rest) = keys.as_chunks::<POINT_BYTES>();
    let (signatures, more) = signatures.as_chunks::<SIGNATURE_BYTES>();
    let (hashes, most) = hashes.as_chunks::<HASH_BYTES>();
    let as_many = keys.len() == signatures.len() && keys.len() == hashes.len();
    if !as_many || !rest.is_empty() || !more.is_empty() || !most.is_empty() {
        return Err(PyValueError::new_err("keys, signatures and hashes do not fit"));
    }
    Ok(py.detach(|| {
        let parts = keys.iter().zip(signatures).zip(hashes);
        let all: Vec<_> =
            parts.map(|((key, signature), hash)| Signed { key, signature, hash }).collect();
        signatures::find_bad(&all)
    }))
}

fn decoded(raw: &[u8]) -> PyResult<Vec<EdwardsPoint>> {
    let (pieces, rest) = raw.as_chunks::<POINT_BYTES>();
    if !rest.is_empty() {
        return Err(PyValueError::new_err("points have 32 bytes each"));
    }
    let mut found = Vec::with_capacity(pieces.len()); // collecting results takes up to twice that
    for piece in pieces {
        found.push(points::decode(*piece).ok_or_else(invalid)?);
    }
    Ok(found)
}

fn invalid() -> PyErr {
    InvalidPointError::new_err("a point is not valid")
}

/// Decode scalars, secret ones too: what is returned is overwritten when it is dropped.
fn scalars(raw: &[u8]) -> PyResult<Zeroizing<Vec<Scalar>>> {
    let (pieces, rest) = raw.as_chunks::<SCALAR_BYTES>();
    let mut found = Zeroizing::new(Vec::with_capacity(pieces.len()));
    for piece in pieces {
        found.extend(Option::<Scalar>::from(Scalar::from_canonical_bytes(*piece)));
    }
    if !rest.is_empty() || found.len() != pieces.len() {
        return Err(PyValueError::new_err("scalars have 32 bytes each and are reduced"));
    }
    Ok(found)
}

/// The group arithmetic of cosign-letter's ring proofs.
#[pymodule(gil_used = false)]
mod cosign_letter_native {
    #[pymodule_export]
    use super::{
        InvalidPointError, Nodes, Points, Scalars, decode, decode_keys, decode_prime_order,
        find_bad_signatures, key_weights, secret_sum, sum_of_products,
    };

    /// Counted up when something that is exported changes its meaning.
    #[pymodule_export]
    const INTERFACE: u32 = 3;

    #[pymodule_export]
    const VERSION: &str = env!("CARGO_PKG_VERSION");
}
