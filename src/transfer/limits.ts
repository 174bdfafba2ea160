import {maxOpenChannels} from '../session/channels.js'

/** Files that one member may have offered another at once, waiting or under way; further ones wait where they are. */
export const maxOffers = 32

/** Files of one member that may be unfinished here: those it has ended may still have their traces cleared away. */
export const maxUnfinished = 2 * maxOffers

/** Relays that may come from one session at once, and as many that go to it: with its own files, a channel for each. */
export const maxRelays = maxOpenChannels - maxOffers

/** Files that are looked at at once before they are offered. */
export const maxInspections = 4
