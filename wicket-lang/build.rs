//! Generates the parser from the grammar. `grammar` is a symbolic link, so that the package carries the grammar that
//! the repository shows to its readers.

fn main() -> Result<(), Box<dyn std::error::Error>> {
    lalrpop::Configuration::new()
        .emit_rerun_directives(true)
        .set_in_dir("grammar")
        .process()
}
