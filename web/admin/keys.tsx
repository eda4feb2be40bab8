import { useState } from "preact/hooks";
import { moment } from "../shared/format";
import type { Key } from "../shared/protocol";
import { Field } from "../shared/ui/field";
import { Sheet } from "../shared/ui/sheet";
import { TimeAgo } from "../shared/ui/time-ago";
import { invite, revoke } from "./commands";
import { ConfirmSheet } from "./confirm-sheet";
import { Listing, ListHead } from "./listing";
import { lists, session } from "./state";
import { keyWords as words, words as pageWords } from "./words";

export function KeysView() {
  const [making, make] = useState(false);
  const [revoking, setRevoking] = useState<Key | null>(null);
  const [old, showOld] = useState(false);
  return (
    <main class="list-view" aria-label={pageWords.views.keys}>
      <ListHead title={pageWords.views.keys} button={words.make} onMake={() => make(true)} />
      <Listing list={lists.keys} empty={{ title: words.emptyTitle, text: words.emptyText }}>
        {(rows) => {
          const newest = [...rows].sort((a, b) => b.created_at.localeCompare(a.created_at));
          const dead = newest.filter(isDead);
          return (
            <>
              <ul class="parties" aria-label={pageWords.views.keys}>
                {[...newest.filter((key) => !isDead(key)), ...(old ? dead : [])].map((key) => (
                  <Row key={key.id} of={key} onRevoke={() => setRevoking(key)} />
                ))}
              </ul>
              {!old && dead.length > 0 && (
                <button type="button" class="button more" onClick={() => showOld(true)}>
                  {words.old(dead.length)}
                </button>
              )}
            </>
          );
        }}
      </Listing>
      {making && <MakeKey onClose={() => make(false)} />}
      {revoking && (
        <ConfirmSheet
          title={words.revokeTitle(ownerOf(revoking))}
          text={words.revokeText}
          button={words.revoke}
          onConfirm={() => revoke(revoking.id, ownerOf(revoking))}
          onClose={() => setRevoking(null)}
        />
      )}
    </main>
  );
}

function Row({ of: key, onRevoke }: { of: Key; onRevoke: () => void }) {
  const own = key.id === session.me.value?.key_id;
  const dead = isDead(key);
  return (
    <li class={`party ${dead ? "is-dead" : ""}`} aria-label={ownerOf(key)}>
      <div class="party-who">
        <strong>{ownerOf(key)}</strong>
        <span class="muted">
          {words.roles[key.role]}
          {key.name && key.name !== ownerOf(key) && `, ${key.name}`}
        </span>
      </div>
      <div class="party-state">
        {own && <span class="chip">{words.this}</span>}
        {dead && <span class="chip">{key.revoked_at ? words.isRevoked : words.isExpired}</span>}
      </div>
      <div class="party-facts muted">
        <span>
          {words.made("")}
          <TimeAgo at={key.created_at} now={session.now} />
        </span>
        {key.expires_at && !dead && <span>{words.expires(moment(key.expires_at, session.now.value))}</span>}
      </div>
      <div class="party-do">
        {!dead && (
          <button type="button" class="button quiet warns" onClick={onRevoke}>
            {words.revoke}
          </button>
        )}
      </div>
    </li>
  );
}

function MakeKey({ onClose }: { onClose: () => void }) {
  const [name, setName] = useState("");
  const make = async (event: Event) => {
    event.preventDefault();
    if (await invite({ role: "admin", who: name.trim() || words.roles.admin })) onClose();
  };
  return (
    <Sheet
      title={words.make}
      kind="small"
      onClose={onClose}
      foot={
        <button type="submit" form="key-form" class="button big primary">
          {words.makeButton}
        </button>
      }
    >
      <form id="key-form" class="stack" onSubmit={make}>
        <p>{words.makeText}</p>
        <Field label={words.nameLabel} placeholder={words.nameHint} value={name} onInput={setName} maxLength={100} autocomplete="off" />
      </form>
    </Sheet>
  );
}

function isDead(key: Key): boolean {
  return !!key.revoked_at || (!!key.expires_at && Date.parse(key.expires_at) <= session.now.peek());
}

function ownerOf(key: Key): string {
  const people = key.role === "vendor" ? lists.vendors.rows.value : lists.drivers.rows.value;
  const id = key.vendor_id ?? key.driver_id;
  return (id && people?.find((one) => one.id === id)?.name) || key.name || words.unnamed;
}
