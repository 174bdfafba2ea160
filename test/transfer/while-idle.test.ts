import {expect, it} from 'vitest'
import type {Pauses} from '../../src/transfer/pauses.js'
import {idleMs, whileIdle} from '../../src/transfer/while-idle.js'
import {FakeClock} from '../helpers/fake-clock.js'

function scene(isMoving = true) {
  const clock = new FakeClock()
  const said: string[] = []
  const pauses = {
    isMoving,
    pause: (reason: string) => said.push(`pause ${reason}`),
    resume: (reason: string) => said.push(`resume ${reason}`),
  } as unknown as Pauses
  let finish: () => void = () => undefined
  const working = whileIdle(pauses, clock, () => new Promise<void>(resolve => (finish = resolve)))
  return {clock, said, working, finish: () => finish()}
}

it('says that it is idle when something takes long, until that is done', async () => {
  const {clock, said, working, finish} = scene()
  clock.advance(idleMs)
  expect(said).toEqual(['pause idle'])
  finish()
  await working
  expect(said).toEqual(['pause idle', 'resume idle'])
})

it('says nothing of what is done soon, nor when it is over already', async () => {
  const soon = scene()
  soon.finish()
  await soon.working
  soon.clock.advance(idleMs)
  expect(soon.said).toEqual(['resume idle'])
  const over = scene(false)
  over.clock.advance(idleMs)
  expect(over.said).toEqual([])
})
