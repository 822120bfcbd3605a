import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * State that fits into memory and outlives the process: one JSON file, replaced as a whole by a rename, so that a crash leaves
 * the old or the new one. Writes are queued; `saved` resolves when the last is on disk.
 */
export class StateFile<T extends object> {
  private writing: Promise<void> = Promise.resolve();

  private constructor(
    private readonly path: string,
    readonly value: T,
  ) {}

  /** @throws where the file is there and is not JSON, naming it: it is never overwritten unread. */
  static async open<T extends object>(path: string, initial: () => Promise<T> | T): Promise<StateFile<T>> {
    await mkdir(dirname(path), { recursive: true });
    const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw error;
    });
    const file = new StateFile(path, text === undefined ? await initial() : parse<T>(path, text));
    if (text === undefined) await file.save();
    return file;
  }

  /** Keys and demo passwords are in it: readable by its owner alone. */
  save(): Promise<void> {
    this.writing = this.writing
      .catch(() => undefined)
      .then(async () => {
        const partial = `${this.path}.partial`;
        await writeFile(partial, JSON.stringify(this.value, null, 2), { mode: 0o600 });
        await rename(partial, this.path);
      });
    return this.writing;
  }

  get saved(): Promise<void> {
    return this.writing;
  }
}

function parse<T>(path: string, text: string): T {
  try {
    return JSON.parse(text) as T;
  } catch {
    throw new Error(`${path} is damaged: it is not JSON. Delete it to begin with fresh demo data.`);
  }
}
