//! Nothing: the manifest beside this names a crate of which one file is read.
