// What a page lets people hear: a bell for what has happened, and an alarm that goes on until somebody acts.
//
// Browsers keep a page silent until it is touched; `sound` says whether that has been, so that a page can ask for it.

import { effect, type ReadonlySignal, signal } from "@preact/signals";
import { preferences } from "./preferences";
import { type Melody, melodies, samplesOf } from "./sound/melody";

/** `locked` until the page is touched; `unsupported` where a browser cannot sound at all. */
export type SoundState = "locked" | "ready" | "unsupported";

const SHAKE_EVERY_MS = 2_000;

const state = signal<SoundState>(typeof AudioContext === "undefined" ? "unsupported" : "locked");
const wanted = signal(false);

export const sound: ReadonlySignal<SoundState> = state;
/** The alarm is on, whether or not it can be heard. */
export const alarming: ReadonlySignal<boolean> = wanted;

let context: AudioContext | null = null;
let loudness: GainNode | null = null;
let alarm: AudioBufferSourceNode | null = null;
let shaking: ReturnType<typeof setInterval> | undefined;
const buffers = new Map<Melody, AudioBuffer>();

/** Rings once, if sound is on and the page has been touched. */
export function ring(): void {
  if (preferences.peek().sound && state.peek() === "ready") play("bell", false);
}

/** Sounds, and shakes where a device can, over and over until it is stopped. Asking twice changes nothing. */
export function startAlarm(): void {
  wanted.value = true;
}

export function stopAlarm(): void {
  wanted.value = false;
}

/** Plays it now, at the chosen loudness; false where nothing can be heard. To be called from a press. */
export async function testSound(melody: Melody): Promise<boolean> {
  await unlock();
  if (state.peek() !== "ready") return false;
  play(melody, false);
  return true;
}

/** Makes the page able to sound. To be called from a press or a key; every press on the page does it, too. */
export async function unlock(): Promise<void> {
  if (state.peek() === "unsupported") return;
  context ??= open();
  // A call, or another app, takes the sound away from a phone's page; the next touch takes it back.
  if (context.state !== "running") await context.resume().catch(() => undefined);
  state.value = context.state === "running" ? "ready" : "locked";
}

function open(): AudioContext {
  // On an iPhone this sounds even if the switch at its side is on silent.
  const { audioSession } = navigator as { audioSession?: { type: string } };
  if (audioSession) audioSession.type = "playback";
  const opened = new AudioContext();
  loudness = opened.createGain();
  loudness.connect(opened.destination);
  opened.addEventListener("statechange", () => (state.value = opened.state === "running" ? "ready" : "locked"));
  return opened;
}

function play(melody: Melody, loop: boolean): AudioBufferSourceNode | null {
  if (!context || !loudness) return null;
  loudness.gain.value = loudnessOf(preferences.peek().volume);
  const source = context.createBufferSource();
  source.buffer = bufferOf(context, melody);
  source.loop = loop;
  source.connect(loudness);
  source.start();
  return source;
}

function bufferOf(audio: AudioContext, melody: Melody): AudioBuffer {
  const known = buffers.get(melody);
  if (known) return known;
  const samples = samplesOf(melodies[melody], audio.sampleRate);
  const buffer = audio.createBuffer(1, samples.length, audio.sampleRate);
  buffer.copyToChannel(samples, 0);
  buffers.set(melody, buffer);
  return buffer;
}

/** Ears hear ratios: half the slider is to sound half as loud. */
function loudnessOf(volume: number): number {
  return (volume / 100) ** 2;
}

// One loop in the audio hardware, since timers of a page in the background come late.
effect(() => {
  const { sound: on, volume } = preferences.value;
  if (loudness) loudness.gain.value = loudnessOf(volume);
  const heard = wanted.value && on && state.value === "ready";
  if (heard && !alarm) alarm = play("alarm", true);
  if (!heard && alarm) {
    alarm.stop();
    alarm = null;
  }
});

effect(() => {
  const shakes = wanted.value && state.value !== "locked";
  clearInterval(shaking);
  if (!shakes) return;
  const shake = () => void globalThis.navigator?.vibrate?.([400, 200, 400]);
  shake();
  shaking = setInterval(shake, SHAKE_EVERY_MS);
});

if (typeof window !== "undefined") {
  // Not before a press is whole: a hint that goes away as soon as a finger is down would move what the finger is on.
  for (const touch of ["click", "keydown"]) {
    window.addEventListener(touch, () => state.peek() !== "ready" && void unlock(), { capture: true, passive: true });
  }
}
