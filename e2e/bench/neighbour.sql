-- Who speaks for the quiet casinos beside the loud one: casinos 2 to 21, their players with an open chat, a lead of each.
create table bench.neighbours as
    select distinct on (casino, player_id) casino, tenant_id, id, player_id, 'bench-neighbour-' || id as token
    from bench.conversations where casino between 2 and 21 and state = 'open' and channel = 'chat' order by casino, player_id, id;
alter table bench.neighbours add primary key (casino, id);
insert into player_sessions (tenant_id, token_hash, player_id, proven, expires_at)
    select tenant_id, sha256(convert_to(token, 'UTF8')), player_id, true, now() + interval '1 day' from bench.neighbours;
insert into staff_sessions (tenant_id, token_hash, id, membership_id, expires_at, proven_at, address, browser)
    select c.id, sha256(convert_to('bench-lead-of-' || c.n, 'UTF8')), bench.id(bench.born(), c.n, 32),
        bench.id(bench.born(), c.n * 1000 + 2, 4), now() + interval '1 day', now(), '127.0.0.1', 'benchmark'
    from bench.casinos c where c.n between 2 and 21;
