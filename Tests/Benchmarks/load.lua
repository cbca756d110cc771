-- One load for all servers. TOKENS is a file with a token per line; LOAD is
--   polls    the status of JOB; a thread's connections keep one token, as clients do
--   mixed    the same, the tokens in turn on every connection, as from a proxy that has many clients
--   orders   each with a prompt of its own, the tokens in turn; one thread only

local tokens, turn, requests, threads = {}, 0, {}, 0
for token in io.lines(os.getenv("TOKENS")) do tokens[#tokens + 1] = token end
local kind = os.getenv("LOAD")
local prefix = tostring(os.time())

function setup(thread)
  thread:set("own", threads % #tokens + 1)
  threads = threads + 1
end

function init(_)
  if kind == "orders" then return end
  for i, token in ipairs(tokens) do
    local headers = { ["Authorization"] = "Bearer " .. token }
    requests[i] = wrk.format("GET", "/api/v1/status/" .. os.getenv("JOB"), headers)
  end
end

function request()
  if kind == "polls" then return requests[own] end
  turn = turn + 1
  local i = turn % #tokens + 1
  if kind == "mixed" then return requests[i] end
  local headers = { ["Authorization"] = "Bearer " .. tokens[i], ["Content-Type"] = "application/json" }
  local body = '{"prompt": "A lighthouse in a storm, ' .. prefix .. "-" .. turn .. '", "duration_seconds": 5}'
  return wrk.format("POST", "/api/v1/generate/text-to-video", headers, body)
end

function done(summary, latency, _)
  local errors = summary.errors
  io.write(string.format(
    '\nRESULT {"requests": %d, "seconds": %f, "bytes": %d, "refused": %d, "broken": %d, "p50": %f, "p99": %f}\n',
    summary.requests, summary.duration / 1e6, summary.bytes, errors.status,
    errors.connect + errors.read + errors.write + errors.timeout,
    latency:percentile(50) / 1000, latency:percentile(99) / 1000))
end
