import {PassThrough} from 'node:stream'
import {describe, expect, it} from 'vitest'
import {ask, askAddress, askCode, askToEnterUnproved, Interrupted} from '../../src/cli/prompts.js'

/** Where a person types `keys`; each question gets the next of them. */
function person(...keys: string[]) {
  const [input, output] = [new PassThrough(), new PassThrough()]
  const seen: string[] = []
  output.on('data', (data: Buffer) => {
    seen.push(data.toString())
    if (data.toString().includes('? ')) input.write(keys.shift() ?? '')
  })
  return {terminal: {input, output}, screen: () => seen.join('')}
}

describe('ask', () => {
  it('returns the line without the spaces around it', async () => {
    expect(await ask('name? ', person(' ana \r').terminal)).toBe('ana')
  })

  it('returns nothing when the input ends', async () => {
    expect(await ask('name? ', person('\u0004').terminal)).toBeUndefined()
  })

  it('throws when Ctrl-C is pressed, half way too', async () => {
    await expect(ask('name? ', person('an\u0003').terminal)).rejects.toThrow(Interrupted)
  })

  it('leaves the input to whoever reads it next', async () => {
    const {terminal} = person('ana\r')
    await ask('name? ', terminal)
    expect(terminal.input.isPaused()).toBe(true)
    const reading = ask('next: ', terminal)
    terminal.input.write('bob\r')
    expect(await reading).toBe('bob')
  })
})

const noSlip = (message: string): never => {
  throw new Error(message)
}

describe('askCode', () => {
  it.each([
    'Code:  legal-zoo-abandon',
    '"legal zoo abandon"',
    'legal–zoo—abandon',
    'legal_zoo.abandon,',
    '  LEGA   zoo aban  ',
  ])('takes what is copied or typed as %s', async typed => {
    expect(await askCode('code? ', person(`${typed}\r`).terminal, noSlip)).toBe('legal-zoo-abandon')
  })

  it('returns the canonical code', async () => {
    expect(await askCode('code? ', person('Legal ZOO aban\r').terminal, noSlip)).toBe('legal-zoo-abandon')
  })

  it('asks again when it is not well formed, and says why', async () => {
    const {terminal, screen} = person('legal-zoo\r', 'legal-zooo-abandon\r', 'legal-zoo-abandon\r')
    const slips: string[] = []
    expect(await askCode('code? ', terminal, slip => slips.push(slip))).toBe('legal-zoo-abandon')
    expect(slips).toEqual([
      'a code has at least 3 words: 2 given',
      expect.stringMatching(/^word 2 of the code is not in the list: the nearest are zoo, /),
    ])
    expect(screen().split('code? ')).toHaveLength(4)
  })

  it('is not admitted without an answer', async () => {
    await expect(askCode('code? ', person('\u0004').terminal, noSlip)).rejects.toMatchObject({
      code: 'no-code',
      exitCode: 4,
    })
  })
})

describe('askAddress', () => {
  it.each([
    ['returns what is typed', ['bob\r'], 'bob'],
    ['asks again after an empty line', ['\r', 'bob\r'], 'bob'],
  ])('%s', async (_, keys, address) => {
    const {terminal, screen} = person()
    const answering = askAddress(terminal)
    for (const key of keys) terminal.input.write(key)
    expect(await answering).toBe(address)
    expect(screen()).toContain('Address of the host: ')
  })

  it('has no address without an answer', async () => {
    const {terminal} = person()
    const answering = askAddress(terminal)
    terminal.input.write('\u0004')
    await expect(answering).rejects.toMatchObject({code: 'no-address', exitCode: 2})
  })
})

describe('askToEnterUnproved', () => {
  it.each([
    ['y', true],
    ['Yes', true],
    ['n', false],
    ['', false],
    ['yup', false],
  ])('takes %j for %s', async (answer, isAccepted) => {
    const {terminal} = person()
    const answering = askToEnterUnproved(terminal)
    terminal.input.write(`${answer}\r`)
    expect(await answering).toBe(isAccepted)
  })

  it('takes no answer for no', async () => {
    const {terminal} = person()
    const answering = askToEnterUnproved(terminal)
    terminal.input.end()
    expect(await answering).toBe(false)
  })
})
