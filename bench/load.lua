-- Sends a cycle of requests: each four arguments are how often, the method, the path, and the body ("" for none).
local cycle, turn = {}, 0

function init(args)
  for i = 1, #args, 4 do
    local body = args[i + 3] ~= "" and args[i + 3] or nil
    local request = wrk.format(args[i + 1], args[i + 2], wrk.headers, body)
    for _ = 1, tonumber(args[i]) do
      cycle[#cycle + 1] = request
    end
  end
end

function request()
  turn = turn % #cycle + 1
  return cycle[turn]
end

function done(summary, _, _)
  local e = summary.errors
  local failed = e.status + e.connect + e.read + e.write + e.timeout
  io.write(string.format('\n{"requests": %d, "seconds": %f, "errors": %d}\n',
    summary.requests, summary.duration / 1e6, failed))
end
