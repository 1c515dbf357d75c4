//! Arguments to exit status; everything else is the library's.

use std::io::{ErrorKind, Write as _};
use std::process::ExitCode;

use clap::Parser as _;
use cwc::commands::{Answer, Cli, Machine, Status};

fn main() -> ExitCode {
    let cli = Cli::parse();
    let answer =
        Machine::current(cli.color()).map_or_else(Answer::failed, |machine| cli.run(&machine));
    let mut out = std::io::stdout().lock();
    let written = out.write_all(answer.stdout.as_bytes()).and_then(|()| out.flush());
    let _ = std::io::stderr().lock().write_all(answer.stderr.as_bytes());
    match written {
        // A reader that went away (`| head`) is no failure.
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            let _ = writeln!(std::io::stderr(), "error: cannot write the output: {error}");
            ExitCode::from(Status::Failed as u8)
        }
        _ => ExitCode::from(answer.status as u8),
    }
}
