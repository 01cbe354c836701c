/** Whether this browser gives back what was drawn: some answer with noise, so that nobody can be told by it. */

const SIDE = 16;

/** A canvas of that size, to draw on. @throws Error this browser has none, or none that large */
export function canvasOf(width: number, height: number): { readonly canvas: HTMLCanvasElement; readonly pen: CanvasRenderingContext2D } {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [width, height];
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  if (pen === null) throw new Error("no canvas");
  return { canvas, pen };
}

/** What is on a canvas as a file of that type. @throws Error this browser gives nothing back */
export function fileOf(canvas: HTMLCanvasElement, type: string): Promise<Blob> {
  return new Promise((resolve, reject) => {
    const done = (blob: Blob | null): void => {
      if (blob === null) reject(new Error("no picture"));
      else resolve(blob);
    };
    canvas.toBlob(done, type, 0.92);
  });
}

function pattern(): ImageData {
  const data = new ImageData(SIDE, SIDE);
  crypto.getRandomValues(data.data);
  for (let place = 3; place < data.data.length; place += 4) data.data[place] = 255;
  return data;
}

function isSame(one: ImageData, other: ImageData): boolean {
  return one.data.every((value, place) => value === other.data[place]);
}

/** Whether pixels come back from a canvas, and from a picture made of it, exactly as they were drawn. */
export async function isHonest(): Promise<boolean> {
  try {
    const drawn = pattern();
    const { canvas, pen } = canvasOf(SIDE, SIDE);
    pen.putImageData(drawn, 0, 0);
    if (!isSame(drawn, pen.getImageData(0, 0, SIDE, SIDE))) return false;
    const again = canvasOf(SIDE, SIDE);
    again.pen.drawImage(await createImageBitmap(await fileOf(canvas, "image/png")), 0, 0);
    return isSame(drawn, again.pen.getImageData(0, 0, SIDE, SIDE));
  } catch {
    return false;
  }
}
