/** What is held by number: it is freed when it is closed and nobody works with it any more. */
export class Shelf<T extends { dispose(): void }> {
  readonly #held = new Map<number, { thing: T; users: number }>();
  readonly #what: string;
  #last = 0;

  /** An empty shelf. @param what What messages call the things. */
  constructor(what: string) {
    this.#what = what;
  }

  /** A number for something that is still being made. */
  reserve(): number {
    return ++this.#last;
  }

  /** Puts something on the shelf under a reserved number. */
  put(id: number, thing: T): void {
    this.#held.set(id, { thing, users: 0 });
  }

  /** Puts something on the shelf; returns its number. */
  add(thing: T): number {
    const id = this.reserve();
    this.put(id, thing);
    return id;
  }

  /** Whether it is there and not closed. */
  has(id: number): boolean {
    return this.#held.has(id);
  }

  /** A thing, which is not freed before it is let go. @throws RangeError when it is not there, or was closed. */
  hold(id: number): Disposable & { thing: T } {
    const held = this.#held.get(id);
    if (!held) throw new RangeError(`Cannot use ${this.#what} ${id}: expected one that is open, got none`);
    held.users++;
    return {
      thing: held.thing,
      [Symbol.dispose]: () => {
        if (--held.users === 0 && this.#held.get(id) !== held) held.thing.dispose();
      },
    };
  }

  /** Works with a thing. @throws As {@link Shelf.hold}. */
  async use<R>(id: number, work: (thing: T) => R | Promise<R>): Promise<R> {
    using held = this.hold(id);
    return await work(held.thing);
  }

  /** Takes a thing off the shelf; nothing happens when it is not there. */
  close(id: number): void {
    const held = this.#held.get(id);
    this.#held.delete(id);
    if (held?.users === 0) held.thing.dispose();
  }

  /** Closes all that fit. */
  closeWhere(fits: (thing: T) => boolean): void {
    for (const [id, { thing }] of this.#held) if (fits(thing)) this.close(id);
  }
}
