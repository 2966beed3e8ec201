/**
 * The script that runs steps: each does to one task what has to be done at once, so that no other coordinator can come in between.
 * Many steps are one script, which is one way to Redis and one write to its disk. BullMQ's own scripts are functions in it;
 * beside them stands what its queue knows nothing of: which place of a task counts, who leads it, and the fence. A job whose place does
 * not count is worth nothing, so it need not go away in the same step as the place.
 */
import { addPrioritizedJob } from 'bullmq/dist/esm/scripts/addPrioritizedJob-9.js';
import { moveToActive } from 'bullmq/dist/esm/scripts/moveToActive-11.js';
import { MOST_SITES } from '../../../../shared/domain/numbering.ts';
import { KEYS } from './keys.ts';
import { script } from './script.ts';

/** What all of them may touch, in the order in which `NAMES` has them. */
export const JOB_KEYS = [
  KEYS.places,
  KEYS.offered,
  KEYS.leads,
  KEYS.demands,
  KEYS.fence,
  KEYS.marks,
  KEYS.highest,
  KEYS.documents,
  KEYS.ended,
  KEYS.forgotten,
];

const NAMES = `
local PLACES, OFFERED, LEADS, DEMANDS, FENCE, MARKS, HIGHEST, DOCUMENTS, ENDED, FORGOTTEN = unpack(KEYS)
local PREFIX, SITE = ARGV[1], ARGV[2]
local function siteOf(lead) return string.match(lead, ' (.+)$') end
local function baseOf(name) return PREFIX .. ':' .. name .. ':' end
`;

/** Takes a job out of wherever BullMQ has it. */
const REMOVE = `
local function remove(name, id)
  local base = baseOf(name)
  -- It is in one of them.
  if redis.call('LREM', base .. 'active', 1, id) == 0 and redis.call('ZREM', base .. 'prioritized', id) == 0 then
    redis.call('LREM', base .. 'wait', 1, id)
  end
  redis.call('SREM', base .. 'stalled', id)
  redis.call('DEL', base .. id, base .. id .. ':lock')
end
`;

const PLACE = `
local function placeOf(task)
  local text = redis.call('HGET', PLACES, task)
  if not text then return 0, '-', '0' end
  local queueing, name, fence = string.match(text, '^(%d+) (%S+) (%d+)$')
  return tonumber(queueing), name, fence
end
local function void(task, upTo)
  redis.call('HSET', PLACES, task, upTo .. ' - 0')
  redis.call('HDEL', OFFERED, task)
end
`;

const BULL = `
local function addPrioritizedJob(KEYS, ARGV)
${addPrioritizedJob.content}
end
local function moveToActive(KEYS, ARGV)
${moveToActive.content}
end
local function keysOf(base, ...)
  local keys = {...}
  for index, part in ipairs(keys) do keys[index] = base .. part end
  return keys
end
local function addJob(name, id, level, queuedAt)
  local base = baseOf(name)
  local keys = keysOf(base, 'marker', 'meta', 'id', 'prioritized', 'delayed', 'completed', 'active', 'events', 'pc')
  local args = cmsgpack.pack({base, id, 'task', tonumber(queuedAt)})
  addPrioritizedJob(keys, {args, '{}', cmsgpack.pack({priority = tonumber(level)})})
end
local function nextJob(name, options, now)
  local base = baseOf(name)
  local keys = keysOf(base, 'wait', 'active', 'prioritized', 'events', 'stalled', 'limiter', 'delayed', 'paused', 'meta', 'pc', 'marker')
  local id = moveToActive(keys, {base, now, options})[2]
  return id ~= 0 and id or nil
end
`;

/** `claim`: who leads it then, or nothing where the number is another's. `lead`: 1, or 0 where the number is another's. */
const CLAIM = `
local function mark(task, text, number)
  redis.call('HSET', MARKS, task, text)
  if tonumber(number) > tonumber(redis.call('GET', HIGHEST) or '0') then redis.call('SET', HIGHEST, number) end
end
local function isAnothers(task, text, number)
  local known = redis.call('HGET', MARKS, task)
  if known then return known ~= text, true end
  return tonumber(number) <= tonumber(redis.call('HGET', FORGOTTEN, number % ${MOST_SITES}) or '0'), false
end
function steps.claim(task, text, number)
  local isOther, isKnown = isAnothers(task, text, number)
  if isOther then return false end
  local lead = isKnown and redis.call('HGET', LEADS, task)
  if lead then return lead end
  lead = redis.call('INCR', FENCE) .. ' ' .. SITE
  mark(task, text, number)
  redis.call('HSET', LEADS, task, lead)
  return lead
end
function steps.lead(task, text, number, fence)
  local isOther, isKnown = isAnothers(task, text, number)
  if isOther then return 0 end
  -- Asked again: by now another one may lead it, or have ended it.
  if isKnown then return 1 end
  mark(task, text, number)
  redis.call('HSET', LEADS, task, fence .. ' ' .. SITE)
  return 1
end
`;

