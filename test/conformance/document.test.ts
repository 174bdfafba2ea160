import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {
  frameRules,
  headerBytes,
  maxAdmissionPayloadBytes,
  maxPayloadBytes,
  type FrameName,
  type FrameRule,
} from '../../src/protocol/frame.js'
import {
  fileMessage,
  hostMessage,
  maxMessageBytes,
  maxNickBytes,
  maxTextBytes,
  memberMessage,
} from '../../src/protocol/messages.js'
import {maxNickColumns} from '../../src/protocol/nick.js'
import {maxSharers} from '../../src/protocol/payloads.js'
import {recordRules} from '../../src/protocol/tree-record.js'
import {admissionDeadlineMs} from '../../src/security/admission.js'
import {admissionTable} from '../../src/security/admission-steps.js'
import {codeLimits} from '../../src/security/codes.js'
import {guardLimits} from '../../src/security/guard.js'
import {attachTimeoutMs} from '../../src/session/attach.js'
import {maxHeldBytes, minChannelWindowBytes} from '../../src/session/bulk-budget.js'
import {maxOpenChannels} from '../../src/session/channels.js'
import {heartbeatIntervalMs, silentIntervals} from '../../src/session/heartbeat.js'
import {maxInFlightBytes} from '../../src/session/outbox.js'
import {maxPassersBy} from '../../src/guests.js'
import {maxTalkBytes} from '../../src/session/talk-budget.js'
import {maxOutboxBytes} from '../../src/session/session.js'
import {windowDefaults} from '../../src/session/window-sizer.js'
import {maxBlockBytes} from '../../src/transfer/compression/block.js'
import {returnPatienceMs} from '../../src/transfer/incoming-channels.js'
import {offerLifetimeMs} from '../../src/transfer/incoming.js'
import {verifyPatienceMs} from '../../src/transfer/outgoing-channels.js'
import {offerPatienceMs} from '../../src/transfer/outgoing.js'
import {pausePatienceMs} from '../../src/transfer/pauses.js'
import {roomPatienceMs} from '../../src/transfer/room-wait.js'
import {stallMs} from '../../src/transfer/stall-watch.js'
import {maxOffers, maxRelays} from '../../src/transfer/limits.js'
import {patienceMs} from '../../src/transfer/many/shared-window.js'
import {maxRelayedBytes} from '../../src/transfer/relay/relay-budget.js'
import {lastPatienceMs, maxSharedWindowBytes} from '../../src/transfer/relay/relay-pipe.js'
import {handshakeDeadlineMs} from '../../src/transport/handshakes.js'
import {packageRoot} from '../helpers/run-chatctl.js'

const text = readFileSync(join(packageRoot, 'docs/protocol.md'), 'utf8')
const recordings = ['transcript.txt', 'resumed-tree.txt'].map(name =>
  readFileSync(join(packageRoot, 'test/fixtures', name), 'utf8'),
)

/** The rows of the table whose first column has this title, cell by cell, below a heading. */
function tableOf(title: string, heading = ''): string[][] {
  const from = text.indexOf(`\n| ${title} |`, text.indexOf(heading))
  expect(from, title).toBeGreaterThan(0)
  const rows = text
    .slice(from + 1)
    .split('\n\n')[0]!
    .split('\n')
  return rows.slice(2).map(row =>
    row
      .split('|')
      .slice(1, -1)
      .map(cell => cell.trim()),
  )
}

function rowOf(name: FrameName): string[] {
  const {
    type,
    phase,
    isOfChannel,
    number,
    flags,
    minPayloadBytes: min,
    maxPayloadBytes: max,
  }: FrameRule = frameRules[name]
  const of = isOfChannel ? 'channel' : 'connection'
  const meaning = number === 'unused' ? '' : number
  return [
    name,
    String(type),
    phase,
    of,
    meaning,
    flags ? `${flags} = more` : '',
    min === max ? `${min}` : `${min} to ${max}`,
  ]
}

const typesOf = ({options}: typeof memberMessage | typeof hostMessage | typeof fileMessage): string[] =>
  options.map(option => option.entries.type.literal)

