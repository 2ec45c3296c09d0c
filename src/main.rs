//! The program: in the browser it mounts the page, natively it is the command line.

#[cfg(not(target_arch = "wasm32"))]
fn main() -> std::process::ExitCode {
    crosstalk::cli::main()
}
