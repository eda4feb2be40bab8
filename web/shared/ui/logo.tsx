/** The waypost: a finger board on a post. */
export function Logo() {
  return (
    <svg class="logo" width="32" height="32" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <rect class="logo-board" width="32" height="32" rx="8" />
      <path class="logo-post" d="M14 5v3M14 15v12M10 27h8M7 8h14.5l4.5 3.5-4.5 3.5H7z" />
      <circle class="logo-lamp" cx="11" cy="11.5" r="1.6" />
    </svg>
  );
}
