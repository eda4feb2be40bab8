//! Disks that can be full, fail, or lose power.
//!
//! A power cut is simulated on an ext4 image on a loop device whose backing file lies in memory: what the hub's kernel
//! has not yet written to that file is what a disk would not have when the power goes.

use std::{
    fs, io,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Duration,
};

use sqlx::{ConnectOptions as _, Connection as _, SqliteConnection, sqlite::SqliteConnectOptions};

/// The size of an image that loses power. Small, so that copying it takes a moment.
const IMAGE_MIB: u64 = 96;

/// The size of a disk that is to be filled.
const SMALL_MIB: u64 = 24;

/// How long a foreign process waits for the lock that it wants.
const LOCK_MAX: Duration = Duration::from_secs(20);

/// What makes a disk call fail, in C, since it must stand between SQLite and the system's library.
const FAULTY_C: &str = include_str!("faulty.c");

/// A mounted file system, until it is dropped.
struct Mount(PathBuf);

impl Mount {
    fn new(options: &[&str], what: &Path, at: &Path) -> Result<Mount, String> {
        fs::create_dir_all(at).map_err(|fault| format!("{} cannot be made: {fault}", at.display()))?;
        run(Command::new("mount").args(options).arg(what).arg(at))?;
        Ok(Mount(at.to_owned()))
    }
}

impl Drop for Mount {
    fn drop(&mut self) {
        // Whoever still has a file of it open is about to end; a lazy unmount waits for that.
        let ended = run(Command::new("umount").arg(&self.0));
        if ended.is_err() {
            let _ = run(Command::new("umount").arg("-l").arg(&self.0));
        }
    }
}

/// A loop device, until it is dropped.
struct Loop(PathBuf);

impl Loop {
    fn over(image: &Path) -> Result<Loop, String> {
        let device = answer(Command::new("losetup").args(["--find", "--show"]).arg(image))?;
        Ok(Loop(device.trim().into()))
    }
}

impl Drop for Loop {
    fn drop(&mut self) {
        let _ = run(Command::new("losetup").arg("--detach").arg(&self.0));
    }
}

/// A disk that can lose power. The fields are dropped in the order in which they must be taken down.
pub(crate) struct Powered {
    at: PathBuf,
    image: PathBuf,
    cut: PathBuf,
    mount: Option<Mount>,
    device: Option<Loop>,
    _memory: Mount,
}

impl Powered {
    /// A new disk below `folder`.
    ///
    /// # Errors
    /// Why there can be none here, such as that only root may have one.
    pub(crate) fn new(folder: &Path) -> Result<Powered, String> {
        may_mount()?;
        let memory = folder.join("memory");
        let memory = Mount::new(&["-t", "tmpfs", "-o", "size=512m"], Path::new("tmpfs"), &memory)?;
        let (image, cut, at) = (memory.0.join("a.img"), memory.0.join("b.img"), folder.join("powered"));
        let file = fs::File::create(&image).and_then(|file| file.set_len(IMAGE_MIB * 1_024 * 1_024));
        file.map_err(|fault| format!("the image cannot be made: {fault}"))?;
        run(Command::new("mkfs.ext4").args(["-q", "-F"]).arg(&image))?;
        let mut disk = Powered { at, image, cut, mount: None, device: None, _memory: memory };
        disk.attach()?;
        Ok(disk)
    }

    /// Where files are kept.
    pub(crate) fn path(&self) -> &Path {
        &self.at
    }

    /// The power goes: what is in the image now is what the disk has. Call it while whoever writes stands still.
    pub(crate) fn cut(&mut self) -> Result<(), String> {
        fs::copy(&self.image, &self.cut).map(|_| ()).map_err(|fault| format!("the image cannot be copied: {fault}"))
    }

    /// The power is back, with what the disk had. Call it when whoever wrote is dead.
    pub(crate) fn restore(&mut self) -> Result<(), String> {
        self.mount = None;
        self.device = None;
        std::mem::swap(&mut self.image, &mut self.cut);
        self.attach()
    }

    fn attach(&mut self) -> Result<(), String> {
        let device = Loop::over(&self.image)?;
        self.mount = Some(Mount::new(&[], &device.0, &self.at)?);
        self.device = Some(device);
        Ok(())
    }
}

/// A small disk that can be full.
pub(crate) struct Small {
    mount: Mount,
}

impl Small {
    /// A new disk below `folder`.
    ///
    /// # Errors
    /// Why there can be none here, such as that only root may have one.
    pub(crate) fn new(folder: &Path) -> Result<Small, String> {
        may_mount()?;
        let options = format!("size={SMALL_MIB}m");
        let mount = Mount::new(&["-t", "tmpfs", "-o", &options], Path::new("tmpfs"), &folder.join("small"))?;
        Ok(Small { mount })
    }

