-- +goose Up

-- Answers that the API has given to requests with an Idempotency-Key, so that a request which is sent again is answered the same
-- and done once. claim names the caller, the casino and the caller's key; request is what was asked; both are keyed hashes. The
-- answer is sealed with a key that only the caller's secret yields, and the secret isn't kept: nobody reads it here.
create table control.kept_answers (
    claim   bytea primary key check (length(claim) = 32),
    request bytea not null check (length(request) = 32),
    answer  bytea not null,
    kept_at timestamptz not null default now()
);
create index kept_answers_at on control.kept_answers (kept_at);
grant select, delete on control.kept_answers to pitdesk_control;

-- claim_answer takes a claim for the rest of the transaction, so that nobody does the same thing beside it. busy: another
-- transaction has it. No row: it is new. Else what was asked then and what was answered. The row is looked for after the claim
-- is taken, by a statement of its own, so that it sees what the one who had the claim has committed.
-- +goose StatementBegin
create function claim_answer(wanted bytea) returns table (busy boolean, request bytea, answer bytea)
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    if not pg_try_advisory_xact_lock(('x' || encode(substring(wanted from 1 for 8), 'hex'))::bit(64)::bigint) then
        return query select true, null::bytea, null::bytea;
        return;
    end if;
    return query select false, k.request, k.answer from control.kept_answers k
        where k.claim = wanted and k.kept_at > now() - interval '24 hours';
end $$;
-- +goose StatementEnd

-- keep_answer keeps what was answered, in the transaction that did it.
-- +goose StatementBegin
create function keep_answer(claimed bytea, asked bytea, sealed bytea) returns void
language sql security definer set search_path = public, pg_temp as $$
    insert into control.kept_answers (claim, request, answer) values (claimed, asked, sealed)
    on conflict (claim) do update set request = excluded.request, answer = excluded.answer, kept_at = excluded.kept_at;
$$;
-- +goose StatementEnd
revoke execute on function claim_answer, keep_answer from public;
grant execute on function claim_answer, keep_answer to pitdesk_app, pitdesk_control;
