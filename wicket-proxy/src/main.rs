//! The `wicket` program: everything is in [`wicket_proxy::cli`].

use std::process::ExitCode;

fn main() -> ExitCode {
    wicket_proxy::cli::main()
}
