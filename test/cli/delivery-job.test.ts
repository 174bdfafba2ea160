import {describe, expect, it} from 'vitest'
import {DeliveryJob} from '../../src/cli/delivery-job.js'
import {bob} from '../helpers/fake-conversation.js'

const progress = (transfer: number, bytes: number, total: number | null) =>
  ({event: 'progress', direction: 'send', transfer, bytes, total, rate: 1000}) as const
const sent = (transfer: number, bytes: number) =>
  ({event: 'sent', transfer, name: 'a', bytes, files: 1, ms: 1, resumedFrom: 0}) as const

describe('the files of a delivery', () => {
  it('are a whole once all of them have begun', () => {
    const job = new DeliveryJob(2)
    job.observe(progress(1, 100, 400))
    expect(job.progress).toEqual({bytes: 100, total: null, rate: 1000})
    job.observe(progress(2, 100, 600))
    expect(job.progress).toEqual({bytes: 200, total: 1000, rate: 2000})
  })

  it('are a whole of no known size while one is unknown', () => {
    const job = new DeliveryJob()
    job.observe(progress(1, 100, null))
    expect(job.progress.total).toBeNull()
  })

  it('count with what they brought when they have ended', () => {
    const job = new DeliveryJob(3)
    job.observe(sent(1, 500))
    job.observe(progress(2, 100, 400))
    job.observe({event: 'failed', transfer: 2, name: 'b', code: 'stalled', message: '', by: 'peer'})
    expect(job.progress.bytes).toBe(600)
    expect([job.count, job.countOver, job.isOver]).toEqual([3, 2, true])
  })

  it('begin anew when they are cleared', () => {
    const job = new DeliveryJob()
    const offer = {transfer: 1, from: bob, name: 'a', bytes: 10, files: 1, mediaType: 'text/plain'}
    job.observe({event: 'offer', ...offer})
    expect(job.isOver).toBe(false)
    job.clear()
    expect([job.count, job.progress.total]).toEqual([0, 0])
  })
})
