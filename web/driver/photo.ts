// A photo of a delivery: made small on the phone, kept there with its order, and sent when there is a network.

import type { Rest } from "../shared/rest";
import type { Shelf } from "../shared/shelf";

/** What the hub takes. */
export const BYTES_MAX = 2 * 1024 * 1024;

/** Tried one after the other until the picture is small enough: the longest side, and how much detail is kept. */
const SIZES: readonly { side_px: number; quality: number }[] = [
  { side_px: 1600, quality: 0.8 },
  { side_px: 1600, quality: 0.6 },
  { side_px: 1200, quality: 0.6 },
  { side_px: 800, quality: 0.6 },
];

/** On the shelf under its order's id. Bytes and no `Blob`: older Safaris lose those. */
interface Kept {
  bytes: ArrayBuffer;
  type: string;
}

export class NoPhoto extends Error {}

/** The picture as it is sent: upright, at most 1600 px long, and with nothing in it but the picture. @throws [`NoPhoto`]. */
export async function shrink(file: Blob): Promise<Blob> {
  const picture = await createImageBitmap(file).catch(() => {
    throw new NoPhoto("this is no picture that the browser knows");
  });
  try {
    for (const { side_px, quality } of SIZES) {
      const scale = Math.min(1, side_px / Math.max(picture.width, picture.height));
      const small = await draw(picture, Math.round(picture.width * scale), Math.round(picture.height * scale), quality);
      if (small.size <= BYTES_MAX) return small;
    }
  } finally {
    picture.close();
  }
  throw new NoPhoto("this picture cannot be made small enough");
}

function draw(picture: ImageBitmap, width: number, height: number, quality: number): Promise<Blob> {
  const canvas = Object.assign(document.createElement("canvas"), { width, height });
  canvas.getContext("2d")?.drawImage(picture, 0, 0, width, height);
  return new Promise((resolve, reject) =>
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new NoPhoto("the browser could not draw it"))), "image/jpeg", quality),
  );
}

export async function keepPhoto(shelf: Shelf, order: string, photo: Blob): Promise<void> {
  await shelf.put("photos", order, { bytes: await photo.arrayBuffer(), type: photo.type } satisfies Kept);
}

export async function keptPhoto(shelf: Shelf, order: string): Promise<Blob | null> {
  const kept = await shelf.get<Kept>("photos", order);
  return kept ? new Blob([kept.bytes], { type: kept.type }) : null;
}

/** Sends the photo that is kept for an order, and gives the hub's name for it. The same bytes again have the same name. */
export async function sendPhoto(shelf: Shelf, rest: Rest, order: string): Promise<string | null> {
  const photo = await keptPhoto(shelf, order);
  if (!photo) return null;
  const { id } = await rest.upload<{ id: string }>(`/orders/${order}/photos`, photo);
  return id;
}
