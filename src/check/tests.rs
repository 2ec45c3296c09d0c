//! Facts made by hand, for every rule and its counter-case.
