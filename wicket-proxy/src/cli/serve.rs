//! `wicket serve`: the proxy.

use crate::app::App;
use crate::clock::Clock;
use crate::config::{Config, LogFormat, LogLevel};

use super::place::Place;
use super::{Console, Exit};

const EXAMPLES: &str = "Examples:\n  \
    wicket serve                            serve by the wicket.toml of this folder\n  \
    wicket serve --config /etc/wicket.toml  serve by another configuration";

/// Serve MCP clients, and judge each call.
///
/// Ends with code 2 if it cannot serve safely. SIGTERM and Ctrl-C end it after the requests in work are answered.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Arguments {
    #[command(flatten)]
    place: Place,
}

pub(super) fn run(arguments: &Arguments, console: &mut Console<'_>) -> anyhow::Result<Exit> {
    let config = arguments.place.config()?;
    log(&config);
    // Another provider may have been installed before by a test; there is only one that could be.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let app = App::build(config, Clock::System).await?;
        let endpoint = format!("http://{}/mcp", app.address());
        console.result(
            &serde_json::json!({ "endpoint": endpoint }),
            &format!("Wicket serves {endpoint}\n"),
        )?;
        console.flush()?;
        tracing::info!(endpoint, "serving");
        app.serve(stopped()).await;
        tracing::info!("ended");
        Ok(Exit::Done)
    })
}

/// Ready when the program is asked to end.
pub(super) async fn stopped() {
    let interrupt = tokio::signal::ctrl_c();
    match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
        Ok(mut terminate) => {
            tokio::select! {
                _ = interrupt => {}
                _ = terminate.recv() => {}
            }
        }
        Err(_) => {
            let _ = interrupt.await;
        }
    }
}

/// Logs go to standard error, as the configuration says.
fn log(config: &Config) {
    let level = match config.log.level {
        LogLevel::Error => tracing::Level::ERROR,
        LogLevel::Warn => tracing::Level::WARN,
        LogLevel::Info => tracing::Level::INFO,
        LogLevel::Debug => tracing::Level::DEBUG,
        LogLevel::Trace => tracing::Level::TRACE,
    };
    let builder = tracing_subscriber::fmt()
        .with_max_level(level)
        .with_writer(std::io::stderr);
    let installed = match config.log.format {
        LogFormat::Text => builder.with_ansi(false).try_init(),
        LogFormat::Json => builder.json().try_init(),
    };
    // Only a second server in one process finds a subscriber there already.
    let _ = installed;
}
