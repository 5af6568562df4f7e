//! From the rules that matched to a decision.
