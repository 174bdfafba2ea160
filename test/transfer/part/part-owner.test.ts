import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {describe, expect, it} from 'vitest'
import {isHeld, noOwner, systemMachine, thisOwner} from '../../../src/transfer/part/part-owner.js'
import {until} from '../../helpers/until.js'

const bootedMs = 1000
const machine = {isAlive: (pid: number) => pid === 88, bootedMs: () => bootedMs}
const token = '0'.repeat(16)

describe('a part', () => {
  it.each([
    ['of this process is held', thisOwner(), true],
    ['of another one that lives is held', {pid: 88, token}, true],
    ['of one that has ended is not', {pid: 77, token}, false],
    ['of an earlier one that had the number of this is not', {pid: process.pid, token}, false],
    ['that was put away is not', noOwner(), false],
    ['that cannot be resumed is not', undefined, false],
  ])('%s', (_, owner, held) => {
    expect(isHeld(owner, bootedMs + 1, machine)).toBe(held)
  })

  it('that was used last before the machine was started is held by nobody', () => {
    expect(isHeld({pid: 88, token}, bootedMs - 1, machine)).toBe(false)
    expect(isHeld(thisOwner(), bootedMs - 1, machine)).toBe(false)
  })

  it('has a word of its own, also among those of one process', () => {
    const tokens = Array.from({length: 50}, () => [thisOwner().token, noOwner().token]).flat()
    expect(new Set(tokens).size).toBe(100)
  })
})

describe.runIf(process.platform === 'linux')('a process that was killed', () => {
  it('holds nothing, though its parent never asks what became of it', async () => {
    const parent = spawn('sh', ['-c', 'sleep 60 & echo $!; exec sleep 60'])
    const [printed] = (await once(parent.stdout, 'data')) as [Buffer]
    const pid = Number(printed.toString())
    expect(systemMachine.isAlive(pid)).toBe(true)
    process.kill(pid, 'SIGKILL')
    await until(() => !systemMachine.isAlive(pid))
    expect(process.kill(pid, 0)).toBe(true)
    parent.kill('SIGKILL')
    await once(parent, 'exit')
  })
})
