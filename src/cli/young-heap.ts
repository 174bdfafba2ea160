import {setFlagsFromString} from 'node:v8'

/**
 * Keeps the young generation of the heap as small as it begins. Each record that TLS reads is memory outside of it, dead
 * at once and yet counted: where the young generation has grown, it is collected so seldom that full collections come
 * instead, ten a second at full speed, and talk waits for them. Measured by `bench/room.js`.
 */
export function keepYoungHeapSmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1')
}