const limits = {
  header: headerBytes,
  'payload of a frame': maxPayloadBytes,
  'payload of a frame in admission': maxAdmissionPayloadBytes,
  'TLS handshake': handshakeDeadlineMs,
  admission: admissionDeadlineMs,
  attach: attachTimeoutMs,
  'text of a message': maxTextBytes,
  'message as JSON': maxMessageBytes,
  nick: maxNickBytes,
  'nick, in columns': maxNickColumns,
  'messages on their way': maxInFlightBytes,
  'messages that wait': maxOutboxBytes,
  'messages that wait for all sessions of a host': maxTalkBytes,
  'passers-by (`say`, `deliver`) at once': maxPassersBy,
  ping: heartbeatIntervalMs,
  'pings without a sign of life': silentIntervals,
  'channels of the peer': maxOpenChannels,
  'smallest window of a channel': minChannelWindowBytes,
  'bytes that wait, of all channels': maxHeldBytes,
  'budget of all channels, at first': windowDefaults.initialBytes,
  'budget of all channels, least': windowDefaults.minBytes,
  'budget of all channels, most': windowDefaults.maxBytes,
  'offers of one member to another': maxOffers,
  'relays from one session, or to one': maxRelays,
  'bytes that relays keep': maxRelayedBytes,
  'transfers that share a channel, besides the first': maxSharers,
  'bytes that wait for the last of those who share a channel': maxSharedWindowBytes,
  'time that one of them may hold the others up': patienceMs,
  'the same, of one that cannot go on by itself': lastPatienceMs,
  'life of an offer': offerLifetimeMs,
  'life of an offer, for its sender': offerPatienceMs,
  'transfer without a byte': stallMs,
  'wait for the answer to an end': verifyPatienceMs,
  'transfer that is paused': pausePatienceMs,
  'wait for room on a full disk': roomPatienceMs,
  'sockets not attached': guardLimits.arrivals,
  'sockets not attached, from one address': guardLimits.arrivalsOfOneSource,
  'life of one that has lost its place': guardLimits.reprieveMs,
  'payload of a block, and what it expands to': maxBlockBytes,
  'wait for the next channel, after a loss': returnPatienceMs,
  'proofs at once': guardLimits.proofs,
  'wrong codes of one source': guardLimits.wrongCodesOfOneSource,
  'wait after those, doubling': guardLimits.firstPenaltyMs,
  'wrong codes of all sources': guardLimits.wrongCodes,
  'one of those forgotten': guardLimits.wrongCodeForgottenMs,
  'wrong codes until a code that was made is replaced': codeLimits.untilReplaced,
  'wrong codes until it is withdrawn': codeLimits.untilWithdrawn,
  'sources of wrong codes that are remembered': guardLimits.offenders,
  'one of those forgotten, after its wait': guardLimits.offenderForgottenMs,
}

describe('docs/protocol.md', () => {
  it('has every frame as it is', () => {
    const documented = tableOf('frame', '### Frames').map(row => row.filter((_, index) => index !== 6))
    expect(documented).toEqual((Object.keys(frameRules) as FrameName[]).map(rowOf))
  })

  it('has every record of a tree with its type and its bounds', () => {
    const rows = tableOf('record').map(([name, type, , bytes]) => [name, type, bytes])
    const rules = Object.entries(recordRules).map(([name, {type, minPayloadBytes: min, maxPayloadBytes: max}]) => [
      name,
      String(type),
      min === max ? String(min) : `${min} to ${max}`,
    ])
    expect(rows).toEqual(rules)
  })

  it('has every limit as it is', () => {
    const documented = tableOf('limit').map(([limit, value]) => [limit, Number(value!.replace(/[^\d]/g, ''))])
    expect(Object.fromEntries(documented)).toEqual(limits)
  })

  it.each([
    ['### From a joiner', typesOf(memberMessage).filter(type => !typesOf(fileMessage).includes(type))],
    ['### From the host', typesOf(hostMessage).filter(type => !typesOf(fileMessage).includes(type))],
    ['### From both', typesOf(fileMessage)],
  ])('has every message: %s', (heading, types) => {
    expect(tableOf('message', heading).map(([type]) => type)).toEqual(types.map(type => `\`${type}\``))
  })

  it.each(['### States of the joiner', '### States of the host'])('has every state of an admission: %s', heading => {
    const documented = tableOf('state', heading).map(([state, , takes]) => [state, takes!.split(' ')[0]!.toLowerCase()])
    const states = Object.entries(admissionTable).filter(([, {takes}]) => takes !== undefined)
    expect(documented).toEqual(states.map(([state, {takes}]) => [`\`${state}\``, takes]))
  })

  it('quotes what was recorded as it is', () => {
    const quotes = [...text.matchAll(/```transcript\n([^]*?)```/g)].map(([, quote]) => quote!)
    for (const quote of quotes)
      expect(
        recordings.some(recording => recording.includes(quote)),
        quote,
      ).toBe(true)
    const shown = recordings.map(recording => quotes.filter(quote => recording.includes(quote)).length)
    expect(Math.min(...shown)).toBeGreaterThan(4)
  })
})
