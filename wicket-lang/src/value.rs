//! Values at run time: exact numbers, instants, three-valued truth.
