import {execFileSync} from 'node:child_process'
import {describe, expect, it} from 'vitest'
import {packageRoot} from '../helpers/run-chatctl.js'

/** Says how large the young generation has become after much garbage that lived for a while. */
const program = (first: string): string => `
  import {getHeapSpaceStatistics} from 'node:v8'
  ${first}
  let living = []
  for (let count = 0; count < 2_000_000; count++) {
    if (living.length === 40_000) living = []
    living.push({count})
  }
  console.log(getHeapSpaceStatistics().find(({space_name: name}) => name === 'new_space').space_size)
`

const youngBytesAfter = (first: string): number =>
  Number(execFileSync(process.execPath, ['--input-type=module', '--eval', program(first)], {cwd: packageRoot}))

describe('the young generation of the heap', () => {
  it('stays as small as it begins, whatever has to be collected', () => {
    const keepSmall = "import {keepYoungHeapSmall} from './build/cli/young-heap.js'\nkeepYoungHeapSmall()"
    expect(youngBytesAfter(keepSmall)).toBeLessThan(youngBytesAfter('') / 2)
  })
})