    /// Where files are kept.
    pub(crate) fn path(&self) -> &Path {
        &self.mount.0
    }

    /// Leaves no byte free.
    pub(crate) fn fill(&self) -> io::Result<()> {
        let mut ballast = fs::File::options().create(true).append(true).open(self.ballast())?;
        for bytes in [64 * 1_024, 4 * 1_024, 1] {
            let chunk = vec![0_u8; bytes];
            while io::Write::write_all(&mut ballast, &chunk).is_ok() {}
        }
        Ok(())
    }

    /// Makes room again.
    pub(crate) fn free(&self) -> io::Result<()> {
        fs::remove_file(self.ballast())
    }

    fn ballast(&self) -> PathBuf {
        self.mount.0.join("ballast")
    }
}

/// A library that makes a process's disk fail on command.
pub(crate) struct Faulty {
    pub(crate) library: PathBuf,
    trigger: PathBuf,
}

impl Faulty {
    /// Builds it below `folder`.
    ///
    /// # Errors
    /// Why it cannot be built, such as that there is no C compiler.
    pub(crate) fn new(folder: &Path) -> Result<Faulty, String> {
        let (source, library) = (folder.join("faulty.c"), folder.join("faulty.so"));
        fs::write(&source, FAULTY_C).map_err(|fault| format!("{} cannot be written: {fault}", source.display()))?;
        run(Command::new("cc").args(["-shared", "-fPIC", "-O1", "-o"]).arg(&library).arg(&source).arg("-ldl"))?;
        Ok(Faulty { library, trigger: folder.join("the-disk-fails") })
    }

    /// What is set for the process whose disk is to fail.
    pub(crate) fn env(&self) -> Vec<(String, String)> {
        let text = |path: &Path| path.display().to_string();
        vec![("LD_PRELOAD".to_owned(), text(&self.library)), ("FAULTY_WHEN".to_owned(), text(&self.trigger))]
    }

    /// From now on nothing is confirmed to be on disk; or it is again.
    pub(crate) fn fail(&self, fails: bool) -> io::Result<()> {
        if fails { fs::write(&self.trigger, "") } else { fs::remove_file(&self.trigger) }
    }
}

/// A foreign process's lock on a database.
pub(crate) struct Lock(SqliteConnection);

impl Lock {
    /// Takes it, as soon as it is free for a moment.
    pub(crate) async fn hold(database: &Path) -> Lock {
        let options = SqliteConnectOptions::new().filename(database).busy_timeout(LOCK_MAX);
        let mut conn = options.connect().await.expect("the database can be opened");
        sqlx::query("begin immediate").execute(&mut conn).await.expect("the lock is free now and then");
        Lock(conn)
    }

    /// Gives it back.
    pub(crate) async fn release(mut self) {
        sqlx::query("rollback").execute(&mut self.0).await.expect("a lock can be given back");
        self.0.close().await.expect("a connection can be closed");
    }
}

/// Takes down what a run that was killed has left mounted below `folder`.
pub(crate) fn forget(folder: &Path) {
    let mounts = fs::read_to_string("/proc/mounts").unwrap_or_default();
    let fields = mounts.lines().filter_map(|line| line.split_once(' '));
    let below = fields.filter_map(|(what, rest)| Some((what, rest.split(' ').next()?)));
    let below: Vec<_> = below.filter(|(_, at)| Path::new(at).starts_with(folder)).collect();
    for (what, at) in below.into_iter().rev() {
        // Whoever still uses it is one of the hubs of that run.
        let _ = run(Command::new("umount").arg("-l").arg(at));
        if what.starts_with("/dev/loop") {
            let _ = run(Command::new("losetup").arg("--detach").arg(what));
        }
    }
}

/// Whether this process may mount file systems.
fn may_mount() -> Result<(), String> {
    if answer(Command::new("id").arg("-u"))?.trim() == "0" {
        return Ok(());
    }
    Err("only root may mount a file system".to_owned())
}

fn run(command: &mut Command) -> Result<(), String> {
    answer(command).map(|_| ())
}

fn answer(command: &mut Command) -> Result<String, String> {
    let line = format!("{command:?}");
    let output = command.stdin(Stdio::null()).output().map_err(|fault| format!("{line} cannot be run: {fault}"))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    Err(format!("{line} failed: {}", String::from_utf8_lossy(&output.stderr).trim()))
}
