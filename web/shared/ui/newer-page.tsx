import { newer } from "../worker";
import { commonWords } from "../words";
import { Icon } from "./icons";

/** Says that the hub has a newer page, and shows it when it is asked for: a page in use keeps its files. */
export function NewerPage() {
  if (!newer.value) return null;
  return (
    <p class="banner tone-move">
      <Icon name="refresh-cw" />
      <span>{commonWords.newer}</span>
      <button type="button" class="button" onClick={newer.value}>
        {commonWords.newerButton}
      </button>
    </p>
  );
}