/** Only who leads it so. With `1` as the last argument the number is free again, too. */
const END = `
steps['end'] = function(task, fence, isForgotten)
  if redis.call('HGET', LEADS, task) ~= fence .. ' ' .. SITE then return 0 end
  redis.call('HDEL', LEADS, task)
  redis.call('HDEL', PLACES, task)
  redis.call('HDEL', OFFERED, task)
  if isForgotten == '1' then
    redis.call('HDEL', MARKS, task)
    redis.call('HDEL', DOCUMENTS, task)
  else
    redis.call('ZADD', ENDED, redis.call('TIME')[1], task)
  end
  return 1
end
`;

/** Answers 0 nothing to do, 1 its job was added, 2 move it to its level. */
const OFFER = `
function steps.offer(task, queueing, name, demand, level, queuedAt, document)
  local lead = redis.call('HGET', LEADS, task)
  if not lead or siteOf(lead) ~= SITE then return 0 end
  local base, id, number = baseOf(name), task .. '-' .. queueing, tonumber(queueing)
  local current, where = placeOf(task)
  if number < current or (number == current and where == '-') then return 0 end
  local isNew = current ~= number or where ~= name
  if number == current and redis.call('EXISTS', baseOf(where) .. id .. ':lock') == 1 then return 0 end
  if isNew then redis.call('HSET', PLACES, task, queueing .. ' ' .. name .. ' 0') end
  redis.call('HSET', OFFERED, task, document)
  if redis.call('HSETNX', DEMANDS, name, demand) == 1 then
    redis.call('HSET', base .. 'meta', 'opts.maxLenEvents', '10')
  end
  local known = redis.call('HGET', base .. id, 'priority')
  if known then return known ~= level and 2 or 0 end
  addJob(name, id, level, queuedAt)
  return 1
end
`;

/**
 * A limit, the highest level, and two arguments per queue: its name, how many at most. Answers per job: which queue, job, fence, who led it, who leads it,
 * document. Places that do not count any more are cleared away on the way.
 */
const TAKE = `
local function accept(name, id)
  local task, queueing = string.match(id, '^(.+)%-(%d+)$')
  local current, where = placeOf(task)
  local lead = redis.call('HGET', LEADS, task)
  if not lead or current ~= tonumber(queueing) or where ~= name then
    remove(name, id)
    return nil
  end
  local fence = redis.call('INCR', FENCE)
  local now = lead
  if siteOf(lead) ~= SITE then
    now = fence .. ' ' .. SITE
    redis.call('HSET', LEADS, task, now)
  end
  redis.call('HSET', PLACES, task, queueing .. ' ' .. name .. ' ' .. fence)
  return {id, fence, lead, now, redis.call('HGET', OFFERED, task) or ''}
end
-- The first of all of them, lowest level first.
local function heads(wants, limit, mostLevel)
  local found = {}
  if #wants == 1 and mostLevel > 4 then
    -- Only one has any: its order is that of the queue.
    for at = 1, math.min(wants[1].upTo, limit) do found[at] = {index = 1} end
    return found
  end
  for index, want in ipairs(wants) do
    local base, most = baseOf(want.name), math.min(want.upTo, limit)
    local function add(id, level)
      if level > mostLevel then return end
      local since = #wants > 1 and tonumber(redis.call('HGET', base .. id, 'timestamp') or '0') or 0
      found[#found + 1] = {index = index, level = level, since = since}
    end
    local returned = most > 0 and redis.call('LRANGE', base .. 'wait', -most, -1) or {}
    -- What was returned goes first whatever its level: somebody with a free slot has to take it before.
    if #returned > 0 and mostLevel <= 4 then most = 0 end
    for at = most > 0 and #returned or 0, 1, -1 do add(returned[at], 0) end
    if #returned < most then
      local waiting = redis.call('ZRANGE', base .. 'prioritized', 0, most - #returned - 1, 'WITHSCORES')
      for at = 1, #waiting, 2 do add(waiting[at], math.floor(tonumber(waiting[at + 1]) / 0x100000000)) end
    end
  end
  if #wants > 1 then
    table.sort(found, function(a, b)
      if a.level ~= b.level then return a.level < b.level end
      if a.since ~= b.since then return a.since < b.since end
      return a.index < b.index
    end)
  end
  return found
end
function steps.take(token, lockMs, limit, mostLevel, ...)
  local wants, flat = {}, {...}
  for at = 1, #flat, 2 do wants[#wants + 1] = {name = flat[at], upTo = tonumber(flat[at + 1])} end
  local options = cmsgpack.pack({token = token, lockDuration = tonumber(lockMs)})
  local time = redis.call('TIME')
  local now = string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000))
  local left, answer, isMore = tonumber(limit), {}, true
  while isMore and left > 0 do
    isMore = false
    for at, head in ipairs(heads(wants, left, tonumber(mostLevel))) do
      if at > left then break end
      local want = wants[head.index]
      local id = nextJob(want.name, options, now)
      local taken = id and accept(want.name, id)
      if taken then
        taken[6] = head.index - 1
        answer[#answer + 1] = taken
        want.upTo = want.upTo - 1
      elseif id then
        isMore = true
      elseif #wants == 1 then
        break
      end
    end
    left = tonumber(limit) - #answer
  end
  return answer
end
`;

