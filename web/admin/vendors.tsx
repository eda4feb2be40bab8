import { useState } from "preact/hooks";
import { telLink } from "../shared/format";
import type { Vendor } from "../shared/protocol";
import { Icon } from "../shared/ui/icons";
import { Chip } from "../shared/ui/status-chip";
import { block, busy, invite } from "./commands";
import { ConfirmSheet } from "./confirm-sheet";
import { Listing, ListHead, Search } from "./listing";
import { filter, lists, session, view, zoneName } from "./state";
import { VendorForm } from "./vendor-form";
import { peopleWords as words, words as pageWords } from "./words";
import { isClosed } from "../shared/live";

const EMPTY = { title: words.noVendorsTitle, text: words.noVendorsText };

export function VendorsView() {
  const [text, setText] = useState("");
  const [form, open] = useState<Vendor | "new" | null>(null);
  const [blocking, setBlocking] = useState<Vendor | null>(null);
  const wanted = text.trim().toLowerCase();
  return (
    <main class="list-view" aria-label={pageWords.views.vendors}>
      <ListHead title={pageWords.views.vendors} button={words.newVendor} onMake={() => open("new")}>
        <Search label={words.searchVendors} value={text} onInput={setText} />
      </ListHead>
      <Listing list={lists.vendors} empty={EMPTY}>
        {(rows) => (
          <ul class="parties" aria-label={pageWords.views.vendors}>
            {[...rows]
              .filter((vendor) => vendor.name.toLowerCase().includes(wanted))
              .sort((a, b) => Number(a.blocked) - Number(b.blocked) || a.name.localeCompare(b.name))
              .map((vendor) => (
                <Row key={vendor.id} vendor={vendor} onChange={() => open(vendor)} onBlock={() => setBlocking(vendor)} />
              ))}
          </ul>
        )}
      </Listing>
      {form && <VendorForm vendor={form === "new" ? null : form} onClose={() => open(null)} />}
      {blocking && (
        <ConfirmSheet
          title={words.blockTitle(blocking.name)}
          text={words.blockText}
          button={words.block}
          onConfirm={() => block("vendors", blocking)}
          onClose={() => setBlocking(null)}
        />
      )}
    </main>
  );
}

function Row({ vendor, onChange, onBlock }: { vendor: Vendor; onChange: () => void; onBlock: () => void }) {
  return (
    <li class="party" aria-label={vendor.name}>
      <div class="party-who">
        <strong>{vendor.name}</strong>
        <span class="muted">{vendor.phone && <a href={telLink(vendor.phone)}>{vendor.phone}</a>}</span>
      </div>
      <div class="party-state">{vendor.blocked && <Chip tone="alarm" icon="circle-x" word={words.driverState.blocked} />}</div>
      <div class="party-facts">
        <span>{[vendor.address, vendor.zone && zoneName(vendor.zone)].filter(Boolean).join(", ")}</span>
        <Load vendor={vendor} />
      </div>
      <div class="party-do">
        <button type="button" class="button quiet" aria-busy={busy.value.has(`invite ${vendor.id}`)} onClick={() => void invite({ role: "vendor", id: vendor.id, who: vendor.name })}>
          <Icon name="qr-code" />
          {words.link}
        </button>
        <button type="button" class="button quiet" onClick={onChange}>
          {words.change}
        </button>
        {vendor.blocked ? (
          <button type="button" class="button quiet" onClick={() => void block("vendors", vendor)}>
            {words.unblock}
          </button>
        ) : (
          <button type="button" class="button quiet warns" onClick={onBlock}>
            {words.block}
          </button>
        )}
      </div>
    </li>
  );
}

function Load({ vendor }: { vendor: Vendor }) {
  const open = [...session.orders.value.values()].filter((order) => order.vendor.id === vendor.id && !isClosed(order.status)).length;
  if (open === 0) return null;
  const show = () => {
    filter.value = { group: "open", zone: "", text: vendor.name };
    view.value = "orders";
  };
  return (
    <button type="button" class="button quiet load" onClick={show}>
      {words.activeLabel(open)}
      <span class="visually-hidden"> {vendor.name}</span>
    </button>
  );
}
