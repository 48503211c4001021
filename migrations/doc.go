// Package migrations holds the database's history as numbered SQL files, applied forward only.
//
// A table that belongs to a casino starts its primary key with tenant_id and gets its row policy in the file that
// creates it. schema.sql is the dump of the newest state and follows.
package migrations

import (
	"embed"
	"strconv"
)

// FS holds the numbered files.
//
//go:embed 0*.sql
var FS embed.FS

// Newest is the number of the last of them.
func Newest() (newest int64) {
	files, err := FS.ReadDir(".")
	if err != nil {
		panic(err) // it is embedded
	}
	for _, f := range files {
		if n, err := strconv.ParseInt(f.Name()[:5], 10, 64); err == nil {
			newest = max(newest, n)
		}
	}
	return newest
}
