import { pointOf, telLink } from "../shared/format";
import type { Place } from "../shared/protocol";
import { Icon } from "../shared/ui/icons";
import { words } from "./words";

interface Props {
  title: string;
  name: string | null;
  place: Place;
  phone: string | null;
  /** Where the driver goes `now` is shown whole; the others in two lines. */
  when: "past" | "now" | "later";
}

/** One end of the job: who, where, how to call and how to get there. */
export function Stop({ title, name, place, phone, when }: Props) {
  const links = when === "now" ? navigation(place) : null;
  return (
    <li class={`stop is-${when}`} aria-current={when === "now" ? "step" : undefined}>
      <span class="stop-mark" aria-hidden="true">
        <Icon name={when === "past" ? "check" : "map-pin"} />
      </span>
      <div class="stop-text">
        <h3 class="muted">{title}</h3>
        {name && <p class="stop-name">{name}</p>}
        <p class="stop-address">{place.address ?? (name ? "" : words.noDropoff)}</p>
        {place.instructions && when !== "past" && (
          <p class="with-icon">
            <Icon name="info" />
            {place.instructions}
          </p>
        )}
        {when === "now" && (
          <div class="row wrap">
            {links && (
              <a class="button" href={links.own} rel="noreferrer" target={links.own.startsWith("http") ? "_blank" : undefined}>
                <Icon name="navigation" />
                {words.navigate}
              </a>
            )}
            {phone && (
              <a class="button" href={telLink(phone)} aria-label={words.call(name ?? title)}>
                <Icon name="phone" />
                {words.callShort}
              </a>
            )}
            {links && links.google !== links.own && (
              <a class="button quiet" href={links.google} rel="noreferrer" target="_blank">
                {words.google}
              </a>
            )}
          </div>
        )}
      </div>
    </li>
  );
}

/** `geo:` opens the phone's own choice of maps, except on Apple's, which knows only its own address. */
function navigation(place: Place): { own: string; google: string } | null {
  const point = pointOf(place);
  const target = point ? `${point.lat},${point.lng}` : (place.address ?? "");
  if (!target) return null;
  const query = encodeURIComponent(target);
  const google = `https://www.google.com/maps/dir/?api=1&destination=${query}`;
  if (/iPhone|iPad|Macintosh/.test(navigator.userAgent)) return { own: `https://maps.apple.com/?daddr=${query}`, google };
  if (/Android/.test(navigator.userAgent)) return { own: `geo:${point ? target : "0,0"}?q=${query}`, google };
  return { own: google, google };
}