/** Only by who took it last. Up to which number its places are void then is the last argument. */
const SETTLE = `
function steps.settle(task, queueing, name, fence, upTo)
  local current, where, last = placeOf(task)
  if current ~= tonumber(queueing) or where ~= name or last ~= fence then return 0 end
  void(task, upTo)
  remove(name, task .. '-' .. queueing)
  return 1
end
`;

const WITHDRAW = `
function steps.withdraw(task, queueing, name)
  local current, where = placeOf(task)
  local lead = redis.call('HGET', LEADS, task)
  if not lead or current ~= tonumber(queueing) or where ~= name then return 'gone' end
  local id = task .. '-' .. queueing
  if siteOf(lead) ~= SITE then return 'taken' end
  if redis.call('EXISTS', baseOf(name) .. id .. ':lock') == 1 then return 'taken' end
  -- Nobody had it: it may come again under the same number.
  void(task, current - 1)
  remove(name, id)
  return 'withdrawn'
end
`;

/** A site that cannot hold the task it was given leaves the lead to who had it: nothing was done under the new one. */
const HAND_BACK = `
steps['hand back'] = function(task, from, to)
  if redis.call('HGET', LEADS, task) ~= from then return 0 end
  redis.call('HSET', LEADS, task, to)
  return 1
end
`;

const ADOPT = `
function steps.adopt(task, from)
  if redis.call('HGET', LEADS, task) ~= from then return false end
  local lead = redis.call('INCR', FENCE) .. ' ' .. SITE
  redis.call('HSET', LEADS, task, lead)
  return lead
end
`;

/** The steps that there are. */
export type StepName =
  | 'claim'
  | 'lead'
  | 'adopt'
  | 'end'
  | 'offer'
  | 'take'
  | 'settle'
  | 'withdraw'
  | 'hand back';

/**
 * Prefix and site, then each step: its name, how many arguments it has, and those. Answers per step `1, answer`, or `0, why not`:
 * one that fails does not keep the others back.
 */
export const STEPS = script(`
local steps = {}
${NAMES}${REMOVE}${PLACE}${BULL}${CLAIM}${END}${OFFER}${TAKE}${SETTLE}${WITHDRAW}${HAND_BACK}${ADOPT}
local answer, at = {}, 3
while at <= #ARGV do
  local last = at + 1 + tonumber(ARGV[at + 1])
  local isDone, value = pcall(steps[ARGV[at]], unpack(ARGV, at + 2, last))
  if isDone then
    answer[#answer + 1] = {1, value}
  else
    answer[#answer + 1] = {0, type(value) == 'table' and value.err or tostring(value)}
  end
  at = last + 1
end
return answer
`);

/**
 * Forgets the tasks that ended so long ago (s), so many at most, and the queues that nothing is in. Of the numbers of each site the highest
 * that is forgotten stays: it is given to nobody again.
 */
export const FORGET = script(`
${NAMES}
local before = redis.call('TIME')[1] - tonumber(ARGV[3])
for _, task in ipairs(redis.call('ZRANGEBYSCORE', ENDED, 0, before, 'LIMIT', 0, ARGV[4])) do
  if redis.call('HEXISTS', LEADS, task) == 0 then
    local number = tonumber(string.match(task, '%d+$'))
    local site = number % ${MOST_SITES}
    local last = tonumber(redis.call('HGET', FORGOTTEN, site) or '0')
    if number > last then redis.call('HSET', FORGOTTEN, site, number) end
    redis.call('HDEL', MARKS, task)
    redis.call('HDEL', DOCUMENTS, task)
  end
  redis.call('ZREM', ENDED, task)
end
for _, name in ipairs(redis.call('HKEYS', DEMANDS)) do
  local base = baseOf(name)
  if redis.call('EXISTS', base .. 'wait', base .. 'prioritized', base .. 'active') == 0 then
    redis.call('HDEL', DEMANDS, name)
    for _, part in ipairs({'meta', 'id', 'pc', 'events', 'marker', 'stalled', 'stalled-check'}) do
      redis.call('DEL', base .. part)
    end
  end
end
return 1
`);

/** Answers `demand key, count` one after another. */
export const WAITING = script(`
local answer = {}
local demands = redis.call('HGETALL', KEYS[1])
for at = 1, #demands, 2 do
  local base = ARGV[1] .. ':' .. demands[at] .. ':'
  local count = redis.call('LLEN', base .. 'wait') + redis.call('ZCARD', base .. 'prioritized')
  if count > 0 then
    answer[#answer + 1] = demands[at + 1]
    answer[#answer + 1] = count
  end
end
return answer
`);
