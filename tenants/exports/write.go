package exports

import (
	"archive/zip"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/internal/blob"
	"pitdesk/internal/fault"
	"pitdesk/tenants"
)

type blobReader = io.ReadSeekCloser

// Tables are those whose rows are written, by name. A test sees to it that each of a casino's tables is here or in Left.
var Tables = []string{
	"answer_categories", "answer_category_names", "answer_misses", "article_pictures", "article_slugs", "article_versions", "article_votes",
	"articles", "audit_links", "audit_log", "audit_statements", "brand_versions", "brands", "chat_origins", "conversation_reads", "conversation_tags", "conversations", "domains",
	"entries", "erasures", "files", "first_steps", "head_statements", "inbox_views", "invitations", "language_packs", "language_settings", "language_texts",
	"licence_alerts", "licence_looks", "licences", "macro_uses", "macros", "membership_teams", "memberships", "missed_words", "player_links",
	"player_marks", "players", "signed_heads", "suggested_articles", "suggestions", "tags", "teams", "topics", "visit_rules", "visits",
}

// Left are the tables that stay behind, and why.
var Left = map[string]string{
	"article_search": "made from articles", "article_words": "made from articles", "language_drafts": "not applied yet",
	"entry_words": "made from entries", "search_marks": "made from entries",
	"chat_keys": "secrets", "identity_tokens_used": "tokens", "password_resets": "tokens", "player_sessions": "tokens", "recovery_codes": "secrets",
	"sign_in_links": "tokens", "staff_sessions": "tokens", "sign_in_attempts": "of the door alone", "exports": "these files themselves",
}

// Hidden are the columns that are written of no table: what opens doors, and what is ours alone.
var Hidden = []string{"tenant_id", "password", "totp_secret", "totp_sealed", "totp_step", "token", "token_hash", "person_id", "email_key", "blob", "secret", "secrets", "old_secret", "xact", "epoch"}

// Write does one job of Args. The file is put together beside the database's transaction's one view of the casino, so that what
// it tells fits together.
func Write(ctx context.Context, files blob.Store, args Args) error {
	t, err := tenants.PoolsOf(ctx).Doors.ByID(ctx, args.Tenant)
	if err != nil {
		return err
	}
	ctx = tenants.With(ctx, t)
	out, err := os.CreateTemp("", "export-*.zip")
	if err != nil {
		return fmt.Errorf("export: %w", err)
	}
	defer func() { _ = out.Close(); _ = os.Remove(out.Name()) }()
	waiting := false
	err = tenants.In(tenants.Steadily(ctx), t.ID, func(ctx context.Context, tx bun.Tx) error {
		e, err := Get(ctx, tx, args.Export)
		if fault.CodeOf(err) == fault.NotFound || err == nil && (e.DoneAt != nil || e.FailedAt != nil) {
			return nil
		}
		if err != nil {
			return err
		}
		waiting = true
		return write(ctx, tx, out, files, t)
	})
	if err != nil || !waiting {
		return err
	}
	size, err := out.Seek(0, io.SeekEnd)
	if err == nil {
		_, err = out.Seek(0, io.SeekStart)
	}
	if err != nil {
		return fmt.Errorf("export: %w", err)
	}
	key := "exports/" + t.ID.String() + "/" + args.Export.String()
	if err := files.Put(ctx, key, out); err != nil {
		return err
	}
	return tenants.In(ctx, t.ID, func(ctx context.Context, tx bun.Tx) error {
		_, err := tx.NewRaw(`update exports set done_at = now(), size = ?, blob = ?, expires_at = now() + ?::interval
			where tenant_id = current_tenant() and id = ? and done_at is null`, size, key, fmt.Sprintf("%d seconds", int(KeptFor.Seconds())), args.Export).Exec(ctx)
		return err
	})
}

func write(ctx context.Context, tx bun.Tx, out io.Writer, files blob.Store, t tenants.Tenant) error {
	z := zip.NewWriter(out)
	about, err := z.Create("about.json")
	if err != nil {
		return err
	}
	if err := json.NewEncoder(about).Encode(map[string]any{"casino": t.Name, "id": tenants.PublicID(tenants.TenantPrefix, t.ID), "written_at": time.Now().UTC(),
		"form": "Each file is JSON lines, one thing a line. files/ holds what players and agents have sent, by the id in files.jsonl."}); err != nil {
		return err
	}
	for _, table := range Tables {
		if err := lines(ctx, tx, z, table); err != nil {
			return fmt.Errorf("export %s: %w", table, err)
		}
	}
	var sent []struct {
		ID   uuid.UUID `bun:"id"`
		Name string    `bun:"name"`
		Blob string    `bun:"blob"`
	}
	if err := tx.NewRaw(`select id, name, blob from files where tenant_id = current_tenant() order by id`).Scan(ctx, &sent); err != nil {
		return err
	}
	for _, f := range sent {
		if err := file(ctx, z, files, "files/"+f.ID.String()+path.Ext(path.Base(strings.ReplaceAll(f.Name, `\`, "/"))), f.Blob); err != nil {
			return err
		}
	}
	return z.Close()
}

func lines(ctx context.Context, tx bun.Tx, z *zip.Writer, table string) error {
	w, err := z.Create(table + ".jsonl")
	if err != nil {
		return err
	}
	hidden := "'{" + strings.Join(Hidden, ",") + "}'::text[]"
	rows, err := tx.QueryContext(ctx, "select to_jsonb(t) - "+hidden+" from "+table+" t where tenant_id = current_tenant()")
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var line []byte
		if err := rows.Scan(&line); err != nil {
			return err
		}
		if _, err := w.Write(append(line, '\n')); err != nil {
			return err
		}
	}
	return rows.Err()
}

// file copies one file. One that isn't there any more is left out: its line says that there was one.
func file(ctx context.Context, z *zip.Writer, files blob.Store, name, key string) error {
	content, err := files.Open(ctx, key)
	if fault.CodeOf(err) == fault.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	defer content.Close()
	w, err := z.Create(name)
	if err != nil {
		return err
	}
	_, err = io.Copy(w, content)
	return err
}
