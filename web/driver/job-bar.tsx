import { Icon } from "../shared/ui/icons";
import { jobs, view } from "./state";
import { UndoBar } from "./undo-bar";
import { stepWords, words } from "./words";

/** At the thumb while the offers fill the page: what he carries is never out of sight. */
export function JobBar() {
  return (
    <div class={`thumb job-bar ${jobs.value.length ? "" : "is-bare"}`}>
      <UndoBar />
      {jobs.value.map((job) => (
        <button key={job.id} type="button" class="button job-line" aria-label={`${words.nextStep(job.code)}: ${stepWords[job.status] ?? ""}`} onClick={() => (view.value = job.id)}>
          <span class="code">{job.code}</span>
          <span class="job-next">{stepWords[job.status] ?? words.returning(job.vendor.name)}</span>
          <Icon name="chevron-right" />
        </button>
      ))}
    </div>
  );
}
