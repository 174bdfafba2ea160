import {createHash, type Hash} from 'node:crypto'
import {readSync} from 'node:fs'
import {parentPort} from 'node:worker_threads'

/** What the thread is asked to do with a file, whose first `bytes` are there; each but `extend` is answered. */
export interface DigestRequest {
  verb: 'extend' | 'digest' | 'forget'
  request: number
  descriptor: number
  bytes: number
}

/** What the thread answers to a request. */
export interface DigestAnswer {
  request: number
  /** The digest in hex; nothing to who had a file forgotten. */
  result: string
  /** What the system says about a file that cannot be read. */
  error?: {message: string; code: string; syscall: string}
}

interface Job {
  readonly descriptor: number
  readonly hash: Hash
  position: number
  /** How far it may be read. */
  bytes: number
  /** The request that waits for the digest. */
  request?: number
  error?: NonNullable<DigestAnswer['error']>
}

const jobs = new Map<number, Job>()
/** Small enough to be hashed out of the cache that it was read into. */
const block = Buffer.allocUnsafeSlow(128 * 1024)
let isAtWork = false

parentPort?.on('message', (asked: DigestRequest) => {
  if (asked.verb === 'forget') forget(asked)
  else extend(asked)
})

function forget({request, descriptor}: DigestRequest): void {
  jobs.delete(descriptor)
  answer({request, result: ''})
}

function extend({verb, request, descriptor, bytes}: DigestRequest): void {
  const job = jobs.get(descriptor) ?? {descriptor, hash: createHash('sha256'), position: 0, bytes}
  jobs.set(descriptor, job)
  job.bytes = bytes
  if (verb === 'digest') job.request = request
  if (!isAtWork) work()
}

/** A block of each file in turn, then a look at what else is asked: a large file must not hold up the others. */
function work(): void {
  for (const job of jobs.values()) advance(job)
  isAtWork = [...jobs.values()].some(hasMore)
  if (isAtWork) setImmediate(work)
}

function hasMore({position, bytes}: Job): boolean {
  return position < bytes
}

function advance(job: Job): void {
  if (hasMore(job)) hashBlock(job)
  if (hasMore(job) || job.request === undefined) return
  jobs.delete(job.descriptor)
  const {request, error} = job
  answer(error ? {request, result: '', error} : {request, result: job.hash.digest('hex')})
}

/** What is not there any more is left out: then it is another digest. */
function hashBlock(job: Job): void {
  try {
    const wanted = Math.min(block.length, job.bytes - job.position)
    const bytesRead = readSync(job.descriptor, block, 0, wanted, job.position)
    job.hash.update(block.subarray(0, bytesRead))
    job.position = bytesRead === 0 ? job.bytes : job.position + bytesRead
  } catch (thrown) {
    const {message, code = '', syscall = ''} = thrown as NodeJS.ErrnoException
    job.error = {message, code, syscall}
    job.position = job.bytes
  }
}

function answer(message: DigestAnswer): void {
  parentPort?.postMessage(message)
}
