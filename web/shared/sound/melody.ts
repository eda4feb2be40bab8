// The sounds themselves, made and not loaded: nothing to fetch when it matters.

export type Melody = "bell" | "alarm";

interface Note {
  hz: number;
  from_s: number;
  lasts_s: number;
}

export interface Notes {
  notes: readonly Note[];
  /** How long it is, with the silence at its end. */
  length_s: number;
}

export const melodies: Record<Melody, Notes> = {
  // A shop's door: two tones that fall, and fade.
  bell: {
    notes: [
      { hz: 1319, from_s: 0, lasts_s: 0.9 },
      { hz: 1047, from_s: 0.35, lasts_s: 1.2 },
    ],
    length_s: 1.6,
  },
  // Three quick calls that rise, and a breath.
  alarm: {
    notes: [0, 0.28, 0.56].flatMap((from_s) => [
      { hz: 988, from_s, lasts_s: 0.12 },
      { hz: 1319, from_s: from_s + 0.12, lasts_s: 0.14 },
    ]),
    length_s: 1.5,
  },
};

/** Overtones: small loudspeakers have little below 800 Hz, and a plain sine is lost in a kitchen. */
const OVERTONES = [1, 0.5, 0.25];
const ATTACK_S = 0.008;

/** One channel of samples between -1 and 1. */
export function samplesOf({ notes, length_s }: Notes, rate_hz: number): Float32Array<ArrayBuffer> {
  const samples = new Float32Array(Math.ceil(length_s * rate_hz));
  for (const { hz, from_s, lasts_s } of notes) {
    const first = Math.floor(from_s * rate_hz);
    const end = Math.min(samples.length, first + Math.floor(lasts_s * rate_hz));
    for (let at = first; at < end; at++) {
      const t = (at - first) / rate_hz;
      const tone = OVERTONES.reduce((sum, part, index) => sum + part * Math.sin(2 * Math.PI * hz * (index + 1) * t), 0);
      samples[at] = (samples[at] ?? 0) + tone * envelope(t, lasts_s);
    }
  }
  const peak = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 1e-9);
  return samples.map((sample) => (sample / peak) * 0.95);
}

/** Rises quickly, fades, and is silent at its end, so that nothing clicks. */
function envelope(t: number, lasts_s: number): number {
  return Math.min(1, t / ATTACK_S) * Math.exp((-3 * t) / lasts_s) * Math.min(1, (lasts_s - t) / ATTACK_S);
}
