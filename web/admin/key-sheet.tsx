import { useRef } from "preact/hooks";
import type { MadeKey } from "../shared/protocol";
import { Icon } from "../shared/ui/icons";
import { Sheet } from "../shared/ui/sheet";
import { toast } from "../shared/ui/toasts";
import { shown } from "./state";
import { keyWords as words } from "./words";

/** A sign-in link and its QR code: shown once, since the hub keeps only a hash of the key. */
export function KeySheet({ made, who }: { made: MadeKey; who: string }) {
  const link = useRef<HTMLInputElement>(null);
  const close = () => (shown.value = null);

  const copy = async () => {
    link.current?.select();
    try {
      await navigator.clipboard.writeText(made.link);
      toast(words.copied);
    } catch {
      // Browsers let a page copy only over https.
      toast(words.mark, "move");
    }
  };

  return (
    <Sheet
      title={words.title(who)}
      kind="small"
      onClose={close}
      foot={
        <button type="button" class="button big" onClick={close}>
          {words.done}
        </button>
      }
    >
      <p class="banner tone-wait">
        <Icon name="key" />
        <span>{words.once}</span>
      </p>
      <figure class="qr">
        <img src={`data:image/svg+xml,${encodeURIComponent(made.qr_svg)}`} width="240" height="240" alt={words.qr(who)} />
        <figcaption class="muted">{words.scan}</figcaption>
      </figure>
      <div class="field">
        <label for="made-link">{words.linkLabel}</label>
        <input id="made-link" ref={link} readOnly value={made.link} onFocus={(event) => event.currentTarget.select()} />
      </div>
      <button type="button" class="button primary" onClick={() => void copy()}>
        <Icon name="copy" />
        {words.copy}
      </button>
    </Sheet>
  );
}
