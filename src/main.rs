//! The program: in the browser it mounts the page, natively it is the command line.

#[cfg(target_arch = "wasm32")]
fn main() {
    console_error_panic_hook::set_once();
    leptos::mount::mount_to_body(crosstalk::ui::App);
}

#[cfg(not(target_arch = "wasm32"))]
fn main() {}
