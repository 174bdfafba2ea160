import {describe, expect, it} from 'vitest'
import {dataDirectory} from '../../src/cli/home.js'

const linux = {platform: 'linux', homeDirectory: '/home/ana', env: {}} as const
const windows = {platform: 'win32', homeDirectory: String.raw`C:\Users\ana`, env: {}} as const

describe('dataDirectory', () => {
  it.each(['linux', 'darwin', 'win32'] as const)('is CHATCTL_HOME wherever that is set, on %s', platform => {
    expect(dataDirectory({...linux, platform, env: {CHATCTL_HOME: '/data'}})).toBe('/data')
  })

  it('follows the XDG directories, but for a relative one', () => {
    expect(dataDirectory(linux)).toBe('/home/ana/.local/share/chatctl')
    expect(dataDirectory({...linux, env: {XDG_DATA_HOME: '/srv/data'}})).toBe('/srv/data/chatctl')
    expect(dataDirectory({...linux, env: {XDG_DATA_HOME: 'data'}})).toBe('/home/ana/.local/share/chatctl')
    expect(dataDirectory({...linux, env: {CHATCTL_HOME: ''}})).toBe('/home/ana/.local/share/chatctl')
  })

  it('is in the Library on macOS', () => {
    expect(dataDirectory({...linux, platform: 'darwin', homeDirectory: '/Users/ana'})).toBe(
      '/Users/ana/Library/Application Support/chatctl',
    )
  })

  it('is in the local application data on Windows', () => {
    expect(dataDirectory(windows)).toBe(String.raw`C:\Users\ana\AppData\Local\chatctl`)
    expect(dataDirectory({...windows, env: {LOCALAPPDATA: String.raw`D:\local`}})).toBe(String.raw`D:\local\chatctl`)
  })
})
