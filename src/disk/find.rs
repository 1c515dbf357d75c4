//! Where the document is.

use std::path::{Path, PathBuf};

use super::system::exists;

/// `mesh.toml` in a folder or one above it, up to the root of the git repository.
#[must_use]
pub fn find_mesh(start: &Path) -> Option<PathBuf> {
    for folder in start.ancestors() {
        let file = folder.join("mesh.toml");
        if exists(&file) {
            return Some(file);
        }
        if exists(&folder.join(".git")) {
            return None;
        }
    }
    None
}

/// The root of the git repository that a folder is in.
#[must_use]
pub fn repository_root(folder: &Path) -> Option<PathBuf> {
    folder.ancestors().find(|folder| exists(&folder.join(".git"))).map(Path::to_owned)
}
