import { useState } from "preact/hooks";
import type { FieldError, Vendor } from "../shared/protocol";
import { Field } from "../shared/ui/field";
import { Select } from "../shared/ui/select";
import { toast } from "../shared/ui/toasts";
import { invite } from "./commands";
import { numberOf, textOf, useForm } from "./form";
import { FormSheet } from "./form-sheet";
import { lists, session } from "./state";
import { peopleWords as words } from "./words";

const FIELDS = ["name", "phone", "address", "lat", "lng", "zone"];

/** Makes a vendor and shows its sign-in link, or changes one. */
export function VendorForm({ vendor, onClose }: { vendor: Vendor | null; onClose: () => void }) {
  const [typed, setTyped] = useState({
    name: vendor?.name ?? "",
    phone: vendor?.phone ?? "",
    address: vendor?.address ?? "",
    lat: vendor?.lat?.toString() ?? "",
    lng: vendor?.lng?.toString() ?? "",
    zone: vendor?.zone ?? "",
  });
  const [code, setCode] = useState(vendor?.require_pickup_code ?? false);
  const form = useForm(FIELDS);
  const field = (key: keyof typeof typed) => ({
    value: typed[key],
    error: form.errorOf(key),
    onInput: (value: string) => setTyped({ ...typed, [key]: value }),
  });

  const save = (event: Event) => {
    const wrong: FieldError[] = [];
    const body = {
      name: typed.name.trim(),
      phone: textOf(typed.phone),
      address: textOf(typed.address),
      lat: numberOf("lat", typed.lat, wrong),
      lng: numberOf("lng", typed.lng, wrong),
      zone: textOf(typed.zone),
      require_pickup_code: code,
    };
    void form.submit(event, wrong, async () => {
      const { rest } = session;
      const saved = vendor ? await rest().patch<Vendor>(`/vendors/${vendor.id}`, body) : await rest().post<Vendor>("/vendors", body);
      onClose();
      await lists.vendors.load();
      if (vendor) toast(words.saved(body.name));
      else await invite({ role: "vendor", id: saved.id, who: saved.name });
    });
  };

  const zones = (lists.zones.rows.value ?? []).map(({ id, name }) => ({ value: id, word: name }));
  return (
    <FormSheet title={vendor ? words.editVendor : words.newVendor} button={vendor ? words.save : words.makeVendor} form={form} onSubmit={save} onClose={onClose}>
      <Field label={words.name} autocomplete="off" {...field("name")} />
      <Field label={words.phone} type="tel" autocomplete="off" {...field("phone")} />
      <Field label={words.address} hint={words.addressHint} autocomplete="off" {...field("address")} />
      <div class="pair">
        <Field label={words.lat} inputMode="decimal" autocomplete="off" {...field("lat")} />
        <Field label={words.lng} inputMode="decimal" autocomplete="off" {...field("lng")} />
      </div>
      <p class="field-note">{words.pointHint}</p>
      <Select
        label={words.zone}
        value={typed.zone}
        error={form.errorOf("zone")}
        options={[{ value: "", word: words.zoneByPlace }, ...zones]}
        onChange={(zone) => setTyped({ ...typed, zone })}
      />
      <label class="switch">
        <input type="checkbox" checked={code} onChange={(event) => setCode(event.currentTarget.checked)} />
        <span class="switch-track" aria-hidden="true" />
        <span>
          <strong>{words.code}</strong>
          <br />
          <span class="muted">{words.codeHint}</span>
        </span>
      </label>
    </FormSheet>
  );
}
