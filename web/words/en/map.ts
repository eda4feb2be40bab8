// English: what a map says.

export const mapWords = {
  zoomIn: "Zoom in",
  zoomOut: "Zoom out",
  all: "Show everything",
  pickHere: "Pin at the cross",
  pickHelp: "Tap the place, or move the map until the cross is on it.",
  moveHelp: "Arrow keys move the map, plus and minus zoom.",
  pickKeys: "Arrow keys move the map, plus and minus zoom, Enter puts the pin at the cross.",
  failed: "The map could not be loaded. The places on it are listed here.",
  loading: "Loading the map",
  nothing: "There is nothing to show on the map yet.",
  on: "On the map",
  zones: (names: string) => `Zones: ${names}`,
  pin: { pickup: (label: string) => `Pickup: ${label}`, dropoff: (label: string) => `Drop-off: ${label}` },
  driver: (name: string) => `Driver: ${name}`,
  driverQuiet: (name: string) => `Driver: ${name}, not heard of for a while`,
  me: "You are here",
  you: "You",
  away: { pickup: (what: string, distance: string) => `${what}, ${distance} from the pickup`, dropoff: (what: string, distance: string) => `${what}, ${distance} from the drop-off` },
};
