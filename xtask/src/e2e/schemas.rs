//! The schemas that outputs are held against. They lie in packages of others and are read there, never copied into
//! the repository: SARIF's in a crate, JUnit's in the tests of a Python package.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;

use super::install::thrice;
use crate::project::Project;

/// The crate that holds SARIF's schema, and where.
const CRATE: &str = "serde-sarif";
const IN_THE_CRATE: &str = "src/schema.json";

/// The end of the path of JUnit's schema in the sources of the Python package.
const IN_THE_SOURCES: &str = "14c6e39c38408b9ed6280361484a13c6f5becca7/junit-10.xsd";

const REMEDY: &str = "check that the registry can be reached, and remove `.e2e/schemas` to start anew";

/// Puts `sarif.json` and `junit.xsd` into the folder.
pub(super) fn gather(project: &Project, python: &Path, folder: &Path) -> Result<()> {
    println!("gathering the schemas of outputs into {}", folder.display());
    fs::copy(of_sarif(project)?, folder.join("sarif.json")).context("copying the schema of SARIF")?;
    let sources = project.root.join("tests/e2e/python/sources.txt");
    let mut pip = Command::new(python);
    pip.args(["-m", "pip", "download", "--quiet", "--disable-pip-version-check"])
        .args(["--no-deps", "--no-binary", ":all:", "--requirement"])
        .arg(&sources)
        .arg("--dest")
        .arg(folder);
    thrice(&mut pip, REMEDY)?;
    let mut unpack = Command::new(python);
    unpack.arg("-c").arg(UNPACK).arg(folder).arg(IN_THE_SOURCES);
    ensure!(
        unpack.status().context("python does not start")?.success(),
        "the schema of JUnit is not where it was in the sources that {} names",
        sources.display()
    );
    Ok(())
}

/// Takes one file out of the only archive of the folder.
const UNPACK: &str = "\
import pathlib, sys, tarfile
folder = pathlib.Path(sys.argv[1])
(archive,) = folder.glob('*.tar.gz')
with tarfile.open(archive) as tar:
    (name,) = [name for name in tar.getnames() if name.endswith(sys.argv[2])]
    (folder / 'junit.xsd').write_bytes(tar.extractfile(name).read())
";

/// Where Cargo keeps the schema of SARIF, once the crate is fetched.
fn of_sarif(project: &Project) -> Result<PathBuf> {
    let manifest = project.root.join("tests/e2e/schemas/Cargo.toml");
    let mut fetch = project.cargo(&["fetch", "--locked", "--quiet", "--manifest-path"]);
    thrice(fetch.arg(&manifest), REMEDY)?;
    let mut metadata = project.cargo(&[
        "metadata",
        "--locked",
        "--offline",
        "--format-version=1",
        "--manifest-path",
    ]);
    let output = metadata.arg(&manifest).output().context("cargo does not start")?;
    ensure!(
        output.status.success(),
        "cargo metadata: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    let metadata: Value = serde_json::from_slice(&output.stdout).context("what cargo metadata printed")?;
    let packages = metadata.get("packages").and_then(Value::as_array);
    let found = packages
        .into_iter()
        .flatten()
        .filter(|package| package.get("name").is_some_and(|name| name == CRATE))
        .find_map(|package| Path::new(package.get("manifest_path")?.as_str()?).parent());
    Ok(found
        .with_context(|| format!("{} does not name {CRATE}", manifest.display()))?
        .join(IN_THE_CRATE))
}
