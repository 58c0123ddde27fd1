import { defineScript } from './script.ts'

/** Lua knows numbers only as floating point, and writes long ones with an exponent: times stay text. */

/** By the clock of the process or of the server, whichever is behind: what others still need is not cleared away. */
const OVER_BY = `
local function over_by(now)
  local time = redis.call('TIME')
  return string.format('%.0f', math.min(tonumber(now), time[1] * 1000 + math.floor(time[2] / 1000)))
end
`

/** Keeps a session, and clears away more than it adds of what has expired. */
export const START = defineScript(`${OVER_BY}
local session, user, started, expiring, generation = unpack(KEYS)
local now, member, expires_at = ARGV[1], ARGV[2], ARGV[3]
redis.call('HSET', session, 'generation', redis.call('GET', generation) or '0', unpack(ARGV, 4))
redis.call('PEXPIREAT', session, expires_at)
redis.call('ZADD', user, expires_at, member)
redis.call('PEXPIREAT', user, expires_at, 'NX')
redis.call('PEXPIREAT', user, expires_at, 'GT')
redis.call('ZADD', started, 0, member)
redis.call('ZADD', expiring, expires_at, member)
local over = over_by(now)
redis.call('ZREMRANGEBYSCORE', user, '-inf', over)
for _, gone in ipairs(redis.call('ZRANGEBYSCORE', expiring, '-inf', over, 'LIMIT', 0, 100)) do
  redis.call('ZREM', started, gone)
  redis.call('ZREM', expiring, gone)
end
`)

export const CONFIRM = defineScript(`
local session, generation = unpack(KEYS)
local at = ARGV[1]
local found = redis.call('HMGET', session, 'expiresAt', 'generation')
if not found[1] or tonumber(found[1]) <= tonumber(at) then return 0 end
if found[2] ~= (redis.call('GET', generation) or '0') then return 0 end
redis.call('HSET', session, 'lastSeenAt', at)
return 1
`)

/** The sessions of a list of keys, each as the values of these fields. What has ended is left out. */
export const READ = defineScript(`
local generation = redis.call('GET', KEYS[1]) or '0'
local found = {}
for index = 2, #KEYS do
  local session = redis.call('HMGET', KEYS[index], 'generation', unpack(ARGV))
  if session[1] == generation then
    table.remove(session, 1)
    found[#found + 1] = session
  end
end
return found
`)

/**
 * Ends the sessions that a change concerns, moves its times, and appends it to the stream, all in one.
 *
 * To revoke all takes no longer than to revoke one, however many there are: their number is counted by the index, and
 * they end by a new generation. What is left of them goes when it expires.
 */
export const RECORD = defineScript(`${OVER_BY}
local changes, outdated, started, expiring, generation, user = unpack(KEYS)
local kind, subject, at, ends, now, session_prefix, user_prefix = unpack(ARGV)
local current = redis.call('GET', generation) or '0'
local ended = 0

local function living(id)
  local names = { 'generation', 'expiresAt', 'startedAt', 'lastSeenAt', 'userId', 'member' }
  local values = redis.call('HMGET', session_prefix .. id, unpack(names))
  if values[1] ~= current or tonumber(values[2]) <= tonumber(now) then return nil end
  local session = {}
  for index, name in ipairs(names) do session[name] = values[index] end
  return session
end

local function finish(id, session)
  redis.call('DEL', session_prefix .. id)
  redis.call('ZREM', user_prefix .. session.userId, session.member)
  redis.call('ZREM', started, session.member)
  redis.call('ZREM', expiring, session.member)
  ended = ended + 1
end

local function no_earlier_than(time)
  if tonumber(time) > tonumber(at) then at = time end
end

if kind == 'session-revoked' then
  local session = living(subject)
  if session then
    ends = session.expiresAt
    finish(subject, session)
  end
elseif kind == 'all-revoked' then
  local newest = redis.call('ZRANGE', started, '+', '-', 'BYLEX', 'REV', 'LIMIT', 0, 1)[1]
  if newest then no_earlier_than(string.format('%.0f', tonumber(string.sub(newest, 1, 16)))) end
  ended = redis.call('ZCOUNT', expiring, '(' .. now, '+inf')
  redis.call('INCR', generation)
  redis.call('UNLINK', started, expiring)
else
  for _, member in ipairs(redis.call('ZRANGE', user, 0, -1)) do
    local id = string.sub(member, 18)
    local session = living(id)
    if session and kind == 'user-stale' then
      no_earlier_than(session.lastSeenAt)
    elseif session then
      no_earlier_than(session.startedAt)
      finish(id, session)
    end
  end
end

local change = redis.call('XADD', changes, '*', 'type', kind, 'subject', subject, 'at', at, 'until', ends)
redis.call('ZADD', outdated, ends, change)
for _, gone in ipairs(redis.call('ZRANGEBYSCORE', outdated, '-inf', over_by(now), 'LIMIT', 0, 100)) do
  redis.call('XDEL', changes, gone)
  redis.call('ZREM', outdated, gone)
end
return { at, ends, ended }
`)
