import { useState } from "preact/hooks";
import type { Driver, FieldError } from "../shared/protocol";
import { Field } from "../shared/ui/field";
import { toast } from "../shared/ui/toasts";
import { invite } from "./commands";
import { numberOf, textOf, useForm } from "./form";
import { FormSheet } from "./form-sheet";
import { lists, session } from "./state";
import { peopleWords as words } from "./words";
import { ZoneBoxes } from "./zone-boxes";

const ORDERS_USUAL = 2;
const FIELDS = ["name", "phone", "vehicle", "equipment", "max_active_orders", "zones_allowed"];

/** Makes a driver and shows his sign-in link, or changes one. */
export function DriverForm({ driver, onClose }: { driver: Driver | null; onClose: () => void }) {
  const [name, setName] = useState(driver?.name ?? "");
  const [phone, setPhone] = useState(driver?.phone ?? "");
  const [vehicle, setVehicle] = useState(driver?.vehicle ?? "");
  const [equipment, setEquipment] = useState((driver?.equipment ?? []).join(", "));
  const [most, setMost] = useState(String(driver?.max_active_orders ?? ORDERS_USUAL));
  const [allowed, setAllowed] = useState<readonly string[]>(driver?.zones_allowed ?? []);
  const form = useForm(FIELDS);

  const save = (event: Event) => {
    const wrong: FieldError[] = [];
    const max_active_orders = numberOf("max_active_orders", most, wrong) ?? ORDERS_USUAL;
    const zones_allowed = allowed.length ? allowed : null;
    const brings = equipment.split(",").map((thing) => thing.trim()).filter(Boolean);
    const body = { name: name.trim(), phone: textOf(phone), vehicle: textOf(vehicle), equipment: brings, max_active_orders, zones_allowed };
    void form.submit(event, wrong, async () => {
      const { rest } = session;
      const saved = driver ? await rest().patch<Driver>(`/drivers/${driver.id}`, body) : await rest().post<Driver>("/drivers", body);
      onClose();
      await lists.drivers.load();
      if (driver) toast(words.saved(body.name));
      else await invite({ role: "driver", id: saved.id, who: saved.name });
    });
  };

  return (
    <FormSheet title={driver ? words.editDriver : words.newDriver} button={driver ? words.save : words.makeDriver} form={form} onSubmit={save} onClose={onClose}>
      <Field label={words.name} value={name} onInput={setName} error={form.errorOf("name")} autocomplete="off" />
      <Field label={words.phone} type="tel" value={phone} onInput={setPhone} error={form.errorOf("phone")} autocomplete="off" />
      <Field label={words.vehicle} value={vehicle} onInput={setVehicle} error={form.errorOf("vehicle")} hint={words.vehicleHint} autocomplete="off" />
      <Field label={words.equipment} value={equipment} onInput={setEquipment} error={form.errorOf("equipment")} hint={words.equipmentHint} autocomplete="off" />
      <Field label={words.max} value={most} onInput={setMost} error={form.errorOf("max_active_orders")} inputMode="numeric" autocomplete="off" />
      <ZoneBoxes legend={words.allowed} hint={words.allowedHint} chosen={allowed} onChange={setAllowed} error={form.errorOf("zones_allowed")} />
    </FormSheet>
  );
}
