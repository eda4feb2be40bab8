// What an alert says, in the reader's language: the hub says it in English.

import { lasted } from "../shared/format";
import type { Alert } from "../shared/protocol";
import { zoneName } from "./state";
import { words } from "./words";

const said = words.alertDetails;

const KNOWN: readonly (readonly [pattern: RegExp, say: (...found: string[]) => string])[] = [
  [/^no driver is on duty in (.+)$/, (zones) => said.nobodyOnDuty(zones.split(", ").map(zoneName).join(", "))],
  [
    /^on offer for (\d+) s and not claimed: round (\d+), sent to (\d+) drivers?, seen by (\d+)$/,
    (s, round, sent, seen) => said.unclaimed(spanOf(s), Number(round), Number(sent), Number(seen)),
  ],
  [/^ready for (\d+) s and not given to a driver$/, (s) => said.notGiven(spanOf(s))],
  [/^(.+) is to pick it up and has not been connected for (\d+) s$/, (driver, s) => said.lost(driver, spanOf(s))],
  [/^(.+) was to pick it up and is blocked$/, (driver) => said.blocked(driver)],
];

/** The alert's `detail`; a sentence that is not known here stands as the hub says it. */
export function alertInWords({ detail }: Alert): string {
  for (const [pattern, say] of KNOWN) {
    const found = pattern.exec(detail);
    if (found) return say(...found.slice(1));
  }
  return detail;
}

const SECONDS_MAX = 180;

/** Seconds are said as such while they are few. */
function spanOf(s: string): string {
  return Number(s) < SECONDS_MAX ? `${s} s` : lasted(Number(s) * 1000);
}
