-- +goose Up

-- The index is written behind everybody's back, so it is written whole: what would wait to be sorted in is read by every search.
alter index entry_words_find set (fastupdate = off);
select gin_clean_pending_list('entry_words_find');

grant create on schema public to pitdesk_search;
set local role pitdesk_search;
-- talk_search finds conversations by what was said in them, the newest first, one hit each, in a scope: all, or those of a member,
-- of their teams and of nobody.
-- +goose StatementBegin
create or replace function talk_search(p_words text[], p_languages text[], p_all boolean, p_member uuid, p_teams uuid[], p_limit integer)
returns table (conversation_id uuid, seq bigint, said_at timestamptz, said text)
language plpgsql stable security definer set search_path = public, pg_temp as $$
declare
    casino uuid := current_tenant();
    m search_marks;
    wanted tsquery := ''::tsquery;
    one tsquery;
    word text;
    lang text;
    period date;
    seen uuid[] := '{}';
    r record;
begin
    if casino is null or coalesce(cardinality(p_words), 0) = 0 then
        return;
    end if;
    foreach word in array p_words loop
        one := to_tsquery('pg_catalog.simple', quote_literal(talk_fold(word)) || ':*');
        foreach lang in array p_languages loop
            one := one || plainto_tsquery(answer_config(lang), word);
        end loop;
        continue when numnode(one) = 0;
        wanted := wanted && one;
    end loop;
    if numnode(wanted) = 0 then
        return;
    end if;
    select * into m from search_marks s where s.tenant_id = casino;
    for r in
        with newest as materialized (
            select e.conversation_id, e.seq, e.recorded_at, e.body, e.language, e.kind from entries e
             where e.tenant_id = casino and (e.epoch, e.xact) > (coalesce(m.epoch, 0), coalesce(m.xact, '0'))
             order by e.epoch desc, e.xact desc limit 5000),
        said as materialized (
            select t.conversation_id, t.seq, t.recorded_at, t.body from newest t
             where t.kind in ('message', 'note') and t.body is not null and talk_words(t.language, t.body) @@ wanted)
        select distinct on (t.conversation_id) t.conversation_id, t.seq, t.recorded_at, t.body from said t
        join conversations c on c.tenant_id = casino and c.id = t.conversation_id
        where (p_all or c.assignee_id = p_member or (c.assignee_id is null and c.team_id is null) or c.team_id = any (p_teams))
        order by t.conversation_id, t.recorded_at desc
    loop
        exit when cardinality(seen) >= p_limit;
        conversation_id := r.conversation_id; seq := r.seq; said_at := r.recorded_at; said := r.body;
        seen := seen || r.conversation_id;
        return next;
    end loop;
    period := date_trunc('month', now() at time zone 'UTC')::date;
    while period >= m.since and cardinality(seen) < p_limit loop
        for r in
            with said as materialized ( -- first what has the words: by conversations it would be looked for in each
                select w.conversation_id, w.seq, w.recorded_at from entry_words w
                 where w.tenant_id = casino and w.month = period and w.words @@ wanted)
            select f.conversation_id, f.seq, f.recorded_at, e.body from (
                select distinct on (w.conversation_id) w.conversation_id, w.seq, w.recorded_at from said w
                join conversations c on c.tenant_id = casino and c.id = w.conversation_id
                where w.conversation_id <> all (seen)
                  and (p_all or c.assignee_id = p_member or (c.assignee_id is null and c.team_id is null) or c.team_id = any (p_teams))
                order by w.conversation_id, w.recorded_at desc) f
            join entries e on e.tenant_id = casino and e.conversation_id = f.conversation_id and e.seq = f.seq and e.body is not null
            order by f.recorded_at desc, f.conversation_id limit p_limit - cardinality(seen)
        loop
            conversation_id := r.conversation_id; seq := r.seq; said_at := r.recorded_at; said := r.body;
            seen := seen || r.conversation_id;
            return next;
        end loop;
        period := (period - interval '1 month')::date;
    end loop;
end $$;
-- +goose StatementEnd
reset role;
revoke create on schema public from pitdesk_search;
