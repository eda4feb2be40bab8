//! The program: parse, build, run, exit code.

use std::{
    fmt::Write as _,
    io::{Read as _, Write as _},
    net::{TcpStream, ToSocketAddrs as _},
    process::ExitCode,
    time::Duration,
};

use clap::Parser as _;
use tokio_util::sync::CancellationToken;
use waypost::{
    app::{self, World},
    config::{Cli, Command, Config, Simulation, reachable},
    edge::document,
    lifecycle, simulate, telemetry,
};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// How long `waypost health` waits.
const HEALTH_MAX: Duration = Duration::from_secs(3);

/// The exit code of a simulation that could not be.
const NO_SIMULATION: u8 = 2;

fn main() -> ExitCode {
    let cli = Cli::parse();
    match cli.command.unwrap_or(Command::Serve) {
        Command::Serve => serve(cli.config),
        Command::Health => health(&cli.config.listen),
        Command::Simulate(plan) => simulate(&plan, cli.config.admin_key.as_deref()),
        Command::Openapi => print(document::openapi_json()),
        Command::Asyncapi => print(document::asyncapi_json()),
        Command::SocketTypes => print(&document::socket_types()),
    }
}

fn serve(config: Config) -> ExitCode {
    if let Err(fault) = telemetry::init(&config.log) {
        return failed(&fault);
    }
    let world = match World::from_env() {
        Ok(world) => world,
        Err(fault) => return failed(&fault),
    };
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(fault) => return failed(&format!("the runtime cannot be started: {fault}")),
    };
    runtime.block_on(async {
        let (public_url, database_url) = (config.public_url.clone(), config.database_url.clone());
        let running = match app::start(config, world).await {
            Ok(running) => running,
            Err(fault) => return failed(&causes(&fault)),
        };
        banner(&running, public_url.unwrap_or_else(|| running.local_url()).trim_end_matches('/'), &database_url);
        lifecycle::told_to_stop().await;
        running.stop().await;
        ExitCode::SUCCESS
    })
}

/// What the person who started it wants to know first. Goes to standard error and not into the log, since it holds keys.
fn banner(running: &app::Running, url: &str, database_url: &str) {
    let mut text = format!(
        "\n  Waypost {}\n  pages   {url}\n  data    {}\n",
        env!("CARGO_PKG_VERSION"),
        whereabouts(database_url)
    );
    if !running.invitations().is_empty() {
        text.push_str("\n  Sign-in links, shown only now:\n");
    }
    for invitation in running.invitations() {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "  {:<26} {url}{}#key={}", invitation.who, invitation.page, invitation.key);
    }
    text.push('\n');
    // Standard error may be closed, which is no reason to stop.
    let _ = std::io::stderr().write_all(text.as_bytes());
}

/// Where the data is, so that it can be found: the whole path of a file.
fn whereabouts(database_url: &str) -> String {
    let path = database_url.trim_start_matches("sqlite:").trim_start_matches("//");
    let path = path.split('?').next().unwrap_or_default();
    std::fs::canonicalize(path).map_or_else(|_| database_url.to_owned(), |path| path.display().to_string())
}

/// Asks a hub on this machine whether it is ready.
fn health(listen: &str) -> ExitCode {
    let ask = || -> std::io::Result<String> {
        let addr = listen.to_socket_addrs()?.next().ok_or_else(|| std::io::Error::other("no such address"))?;
        let mut stream = TcpStream::connect_timeout(&reachable(addr), HEALTH_MAX)?;
        stream.set_read_timeout(Some(HEALTH_MAX))?;
        stream.write_all(b"GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        Ok(answer)
    };
    match ask() {
        Ok(answer) if answer.starts_with("HTTP/1.1 200") => print("ready\n"),
        Ok(answer) => failed(answer.rsplit("\r\n\r\n").next().unwrap_or("not ready")),
        Err(fault) => failed(&format!("no hub answers on {listen}: {fault}")),
    }
}

/// Lets a simulated town live on a hub, and reports.
fn simulate(plan: &Simulation, key: Option<&str>) -> ExitCode {
    let could_not_be = |why: &str| {
        failed(why);
        ExitCode::from(NO_SIMULATION)
    };
    let Some(key) = key else {
        return could_not_be("the town is built with a dispatcher's key: give it as --admin-key or WAYPOST_ADMIN_KEY");
    };
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(fault) => return could_not_be(&format!("the runtime cannot be started: {fault}")),
    };
    runtime.block_on(async {
        let stop = CancellationToken::new();
        // Ends with the runtime; the second Ctrl-C ends the process.
        let listener = stop.clone();
        let ears = async move {
            lifecycle::told_to_stop().await;
            listener.cancel();
            std::future::pending::<()>().await;
        };
        let mut say = |line: &str| {
            // Standard error may be closed, which is no reason to stop.
            let _ = std::io::stderr().write_all(format!("{line}\n").as_bytes());
        };
        let outcome = tokio::select! {
            outcome = simulate::run(plan, key, &stop, &mut say) => outcome,
            () = ears => unreachable!("it listens for ever"),
        };
        match outcome {
            Ok(report) => {
                let page = if plan.json { report.in_json() } else { format!("\n{}", report.in_words()) };
                print(&page);
                if report.is_kept() { ExitCode::SUCCESS } else { failed("a promise of the hub was broken") }
            }
            Err(failure) => could_not_be(&failure.to_string()),
        }
    })
}

fn print(text: &str) -> ExitCode {
    // Whoever read the first lines may have closed the pipe.
    let _ = std::io::stdout().write_all(text.as_bytes());
    ExitCode::SUCCESS
}

fn failed(why: &str) -> ExitCode {
    let _ = std::io::stderr().write_all(format!("waypost: {why}\n").as_bytes());
    ExitCode::FAILURE
}

/// An error and all that is behind it, in one line.
fn causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let said = cause.to_string();
        if !text.ends_with(&said) {
            text = format!("{text}: {said}");
        }
        source = cause.source();
    }
    text
}
