//! Makes cargo look again at the built pages, which the hub carries inside.

fn main() {
    std::fs::create_dir_all("web/dist").expect("the checkout can be written to");
    println!("cargo::rerun-if-changed=web/dist");
}
