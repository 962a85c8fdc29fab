//! Triptych proofs of tari's `triptych`, done when told to; see `tests/bench/cores.py`.
//!
//! Arguments: `prove` or `verify`, the exponent m of 4^m keys, and how many proofs to verify at
//! once. They are one proof, so often, which takes as long as different ones. It prints a line
//! when it is ready, and then, for every line that it reads, the processor time in seconds of
//! doing the work once.

use std::io::{BufRead, Write};
use std::sync::Arc;

use cpu_time::ProcessTime;
use curve25519_dalek::RistrettoPoint;
use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::SeedableRng;
use triptych::Transcript;
use triptych::parameters::TriptychParameters;
use triptych::proof::TriptychProof;
use triptych::statement::{TriptychInputSet, TriptychStatement};
use triptych::witness::TriptychWitness;

const BASE: u32 = 4;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [step, exponent, count] = arguments.as_slice() else {
        panic!("three arguments are needed: prove or verify, m, and a number of proofs");
    };
    let exponent = exponent.parse().expect("m is a number");
    let count: usize = count.parse().expect("the number of proofs is a number");
    let mut rng = ChaCha12Rng::seed_from_u64(1);

    let parameters = Arc::new(TriptychParameters::new(BASE, exponent).expect("parameters"));
    let witness = TriptychWitness::random(&parameters, &mut rng);
    let mut keys: Vec<RistrettoPoint> =
        (0..parameters.get_N()).map(|_| RistrettoPoint::random(&mut rng)).collect();
    keys[witness.get_l() as usize] = witness.compute_verification_key();
    let ring = Arc::new(TriptychInputSet::new(&keys).expect("a ring"));
    let tag = witness.compute_linking_tag();
    let statement = TriptychStatement::new(&parameters, &ring, &tag).expect("a statement");
    let transcript = Transcript::new(b"bench");

    let mut prove = || {
        TriptychProof::prove_with_rng(&witness, &statement, &mut rng, &mut transcript.clone())
            .expect("a proof")
    };
    let proof = prove();
    let (statements, proofs) = (vec![statement.clone(); count], vec![proof; count]);
    let verify = || {
        let mut transcripts = vec![transcript.clone(); count];
        TriptychProof::verify_batch(&statements, &proofs, &mut transcripts).expect("valid proofs");
    };

    println!("ready");
    for _ in std::io::stdin().lock().lines() {
        let started = ProcessTime::now();
        match step.as_str() {
            "prove" => drop(prove()),
            "verify" => verify(),
            other => panic!("{other} is neither prove nor verify"),
        }
        println!("{}", started.elapsed().as_secs_f64());
        std::io::stdout().flush().expect("standard output");
    }
}
