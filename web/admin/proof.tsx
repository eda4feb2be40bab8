import { useEffect, useState } from "preact/hooks";
import type { Order } from "../shared/protocol";
import { session } from "./state";
import { words } from "./words";

type Proof = NonNullable<Order["proof"]>;

/** What the driver showed for a delivery, the photo too. */
export function ProofFacts({ order, proof }: { order: string; proof: Proof }) {
  const said = [proof.name, proof.note, proof.pin && words.proofPin(proof.pin)].filter(Boolean);
  return (
    <>
      {said.map((text) => (
        <dd key={text}>{text}</dd>
      ))}
      {proof.photo && (
        <dd>
          <Photo key={proof.photo} path={`/orders/${order}/photos/${proof.photo}`} />
        </dd>
      )}
    </>
  );
}

/** An image needs the key, which an address cannot carry: it is fetched, and shown from memory. */
function Photo({ path }: { path: string }) {
  const [url, setUrl] = useState<string | null>(null);
  const [gone, setGone] = useState(false);
  useEffect(() => {
    let made: string | null = null;
    let wanted = true;
    session
      .rest()
      .blob(path)
      .then(
        (blob) => {
          if (wanted) setUrl((made = URL.createObjectURL(blob)));
        },
        () => wanted && setGone(true),
      );
    return () => {
      wanted = false;
      if (made) URL.revokeObjectURL(made);
    };
  }, [path]);
  if (gone) return <p class="muted">{words.proofPhotoGone}</p>;
  if (!url) return <div class="proof-photo" />;
  return (
    <a href={url} target="_blank" rel="noopener">
      <img class="proof-photo" src={url} alt={words.proofPhoto} />
    </a>
  );
}
