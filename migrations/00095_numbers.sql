-- +goose Up

-- What resolutions are counted by. It isn't in a message's way.
create index entries_states on entries (tenant_id, recorded_at) where kind = 'state';
