//! The pages of `web/`: their packages and their build, each only when it would change something.

use std::{
    collections::BTreeMap,
    env, fs,
    hash::{DefaultHasher, Hash, Hasher},
    io,
    path::{Path, PathBuf},
};

use crate::house::{House, step};

/// Folders of `web/` that the pages are not made of.
const NOT_SOURCES: [&str; 5] = ["node_modules", "dist", "e2e", "test-results", "playwright-report"];

/// Installs the packages that `package-lock.json` names, unless the last install was of the same lock.
///
/// The stamp lies inside of `node_modules`, so whoever removes that folder removes it too.
///
/// # Errors
/// A sentence when the lock is missing or npm fails.
pub(crate) fn install(house: &House) -> Result<(), String> {
    let lock = house.web().join("package-lock.json");
    let lock = fs::read_to_string(&lock).map_err(|e| format!("{} cannot be read: {e}", lock.display()))?;
    // Some packages hold programs for one system, so a checkout shared between two needs another install.
    let wanted = format!("{}-{}\n{lock}", env::consts::OS, env::consts::ARCH);
    let stamp = house.web().join("node_modules/.waypost-lock");
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    step(&mut house.npm(&["ci", "--no-audit", "--no-fund"]))?;
    write(&stamp, &wanted)
}

/// Builds the pages into `web/dist`, unless the last build was of the same sources.
///
/// Sources are compared by content: a checkout of another branch changes times without changing files, and a removed
/// file changes no time at all.
///
/// # Errors
/// A sentence when the sources cannot be read or the build fails.
pub(crate) fn build(house: &House) -> Result<(), String> {
    install(house)?;
    let sources = fingerprint(&house.web()).map_err(|e| format!("web/ cannot be read: {e}"))?;
    // An install empties `node_modules`, and so asks for a build too.
    let stamp = house.web().join("node_modules/.waypost-pages");
    if are_built(house) && fs::read_to_string(&stamp).is_ok_and(|built| built == sources) {
        return Ok(());
    }
    step(&mut house.npm(&["run", "build"]))?;
    write(&stamp, &sources)
}

/// Whether there are built pages, of whatever age.
pub(crate) fn are_built(house: &House) -> bool {
    fs::read_dir(house.web().join("dist")).is_ok_and(|mut entries| entries.next().is_some())
}

/// One number for the names and contents of all sources below `web`, in hexadecimal.
fn fingerprint(web: &Path) -> io::Result<String> {
    let mut sources = BTreeMap::new();
    let mut folders = vec![web.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_file() {
                sources.insert(path.clone(), fs::read(path)?);
            } else if !(path.parent() == Some(web) && NOT_SOURCES.iter().any(|name| path.ends_with(name))) {
                folders.push(path);
            }
        }
    }
    let mut hasher = DefaultHasher::new();
    for (path, bytes) in sources {
        (path.strip_prefix(web).map_or_else(|_| path.clone(), PathBuf::from), bytes).hash(&mut hasher);
    }
    Ok(format!("{:016x}\n", hasher.finish()))
}

fn write(path: &Path, text: &str) -> Result<(), String> {
    fs::write(path, text).map_err(|e| format!("{} cannot be written: {e}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pages_are_built_again_when_a_source_changes_and_only_then() {
        let web = env::temp_dir().join(format!("waypost-pages-{}", std::process::id()));
        let (kept, others) = (web.join("vendor"), web.join("e2e"));
        fs::create_dir_all(&kept).and_then(|()| fs::create_dir_all(&others)).expect("a temporary folder");
        let after = |path: PathBuf, text: &str| {
            fs::write(path, text).expect("a temporary file");
            fingerprint(&web).expect("readable sources")
        };
        let first = after(kept.join("main.tsx"), "let a = 1;");
        let test_added = after(others.join("story.spec.ts"), "test()");
        let changed = after(kept.join("main.tsx"), "let a = 2;");
        let changed_back = after(kept.join("main.tsx"), "let a = 1;");
        let renamed = fs::rename(kept.join("main.tsx"), kept.join("app.tsx")).and_then(|()| fingerprint(&web));
        fs::remove_dir_all(&web).expect("the temporary folder is ours");
        assert_eq!((&test_added, &changed_back), (&first, &first));
        assert_ne!(changed, first);
        assert_ne!(renamed.expect("readable sources"), first);
    }
}
