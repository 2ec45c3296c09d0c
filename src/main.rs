//! The program: in the browser it mounts the page, natively it is the command line.

#[cfg(target_arch = "wasm32")]
fn main() {
    use crosstalk::ui;

    ui::watch_panics();
    leptos::mount::mount_to_body(ui::App);
    // What was there while the program was loading.
    if let Some(loading) = leptos::prelude::document().get_element_by_id("loading") {
        loading.remove();
    }
}

#[cfg(not(target_arch = "wasm32"))]
fn main() -> std::process::ExitCode {
    crosstalk::cli::main()
}
