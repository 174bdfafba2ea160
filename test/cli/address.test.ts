import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {parseAddress, resolveAddress} from '../../src/cli/address.js'

const port = fc.integer({min: 1, max: 65_535})
const ipv4 = fc.ipV4()
const ipv6 = fc.ipV6().filter(address => !address.includes('.'))
const name = fc.domain()

describe('parseAddress', () => {
  it('takes IPv4 addresses and names, with a port or without', () => {
    fc.assert(
      fc.property(fc.oneof(ipv4, name), port, (host, number) => {
        expect(parseAddress(host)).toEqual({host})
        expect(parseAddress(`${host}:${number}`)).toEqual({host, port: number})
      }),
    )
  })

  it('takes a bare IPv6 address as all address, and one in brackets with a port or without', () => {
    fc.assert(
      fc.property(ipv6, port, (host, number) => {
        expect(parseAddress(host)).toEqual({host})
        expect(parseAddress(`[${host}]`)).toEqual({host})
        expect(parseAddress(`[${host}]:${number}`)).toEqual({host, port: number})
      }),
    )
  })

  it.each([
    ['fe80::1%eth0', {host: 'fe80::1%eth0'}],
    ['[fe80::1%eth0]:5001', {host: 'fe80::1%eth0', port: 5001}],
    ['::1:5000', {host: '::1:5000'}],
    ['::ffff:192.0.2.1', {host: '::ffff:192.0.2.1'}],
    ['bob', {host: 'bob'}],
    ['bücher.example:5001', {host: 'bücher.example', port: 5001}],
  ])('reads %s', (text, address) => {
    expect(parseAddress(text)).toEqual(address)
  })

  it.each(['', ' ', ':5000', 'host:', 'host:0', 'host:65536', 'host:http', 'host:5000 ', 'a b', 'a/b', 'bob@host'])(
    'refuses %j with exit code 2',
    text => {
      expect(() => parseAddress(text)).toThrow(expect.objectContaining({code: 'bad-argument', exitCode: 2}))
    },
  )

  it.each(['1:2:3', '[::1', '[::1]5000', '[::1]:', '[::1]:0', '[]', '[bob]:5000', '::1%', '::1%a%b', 'fe80::1%\u001b'])(
    'refuses %j as an IPv6 address',
    text => {
      expect(() => parseAddress(text)).toThrow(expect.objectContaining({code: 'bad-argument'}))
    },
  )

  it('never throws anything else, whatever is typed', () => {
    fc.assert(
      fc.property(fc.string({unit: 'binary'}), text => {
        try {
          expect(parseAddress(text).host).not.toBe('')
        } catch (error) {
          expect(error).toMatchObject({code: 'bad-argument'})
        }
      }),
    )
  })
})

describe('resolveAddress', () => {
  it('names no port when none is given: a remembered device has one of its own', () => {
    expect(resolveAddress(['bob'])).toEqual({host: 'bob'})
  })

  it('takes the port from the address or from the flag', () => {
    expect(resolveAddress(['bob:5001'])).toEqual({host: 'bob', port: 5001})
    expect(resolveAddress([undefined, 'bob'], 5001)).toEqual({host: 'bob', port: 5001})
  })

  it('takes what is given twice and alike', () => {
    expect(resolveAddress(['bob:5001', 'BOB'], 5001)).toEqual({host: 'bob', port: 5001})
    expect(resolveAddress(['::1', '[::1]:5001'])).toEqual({host: '::1', port: 5001})
  })

  it.each([
    ['two addresses', ['bob', 'ana'], undefined],
    ['two ports in two addresses', ['bob:5001', 'bob:5002'], undefined],
    ['a port in the address and another by the flag', ['bob:5001'], 5002],
  ])('refuses %s with exit code 2', (_, typed, flag) => {
    expect(() => resolveAddress(typed, flag)).toThrow(expect.objectContaining({code: 'address-conflict', exitCode: 2}))
  })

  it('has no answer when no host is named', () => {
    expect(resolveAddress([undefined, undefined], 5001)).toBeUndefined()
  })
})
