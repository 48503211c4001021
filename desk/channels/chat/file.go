package chat

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/gabriel-vasile/mimetype"
	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/internal/blob"
	"pitdesk/internal/cards"
	"pitdesk/internal/fault"
	"pitdesk/tenants"
)

// MaxFile is the most octets a file has.
const MaxFile = 10 << 20

// File is an uploaded file.
type File struct {
	ID        uuid.UUID `bun:"id"`
	Name      string    `bun:"name"`
	MediaType string    `bun:"media_type"`
	Size      int64     `bun:"size"`
	Width     *int      `bun:"width"`
	Height    *int      `bun:"height"`
	Blob      string    `bun:"blob"`
}

// taken are the types a player may send, by what the bytes are, with the ending their names get.
var taken = map[string]string{
	"image/png": ".png", "image/jpeg": ".jpg", "image/gif": ".gif", "image/webp": ".webp",
	"application/pdf": ".pdf", "text/plain": ".txt",
	"application/msword": ".doc", "application/vnd.ms-excel": ".xls",
	"application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
	"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet":       ".xlsx",
	"application/vnd.oasis.opendocument.text":                                 ".odt",
	"application/vnd.oasis.opendocument.spreadsheet":                          ".ods",
}

// Prepared is a file that was looked at and made harmless, not yet kept.
type Prepared struct {
	name, kind    string
	content       []byte
	width, height int
}

// Prepare finds out what a file is from its bytes, refuses what isn't taken, and draws pictures anew. It needs no database.
func Prepare(name string, raw []byte) (Prepared, error) {
	if len(raw) == 0 {
		return Prepared{}, fault.New(fault.Invalid, "This file is empty.")
	}
	if len(raw) > MaxFile {
		return Prepared{}, fault.New(fault.TooLarge, "This file is too large: at most %d MB are taken.", MaxFile>>20)
	}
	kind, _, _ := strings.Cut(mimetype.Detect(raw).String(), ";")
	ending, ok := taken[kind]
	if !ok || (kind == "text/plain" && (!utf8.Valid(raw) || bytes.IndexByte(raw, 0) >= 0)) {
		return Prepared{}, fault.New(fault.Unsupported, "Files of this type aren't taken. Pictures, PDF, text and office documents are.")
	}
	p := Prepared{kind: kind, content: raw}
	if strings.HasPrefix(kind, "image/") {
		var err error
		if p.content, p.kind, p.width, p.height, err = redraw(raw, kind); err != nil {
			return Prepared{}, err
		}
		ending = taken[p.kind]
	}
	p.name = cleanName(name, ending)
	return p, nil
}

// cleanName is a file's name without folders, without characters that hide or turn text, ending as its type does.
func cleanName(name, ending string) string {
	name = path.Base(strings.ReplaceAll(strings.ToValidUTF8(name, ""), `\`, "/"))
	name = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || strings.ContainsRune(`<>:"|?*`, r) {
			return -1
		}
		return r
	}, name)
	if old := path.Ext(name); !strings.EqualFold(old, ending) && !(ending == ".jpg" && strings.EqualFold(old, ".jpeg")) {
		name = strings.TrimSuffix(name, old) + ending
	}
	stem := strings.Trim(strings.TrimSuffix(name, path.Ext(name)), " .")
	if stem == "" {
		stem = "file"
	}
	if runes := []rune(stem); len(runes) > 120 {
		stem = string(runes[:120])
	}
	stem, _ = cards.Mask(stem)
	return stem + path.Ext(name)
}

// Keep stores a prepared file for whoever uploaded it. Until a message names it, nobody else can.
func Keep(ctx context.Context, store blob.Store, kind string, uploader uuid.UUID, p Prepared) (File, error) {
	tenant := tenants.Current(ctx).ID
	f := File{ID: tenants.NewID(), Name: p.name, MediaType: p.kind, Size: int64(len(p.content))}
	if p.width > 0 {
		f.Width, f.Height = &p.width, &p.height
	}
	f.Blob = "files/" + tenant.String() + "/" + f.ID.String()
	digest := sha256.Sum256(p.content)
	if err := store.Put(ctx, f.Blob, bytes.NewReader(p.content)); err != nil {
		return File{}, err
	}
	err := tenants.In(ctx, tenant, func(ctx context.Context, tx bun.Tx) error {
		_, err := tx.NewRaw(`insert into files (tenant_id, id, uploader_kind, uploader_id, name, media_type, size, width, height, digest, blob)
			values (current_tenant(), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
			f.ID, kind, uploader, f.Name, f.MediaType, f.Size, f.Width, f.Height, digest[:], f.Blob).Exec(ctx)
		return err
	})
	if err != nil {
		_ = store.Delete(context.WithoutCancel(ctx), f.Blob)
		return File{}, fmt.Errorf("keep file: %w", err)
	}
	return f, nil
}

// Open opens a file of the casino of ctx for reading. Who may read it was decided when its address was signed.
func Open(ctx context.Context, store blob.Store, id uuid.UUID) (File, io.ReadSeekCloser, error) {
	var f File
	err := tenants.Reading(ctx, tenants.Current(ctx).ID, func(ctx context.Context, tx bun.Tx) error {
		return tx.NewRaw(`select id, name, media_type, size, width, height, blob from files where tenant_id = current_tenant() and id = ?`, id).Scan(ctx, &f)
	})
	if errors.Is(err, sql.ErrNoRows) {
		return f, nil, tenants.ErrNotFound
	}
	if err != nil {
		return f, nil, err
	}
	content, err := store.Open(ctx, f.Blob)
	return f, content, err
}

// Sweep removes the files of the casino of ctx that no message named within a day, and returns how many.
func Sweep(ctx context.Context, store blob.Store, now time.Time) (int, error) {
	var blobs []string
	err := tenants.In(ctx, tenants.Current(ctx).ID, func(ctx context.Context, tx bun.Tx) error {
		return tx.NewRaw(`delete from files where tenant_id = current_tenant() and conversation_id is null and created_at < ? returning blob`,
			now.Add(-24*time.Hour)).Scan(ctx, &blobs)
	})
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return 0, fmt.Errorf("sweep files: %w", err)
	}
	for _, b := range blobs {
		if err := store.Delete(ctx, b); err != nil {
			return 0, err
		}
	}
	return len(blobs), nil
}

// Placed is a file and the conversation a message put it into; nil until one did.
type Placed struct {
	File
	Conversation *uuid.UUID `bun:"conversation_id"`
}

// Find returns a file of the transaction's casino, or NotFound. Who may read it is decided by its conversation.
func Find(ctx context.Context, tx bun.Tx, id uuid.UUID) (Placed, error) {
	var f Placed
	err := tx.NewRaw(`select id, name, media_type, size, width, height, blob, conversation_id from files
		where tenant_id = current_tenant() and id = ?`, id).Scan(ctx, &f)
	if errors.Is(err, sql.ErrNoRows) {
		return f, tenants.ErrNotFound
	}
	return f, err
}
