package desk

import (
	"context"
	"encoding/hex"
	"fmt"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/internal/fault"
	"pitdesk/tenants"
)

// MaxFiles is how many files one message carries at most.
const MaxFiles = 10

// attach ties uploaded files to a conversation and returns them as the log keeps them. A file goes into the conversation it
// was first sent in, by who uploaded it; another's answers as an unknown one does.
func attach(ctx context.Context, tx bun.Tx, conversation, uploader uuid.UUID, ids []uuid.UUID) ([]File, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	if len(ids) > MaxFiles {
		return nil, fault.New(fault.Invalid, "At most %d files go with one message.", MaxFiles)
	}
	files := make([]File, 0, len(ids))
	for _, id := range ids {
		var row struct {
			Name      string `bun:"name"`
			MediaType string `bun:"media_type"`
			Size      int64  `bun:"size"`
			Digest    []byte `bun:"digest"`
			Width     *int   `bun:"width"`
			Height    *int   `bun:"height"`
		}
		err := tx.NewRaw(`update files set conversation_id = ?0 where tenant_id = current_tenant() and id = ?1 and uploader_id = ?2
			and coalesce(conversation_id, ?0) = ?0 returning name, media_type, size, digest, width, height`,
			conversation, id, uploader).Scan(ctx, &row)
		if err != nil {
			return nil, notFoundOr(err, fmt.Sprintf("file %s", id))
		}
		f := File{ID: tenants.PublicID(tenants.FilePrefix, id), Name: row.Name, Type: row.MediaType, Size: row.Size,
			SHA256: hex.EncodeToString(row.Digest)}
		if row.Width != nil && row.Height != nil {
			f.Width, f.Height = *row.Width, *row.Height
		}
		files = append(files, f)
	}
	return files, nil
}
