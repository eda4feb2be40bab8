/** What the build tells the worker: the files to keep, and a name for just these contents. */
declare const __FILES__: readonly string[];
declare const __BUILD__: string;

interface ImportMeta {
  glob<T>(pattern: string, options: { eager: true }): Record<string, T>;
}
