//! What was measured, as a table that says where and when.

use std::{process::Command, time::Duration};

/// One line of the table.
pub(crate) struct Row {
    pub(crate) what: String,
    pub(crate) target: &'static str,
    pub(crate) measured: String,
    pub(crate) met: bool,
}

/// Durations, sorted.
pub(crate) struct Spread(Vec<Duration>);

impl Spread {
    pub(crate) fn of(mut durations: Vec<Duration>) -> Spread {
        durations.sort_unstable();
        Spread(durations)
    }

    /// The value that this share of them does not exceed, in milliseconds.
    pub(crate) fn ms(&self, percent: usize) -> f64 {
        let at = (self.0.len() * percent).div_ceil(100).clamp(1, self.0.len().max(1)) - 1;
        self.0.get(at).map_or(f64::NAN, |duration| duration.as_secs_f64() * 1_000.0)
    }
}

/// Prints the head of the table: when, and on what.
pub(crate) fn head() {
    let said = |program: &str, args: &[&str]| {
        let output = Command::new(program).args(args).output().map(|output| output.stdout).unwrap_or_default();
        String::from_utf8_lossy(&output).trim().to_owned()
    };
    let cpuinfo = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpuinfo.lines().find_map(|line| line.strip_prefix("model name")).unwrap_or("?");
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    println!(
        "{} · {} · {cores} cores · {}",
        said("date", &["-u", "+%F %R UTC"]),
        model.trim_start_matches(['\t', ' ', ':']),
        said("uname", &["-sr"])
    );
    println!("load client included\n");
    println!("| what | target | measured | |\n| --- | --- | --- | --- |");
}

/// Prints a line of the table.
pub(crate) fn line(row: &Row) {
    println!("| {} | {} | {} | {} |", row.what, row.target, row.measured, if row.met { "✓" } else { "✗" });
}
