import { useRef, useState } from "preact/hooks";
import type { Order } from "../shared/protocol";
import { Icon } from "../shared/ui/icons";
import { toast } from "../shared/ui/toasts";
import { detailWords as words } from "./words";

/** The link that the recipient may have: to copy, to share, or to be photographed. */
export function Tracking({ order }: { order: Order }) {
  const [qr, setQr] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  const { tracking_url: link } = order;
  if (!link) return null;

  const copy = async () => {
    field.current?.select();
    try {
      await navigator.clipboard.writeText(link);
      toast(words.copied);
    } catch {
      // A page without https may not write there.
      toast(words.notCopied, "wait");
    }
  };
  const share = () => {
    // Whoever closes the list of apps has decided, too.
    navigator.share({ title: words.shareText(order.vendor.name), url: link }).catch(() => undefined);
  };
  return (
    <section class="stack tracking">
      <h3>{words.tracking}</h3>
      <p class="muted">{words.trackingHint}</p>
      <div class="field">
        <input ref={field} readOnly aria-label={words.link} value={link} onFocus={(event) => event.currentTarget.select()} />
      </div>
      <div class="row wrap">
        <button type="button" class="button" onClick={() => void copy()}>
          <Icon name="copy" />
          {words.copy}
        </button>
        {"share" in navigator && (
          <button type="button" class="button" onClick={share}>
            <Icon name="share-2" />
            {words.share}
          </button>
        )}
        <button type="button" class="button" aria-expanded={qr} onClick={() => setQr(!qr)}>
          <Icon name="qr-code" />
          {words.qr}
        </button>
      </div>
      {qr && <img class="qr" src={qrOf(link)} alt={words.qrOf(order.code)} width={220} height={220} />}
    </section>
  );
}

/** From the hub that this page came from, which the link's own address may not name. */
export function qrOf(link: string): string {
  return `${link.slice(Math.max(0, link.indexOf("/track/")))}/qr.svg`;
}
