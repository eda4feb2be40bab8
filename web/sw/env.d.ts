/** What the build tells the worker: the files to keep, and a name for just these contents. */
declare const __PAGES__: Readonly<Record<"/driver" | "/vendor", { files: readonly string[]; build: string }>>;

interface ImportMeta {
  glob<T>(pattern: string, options: { eager: true }): Record<string, T>;
}
