//! A folder that is open: what is done to its names is done in it, wherever its own name has gone meanwhile.
//!
//! Enters: single names. Leaves: the files and folders of these names. No symbolic link is followed from here on.

use std::io;
use std::path::Path;

use cap_fs_ext::{DirExt as _, FollowSymlinks, OpenOptionsFollowExt as _, OpenOptionsSyncExt as _};
use cap_std::ambient_authority;
use cap_std::fs::{self, DirBuilder, OpenOptions};

use super::{File, Kind, fault};

/// An open folder.
#[derive(Debug)]
pub(in crate::disk) struct Dir(fs::Dir);

/// The mode of every folder that cwc makes, whatever the umask is.
#[cfg(unix)]
const FOLDER_MODE: u32 = 0o755;
/// The mode of every file that a build writes, whatever the umask is.
#[cfg(unix)]
const FILE_MODE: u32 = 0o644;

impl Dir {
    /// Opens the folder at a path that somebody said, through links.
    pub(in crate::disk) fn open(path: &Path) -> io::Result<Self> {
        let path = if path.as_os_str().is_empty() { Path::new(".") } else { path };
        fault::step("open", || fs::Dir::open_ambient_dir(path, ambient_authority())).map(Self)
    }

    /// The same folder once more.
    pub(in crate::disk) fn again(&self) -> io::Result<Self> {
        fault::step("open", || self.0.try_clone()).map(Self)
    }

    /// Opens the folder of a name.
    pub(in crate::disk) fn dir(&self, name: &str) -> io::Result<Self> {
        fault::step("open", || self.0.open_dir_nofollow(name)).map(Self)
    }

    /// Makes a folder.
    pub(in crate::disk) fn make_dir(&self, name: &str) -> io::Result<()> {
        fault::step("make", || self.0.create_dir_with(name, &DirBuilder::new()))
    }

    /// Makes a folder that nobody else may look into.
    #[cfg(feature = "ui")]
    pub(in crate::disk) fn make_private_dir(&self, name: &str) -> io::Result<()> {
        #[cfg_attr(not(unix), allow(unused_mut, reason = "there are no modes"))]
        let mut builder = DirBuilder::new();
        #[cfg(unix)]
        {
            use cap_std::fs::DirBuilderExt as _;
            builder.mode(0o700);
        }
        fault::step("make", || self.0.create_dir_with(name, &builder))
    }

    /// What a name is.
    pub(in crate::disk) fn kind(&self, name: &str) -> io::Result<Kind> {
        fault::step("look at", || self.0.symlink_metadata(name))
            .map(|about| Kind::of(about.file_type()))
    }

    /// All names in it, in no order.
    pub(in crate::disk) fn list(&self) -> io::Result<Vec<(String, Kind)>> {
        let mut names = Vec::new();
        for entry in fault::step("list", || self.0.entries())? {
            let entry = fault::step("list", || entry)?;
            let kind = fault::step("look at", || entry.file_type())?;
            names.push((entry.file_name().to_string_lossy().into_owned(), Kind::of(kind)));
        }
        Ok(names)
    }

    /// Opens a file for reading.
    pub(in crate::disk) fn file(&self, name: &str) -> io::Result<File> {
        let mut options = OpenOptions::new();
        // A pipe without a writer would make the open wait for ever.
        options.read(true).follow(FollowSymlinks::No).nonblock(true);
        fault::step("open", || self.0.open_with(name, &options)).map(File::new)
    }

    /// Opens a file for handing its bytes to the disk.
    pub(in crate::disk) fn file_to_sync(&self, name: &str) -> io::Result<File> {
        let mut options = OpenOptions::new();
        options.write(true).follow(FollowSymlinks::No);
        fault::step("open", || self.0.open_with(name, &options)).map(File::new)
    }

    /// Makes a file where there must be none, with the rights that the umask leaves.
    pub(in crate::disk) fn make_file(&self, name: &str) -> io::Result<File> {
        self.made(name, None)
    }

    /// Makes a file where there must be none, for nobody else to read.
    #[cfg(feature = "ui")]
    pub(in crate::disk) fn make_private_file(&self, name: &str) -> io::Result<File> {
        self.made(name, Some(0o600))
    }

    /// Makes a file where there must be none, with the rights of all files of a build.
    pub(in crate::disk) fn make_built_file(&self, name: &str) -> io::Result<File> {
        #[cfg(unix)]
        let file = self.made(name, Some(FILE_MODE))?;
        #[cfg(not(unix))]
        let file = self.made(name, None)?;
        #[cfg(unix)]
        if let Err(error) = fix_file_mode(&file) {
            // What is given as an error is nobody's to take away.
            let _ = self.remove_file(name);
            return Err(error);
        }
        Ok(file)
    }

    #[cfg_attr(not(unix), allow(unused_variables, reason = "there are no modes"))]
    fn made(&self, name: &str, mode: Option<u32>) -> io::Result<File> {
        let mut options = OpenOptions::new();
        options.write(true).create_new(true).follow(FollowSymlinks::No);
        #[cfg(unix)]
        if let Some(mode) = mode {
            use cap_std::fs::OpenOptionsExt as _;
            options.mode(mode);
        }
        fault::step("make", || self.0.open_with(name, &options)).map(File::new)
    }

    /// Gives a file another name in this folder; what had it is gone.
    pub(in crate::disk) fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        fault::step("rename", || self.0.rename(from, &self.0, to))
    }

    /// Removes a file.
    pub(in crate::disk) fn remove_file(&self, name: &str) -> io::Result<()> {
        fault::step("remove", || self.0.remove_file(name))
    }

    /// Removes a folder, which must be empty.
    pub(in crate::disk) fn remove_dir(&self, name: &str) -> io::Result<()> {
        fault::step("remove", || self.0.remove_dir(name))
    }

    /// Hands its names to the disk, and returns when it has them.
    #[cfg(unix)]
    pub(in crate::disk) fn sync(&self) -> io::Result<()> {
        let this = fault::step("open", || self.0.open("."))?;
        fault::sync(|| this.sync_all())
    }

    /// There is no way to ask for it.
    #[cfg(not(unix))]
    pub(in crate::disk) fn sync(&self) -> io::Result<()> {
        Ok(())
    }

    /// Hands all that was written to its file system to the disk.
    #[cfg(target_os = "linux")]
    pub(in crate::disk) fn sync_file_system(&self) -> io::Result<()> {
        let this = fault::step("open", || self.0.open("."))?;
        fault::sync(|| rustix::fs::syncfs(&this).map_err(io::Error::from))
    }

    /// Gives it the rights that the umask took away.
    #[cfg(unix)]
    pub(in crate::disk) fn fix_mode(&self) -> io::Result<()> {
        use cap_std::fs::{MetadataExt as _, Permissions, PermissionsExt as _};
        let about = fault::step("ask about", || self.0.dir_metadata())?;
        if about.mode() & 0o7777 == FOLDER_MODE {
            return Ok(());
        }
        let rights = Permissions::from_mode(FOLDER_MODE);
        fault::step("set the rights of", || self.0.set_permissions(".", rights))
    }

    /// There are no modes.
    #[cfg(not(unix))]
    pub(in crate::disk) fn fix_mode(&self) -> io::Result<()> {
        Ok(())
    }
}

/// Gives a new file the rights that the umask took away.
#[cfg(unix)]
fn fix_file_mode(file: &File) -> io::Result<()> {
    use cap_std::fs::{Permissions, PermissionsExt as _};
    if file.about()?.rights.mode() & 0o7777 == FILE_MODE {
        return Ok(());
    }
    file.set_rights(Permissions::from_mode(FILE_MODE))
}
