-- SPDX-License-Identifier: BSD-2-Clause
-- Shows frames of Mirrorcarp's state channel (IP protocol 240) in Wireshark: what stands in clear before the sealed payload.
-- wireshark -X lua_script:mirrorcarp.lua, or put it into the directory of personal plug-ins. carpctl trace pfsync -w FILE
-- opens the payload with the keys of the node, and writes what it says into the comment of each packet.
-- Written by the build from the table of fields; do not edit it.
local mirrorcarp = Proto("mirrorcarp", "Mirrorcarp state channel")
local fields = mirrorcarp.fields
local known = {}
fields.version = ProtoField.uint32("mirrorcarp.version", "Version", base.DEC)
known[8] = {proto = fields.version, length = 0, word = nil}
fields.key = ProtoField.uint32("mirrorcarp.key", "Key id", base.DEC)
known[16] = {proto = fields.key, length = 0, word = "key"}
fields.creatorid = ProtoField.uint32("mirrorcarp.creatorid", "Creator id", base.HEX)
known[29] = {proto = fields.creatorid, length = 4, word = nil}
fields.epoch = ProtoField.uint64("mirrorcarp.epoch", "Epoch", base.HEX)
known[33] = {proto = fields.epoch, length = 8, word = nil}
fields.stream = ProtoField.uint64("mirrorcarp.stream", "Sequence of a stream frame", base.DEC)
known[41] = {proto = fields.stream, length = 8, word = "stream"}
fields.control = ProtoField.uint64("mirrorcarp.control", "Number of a control frame", base.DEC)
known[49] = {proto = fields.control, length = 8, word = "control"}
fields.sealed = ProtoField.bytes("mirrorcarp.sealed", "Sealed payload and its tag")
known[122] = {proto = fields.sealed, length = -1, word = nil}

-- The value of a varint and the position behind it; nil where it is cut short.
local function varint(buffer, position)
  local value, factor = 0, 1
  for _ = 1, 5 do
    if position >= buffer:len() then return nil, position end
    local byte = buffer(position, 1):uint()
    value = value + (byte % 128) * factor
    position = position + 1
    if byte < 128 then return value, position end
    factor = factor * 128
  end
  return nil, position
end

function mirrorcarp.dissector(buffer, pinfo, root)
  pinfo.cols.protocol = "Mirrorcarp"
  local tree = root:add(mirrorcarp, buffer())
  local position, words = 0, {}
  while position < buffer:len() do
    local start = position
    local tag, value
    tag, position = varint(buffer, position)
    local field = tag and known[tag]
    if not field then
      tree:add_expert_info(PI_MALFORMED, PI_ERROR, "not a frame of Mirrorcarp")
      break
    end
    local length = field.length
    if length == 0 then
      value, position = varint(buffer, position)
    elseif length < 0 then
      length, position = varint(buffer, position)
      value = length
    end
    if not value and field.length <= 0 or position + length > buffer:len() then
      tree:add_expert_info(PI_MALFORMED, PI_ERROR, "cut short")
      break
    end
    if field.length == 0 then
      tree:add(field.proto, buffer(start, position - start), value)
    elseif field.length < 0 then
      tree:add(field.proto, buffer(position, length))
    else
      tree:add_le(field.proto, buffer(position, length))
      value = field.length == 8 and buffer(position, length):le_uint64() or buffer(position, length):le_uint()
    end
    if field.word then words[#words + 1] = field.word .. " " .. tostring(value) end
    position = position + length
  end
  pinfo.cols.info = table.concat(words, ", ")
end

DissectorTable.get("ip.proto"):add(240, mirrorcarp)
