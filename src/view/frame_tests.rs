//! The board as it is drawn, of boards that run.
