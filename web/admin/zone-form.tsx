import { useState } from "preact/hooks";
import { ZONE_COLOR } from "../shared/map/kinds";
import type { FieldError, Zone } from "../shared/protocol";
import { Field } from "../shared/ui/field";
import { toast } from "../shared/ui/toasts";
import { readArea, writeArea } from "./area";
import { textOf, useForm } from "./form";
import { FormSheet } from "./form-sheet";
import { lists, session } from "./state";
import { zoneWords as words } from "./words";
import { ZoneBoxes } from "./zone-boxes";
import { draftOf, RULE_FIELDS, rulesOf, ZoneRules } from "./zone-rules";

const FIELDS = ["name", "id", "color", "area", "neighbours", ...RULE_FIELDS];

export function ZoneForm({ zone, onClose }: { zone: Zone | null; onClose: () => void }) {
  const [name, setName] = useState(zone?.name ?? "");
  const [id, setId] = useState<string | null>(null);
  const [color, setColor] = useState(zone?.color ?? ZONE_COLOR);
  const [area, setArea] = useState(writeArea(zone?.area));
  const [neighbours, setNeighbours] = useState<readonly string[]>(zone?.neighbours ?? []);
  const [rules, setRules] = useState(draftOf(zone?.rules));
  const form = useForm(FIELDS);
  const slug = zone?.id ?? id ?? slugOf(name);

  const save = (event: Event) => {
    const wrong: FieldError[] = [];
    const read = readArea(area);
    if (read.error) wrong.push({ field: "area", message: read.error });
    const body = {
      id: slug,
      name: name.trim(),
      color: textOf(color),
      area: read.area,
      neighbours,
      // A zone is written anew as a whole: what is left out goes back to its default.
      rules: rulesOf(rules, wrong),
    };
    void form.submit(event, wrong, async () => {
      const { rest } = session;
      await (zone ? rest().put(`/zones/${encodeURIComponent(zone.id)}`, body) : rest().post("/zones", body));
      onClose();
      await lists.zones.load();
      toast(words.saved(body.name));
    });
  };

  return (
    <FormSheet title={zone ? words.edit(zone.name) : words.title} button={zone ? words.save : words.makeButton} form={form} onSubmit={save} onClose={onClose}>
      <Field label={words.name} value={name} onInput={setName} error={form.errorOf("name")} autocomplete="off" />
      {!zone && <Field label={words.id} value={slug} onInput={setId} error={form.errorOf("id")} hint={words.idHint} autocomplete="off" spellcheck={false} />}
      <div class="color-row">
        <Field label={words.color} value={color} onInput={setColor} error={form.errorOf("color")} autocomplete="off" spellcheck={false} />
        <input
          type="color"
          aria-label={words.color}
          value={/^#[0-9a-f]{6}$/i.test(color) ? color : ZONE_COLOR}
          onInput={(event) => setColor(event.currentTarget.value)}
        />
      </div>
      <div class="area-field">
        <Field label={words.area} value={area} onInput={setArea} error={form.errorOf("area")} hint={words.areaHint} rows={8} spellcheck={false} />
      </div>
      <ZoneBoxes legend={words.neighbours} hint={words.neighboursHint} chosen={neighbours} onChange={setNeighbours} error={form.errorOf("neighbours")} without={zone?.id} />
      <ZoneRules draft={rules} onChange={setRules} errorOf={form.errorOf} />
    </FormSheet>
  );
}

function slugOf(name: string): string {
  return name
    .toLowerCase()
    .normalize("NFD")
    .replace(/[\u0300-\u036f]/g, "")
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "")
    .slice(0, 32);
}
