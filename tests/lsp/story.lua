-- What somebody does with a mesh.toml in Neovim, told line by line on the standard output. Read by tests/lsp/client.rs.
local out = {}
local function say(...) table.insert(out, table.concat({ ... }, ' ')) end
local function wait(what, done)
  if not vim.wait(20000, done, 20) then
    say('WAITED IN VAIN for ' .. what)
    io.stdout:write(table.concat(out, '\n'), '\n')
    vim.cmd('cquit')
  end
end
local function diagnostics() return vim.diagnostic.get(0) end
local function code() return diagnostics()[1] and diagnostics()[1].code end
-- The cursor goes to a pattern, which may say with \zs where in it.
local function go(pattern)
  vim.fn.cursor(1, 1)
  assert(vim.fn.search(pattern, 'c') > 0, pattern)
end
local function line() return vim.api.nvim_get_current_line() end
local function client() return vim.lsp.get_clients({ bufnr = 0, name = 'cwc' })[1] end
local function ask(method)
  local params = vim.lsp.util.make_position_params(0, client().offset_encoding)
  local answers = assert(vim.lsp.buf_request_sync(0, method, params, 20000))
  return answers[client().id].result
end

wait('the server', function() return client() and client().initialized end)
wait('diagnostics', function() return #diagnostics() > 0 end)
for _, found in ipairs(diagnostics()) do
  say('found', found.code, vim.fn.getline(found.lnum + 1):sub(found.col + 1, found.end_col))
  say('  ' .. found.message:gsub('\n', ' | '))
end

go('"ea\\zsts"')
vim.lsp.buf.code_action({ apply = true, filter = function(it) return it.title:find('^replace') ~= nil end })
wait('the fix', function() return line():find('"east"') ~= nil end)
wait('its diagnostics', function() return #diagnostics() == 0 end)
say('fixed', line())

go('^region = "us-east')
vim.cmd('normal! Ozo')
wait('the broken line', function() return code() == 'CW0001' end)
local labels = vim.tbl_map(function(it) return it.label end, ask('textDocument/completion'))
say('completed', table.concat(labels, ' '))
vim.cmd('normal! dd')
wait('the mended line', function() return #diagnostics() == 0 end)

go('\\[services\\.\\zsreviews\\]')
say('hover', vim.split(ask('textDocument/hover').contents.value, '\n')[3])

go('clusters = \\["\\zseast", "west"\\]')
vim.lsp.buf.definition()
wait('the definition', function() return line():find('%[clusters%.east%]') ~= nil end)
say('defined', line())

local function told() return out[#out]:find('^told') ~= nil end
vim.lsp.handlers['window/showMessage'] = function(_, it) say('told', it.message) end
vim.lsp.buf.rename('paris')
wait('the new name', function() return line() == '[clusters.paris]' and told() end)
wait('its diagnostics', function() return #diagnostics() == 0 end)
local refused
vim.notify = function(text) refused = text end
vim.lsp.buf.rename('west')
wait('the refusal', function() return refused ~= nil end)
say('refused', (refused:gsub('^.*%-%d+: ', '')))
go('\\[services\\.\\zsreviews\\]')
vim.lsp.buf.rename('book')
wait('the new name', function() return line() == '[services.book]' and told() end)

vim.lsp.buf.format()
say('symbols', #vim.lsp.buf_request_sync(0, 'textDocument/documentSymbol', { textDocument = { uri = vim.uri_from_bufnr(0) } }, 20000)[client().id].result)
say('the text:')
for _, text in ipairs(vim.api.nvim_buf_get_lines(0, 0, -1, false)) do say('  ' .. text) end

local status
local id = client().id
vim.api.nvim_create_autocmd('LspDetach', { callback = function() status = 'detached' end })
vim.lsp.stop_client(id)
wait('the end', function() return vim.lsp.client_is_stopped(id) end)
say('ended', status)
io.stdout:write(table.concat(out, '\n'), '\n')
vim.cmd('quitall!')
