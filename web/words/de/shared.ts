// Deutsch: was mehrere Seiten sagen.

import type * as English from "../en/shared";

export const vehicleWords: typeof English.vehicleWords = {
  foot: "zu Fuß",
  bicycle: "Fahrrad",
  cargo_bike: "Lastenrad",
  moped: "Moped",
  motorcycle: "Motorrad",
  car: "Auto",
  van: "Transporter",
};

export const needWords: typeof English.needWords = { hot_bag: "Warmtasche", cooler: "Kühlbox", thermal_bag: "Thermotasche", cool_bag: "Kühltasche", age_check: "Alter prüfen" };

export const statusWords: typeof English.statusWords = {
  scheduled: "Vorbestellt",
  submitted: "In Zubereitung",
  ready_for_pickup: "Fahrer gesucht",
  assigned: "Fahrer gefunden",
  enroute_to_pickup: "Fahrer kommt",
  arrived_at_pickup: "An der Theke",
  picked_up: "Unterwegs",
  arrived_at_dropoff: "An der Tür",
  delivered: "Zugestellt",
  returning: "Kommt zurück",
  returned: "Zurückgebracht",
  cancelled: "Storniert",
  expired: "Kein Fahrer gefunden",
  failed: "Gescheitert",
};

export const linkWords: typeof English.linkWords = {
  live: "Live",
  connecting: "Verbinde",
  offline: "Offline, neuer Versuch",
  refused: "Abgemeldet",
  stopping: "Server startet neu",
  updated: (ago) => `aktualisiert ${ago}`,
};

export const timeWords: typeof English.timeWords = {
  now: "gerade eben",
  seconds: (n) => `vor ${n} s`,
  minutes: (n) => `vor ${n} min`,
  hours: (n) => `vor ${n} h`,
  days: (n) => (n === 1 ? "vor 1 Tag" : `vor ${n} Tagen`),
  forMinutes: (n) => `${n} min`,
  forHours: (n, minutes) => `${n} h ${minutes}`,
  forDays: (n) => (n === 1 ? "1 Tag" : `${n} Tage`),
};

export const signInWords: typeof English.signInWords = {
  title: { vendor: "Laden", driver: "Fahrer", admin: "Disposition" },
  ask: "Öffnen Sie den Anmeldelink, den Sie bekommen haben, oder fügen Sie ihn hier ein.",
  label: "Anmeldelink oder Schlüssel",
  button: "Anmelden",
  notAKey: "Das sieht nicht nach einem Schlüssel aus. Er beginnt mit wp_ und ist ein langes Wort.",
  unauthorized: "Dieser Schlüssel wird nicht angenommen. Er wurde gesperrt oder ist abgelaufen. Bitten Sie die Disposition um einen neuen Link.",
  forbidden: "Dieser Schlüssel gehört nicht zu dieser Seite.",
  blocked: "Sie sind zurzeit gesperrt. Fragen Sie die Disposition.",
  elsewhere: { vendor: "Zur Seite für Läden", driver: "Zur Seite für Fahrer", admin: "Zur Seite der Disposition" },
};

export const whyWords: typeof English.whyWords = {
  claimed: "ging an einen anderen Fahrer",
  assigned: "von der Disposition einem anderen Fahrer gegeben",
  reassigned: "von der Disposition einem anderen Fahrer gegeben",
  released: "von der Disposition von Ihrer Liste genommen",
  withdrawn: "vom Laden zurückgezogen",
  cancelled: "storniert",
  expired: "das Angebot ist abgelaufen",
  failed: "von der Disposition aufgegeben",
  finished: "fertig",
  away: "weg, während Sie nicht verbunden waren",
};

export const chatWords: typeof English.chatWords = {
  title: "Chat",
  label: "Nachricht",
  placeholder: "Nachricht schreiben",
  send: "Senden",
  you: "Sie",
  empty: "Noch keine Nachrichten. Was Sie hier schreiben, lesen der Laden, der Fahrer und die Disposition.",
  earlierFailed: "Frühere Nachrichten konnten nicht geladen werden.",
  waits: "Wird noch gesendet",
  tryAgain: "Noch einmal",
  roles: { vendor: "Laden", driver: "Fahrer", admin: "Disposition", hub: "Server" },
};

export const commonWords: typeof English.commonWords = {
  newer: "Es gibt eine neue Fassung dieser Seite.",
  newerButton: "Zeigen",
  close: "Schließen",
  cancel: "Zurück",
  loading: "Wird geladen",
  reasonLabel: "Grund",
  otherReason: "Etwas anderes",
  uncertain: "Der Server hat nicht geantwortet, es ist also nicht sicher, ob es geklappt hat. Sehen Sie nach, bevor Sie es noch einmal versuchen.",
  undo: "Rückgängig",
  signOut: "Abmelden",
  dismiss: "Ausblenden",
  language: "Sprache",
};

export const eventWords: typeof English.eventWords = {
  "order.submitted": "Aufgegeben",
  "order.updated": "Geändert",
  "order.ready_for_pickup": "Fertig, Fahrern angeboten",
  "order.withdrawn": "Vom Laden zurückgezogen",
  "order.assigned": "Fahrer gefunden",
  "order.released": "Vom Fahrer zurückgegeben",
  "order.enroute_to_pickup": "Fahrer auf dem Weg zur Abholung",
  "order.arrived_at_pickup": "Fahrer an der Theke",
  "order.picked_up": "Abgeholt",
  "order.arrived_at_dropoff": "Fahrer an der Tür",
  "order.delivered": "Zugestellt",
  "order.returning": "Kommt zurück",
  "order.returned": "Wieder im Laden",
  "order.failed": "Gescheitert",
  "order.cancelled": "Storniert",
  "order.expired": "Kein Fahrer gefunden",
  "order.reopened": "Wieder geöffnet",
  "order.undone": "Letzter Schritt rückgängig gemacht",
  "order.problem": "Problem",
  "order.message": "Nachricht",
};

export const timelineWords: typeof English.timelineWords = {
  title: "Verlauf",
  by: (who) => `von ${who}`,
  doneAt: (time) => `getan um ${time}, später gemeldet`,
  failed: "Der Verlauf konnte nicht geladen werden.",
};

export const preferenceWords: typeof English.preferenceWords = {
  open: "Ton und Anzeige",
  title: "Ton und Anzeige",
  sound: "Ton",
  soundHint: {
    bell: "Eine Glocke, wenn ein Fahrer eine Bestellung nimmt, sich nähert und ankommt, und wenn etwas nicht stimmt",
    alarm: "Klingelt, bis Sie auf ein Angebot geantwortet haben",
  },
  volume: "Lautstärke",
  test: "Probe",
  played: "Das war der Ton. Nichts gehört? Stellen Sie das Gerät selbst lauter und sehen Sie nach, ob es stumm ist.",
  silent: "Dieser Browser lässt die Seite nicht klingen. Nehmen Sie einen anderen oder sehen Sie in seinen Einstellungen nach.",
  touch: "Der Ton ist aus, bis Sie die Seite berühren.",
  turnOn: "Ton einschalten",
  text: "Schriftgröße",
  texts: { normal: "Normal", large: "Groß", larger: "Größer" },
  theme: "Farben",
  themes: { system: "Wie das Gerät", light: "Hell", dark: "Dunkel" },
  contrast: "Hoher Kontrast",
  left: "Für die linke Hand",
  leftHint: "Knöpfe rücken zu Ihrem linken Daumen",
};
