package api

import (
	"context"
	"encoding/base64"
	"encoding/binary"
	"hash/fnv"
)

// Pages are which part of a list that is read in one piece is wanted. It is exported because huma looks at no other parts.
type Pages struct {
	Limit         int    `query:"limit" minimum:"1" maximum:"500" default:"500" doc:"How many at most."`
	StartingAfter string `query:"starting_after" maxLength:"200" doc:"The next of the page before."`
}

// cut is a page of all, which names it by what tells its items apart. The cursor has the last one's name and place: where that one is
// gone since, the list goes on at its place.
func cut[T any](in Pages, all []T, name func(T) string) (page[T], error) {
	from := 0
	if in.StartingAfter != "" {
		b, err := base64.RawURLEncoding.DecodeString(in.StartingAfter)
		if err != nil || len(b) != 13 || b[0] != wholeCursor {
			return page[T]{}, errCursor
		}
		from = min(int(binary.BigEndian.Uint32(b[1:])), len(all))
		for i, v := range all {
			if named64(name(v)) == binary.BigEndian.Uint64(b[5:]) {
				from = i + 1
				break
			}
		}
	}
	limit := in.Limit
	if limit <= 0 {
		limit = mostAtOnce
	}
	rest := all[from:]
	if len(rest) <= limit {
		return pageOf(rest, ""), nil
	}
	rest = rest[:limit]
	b := binary.BigEndian.AppendUint32([]byte{wholeCursor}, uint32(from+limit-1))
	b = binary.BigEndian.AppendUint64(b, named64(name(rest[limit-1])))
	return pageOf(rest, base64.RawURLEncoding.EncodeToString(b)), nil
}

// mostAtOnce is how many items of a list that is read in one piece are on a page at most, and where nobody asks for fewer.
const mostAtOnce = 500

// paged lets a list that is read in one piece be asked for page by page. name tells its items apart.
func paged[T any, O ~struct{ Body page[T] }](read func(ctx context.Context, _ *nothing) (*O, error), name func(T) string) func(ctx context.Context, in *Pages) (*O, error) {
	return func(ctx context.Context, in *Pages) (*O, error) {
		out, err := read(ctx, nil)
		if err != nil {
			return nil, err
		}
		all := struct{ Body page[T] }(*out)
		if all.Body, err = cut(*in, all.Body.Data, name); err != nil {
			return nil, err
		}
		o := O(all)
		return &o, nil
	}
}

// wholeCursor is the kind of the cursors of lists that are read in one piece.
const wholeCursor = 'w'

func named64(name string) uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(name))
	return h.Sum64()
}
