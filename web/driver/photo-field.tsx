import { useEffect, useState } from "preact/hooks";
import { Icon } from "../shared/ui/icons";
import { keepPhoto, keptPhoto, shrink } from "./photo";
import { shelf } from "./state";
import { offlineWords as words } from "./words";

/** Takes a photo with the phone's camera, and keeps it with its order: also if the phone closes the page meanwhile. */
export function PhotoField({ order, onPhoto }: { order: string; onPhoto: (has: boolean) => void }) {
  const [url, setUrl] = useState<string | null>(null);
  const [state, setState] = useState<"ready" | "working" | "failed">("ready");
  const show = (photo: Blob | null) => {
    setUrl(photo && URL.createObjectURL(photo));
    onPhoto(photo !== null);
  };
  useEffect(() => void keptPhoto(shelf, order).then(show), [order]);
  useEffect(() => () => void (url && URL.revokeObjectURL(url)), [url]);

  const take = async (file: File | undefined) => {
    if (!file) return;
    setState("working");
    try {
      const photo = await shrink(file);
      await keepPhoto(shelf, order, photo);
      show(photo);
      setState("ready");
    } catch {
      setState("failed");
    }
  };
  const remove = () => {
    void shelf.remove("photos", order);
    show(null);
  };

  return (
    <div class="photo">
      {url && <img src={url} alt={words.photoAlt} />}
      <p role="status" class={state === "failed" ? "field-note" : "muted"}>
        {state === "working" && words.photoWorking}
        {state === "failed" && words.noPhoto}
      </p>
      <div class="row wrap">
        <label class={"button big photo-input"}>
          <Icon name="camera" />
          {url ? words.retakePhoto : words.takePhoto}
          <input
            type="file"
            accept="image/*"
            capture="environment"
            onChange={({ currentTarget }) => {
              void take(currentTarget.files?.[0]);
              // The same file chosen again is a change too.
              currentTarget.value = "";
            }}
          />
        </label>
        {url && (
          <button type="button" class="button" onClick={remove}>
            <Icon name="trash-2" />
            {words.removePhoto}
          </button>
        )}
      </div>
    </div>
  );
}
