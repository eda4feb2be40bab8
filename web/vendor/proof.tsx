import { useEffect, useState } from "preact/hooks";
import type { Order } from "../shared/protocol";
import { Icon } from "../shared/ui/icons";
import { session } from "./state";
import { detailWords as words } from "./words";

/** Who took it, where it was left, and how that looked. */
export function Proof({ order }: { order: Order }) {
  const { proof } = order;
  if (!proof) return null;
  const { name, note, pin, photo } = proof;
  if (!name && !note && !pin && !photo) return null;
  return (
    <section class="stack">
      <h3>{words.proof}</h3>
      {name && (
        <p class="with-icon">
          <Icon name="user" />
          {words.takenBy(name)}
        </p>
      )}
      {note && <p>{note}</p>}
      {pin && <p>{words.pin(pin)}</p>}
      {photo && <Photo path={`/orders/${order.id}/photos/${photo}`} />}
    </section>
  );
}

/** A picture that only the key opens, so it is fetched and not linked. */
function Photo({ path }: { path: string }) {
  const [shown, setShown] = useState<{ url: string } | "failed" | null>(null);
  useEffect(() => {
    let url: string | null = null;
    let wanted = true;
    session
      .rest()
      .blob(path)
      .then(
        (blob) => {
          if (!wanted) return;
          url = URL.createObjectURL(blob);
          setShown({ url });
        },
        () => wanted && setShown("failed"),
      );
    return () => {
      wanted = false;
      if (url) URL.revokeObjectURL(url);
    };
  }, [path]);
  if (shown === "failed") return <p class="muted">{words.photoFailed}</p>;
  return shown && <img class="proof-photo" src={shown.url} alt={words.photo} />;
}
