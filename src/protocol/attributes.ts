import * as v from 'valibot'

/** The furthest moment of a date, either way. ECMA-262, 21.4.1.1. */
const maxDateMs = 8.64e15

/** When something was changed last: whole milliseconds since 1970, less before. */
export const mtimeMs = v.pipe(v.number(), v.safeInteger(), v.minValue(-maxDateMs), v.maxValue(maxDateMs))

/** Says of a file that its owner may run it. */
export const executable = v.literal(true)

/** What goes with a file besides its name and its bytes, or with a directory besides what is in it. */
export interface Attributes {
  readonly mtimeMs?: v.InferOutput<typeof mtimeMs> | undefined
  readonly executable?: v.InferOutput<typeof executable> | undefined
}

/** The time that is sent for one of the system's, which may be further off than any date. */
export function toMtimeMs(systemMs: number): number {
  // Where a whole millisecond was set, a little less is there: cut off, it would be another one on each way.
  return Math.round(Math.min(maxDateMs, Math.max(-maxDateMs, systemMs)))
}

/** Returns the attributes that something has, and nothing else of it. */
export function attributesOf({mtimeMs, executable}: Attributes): Attributes {
  return {...(mtimeMs !== undefined && {mtimeMs}), ...(executable && {executable})}
}
