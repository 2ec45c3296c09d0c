//! The program: in the browser it mounts the page, natively it is the command line.

#[cfg(target_arch = "wasm32")]
fn main() {
    use crosstalk::ui;

    ui::watch_panics();
    // The page comes with its first board on it: an empty one would be laid out and painted for nothing. Leptos runs nothing
    // before it has mounted something.
    wasm_bindgen_futures::spawn_local(async {
        let first = ui::first_board().await;
        leptos::mount::mount_to_body(move || ui::page(first));
        // What was there while the program was loading.
        if let Some(loading) = leptos::prelude::document().get_element_by_id("loading") {
            loading.remove();
        }
    });
}

#[cfg(not(target_arch = "wasm32"))]
fn main() -> std::process::ExitCode {
    crosstalk::cli::main()
}
