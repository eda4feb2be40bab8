// English: what the first page says.

export const words = {
  claim: "Orders that are ready find a driver, exactly one, and everybody watches it happen.",
  doors: "Pages",
  vendor: { title: "Vendor", text: "Submit orders, say when they are ready, see them on their way" },
  driver: { title: "Driver", text: "Join your zones, claim an offer, carry it out" },
  admin: { title: "Dispatcher", text: "All orders, drivers and zones, live" },
  signIn: "You sign in with the link you were given. Writing a program of your own? Read the",
  api: "API",
};
