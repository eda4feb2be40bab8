// A short sound and a shake for a new offer.

let audio: AudioContext | null = null;

// Browsers let a page sound and shake only after it has been touched.
addEventListener("pointerdown", () => (audio ??= new AudioContext()), { once: true });

export function callAttention(): void {
  if (!audio) return;
  navigator.vibrate?.([200, 100, 200]);
  const gain = audio.createGain();
  gain.connect(audio.destination);
  gain.gain.setValueAtTime(0.2, audio.currentTime);
  gain.gain.exponentialRampToValueAtTime(0.001, audio.currentTime + 0.5);
  for (const [hz, after_s] of [
    [660, 0],
    [880, 0.15],
  ] as const) {
    const tone = audio.createOscillator();
    tone.frequency.value = hz;
    tone.connect(gain);
    tone.start(audio.currentTime + after_s);
    tone.stop(audio.currentTime + after_s + 0.25);
  }
}
