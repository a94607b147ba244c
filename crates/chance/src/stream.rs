use rand::SeedableRng;
use rand::rngs::ChaCha8Rng;
use sha2::{Digest, Sha256};

use crate::Numbers;

/// The numbers of a process, path by path.
///
/// **Formula** the key of ChaCha8 is SHA-256(seed, process, 0, name), the seed as eight bytes with
/// the lowest first; the path is its stream number. So another name, or a longer run, shifts
/// nobody's numbers.
///
/// **Source** FIPS 180-4 (SHA-256); D. J. Bernstein, "ChaCha, a variant of Salsa20" (2008).
///
/// ```
/// use seawall_chance::Stream;
/// let jumps = Stream::new(7, "jumps", "price");
/// assert_eq!(jumps.path(3).next_u64(), jumps.path(3).next_u64());
/// assert_ne!(jumps.path(3).next_u64(), jumps.path(4).next_u64());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stream {
    key: [u8; 32],
}

impl Stream {
    /// The process of this name in runs with this seed. A process contains no zero byte, so that
    /// no two addresses read alike.
    #[must_use]
    pub fn new(seed: u64, process: &str, name: &str) -> Self {
        let mut hash = Sha256::new();
        hash.update(seed.to_le_bytes());
        hash.update(process);
        hash.update([0]);
        hash.update(name);
        Self {
            key: hash.finalize().into(),
        }
    }

    /// The numbers of one path, from the first on.
    #[must_use]
    pub fn path(&self, path: u64) -> Numbers {
        let mut rng = ChaCha8Rng::from_seed(self.key);
        rng.set_stream(path);
        Numbers { rng }
    }
}
