//! A kubeconfig, and the files that it names.
//!
//! Enters: paths, one of them perhaps from a document that others wrote. Leaves: its text, or paths of files that may be read for it.

use std::path::{Path, PathBuf};

use super::{Failure, source, system};

/// The largest kubeconfig, in MiB; one of a hundred clusters with all their certificates has a tenth of this.
const LARGEST: u64 = 8;
/// The largest certificate, key or token, in bytes.
const LARGEST_NAMED: u64 = 1024 * 1024;

/// Reads a kubeconfig.
///
/// # Errors
/// Where it is not there, no text, or larger than any is.
pub fn read_kubeconfig(path: &Path, shown: &str) -> Result<String, Failure> {
    let bytes = source::bounded(source::open(path, shown)?.0, LARGEST, shown)?;
    String::from_utf8(bytes)
        .map_err(|_| Failure::new(format!("cannot read {shown}: it is no text")))
}

/// A file that a kubeconfig names. One that comes with a repository may name files of its own folder only: it could have any other sent to a server
/// of its choice, as a token.
///
/// # Errors
/// Where it is none, or not to be read.
pub fn named_by(kubeconfig: &Path, name: &str, repository: &Path) -> Result<PathBuf, Failure> {
    let failure = |why: &str| Failure::new(format!("its kubeconfig names a file that {why}"));
    let real = |path: &Path| system::canonicalize(path).map_err(|_| failure("is not there"));
    let folder = kubeconfig.parent().unwrap_or(kubeconfig);
    let found = real(&folder.join(name))?;
    if comes_with(kubeconfig, repository) && !found.starts_with(real(folder)?) {
        return Err(failure("is not in its folder, and it lies in the repository of mesh.toml"));
    }
    let size = source::open(&found, "it").map(|(_, size)| size);
    if !size.is_ok_and(|size| size <= LARGEST_NAMED) {
        return Err(failure("is no certificate, key or token"));
    }
    Ok(found)
}

/// Whether a kubeconfig lies in the repository, so that others may have written it; so it is where that cannot be told.
#[must_use]
pub fn comes_with(kubeconfig: &Path, repository: &Path) -> bool {
    let real = |path: &Path| system::canonicalize(path);
    real(kubeconfig).and_then(|file| Ok(file.starts_with(real(repository)?))).unwrap_or(true)
}

/// Those of some files that are there.
#[must_use]
pub fn existing(mut paths: Vec<PathBuf>) -> Vec<PathBuf> {
    paths.retain(|path| system::exists(path));
    paths
}
