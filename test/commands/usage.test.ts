import {describe, expect, it} from 'vitest'
import {runChatctl} from '../helpers/run-chatctl.js'

describe('chatctl --version', () => {
  it('names the version', async () => {
    const {exitCode, stdout} = await runChatctl(['--version'])
    expect(stdout).toMatch(/^chatctl\/\d+\.\d+\.\d+\S* /)
    expect(exitCode).toBe(0)
  })

  it('says what oclif would', async () => {
    const {stdout} = await runChatctl(['--version'])
    const {stdout: help} = await runChatctl(['--help'])
    expect(help).toContain(`VERSION\n  ${stdout}`)
  })

  it('and --help are silent in any NODE_ENV', async () => {
    const {exitCode, stderr} = await runChatctl(['--help'], {env: {NODE_ENV: 'development'}})
    expect({exitCode, stderr}).toEqual({exitCode: 0, stderr: ''})
  })
})

describe('a wrong command line', () => {
  it.each([
    [
      ['hsot'],
      'there is no command `chatctl hsot`',
      'Did you mean `chatctl host`? `chatctl --help` lists the commands.',
    ],
    [
      ['plugins', 'ad'],
      'there is no command `chatctl plugins ad`',
      'Did you mean `chatctl plugins add`? `chatctl --help` lists the commands.',
    ],
    [['xyzzy', 'plugh'], 'there is no command `chatctl xyzzy plugh`', '`chatctl --help` lists the commands.'],
    [['chat'], 'there is no command `chatctl chat`', '`chatctl --help` lists the commands.'],
    [['host', '--bogus'], 'nonexistent flag: --bogus', '`chatctl host --help` says what it takes.'],
    [['join', '1.2.3.4', '5.6.7.8'], 'unexpected argument: 5.6.7.8', '`chatctl join --help` says what it takes.'],
    [
      ['host', '-p', 'http'],
      '--port: expected an integer but received: http',
      '`chatctl host --help` says what it takes.',
    ],
    [
      ['join', 'bob', '-p', '0'],
      '--port: expected an integer greater than or equal to 1 but received: 0',
      '`chatctl join --help` says what it takes.',
    ],
    [
      ['join', 'bob', '--wait', 'soon'],
      '--wait: "soon" is not a number of seconds',
      '`chatctl join --help` says what it takes.',
    ],
    [
      ['join', 'bob', '--timeout', '0'],
      '--timeout: "0" is not a number of seconds of at least 0.001',
      '`chatctl join --help` says what it takes.',
    ],
    [
      ['host', '--max-members', '0'],
      '--max-members: expected an integer greater than or equal to 1 but received: 0',
      '`chatctl host --help` says what it takes.',
    ],
    [
      ['send-file', '--to', 'bob', '-', '-'],
      'standard input can be read only once',
      'Give `-` once; a file that is called `-` is `./-`.',
    ],
    [
      ['send-file', '--to', 'bob'],
      'PATH is missing: what to send; `-` is standard input',
      '`chatctl send-file --help` says what it takes.',
    ],
    [
      ['peers', 'rename', 'ana'],
      'NEW is missing: what it is to be called',
      '`chatctl peers rename --help` says what it takes.',
    ],
    [
      ['send-file', '--to', 'bob', ''],
      'an empty path names nothing',
      'Name a file or a directory; in a script, the variable for it may be empty.',
    ],
    [
      ['send-file', '--to', 'bob', 'a'.repeat(300)],
      `cannot read ${'a'.repeat(300)}: longer than this system holds`,
      'A name has its limit (mostly 255 bytes), and so has a whole path (4,096): shorten one, or work from a directory further down.',
    ],
    [
      ['host', '--accept', 'some'],
      'expected --accept=some to be one of: all, known, ask, none',
      '`chatctl host --help` says what it takes.',
    ],
  ])('%j exits 2 and says what is wrong and what to do', async (argv, what, hint) => {
    const {exitCode, stdout, stderr} = await runChatctl(argv)
    expect(stderr).toBe(`Error: ${what}\n  ${hint}\n`)
    expect({exitCode, stdout}).toEqual({exitCode: 2, stdout: ''})
  })

  it('is an event with --json, and exits 2', async () => {
    const {exitCode, stdout} = await runChatctl(['join', '--json', '--bogus'])
    expect(JSON.parse(stdout)).toEqual({
      v: 1,
      event: 'error',
      at: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      code: 'bad-argument',
      message: 'nonexistent flag: --bogus',
    })
    expect(exitCode).toBe(2)
  })

  it('is one result with --json of send-file, and exits 2', async () => {
    const {exitCode, stdout} = await runChatctl(['send-file', '--json', 'a.txt'])
    expect(JSON.parse(stdout)).toEqual({
      v: 1,
      ok: false,
      exitCode: 2,
      error: {code: 'no-address', message: 'no address is given', suggestions: [expect.stringContaining('--to')]},
    })
    expect(exitCode).toBe(2)
  })

  it('shows a stack only to those who debug', async () => {
    const {stderr} = await runChatctl(['host', '--bogus'], {env: {DEBUG: 'chatctl*'}})
    expect(stderr).toMatch(/^Error: nonexistent flag: --bogus\n {2}.*\nChatctlError: .*\n {4}at /m)
    expect((await runChatctl(['host', '--bogus'], {env: {DEBUG: 'http'}})).stderr).not.toContain('    at ')
  })
})

describe('join without an address', () => {
  it('exits 2 and does not take standard input for it', async () => {
    const {exitCode, stderr} = await runChatctl(['join'], {input: '1.2.3.4\n'})
    expect(stderr).toMatch(/^Error: no address is given\n {2}Name the host/)
    expect(exitCode).toBe(2)
  })
})
