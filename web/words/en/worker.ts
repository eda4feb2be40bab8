// English: what the notices on a locked screen say.

export const pushWords = {
  offer: (vendor: string) => `New offer: ${vendor}`,
  away: (distance: string) => `${distance} from pickup to drop-off`,
  packages: (n: number) => `${n} packages`,
  assigned: (code: string, vendor: string) => `${code} is yours: ${vendor}`,
  unassigned: (code: string, vendor: string) => `${code} is no longer yours: ${vendor}`,
  message: (from: string, code: string) => `${from}, ${code}`,
  arrived: (driver: string, code: string) => `${driver} is here for ${code}`,
  problem: (code: string) => `A problem with ${code}`,
  expired: (code: string) => `No driver took ${code}`,
  expiredText: "Offer it again, or call the dispatcher.",
  ended: (code: string) => `The offer of ${code} is over`,
  open: "Open",
  renewTitle: "Open Waypost once",
  renewTexts: {
    "/driver": "The phone has changed its address for notices. Offers reach you again as soon as you have opened the page.",
    "/vendor": "The browser has changed its address for notices. They reach you again as soon as you have opened the page.",
  },
};
