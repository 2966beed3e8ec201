/**
 * The scripts beside BullMQ's own: they hold what its queue knows nothing of, which place of a task counts, who leads it, and
 * the fence. A job whose place does not count is worth nothing, so it need not go away in the same step as the place.
 */
import { KEYS } from './keys.ts';
import { script } from './script.ts';

/** Takes a job out of wherever BullMQ has it. */
const REMOVE = `
local function remove(prefix, name, id)
  local base = prefix .. ':' .. name .. ':'
  redis.call('LREM', base .. 'active', 1, id)
  redis.call('LREM', base .. 'wait', 1, id)
  redis.call('ZREM', base .. 'prioritized', id)
  redis.call('SREM', base .. 'stalled', id)
  redis.call('DEL', base .. id, base .. id .. ':lock')
end
`;

const PLACE = `
local function placeOf(task)
  local text = redis.call('HGET', KEYS[1], task)
  if not text then return 0, '-', '0' end
  local queueing, name, fence = string.match(text, '^(%d+) (%S+) (%d+)$')
  return tonumber(queueing), name, fence
end
local function void(task, upTo)
  redis.call('HSET', KEYS[1], task, upTo .. ' - 0')
  redis.call('HDEL', KEYS[2], task)
end
`;

/** What all of them may touch, in the order in which they name it. */
export const JOB_KEYS = [KEYS.places, KEYS.offered, KEYS.leads, KEYS.demands, KEYS.fence];

/** Per task six arguments. Answers per task: 0 nothing to do, 1 add its job, 2 move it to its level. */
export const OFFER = script(`${PLACE}
local prefix, site = ARGV[1], ARGV[2]
local answer = {}
for at = 3, #ARGV, 6 do
  local task, queueing, name, demand, level, document = unpack(ARGV, at, at + 5)
  local what = 0
  local lead = redis.call('HGET', KEYS[3], task)
  if lead and string.match(lead, ' (.+)$') == site then
    local current, where = placeOf(task)
    local id = task .. '-' .. queueing
    local isNew = current ~= tonumber(queueing) or where ~= name
    local isHeld = current == tonumber(queueing)
      and redis.call('EXISTS', prefix .. ':' .. where .. ':' .. id .. ':lock') == 1
    if tonumber(queueing) >= current and where .. queueing ~= '-' .. current and not isHeld then
      if isNew then redis.call('HSET', KEYS[1], task, queueing .. ' ' .. name .. ' 0') end
      redis.call('HSET', KEYS[2], task, document)
      if redis.call('HSETNX', KEYS[4], name, demand) == 1 then
        redis.call('HSET', prefix .. ':' .. name .. ':meta', 'opts.maxLenEvents', '10')
      end
      local known = redis.call('HGET', prefix .. ':' .. name .. ':' .. id, 'priority')
      if not known then what = 1 elseif known ~= level then what = 2 end
    end
  end
  answer[#answer + 1] = what
end
return answer
`);

export const WITHDRAW = script(`${REMOVE}${PLACE}
local prefix, site, task, queueing, name = unpack(ARGV)
local current, where = placeOf(task)
local lead = redis.call('HGET', KEYS[3], task)
if not lead or current ~= tonumber(queueing) or where ~= name then return 'gone' end
local id = task .. '-' .. queueing
if string.match(lead, ' (.+)$') ~= site then return 'taken' end
if redis.call('EXISTS', prefix .. ':' .. name .. ':' .. id .. ':lock') == 1 then return 'taken' end
-- Nobody had it: it may come again under the same number.
void(task, current - 1)
remove(prefix, name, id)
return 'withdrawn'
`);

/** After BullMQ has handed out jobs, three arguments each. Answers per job: nothing where its place does not count any more. */
export const TAKE = script(`${REMOVE}${PLACE}
local prefix, site = ARGV[1], ARGV[2]
local answer = {}
for at = 3, #ARGV, 3 do
  local task, queueing, name = unpack(ARGV, at, at + 2)
  local current, where = placeOf(task)
  local lead = redis.call('HGET', KEYS[3], task)
  if lead and current == tonumber(queueing) and where == name then
    local fence = redis.call('INCR', KEYS[5])
    local now = lead
    if string.match(lead, ' (.+)$') ~= site then
      now = fence .. ' ' .. site
      redis.call('HSET', KEYS[3], task, now)
    end
    redis.call('HSET', KEYS[1], task, queueing .. ' ' .. name .. ' ' .. fence)
    answer[#answer + 1] = {fence, lead, now, redis.call('HGET', KEYS[2], task) or ''}
  else
    remove(prefix, name, task .. '-' .. queueing)
    answer[#answer + 1] = {}
  end
end
return answer
`);

/** Only by who took it last. Up to which number its places are void then is the last argument. */
export const SETTLE = script(`${REMOVE}${PLACE}
local prefix, task, queueing, name, fence, upTo = unpack(ARGV)
local current, where, last = placeOf(task)
if current ~= tonumber(queueing) or where ~= name or last ~= fence then return 0 end
void(task, upTo)
remove(prefix, name, task .. '-' .. queueing)
return 1
`);

/** A site that cannot hold the task it was given leaves the lead to who had it: nothing was done under the new one. */
export const HAND_BACK = script(`
if redis.call('HGET', KEYS[1], ARGV[1]) ~= ARGV[2] then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
return 1
`);

/** The first jobs of several queues: of each, as many as its second argument says. Answers `index, level, waiting since` one after another. */
export const HEADS = script(`
local prefix = ARGV[1]
local answer = {}
for at = 2, #ARGV, 2 do
  local base = prefix .. ':' .. ARGV[at] .. ':'
  local most = tonumber(ARGV[at + 1])
  local function add(id, level)
    answer[#answer + 1] = at / 2 - 1
    answer[#answer + 1] = level
    answer[#answer + 1] = tonumber(redis.call('HGET', base .. id, 'timestamp') or '0')
  end
  local returned = redis.call('LRANGE', base .. 'wait', -most, -1)
  for index = #returned, 1, -1 do add(returned[index], 0) end
  if #returned < most then
    local waiting = redis.call('ZRANGE', base .. 'prioritized', 0, most - #returned - 1, 'WITHSCORES')
    for index = 1, #waiting, 2 do add(waiting[index], math.floor(tonumber(waiting[index + 1]) / 0x100000000)) end
  end
end
return answer
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
