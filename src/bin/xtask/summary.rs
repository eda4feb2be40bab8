//! The parts of a long chore, and the table at its end.

use std::{
    fmt::Write as _,
    process::ExitCode,
    time::{Duration, Instant},
};

/// What became of each part, in the order they ran.
#[derive(Default)]
pub(crate) struct Summary {
    rows: Vec<Row>,
}

struct Row {
    part: &'static str,
    verdict: Verdict,
    took: Duration,
    why: String,
}

#[derive(Clone, Copy, PartialEq)]
enum Verdict {
    Passed,
    Failed,
    Skipped,
}

impl Summary {
    /// Runs a part and notes how it went; the parts after it run whatever it says.
    pub(crate) fn part(&mut self, part: &'static str, work: impl FnOnce() -> Result<(), String>) -> bool {
        eprintln!("\n━━ {part}");
        let start = Instant::now();
        let (verdict, why) = match work() {
            Ok(()) => (Verdict::Passed, String::new()),
            Err(why) => (Verdict::Failed, why),
        };
        if verdict == Verdict::Failed {
            eprintln!("{part} failed: {why}");
        }
        self.rows.push(Row { part, verdict, took: start.elapsed(), why });
        verdict == Verdict::Passed
    }

    /// Notes, aloud, that a part is left out.
    pub(crate) fn skip(&mut self, part: &'static str, why: &str) {
        eprintln!("\n━━ {part}\n{part} is skipped: {why}");
        self.rows.push(Row { part, verdict: Verdict::Skipped, took: Duration::ZERO, why: why.to_owned() });
    }

    /// Prints the table and its last line; the exit code is that of the whole.
    pub(crate) fn finish(self) -> ExitCode {
        print!("\n{}", self.table());
        if self.count(Verdict::Failed) == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }

    fn count(&self, verdict: Verdict) -> usize {
        self.rows.iter().filter(|row| row.verdict == verdict).count()
    }

    /// The table as text. Programs read the last line, so its words do not change.
    fn table(&self) -> String {
        let mut text = String::from("part       result    seconds\n");
        for row in &self.rows {
            let word = match row.verdict {
                Verdict::Passed => "passed",
                Verdict::Failed => "FAILED",
                Verdict::Skipped => "skipped",
            };
            let line = format!("{:<10} {word:<7} {:>9.1}   {}", row.part, row.took.as_secs_f64(), row.why);
            let _ = writeln!(text, "{}", line.trim_end());
        }
        let [passed, failed, skipped] =
            [Verdict::Passed, Verdict::Failed, Verdict::Skipped].map(|verdict| self.count(verdict));
        let _ = writeln!(text, "\n{passed} passed, {failed} failed, {skipped} skipped");
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_names_every_part_and_ends_in_a_line_for_programs() {
        let mut summary = Summary::default();
        summary.part("rust", || Ok(()));
        summary.part("types", || Err("`npm run types` failed (exit status: 1)".to_owned()));
        summary.skip("browser", "there is no Chromium");
        for row in &mut summary.rows {
            row.took = Duration::from_millis(1234);
        }
        assert_eq!(
            summary.table(),
            "part       result    seconds\n\
             rust       passed        1.2\n\
             types      FAILED        1.2   `npm run types` failed (exit status: 1)\n\
             browser    skipped       1.2   there is no Chromium\n\
             \n\
             1 passed, 1 failed, 1 skipped\n"
        );
    }
}
