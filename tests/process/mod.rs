//! A hub in a process of its own, as its operator has it: started, watched, told to stop, killed.

use std::{
    fs::File,
    io::{BufRead as _, BufReader, Write as _},
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{Child, ChildStderr, Command, ExitStatus, Stdio},
    time::{Duration, Instant},
};

/// The dispatcher's key of every hub that is started here.
pub(crate) const ADMIN_KEY: &str = "wp_the-dispatcher-of-a-town-made-for-one-measurement";

/// Processor time is counted in these, by Linux's `USER_HZ`.
const TICK: Duration = Duration::from_millis(10);

/// How a hub is to be started.
#[derive(Clone, Debug)]
pub(crate) struct Launch {
    /// The hub's program.
    pub(crate) program: PathBuf,
    /// The database, made if it is missing.
    pub(crate) database: PathBuf,
    /// What is set in its environment beside that.
    pub(crate) env: Vec<(String, String)>,
    /// Where its log goes; nowhere if this is none.
    pub(crate) log: Option<PathBuf>,
}

/// A hub that listens.
pub(crate) struct Process {
    child: Child,
    pub(crate) addr: SocketAddr,
    /// From the start of the process until it listened.
    pub(crate) started_in: Duration,
}

impl Launch {
    /// `WAYPOST_BIN`, or the hub that was built along with this program.
    pub(crate) fn of(database: &Path) -> Launch {
        let program = std::env::var_os("WAYPOST_BIN").unwrap_or_else(|| env!("CARGO_BIN_EXE_waypost").into());
        Launch { program: program.into(), database: database.to_owned(), env: Vec::new(), log: None }
    }

    /// Starts it, and waits until it listens.
    ///
    /// # Errors
    /// What it said, if it ended before that.
    pub(crate) fn start(&self) -> Result<Process, String> {
        let began = Instant::now();
        let mut command = Command::new(&self.program);
        command
            .env("WAYPOST_LISTEN", "127.0.0.1:0")
            .env("WAYPOST_DATABASE_URL", format!("sqlite://{}", self.database.display()))
            .env("WAYPOST_ADMIN_KEY", ADMIN_KEY)
            .envs(self.env.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped());
        let spawned = command.spawn();
        let mut child = spawned.map_err(|fault| format!("{} does not start: {fault}", self.program.display()))?;
        let mut log = BufReader::new(child.stderr.take().expect("it is piped"));
        let (addr, seen) = listening(&mut log);
        keep(log, &seen, self.log.as_deref());
        let Some(addr) = addr else {
            // It has closed its log, so it is about to be gone.
            let _ = child.wait();
            return Err(format!("the hub ended before it listened:\n{seen}"));
        };
        Ok(Process { child, addr, started_in: began.elapsed() })
    }
}

impl Process {
    /// Its process id.
    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Sends it a signal, by name: `TERM`, `STOP`, `CONT`.
    pub(crate) fn signal(&self, name: &str) {
        let told = Command::new("kill").args([&format!("-{name}"), &self.pid().to_string()]).status();
        assert!(told.is_ok_and(|status| status.success()), "the hub can be sent SIG{name}");
    }

    /// Kills it on the spot.
    pub(crate) fn kill(mut self) {
        self.child.kill().expect("a child can be killed");
        self.child.wait().expect("a killed process ends");
    }

    /// Waits for its end, at most `max`.
    pub(crate) fn ended(&mut self, max: Duration) -> Option<ExitStatus> {
        let began = Instant::now();
        while began.elapsed() < max {
            if let Some(status) = self.child.try_wait().expect("a child can be asked") {
                return Some(status);
            }
            std::thread::sleep(Duration::from_millis(2));
        }
        None
    }

    /// Stops it as a service manager does, and waits until it is gone.
    pub(crate) fn stop(mut self) {
        self.signal("TERM");
        self.child.wait().expect("the hub ends");
    }

    /// Resident memory, in bytes.
    pub(crate) fn rss_bytes(&self) -> u64 {
        let status = self.proc("status");
        let line = status.lines().find(|line| line.starts_with("VmRSS:")).expect("it has memory");
        let kib: u64 = line.split_whitespace().nth(1).and_then(|text| text.parse().ok()).expect("a number");
        kib * 1_024
    }

    /// Open files and sockets.
    pub(crate) fn open_files(&self) -> usize {
        std::fs::read_dir(format!("/proc/{}/fd", self.pid())).map_or(0, Iterator::count)
    }

    /// The processor time that it has used.
    pub(crate) fn cpu(&self) -> Duration {
        let stat = self.proc("stat");
        let after_name = stat.rsplit(')').next().unwrap_or_default();
        let ticks: u32 =
            after_name.split_whitespace().skip(11).take(2).filter_map(|text| text.parse::<u32>().ok()).sum();
        TICK * ticks
    }

    /// Whether every thread of it stands still after a `STOP`.
    pub(crate) fn is_halted(&self) -> bool {
        let tasks = std::fs::read_dir(format!("/proc/{}/task", self.pid())).into_iter().flatten().flatten();
        tasks.map(|task| std::fs::read_to_string(task.path().join("stat")).unwrap_or_default()).all(|stat| {
            let state = stat.rsplit(") ").next().and_then(|rest| rest.chars().next());
            state == Some('T')
        })
    }

    fn proc(&self, file: &str) -> String {
        std::fs::read_to_string(format!("/proc/{}/{file}", self.pid())).expect("it runs")
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may be gone already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Reads the log until it says where the hub listens, or ends.
fn listening(log: &mut BufReader<ChildStderr>) -> (Option<SocketAddr>, String) {
    let mut seen = String::new();
    for line in log.lines().map_while(Result::ok) {
        let addr = line.split("listening on http://").nth(1).and_then(|rest| rest.split(['"', ' ']).next());
        let addr = addr.and_then(|addr| addr.parse().ok());
        seen.push_str(&line);
        seen.push('\n');
        if addr.is_some() {
            return (addr, seen);
        }
    }
    (None, seen)
}

/// Reads the rest of the log into `file`: one that nobody reads would stop the hub.
fn keep(mut log: BufReader<ChildStderr>, seen: &str, file: Option<&Path>) {
    let file = file.and_then(|path| File::options().create(true).append(true).open(path).ok());
    let seen = seen.to_owned();
    std::thread::spawn(move || match file {
        Some(mut file) => {
            // A log that cannot be kept is no reason to stop the hub.
            let _ = file.write_all(seen.as_bytes());
            let _ = std::io::copy(&mut log, &mut file);
        }
        None => drop(std::io::copy(&mut log, &mut std::io::sink())),
    });
}
