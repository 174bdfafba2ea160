/** An object as it is with the keys that have no value left out. */
export type Present<T extends object> = {[Key in keyof T]?: Exclude<T[Key], undefined>}

/** Leaves out the keys that have no value, so that whoever reads the object finds its own defaults. */
export function present<T extends object>(fields: T): Present<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Present<T>
}
