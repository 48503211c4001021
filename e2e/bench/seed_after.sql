-- What hangs on the conversations, once they are there.
insert into conversation_tags (tenant_id, conversation_id, tag_id)
    select c.tenant_id, c.id, bench.id(bench.born(), c.casino * 1000 + t, 6)
    from bench.conversations c join bench.casinos k on k.n = c.casino cross join lateral (
        select 1 as t where bench.pick(c.n, 20, 10) < 6
        union select 2 + bench.pick(c.n, 21, k.tags - 2) where bench.pick(c.n, 22, 10) < 6
        union select k.tags where c.n % 9973 = 10) t;
insert into conversation_reads (tenant_id, conversation_id, membership_id, seq)
    select tenant_id, id, assignee_id, entries from bench.conversations where assignee_id is not null and state <> 'resolved' and n % 3 > 0;

-- Whoever the load speaks for: players of the big casino with an open chat each, leads who look on, an operator, an API key.
create table bench.players as
    select row_number() over (order by id) as n, tenant_id, id, id as conversation_id, player_id, 'bench-player-' || id as token
    from (select distinct on (player_id) tenant_id, id, player_id from bench.conversations
          where casino = 1 and state = 'open' and channel = 'chat' order by player_id, id) c;
alter table bench.players add primary key (n);
insert into player_sessions (tenant_id, token_hash, player_id, proven, expires_at)
    select tenant_id, sha256(convert_to(token, 'UTF8')), player_id, true, now() + interval '1 day' from bench.players;
insert into staff_sessions (tenant_id, token_hash, id, membership_id, expires_at, proven_at, address, browser)
    select c.id, sha256(convert_to('bench-lead-' || s, 'UTF8')), bench.id(bench.born(), s, 30),
        bench.id(bench.born(), 1001 + s % 10, 4), now() + interval '1 day', now(), '127.0.0.1', 'benchmark'
    from bench.casinos c, generate_series(1, 50) s where c.n = 1
    union all select c.id, sha256(convert_to('bench-operator', 'UTF8')), bench.id(bench.born(), 1000, 30),
        bench.id(bench.born(), 1020, 4), now() + interval '1 day', now(), '127.0.0.1', 'benchmark' from bench.casinos c where c.n = 1;
insert into control.api_keys (id, tenant_id, name, role, hint, hash)
    select bench.id(bench.born(), 1, 31), id, 'benchmark', 'lead', 'dk_bench', sha256(convert_to('dk_benchmark', 'UTF8')) from bench.casinos where n = 1;
