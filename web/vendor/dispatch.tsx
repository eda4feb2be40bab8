import { effect, signal } from "@preact/signals";
import { telLink } from "../shared/format";
import { readSettings } from "../shared/settings";
import { Icon } from "../shared/ui/icons";
import { session } from "./state";
import { words } from "./words";

/** The dispatcher's number, once the hub has told it. */
const phone = signal<string | null>(null);

// Asked for again with each new connection until it is known.
effect(() => {
  if (session.link.value.state !== "live" || phone.peek()) return;
  readSettings().then(
    (settings) => (phone.value = settings.dispatch_phone),
    () => undefined,
  );
});

/** One press to the dispatcher, where the hub has their number. */
export function CallDispatcher() {
  if (!phone.value) return null;
  return (
    <a class="button" href={telLink(phone.value)}>
      <Icon name="phone" />
      {words.nobody.call}
    </a>
  );
}
